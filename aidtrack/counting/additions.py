"""Goods that a counter finds where the books have none: a line more in the count."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from aidtrack.catalogue.models import Item
from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.counting import counts, entries
from aidtrack.counting.entries import Counted, NewFigure, Saved
from aidtrack.counting.models import BEING_COUNTED, KIND, UNFINISHED, CountLine, StockCount
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import IN_STOCK, Place
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot


@dataclass(frozen=True, slots=True)
class FoundGoods:
    """Goods that lie where the books have none: the code of a lot (its number, or its batch in
    this count), or what is written on them.
    """

    place_id: int
    code: str = ""
    item_id: int | None = None
    batch_number: str = ""
    expires_on: date | None = None


def add(
    count_id: int, found: FoundGoods, counted: Counted, *, key: UUID, actor: Actor, at: datetime
) -> Saved:
    """Count goods that the books do not have there: a line more, and its figure.

    A lot that lies there after all is counted on its own line.
    """
    with transaction() as session:
        count = entries.reached(count_id, actor, shared=False)
        earlier = entries.earlier_entry(key)
        if earlier is not None:
            return Saved(earlier.line_id, earlier.quantity)
        counts.expect(count, *BEING_COUNTED)
        place = session.get(Place, found.place_id)
        if place is None or place.site_id != count.site_id or place.kind not in IN_STOCK:
            raise Invalid(_("Choose a bin of this site."), field="place_id")
        lot = _lot(found, count, actor)
        line = _line_of(count, place, lot, found)
        entries.keep(
            count, [NewFigure(line, key, counted.quantity, counted.typed)], counted, actor, at=at
        )
        facts = {"number": count.number, "line": line.id, "lot": line.lot_id}
        audit.record(actor, "count.goods_added", kind=KIND, record_id=count.id, facts=facts)
        return Saved(line.id, counted.quantity)


def _lot(found: FoundGoods, count: StockCount, actor: Actor) -> Lot | None:
    """The lot that was found: as scanned, or the one at this site that its words fit."""
    code = found.code.strip()
    if code:
        return _lot_called(code, count, actor)
    if found.item_id is None or db.session.get(Item, found.item_id) is None:
        raise Invalid(_("Say which item it is."), field="item_id")
    fitting = db.session.scalars(
        select(Lot)
        .join(CountLine, CountLine.lot_id == Lot.id)
        .where(
            CountLine.count_id == count.id,
            Lot.item_id == found.item_id,
            Lot.batch_number == found.batch_number.strip(),
            Lot.expires_on == found.expires_on if found.expires_on else Lot.expires_on.is_(None),
        )
        .distinct()
        .limit(2)
    ).all()
    return fitting[0] if len(fitting) == 1 else None


def _lot_called(code: str, count: StockCount, actor: Actor) -> Lot:
    """By our own number, such as L000123, or by a batch number that one lot of the count has."""
    if code[0] in "lL" and code[1:].isdecimal() and len(code) < 20:
        return stock.lot(int(code[1:]), actor)
    fitting = db.session.scalars(
        select(Lot)
        .where(
            Lot.batch_number == code,
            Lot.id.in_(select(CountLine.lot_id).where(CountLine.count_id == count.id)),
        )
        .limit(2)
    ).all()
    if len(fitting) != 1:
        raise Invalid(
            _("No single lot of this count is called “%(code)s”. Choose the item.", code=code),
            field="code",
        )
    return fitting[0]


def _line_of(count: StockCount, place: Place, lot: Lot | None, found: FoundGoods) -> CountLine:
    if lot is not None:
        _expect_not_elsewhere(count, place, lot)
        known = db.session.scalar(
            select(CountLine).filter_by(count_id=count.id, place_id=place.id, lot_id=lot.id)
        )
        if known is not None:
            if known.round != count.round:
                raise WrongStatus(_("This lot is counted there already, and is not counted again."))
            return known
    line = CountLine(
        count_id=count.id,
        place_id=place.id,
        item_id=lot.item_id if lot else found.item_id,
        lot_id=lot.id if lot else None,
        batch_number=lot.batch_number if lot else found.batch_number.strip(),
        expires_on=lot.expires_on if lot else found.expires_on,
        is_added=True,
        round=count.round,
    )
    db.session.add(line)
    db.session.flush()
    return line


def _expect_not_elsewhere(count: StockCount, place: Place, lot: Lot) -> None:
    """Two counts must not correct the same lot in the same bin."""
    number = db.session.scalar(
        select(StockCount.number)
        .join(CountLine, CountLine.count_id == StockCount.id)
        .where(
            CountLine.lot_id == lot.id,
            CountLine.place_id == place.id,
            StockCount.id != count.id,
            StockCount.status.in_(UNFINISHED),
        )
        .limit(1)
    )
    if number is not None:
        raise WrongStatus(_("This lot is counted there in %(number)s.", number=number))
