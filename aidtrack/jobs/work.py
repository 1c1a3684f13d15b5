"""What work there is: functions that register themselves under a kind.

    @work("stock.recount", title=lazy("Count %(place)s again"), permission=P.MOVE_STOCK)
    def recount(arguments: dict[str, Any], actor: Actor, progress: Progress) -> Result:
        ...

    @every("alerts.digests", minutes=15)
    def send_digests(progress: Progress) -> None:
        ...

A worker may die at any moment and another does the work again from its beginning, so the
work must come to the same when it is done twice: one transaction, or steps that remember.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aidtrack.identity.permissions import Actor, Permission
from aidtrack.jobs.progress import Progress


@dataclass(frozen=True, slots=True)
class Result:
    """What came out: the page that shows it, and facts for the sentence `done` of the work."""

    url: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


Act = Callable[[dict[str, Any], Actor, Progress], Result | None]
Repeated = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work. `title` and `done` are sentences with places for facts."""

    kind: str
    title: object
    done: object
    permission: Permission
    act: Act
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Repeating:
    kind: str
    minutes: int
    act: Repeated


WORKS: dict[str, Work] = {}
REPEATING: dict[str, Repeating] = {}


def work(
    kind: str,
    *,
    title: object,
    permission: Permission,
    done: object = "",
    is_shared: bool = False,
) -> Callable[[Act], Act]:
    """Register the function. The permission is asked for when it is enqueued and when it runs.

    `is_shared`: everyone with that permission in the organisation may look at the job.
    """

    def register(act: Act) -> Act:
        assert kind not in WORKS, f"{kind} is registered twice"
        WORKS[kind] = Work(kind, title, done, permission, act, is_shared)
        return act

    return register


def every(kind: str, *, minutes: int) -> Callable[[Repeated], Repeated]:
    """Run the function again and again, by one worker at a time; never twice at once.

    Counted from the start of one run to the next; a run that takes longer delays the next.
    """

    def register(act: Repeated) -> Repeated:
        assert kind not in REPEATING, f"{kind} is registered twice"
        REPEATING[kind] = Repeating(kind, minutes, act)
        return act

    return register
