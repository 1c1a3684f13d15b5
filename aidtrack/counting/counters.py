"""Others count than was planned, as long as whoever hands over has not entered anything."""

from sqlalchemy import select

from aidtrack.core import acts, audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, WrongStatus
from aidtrack.core.i18n import _, lazy
from aidtrack.counting import counts, planning
from aidtrack.counting.models import KIND, CountEntry, CountLine, CountStatus, StockCount
from aidtrack.counting.planning import Counters
from aidtrack.identity.permissions import Actor, Permission

FIELDS = {"first_counter_id": lazy("Who counts"), "second_counter_id": lazy("Second counter")}
acts.register_fields(KIND, FIELDS)


def change(count_id: int, first_id: int, second_id: int | None, *, actor: Actor) -> None:
    """Let others count; the second may be left open again. Whoever says so has planned it too.

    Raises WrongStatus for one who has entered a figure: theirs are not another's.
    """
    with transaction():
        # Nobody saves a figure meanwhile: they share this lock.
        count = counts.locked(count_id, actor)
        counts.require_here(Permission.COUNT_STOCK, count, actor)
        counts.expect(count, CountStatus.COUNTING)
        before = _said(count)
        wanted = {"first_counter_id": first_id, "second_counter_id": second_id}
        _expect_counts_alone(count, second_id)
        for part in sorted(begun(count)):
            name = tuple(wanted)[part - 1]
            if wanted[name] != getattr(count, name):
                raise WrongStatus(
                    _("%(name)s has begun to count already: their figures stay theirs.",
                      name=_name(getattr(count, name))),
                    field=name,
                )  # fmt: skip
        if wanted == {name: getattr(count, name) for name in wanted}:
            return
        planning.check_counters(Counters(first_id, second_id, count.counters), count.site)
        count.first_counter_id, count.second_counter_id = first_id, second_id
        changed = audit.changes(before, _said(count))
        facts = {"number": count.number, "site": count.site_id, **changed}
        audit.record(actor, counts.COUNTERS_CHANGED, kind=KIND, record_id=count.id, facts=facts)


def begun(count: StockCount) -> set[int]:
    """The parts (FIRST, SECOND) in which something was entered."""
    asked = (
        select(CountEntry.counter)
        .join(CountLine, CountLine.id == CountEntry.line_id)
        .where(CountLine.count_id == count.id)
        .distinct()
    )
    return set(db.session.scalars(asked))


def choices(count: StockCount) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(user id, name) of who may be first and second counter: those who began stay alone."""
    people, settled = planning.people_who_count(count.site), begun(count)
    first = [(count.first_counter_id, _name(count.first_counter_id))]
    second = [(x, _name(x)) for x in [count.second_counter_id] if x is not None]
    return (
        first if counts.FIRST in settled else people,
        second if counts.SECOND in settled else people,
    )


def _expect_counts_alone(count: StockCount, second_id: int | None) -> None:
    if count.counters == 1 and second_id is not None:
        raise Invalid(_("One person counts this: there is no second."), field="second_counter_id")


def _said(count: StockCount) -> dict[str, object]:
    second = _name(count.second_counter_id) if count.second_counter_id else ""
    return {"first_counter_id": _name(count.first_counter_id), "second_counter_id": second}


def _name(user_id: int) -> str:
    return counts.names_of([user_id])[user_id]
