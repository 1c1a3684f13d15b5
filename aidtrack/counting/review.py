"""The review of a count: what differs, in pieces and value, and what explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.counting import approving, figures
from aidtrack.counting.figures import Figure, Late
from aidtrack.counting.models import CountLine, CountStatus, StockCount
from aidtrack.counting.promises import Hindered, hindered
from aidtrack.counting.settling import settle
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, lot_number

REVIEWED = (CountStatus.REVIEW, CountStatus.DONE, CountStatus.REFUSED, CountStatus.UNDONE)
LINES_SHOWN_MAX = 500


@dataclass(frozen=True, slots=True)
class SaidFigure:
    """Who counted what, in which round; `entered_by` when somebody else entered it."""

    round: int
    counted_by: str
    entered_by: str
    quantity: int
    note: str


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line that differs, or that movements told of late explain. `book` is that of the
    moment of counting. The value is None where it is not known in the count's currency.

    `by_same`: it was counted again by somebody who had counted it before.
    """

    line_id: int
    place: str
    item: str
    item_code: str
    base_unit: str
    lot_id: int | None
    lot_number: str
    batch_number: str
    expires_on: date | None
    is_added: bool
    book: int
    counted: int
    difference: int
    misplaced: int
    value_minor: int | None
    by_same: bool
    figures: tuple[SaidFigure, ...]
    late: tuple[Late, ...]


@dataclass(frozen=True, slots=True)
class Wandered:
    """Some of a lot that lies in another bin than the books say: nobody lost it."""

    item: str
    lot_number: str
    from_place: str
    to_place: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Review:
    """What a count found. `fingerprint` stands for it as it is now; `left_out` lines that
    differ are not named here. Values in minor units of the count's currency, what lies in the
    wrong bin not among them. `hindered`: what must be let go elsewhere before it is approved.
    """

    lines_counted: int
    lines_right: int
    missing_minor: int
    surplus_minor: int
    unvalued: int
    fingerprint: str
    lines: tuple[ReviewLine, ...]
    misplaced: tuple[Wandered, ...]
    hindered: tuple[Hindered, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines of a count are, by their ids."""

    items: Mapping[int, Any]
    lots: Mapping[int, Any]
    places: Mapping[int, str]


def review_of(count: StockCount) -> Review | None:
    """What it found, once everything is counted; None before, so that counting stays blind."""
    if count.status not in REVIEWED:
        return None
    is_open = count.status == CountStatus.REVIEW
    by_line = figures.figures_of(count.id)
    decided = _as_approved(count, approving.decided_lines(count))
    known = _known(count)
    settlement = settle(approving.differences(decided))
    net = {**settlement.surplus, **{key: -x for key, x in settlement.missing.items()}}
    differing = [
        (line, figure) for line, figure in decided if figure.difference or (figure.late and is_open)
    ]
    shown = differing[:LINES_SHOWN_MAX]
    values = [_value(count, line, net, known) for line, figure in decided if figure.difference]
    return Review(
        lines_counted=len(decided),
        lines_right=sum(figure.difference == 0 for _line, figure in decided),
        missing_minor=-sum(x for x in values if x is not None and x < 0),
        surplus_minor=sum(x for x in values if x is not None and x > 0),
        unvalued=sum(x is None for x in values),
        fingerprint=approving.fingerprint(decided),
        lines=tuple(_line(count, each, by_line.get(each[0].id, ()), net, known) for each in shown),
        misplaced=tuple(
            Wandered(
                _item_name(known, known.lots[each.lot_id].item_id),
                lot_number(each.lot_id),
                known.places[each.from_place_id],
                known.places[each.to_place_id],
                each.quantity,
            )
            for each in settlement.misplaced
        ),
        hindered=tuple(hindered(count.id, settlement.taken()) if is_open else ()),
        left_out=len(differing) - len(shown),
    )


def _as_approved(
    count: StockCount, decided: list[tuple[CountLine, Figure]]
) -> list[tuple[CountLine, Figure]]:
    """Once it is decided, what the approval went by: later movements change nothing any more."""
    if count.status == CountStatus.REVIEW:
        return decided
    return [(line, figures.frozen(figure, line.book_quantity)) for line, figure in decided]


def _known(count: StockCount) -> _Known:
    of_count = CountLine.count_id == count.id
    items = db.session.execute(
        select(Item.id, Item.code, Item.name, Item.names, Item.base_unit).where(
            Item.id.in_(select(CountLine.item_id).where(of_count))
        )
    )
    lots = db.session.execute(
        select(Lot.id, Lot.item_id, Lot.unit_value_minor, Lot.currency).where(
            Lot.id.in_(select(CountLine.lot_id).where(of_count))
        )
    )
    places = db.session.scalars(select(Place).where(Place.site_id == count.site_id))
    return _Known(
        {row.id: row for row in items},
        {row.id: row for row in lots},
        {place.id: place.label for place in places},
    )


def _line(
    count: StockCount,
    decided: tuple[CountLine, Figure],
    said: Sequence[Figure],
    net: Mapping[tuple[int, int], int],
    known: _Known,
) -> ReviewLine:
    line, figure = decided
    item = known.items[line.item_id]
    own = net.get((line.lot_id or 0, line.place_id), 0 if line.lot_id else figure.difference)
    earlier = {each.counted_by_id for each in said if each.round < figure.round}
    return ReviewLine(
        line_id=line.id,
        place=known.places[line.place_id],
        item=name_in(item.name, item.names),
        item_code=item.code,
        base_unit=item.base_unit,
        lot_id=line.lot_id,
        lot_number=lot_number(line.lot_id) if line.lot_id else "",
        batch_number=line.batch_number,
        expires_on=line.expires_on,
        is_added=line.is_added,
        book=figure.book,
        counted=figure.quantity,
        difference=figure.difference,
        misplaced=figure.difference - own,
        value_minor=_value(count, line, net, known),
        by_same=figure.counted_by_id in earlier,
        figures=tuple(
            SaidFigure(x.round, x.counted_by, x.entered_by, x.quantity, x.note) for x in said
        ),
        late=figure.late,
    )


def _value(
    count: StockCount, line: CountLine, net: Mapping[tuple[int, int], int], known: _Known
) -> int | None:
    """What is missing (below zero) or over is worth; None when nobody knows."""
    lot = known.lots.get(line.lot_id or 0)
    if lot is None or lot.unit_value_minor is None or lot.currency != count.currency:
        return None
    return lot.unit_value_minor * net.get((lot.id, line.place_id), 0)


def _item_name(known: _Known, item_id: int) -> str:
    item = known.items[item_id]
    return name_in(item.name, item.names)
