"""Reads counts: the list, and one of them as far as it is known yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Category, Item
from aidtrack.core import clock, paging
from aidtrack.core.db import db
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.counting import counts
from aidtrack.counting.models import (
    BEING_COUNTED,
    UNFINISHED,
    CountEntry,
    CountLine,
    CountStatus,
    StockCount,
)
from aidtrack.identity import duties
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place

WORDS_MAX = 6
# After this a count warns: goods go on moving, and nobody remembers what they saw.
LONG = {
    CountStatus.COUNTING: timedelta(days=3),
    CountStatus.RECOUNTING: timedelta(days=3),
    CountStatus.REVIEW: timedelta(days=2),
}
First = aliased(User, name="first")
Second = aliased(User, name="second")
Decider = aliased(User, name="decider")
Planner = aliased(User, name="planner")

BY_NUMBER = Order("number", (StockCount.id,), (int,), lambda row: (row.id,))


@dataclass(frozen=True, slots=True)
class CountFilter:
    """What the list is narrowed to; empty means everything the actor may see."""

    words: str = ""
    site_id: int | None = None
    is_unfinished: bool = False


@dataclass(frozen=True, slots=True)
class CountRow:
    """One count in the list. `lines` and `counted` tell how far it is; `is_long`: it waits for
    more than a count should.
    """

    id: int
    number: str
    status: CountStatus
    site: str
    counters: str
    planned_at: datetime
    decided_at: datetime | None
    decided_by: str
    lines: int
    counted: int
    lines_right: int | None
    is_long: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of this round one counter has done."""

    counter: str
    counted: int
    lines: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class CountDetail:
    """One count, without what anybody counted. `may_approve` names a few who may once it is
    reviewed; the four figures of accuracy come with the approval.
    """

    id: int
    number: str
    status: CountStatus
    organisation_id: int
    site_id: int
    site: str
    is_blind: bool
    counters: int
    first_counter_id: int
    second_counter_id: int | None
    round: int
    what: tuple[str, ...]
    left_out: int
    note: str
    planned_at: datetime
    planned_by: str
    counted_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    decision_note: str
    progress: tuple[Progress, ...]
    may_approve: tuple[str, ...]
    is_long: bool
    currency: str
    lines_counted: int | None
    lines_right: int | None
    value_counted_minor: int | None
    value_off_minor: int | None


def counts_of(
    actor: Actor,
    wanted: CountFilter,
    *,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[CountRow]:
    """Counts at sites where the actor may look: two statements a page."""
    rows = db.session.execute(
        select(
            StockCount.id,
            StockCount.number,
            StockCount.status,
            StockCount.counters,
            StockCount.planned_at,
            StockCount.counted_at,
            StockCount.decided_at,
            StockCount.lines_right,
            Place.name,
            Place.names,
            First.name.label("first"),
            Second.name.label("second"),
            Decider.name.label("decided_by"),
        )
        .join(Place, Place.id == StockCount.site_id)
        .join(First, First.id == StockCount.first_counter_id)
        .outerjoin(Second, Second.id == StockCount.second_counter_id)
        .outerjoin(Decider, Decider.id == StockCount.decided_by_id)
        .where(counts.seen(actor), *_narrowed(wanted), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    progress = _progress([row.id for row in rows])
    return sorting.page([_row(row, progress.get(row.id, (0, 0))) for row in rows], limit)


def how_many(actor: Actor, wanted: CountFilter, most: int) -> int:
    narrowed = select(StockCount.id).where(counts.seen(actor), *_narrowed(wanted))
    return paging.count_up_to(most, narrowed)


def detail(count_id: int, actor: Actor) -> CountDetail:
    """One that lies where the actor may look. Raises NotFound."""
    count = counts.count_of(count_id, actor)
    row = db.session.execute(
        select(
            Place.name,
            Place.names,
            Planner.name.label("planned_by"),
            First.name.label("first"),
            Second.name.label("second"),
            Decider.name.label("decided_by"),
        )
        .select_from(StockCount)
        .join(Place, Place.id == StockCount.site_id)
        .join(Planner, Planner.id == StockCount.planned_by_id)
        .join(First, First.id == StockCount.first_counter_id)
        .outerjoin(Second, Second.id == StockCount.second_counter_id)
        .outerjoin(Decider, Decider.id == StockCount.decided_by_id)
        .where(StockCount.id == count.id)
    ).one()
    own = {name: getattr(count, name) for name in CountDetail.__slots__ if hasattr(count, name)}
    return CountDetail(
        **own
        | {
            "site": name_in(row.name, row.names),
            "what": _what(count),
            "planned_by": row.planned_by,
            "decided_by": row.decided_by or "",
            "progress": _progress_of(count, row.first, row.second),
            "may_approve": _approvers(count),
            "is_long": _is_long(count.status, count.counted_at or count.planned_at),
        }
    )


def waiting_for(actor: Actor) -> int:
    """How many counts wait for approval where the actor may approve."""
    permission = Permission.APPROVE_COUNTS
    if not actor.may(permission):
        return 0
    asked = (
        select(func.count())
        .select_from(StockCount)
        .where(
            StockCount.status == CountStatus.REVIEW,
            or_(
                StockCount.organisation_id.in_(actor.organisations(permission)),
                StockCount.site_id.in_(actor.sites(permission)),
            ),
        )
    )
    return db.session.scalar(asked) or 0


def _narrowed(wanted: CountFilter) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = [
        or_(
            StockCount.number.icontains(word, autoescape=True),
            StockCount.note.icontains(word, autoescape=True),
        )
        for word in wanted.words.split()[:WORDS_MAX]
    ]
    if wanted.site_id is not None:
        narrowed.append(StockCount.site_id == wanted.site_id)
    if wanted.is_unfinished:
        narrowed.append(StockCount.status.in_(UNFINISHED))
    return narrowed


def _row(row: Any, progress: tuple[int, int]) -> CountRow:
    names = [row.first, row.second or (_("anybody else") if row.counters == counts.SECOND else "")]
    return CountRow(
        id=row.id,
        number=row.number,
        status=row.status,
        site=name_in(row.name, row.names),
        counters=", ".join(name for name in names if name),
        planned_at=row.planned_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by or "",
        lines=progress[0],
        counted=progress[1],
        lines_right=row.lines_right,
        is_long=_is_long(row.status, row.counted_at or row.planned_at),
    )


def _is_long(status: CountStatus, since: datetime) -> bool:
    return status in LONG and clock.now() - since > LONG[status]


def _progress(count_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(lines, those with a figure) of some counts."""
    some = select(CountEntry.id).where(CountEntry.line_id == CountLine.id).exists()
    rows = db.session.execute(
        select(
            CountLine.count_id,
            func.count().label("lines"),
            func.count().filter(some).label("counted"),
        )
        .where(CountLine.count_id.in_(list(count_ids)))
        .group_by(CountLine.count_id)
    )
    return {row.count_id: (row.lines, row.counted) for row in rows}


def _progress_of(count: StockCount, first: str, second: str | None) -> tuple[Progress, ...]:
    """Of each counter in the first round; of whoever counts in a recount."""
    if count.status not in BEING_COUNTED:
        return ()
    lines = db.session.scalar(
        select(func.count()).where(CountLine.count_id == count.id, CountLine.round == count.round)
    )
    rows = db.session.execute(
        select(CountEntry.counter, func.count(CountEntry.line_id.distinct()).label("counted"))
        .join(CountLine, CountLine.id == CountEntry.line_id)
        .where(
            CountLine.count_id == count.id,
            CountLine.round == count.round,
            CountEntry.round == count.round,
        )
        .group_by(CountEntry.counter)
    )
    counted = {row.counter: row.counted for row in rows}
    if count.status == CountStatus.RECOUNTING:
        return (Progress(_("Counted again"), counted.get(1, 0), lines or 0, False),)
    people = [(first, count.first_done_at), (second or _("Anybody else"), count.second_done_at)]
    return tuple(
        Progress(name, counted.get(part, 0), lines or 0, done_at is not None)
        for part, (name, done_at) in enumerate(people[: count.counters], start=1)
    )


def _approvers(count: StockCount) -> tuple[str, ...]:
    if count.status != CountStatus.REVIEW:
        return ()
    hands = counts.hands(count)
    holders = duties.who_may(Permission.APPROVE_COUNTS, count.organisation_id, count.site_id)
    return tuple(name for user_id, name in holders if user_id not in hands)[:3]


def _what(count: StockCount) -> tuple[str, ...]:
    """What it was narrowed to, each in a few words; nothing for the whole site."""
    scope = count.scope
    said = []
    if scope.get("place_ids"):
        asked = select(Place).where(Place.id.in_(scope["place_ids"])).order_by(Place.path)
        said.append(", ".join(place.label for place in db.session.scalars(asked)))
    if scope.get("item_ids"):
        items = db.session.scalars(select(Item).where(Item.id.in_(scope["item_ids"])))
        said.append(", ".join(item.name_in() for item in items))
    if scope.get("category_id"):
        category = db.session.get(Category, scope["category_id"])
        said.append(category.name_in() if category else "")
    if scope.get("value_above_minor") is not None:
        said.append(_("worth much"))
    if scope.get("not_counted_since"):
        said.append(_("not counted since %(day)s", day=scope["not_counted_since"]))
    return tuple(said)
