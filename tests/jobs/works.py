"""Work that tests give: it leaves a trace, waits at a gate, refuses, or breaks."""

from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

from aidtrack.core import audit, idempotency
from aidtrack.core.db import transaction
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.jobs.progress import Progress
from aidtrack.jobs.work import Result, every, work

P = Permission


@work(
    "test.trace",
    title=lazy("Leave a trace of %(name)s"),
    done=lazy("A trace of %(name)s is left."),
    permission=P.MOVE_STOCK,
)
def leave_trace(arguments: dict[str, Any], actor: Actor, progress: Progress) -> Result:
    """Once for its key. With a `gate`, waits in the middle until that file is there."""
    key, name = UUID(arguments["key"]), arguments["name"]
    with transaction():
        if idempotency.earlier_result(key, "test.trace", {}) is None:
            audit.record(actor, "test.trace", kind="test", record_id=1, facts={"name": name})
            _wait_at(arguments.get("gate"), progress)
            idempotency.remember(key, "test.trace", {}, 1)
    return Result("/home", {"name": name})


@work("test.wait", title="Wait", permission=P.MOVE_STOCK)
def wait(arguments: dict[str, Any], actor: Actor, progress: Progress) -> None:
    """Nothing but waiting, with no transaction open."""
    _wait_at(arguments["gate"], progress)


@work("test.refuse", title="Refuse", permission=P.MOVE_STOCK)
def refuse(arguments: dict[str, Any], actor: Actor, progress: Progress) -> None:
    if not arguments.get("mended"):
        raise Invalid("There are too few blankets.")


@work("test.break", title="Break", permission=P.MOVE_STOCK)
def break_down(arguments: dict[str, Any], actor: Actor, progress: Progress) -> None:
    raise RuntimeError("the machine stops here")


@every("test.clock", minutes=5)
def tick(progress: Progress) -> None:
    progress.step(1, 1)


def _wait_at(gate: str | None, progress: Progress) -> None:
    if gate is None:
        return
    Path(gate).with_suffix(".reached").touch()
    while not Path(gate).exists():
        progress.step(1, 2)
        Event().wait(0.02)
