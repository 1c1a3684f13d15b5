"""What the figures of a count say: each against the books of its own moment.

The books of that moment are what was kept with the figure, and those movements that were
recorded later but say that they happened before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from aidtrack.core.db import db
from aidtrack.counting.models import CountEntry, CountLine
from aidtrack.identity.models import User
from aidtrack.stock.models import MovementKind, StockLine, StockMovement

Enterer = aliased(User, name="enterer")


@dataclass(frozen=True, slots=True)
class Late:
    """A movement recorded after the counting that happened before it; `quantity` may be
    negative, for what left the bin.
    """

    movement_id: int
    kind: MovementKind
    quantity: int
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """What one person counted of a line. `entered_by` is empty where they entered it."""

    entry_id: int
    line_id: int
    round: int
    counter: int
    quantity: int
    typed: str
    note: str
    counted_at: datetime
    counted_by_id: int
    counted_by: str
    entered_by: str
    kept_book: int
    late: tuple[Late, ...] = ()

    @property
    def book(self) -> int:
        return self.kept_book + sum(each.quantity for each in self.late)

    @property
    def difference(self) -> int:
        return self.quantity - self.book


Figures = Mapping[int, Sequence[Figure]]
"""By line: the last figure of each counter in each round, in that order."""


def figures_of(count_id: int) -> dict[int, list[Figure]]:
    """All figures of a count that were not corrected, in two statements."""
    late = _late(count_id)
    last: dict[tuple[int, int, int], Figure] = {}
    for row in db.session.execute(
        select(CountEntry, User.name, Enterer.id.label("enterer_id"), Enterer.name.label("enterer"))
        .join(CountLine, CountLine.id == CountEntry.line_id)
        .join(User, User.id == CountEntry.counted_by_id)
        .join(Enterer, Enterer.id == CountEntry.entered_by_id)
        .where(CountLine.count_id == count_id)
        .order_by(CountEntry.id)
    ):
        entry = row.CountEntry
        last[entry.line_id, entry.round, entry.counter] = Figure(
            entry_id=entry.id,
            line_id=entry.line_id,
            round=entry.round,
            counter=entry.counter,
            quantity=entry.quantity,
            typed=entry.typed,
            note=entry.note,
            counted_at=entry.counted_at,
            counted_by_id=entry.counted_by_id,
            counted_by=row.name,
            entered_by=row.enterer if row.enterer_id != entry.counted_by_id else "",
            kept_book=entry.book_quantity,
            late=tuple(late.get(entry.id, ())),
        )
    found: dict[int, list[Figure]] = {}
    for key in sorted(last):
        found.setdefault(key[0], []).append(last[key])
    return found


def _late(count_id: int) -> dict[int, list[Late]]:
    """What happened before each figure but was recorded after it, by entry."""
    rows = db.session.execute(
        select(
            CountEntry.id.label("entry_id"),
            CountLine.place_id,
            StockLine.to_place_id,
            StockLine.quantity,
            StockMovement.id.label("movement_id"),
            StockMovement.kind,
            StockMovement.occurred_at,
            StockMovement.recorded_at,
        )
        .select_from(CountLine)
        .join(CountEntry, CountEntry.line_id == CountLine.id)
        .join(
            StockLine,
            (StockLine.lot_id == CountLine.lot_id) & (StockLine.id > CountEntry.last_line_id),
        )
        .join(StockMovement, StockMovement.id == StockLine.movement_id)
        .where(
            CountLine.count_id == count_id,
            or_(
                StockLine.from_place_id == CountLine.place_id,
                StockLine.to_place_id == CountLine.place_id,
            ),
            StockMovement.occurred_at <= CountEntry.counted_at,
        )
        .order_by(StockLine.id)
    )
    found: dict[int, list[Late]] = {}
    for row in rows:
        gained = row.quantity if row.to_place_id == row.place_id else -row.quantity
        found.setdefault(row.entry_id, []).append(
            Late(row.movement_id, row.kind, gained, row.occurred_at, row.recorded_at)
        )
    return found


def of_round(figures: Iterable[Figure], number: int) -> list[Figure]:
    return [each for each in figures if each.round == number]


def deciding(figures: Sequence[Figure], number: int) -> Figure | None:
    """The figure that a line goes by: that of its last round; of two who agree the first's."""
    found = of_round(figures, number)
    return found[0] if found else None


def frozen(figure: Figure, book: int | None) -> Figure:
    """The figure against the books that an approval went by, if there was one."""
    return figure if book is None else replace(figure, kept_book=book, late=())


def is_settled(figures: Sequence[Figure], number: int, counters: int) -> bool:
    """Whether all who were to count a line found what the books had: nothing to count again."""
    found = of_round(figures, number)
    wanted = counters if number == 1 else 1
    return len(found) == wanted and all(each.difference == 0 for each in found)
