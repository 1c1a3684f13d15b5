"""The lines of a count as a counter walks along them: bin by bin, with their own figures only.

Of a blind count nothing here tells what the books have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item
from aidtrack.catalogue.units import Pack
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.counting.models import CountEntry, CountLine, CountStatus, StockCount
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, StockBalance, lot_number

PAGE_LINES = 1_000


@dataclass(frozen=True, slots=True)
class LineToCount:
    """One lot in one bin. `counted` is what this counter found, None before; `book` is None in
    a blind count.
    """

    id: int
    place_id: int
    item_name: str
    item_names: dict[str, str]
    item_code: str
    lot_id: int | None
    lot_number: str
    batch_number: str
    expires_on: date | None
    base_unit: str
    pack_name: str
    pack_size: int | None
    pack: Pack | None
    is_added: bool
    counted: int | None
    typed: str
    book: int | None

    @property
    def item(self) -> str:
        """The item's name in the reader's language."""
        return name_in(self.item_name, self.item_names)


@dataclass(frozen=True, slots=True)
class BinToCount:
    """A bin, with the lines in it."""

    place_id: int
    label: str
    code: str
    lines: tuple[LineToCount, ...]


@dataclass(frozen=True, slots=True)
class LinesToCount:
    """What one counter has to count in this round: a page of it."""

    bins: tuple[BinToCount, ...]
    lines: int
    counted: int
    page: int
    pages: int


def to_count(count: StockCount, part: int, page: int | None = 1) -> LinesToCount:
    """A page of this round, or all of it, in the order of the bins. Always as many statements."""
    places = _places(count)
    own = _own(count, part)
    rows = db.session.execute(
        select(
            CountLine,
            Item.code,
            Item.name,
            Item.names,
            Item.base_unit,
            nesting.pack(Lot.pack_id),
        )
        .join(Item, Item.id == CountLine.item_id)
        .outerjoin(Lot, Lot.id == CountLine.lot_id)
        .where(CountLine.count_id == count.id, CountLine.round == count.round)
        .order_by(CountLine.id)
    ).all()
    shows_books = not count.is_blind and count.status == CountStatus.COUNTING
    books = _books(count) if shows_books else {}
    order = {place_id: position for position, place_id in enumerate(places)}
    walked = sorted(rows, key=lambda row: (order[row.CountLine.place_id], row.CountLine.id))
    start = ((page or 1) - 1) * PAGE_LINES
    end = start + PAGE_LINES if page else len(walked)
    shown = [
        _line(row, own.get(row.CountLine.id), books, shows_books=shows_books)
        for row in walked[start:end]
    ]
    counted = sum(row.CountLine.id in own for row in rows)
    pages = max(1, -(-len(rows) // PAGE_LINES))
    return LinesToCount(_by_bin(shown, places), len(rows), counted, page or 1, pages)


def _places(count: StockCount) -> dict[int, Place]:
    """The places of the site in the order in which one walks: the floor, then bins by path."""
    asked = (
        select(Place)
        .where(Place.site_id == count.site_id)
        .order_by(Place.id != count.site_id, Place.path, Place.id)
    )
    return {place.id: place for place in db.session.scalars(asked)}


def _own(count: StockCount, part: int) -> dict[int, tuple[int, str]]:
    """What this counter found in this round, by line: the last figure counts."""
    rows = db.session.execute(
        select(CountEntry.line_id, CountEntry.quantity, CountEntry.typed)
        .join(CountLine, CountLine.id == CountEntry.line_id)
        .where(
            CountLine.count_id == count.id,
            CountEntry.round == count.round,
            CountEntry.counter == part,
        )
        .order_by(CountEntry.id)
    )
    return {row.line_id: (row.quantity, row.typed) for row in rows}


def _books(count: StockCount) -> dict[tuple[int, int], int]:
    rows = db.session.execute(
        select(StockBalance.place_id, StockBalance.lot_id, StockBalance.quantity)
        .join(
            CountLine,
            (CountLine.place_id == StockBalance.place_id)
            & (CountLine.lot_id == StockBalance.lot_id),
        )
        .where(CountLine.count_id == count.id)
    )
    return {(row.place_id, row.lot_id): row.quantity for row in rows}


def _line(
    row: Any,
    own: tuple[int, str] | None,
    books: dict[tuple[int, int], int],
    *,
    shows_books: bool,
) -> LineToCount:
    line: CountLine = row.CountLine
    book = books.get((line.place_id, line.lot_id or 0), 0) if shows_books else None
    return LineToCount(
        id=line.id,
        place_id=line.place_id,
        item_name=row.name,
        item_names=row.names,
        item_code=row.code,
        lot_id=line.lot_id,
        lot_number=lot_number(line.lot_id) if line.lot_id else "",
        batch_number=line.batch_number,
        expires_on=line.expires_on,
        base_unit=row.base_unit,
        pack_name=row.pack.name if row.pack else "",
        pack_size=row.pack.size if row.pack else None,
        pack=row.pack,
        is_added=line.is_added,
        counted=own[0] if own else None,
        typed=own[1] if own else "",
        book=book,
    )


def _by_bin(lines: Sequence[LineToCount], places: dict[int, Place]) -> tuple[BinToCount, ...]:
    bins: dict[int, list[LineToCount]] = {}
    for line in lines:
        bins.setdefault(line.place_id, []).append(line)
    return tuple(
        BinToCount(place_id, places[place_id].label, places[place_id].code, tuple(some))
        for place_id, some in bins.items()
    )
