"""From one round of a count to the next: finished, compared, counted again, reviewed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _, ngettext
from aidtrack.counting import counts, figures
from aidtrack.counting.models import (
    BEING_COUNTED,
    KIND,
    CountEntry,
    CountLine,
    CountStatus,
    StockCount,
)
from aidtrack.identity.permissions import Actor, Permission


def finish(
    count_id: int, *, actor: Actor, at: datetime, counted_by_id: int | None = None
) -> CountStatus:
    """Say that one has counted everything. When all have, what differs is counted again once;
    what then still differs is for the review. Returns what the count has become.
    """
    with transaction():
        count = counts.locked(count_id, actor)
        counts.require_here(Permission.COUNT_STOCK, count, actor)
        counts.expect(count, *BEING_COUNTED)
        part = counts.part_for(count, counted_by_id or actor.user_id)
        _expect_all_counted(count, part)
        if count.status == CountStatus.RECOUNTING:
            _to_review(count, at)
        else:
            if part == counts.FIRST:
                count.first_done_at = at
            else:
                count.second_done_at = at
            if count.first_done_at and (count.counters == 1 or count.second_done_at):
                _compare(count, at)
        facts = {"number": count.number, "round": count.round}
        audit.record(actor, "count.finished", kind=KIND, record_id=count.id, facts=facts)
        return count.status


def count_again(count_id: int, line_ids: Iterable[int], *, note: str = "", actor: Actor) -> None:
    """Send lines of a review to be counted once more, blind."""
    with transaction() as session:
        count = counts.locked(count_id, actor)
        counts.require_here(Permission.COUNT_STOCK, count, actor)
        counts.expect(count, CountStatus.REVIEW)
        wanted = set(line_ids)
        known = session.scalars(
            select(CountLine.id).where(CountLine.count_id == count.id, CountLine.id.in_(wanted))
        ).all()
        if not wanted or len(known) != len(wanted):
            raise Invalid(_("Choose the lines to count again."), field="line_ids")
        _next_round(count, CountLine.id.in_(wanted))
        facts = {"number": count.number, "lines": len(wanted), "note": note.strip()}
        audit.record(actor, "count.counted_again", kind=KIND, record_id=count.id, facts=facts)


def left_to_count(count: StockCount, part: int) -> tuple[int, int | None]:
    """How many lines of this round one has not counted, and the first of them."""
    mine = select(CountEntry.id).where(
        CountEntry.line_id == CountLine.id,
        CountEntry.round == count.round,
        CountEntry.counter == part,
    )
    row = db.session.execute(
        select(func.count(), func.min(CountLine.id)).where(
            CountLine.count_id == count.id, CountLine.round == count.round, ~mine.exists()
        )
    ).one()
    return row[0], row[1]


def _expect_all_counted(count: StockCount, part: int) -> None:
    left, first = left_to_count(count, part)
    if left:
        raise Invalid(
            ngettext(
                "%(num)d line is not counted yet. Enter 0 where nothing lies.",
                "%(num)d lines are not counted yet. Enter 0 where nothing lies.",
                left,
            ),
            left=left,
            first_line_id=first,
        )


def _compare(count: StockCount, at: datetime) -> None:
    """The end of the first round: whatever differs, from the books or between two who counted,
    is counted again.
    """
    found = figures.figures_of(count.id)
    lines = db.session.scalars(select(CountLine.id).where(CountLine.count_id == count.id))
    differing = [
        line_id
        for line_id in lines
        if not figures.is_settled(found.get(line_id, []), count.round, count.counters)
    ]
    if differing:
        _next_round(count, CountLine.id.in_(differing))
    else:
        _to_review(count, at)


def _next_round(count: StockCount, which: ColumnElement[bool]) -> None:
    count.round += 1
    count.status = CountStatus.RECOUNTING
    db.session.execute(
        update(CountLine)
        .where(CountLine.count_id == count.id, which)
        .values(round=count.round)
        .execution_options(synchronize_session=False)
    )


def _to_review(count: StockCount, at: datetime) -> None:
    count.status = CountStatus.REVIEW
    count.counted_at = at
