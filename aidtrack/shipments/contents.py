"""What a shipment carries and what was handed over, as pages and programs read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.catalogue.units import Pack, measure
from aidtrack.core.db import db
from aidtrack.core.i18n import _, name_in
from aidtrack.identity.models import User
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place, called
from aidtrack.shipments import packs
from aidtrack.shipments.models import (
    Delivery,
    DeliveryLine,
    ShipmentLine,
    ShipmentLoad,
)
from aidtrack.stock.models import Lot, Reason, lot_number


@dataclass(frozen=True, slots=True)
class LoadDetail:
    """A quantity of one lot. quantity = delivered + returned + lost + on_the_road.

    `damaged` and `missing` were said at the destination; they stay on the road until the
    sender settles them, `to_settle` of them. Weight and volume are those of all of it; None
    where they are not known.
    """

    id: int
    line_id: int
    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date | None
    donor: str
    place_id: int
    place: str
    pack: Pack | None
    quantity: int
    delivered: int
    returned: int
    lost: int
    on_the_road: int
    damaged: int
    missing: int
    to_settle: int
    reasons: tuple[Reason, ...]
    item_id: int
    item: str
    base_unit: str
    weight_mg: int | None
    volume_mm3: int | None
    is_recalled: bool = False

    @property
    def lot(self) -> str:
        return self.batch_number or self.lot_number


@dataclass(frozen=True, slots=True)
class LineDetail:
    """What was asked for, and the lots taken for it. Weight and volume of one base unit, and
    of the whole pack where it was measured.

    `why_taken`: what the sender said of lots that are usually left.
    """

    id: int
    line_number: int
    item_id: int
    item_code: str
    item: str
    base_unit: str
    weight_mg: int | None
    volume_mm3: int | None
    pack_weight_mg: int | None
    pack_volume_mm3: int | None
    pack_id: int | None
    pack: Pack | None
    quantity: int
    note: str
    why_taken: str
    loads: tuple[LoadDetail, ...]

    @property
    def picked(self) -> int:
        return sum(load.quantity for load in self.loads)

    @property
    def weights(self) -> list[int | None]:
        """What each load weighs; what was asked for would, while nothing is loaded."""
        size = self.pack.size if self.pack else None
        asked = measure(self.quantity, self.weight_mg, size, self.pack_weight_mg)
        return [load.weight_mg for load in self.loads] or [asked]

    @property
    def volumes(self) -> list[int | None]:
        """The room that each takes, in the same way."""
        size = self.pack.size if self.pack else None
        asked = measure(self.quantity, self.volume_mm3, size, self.pack_volume_mm3)
        return [load.volume_mm3 for load in self.loads] or [asked]


@dataclass(frozen=True, slots=True)
class DeliveryLineDetail:
    """Of one load at one hand-over."""

    load_id: int
    item: str
    base_unit: str
    lot: str
    pack: Pack | None
    good: int
    damaged: int
    missing: int
    reason: Reason | None
    note: str


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """One hand-over: who received it, when, and who recorded it."""

    id: int
    delivered_at: datetime
    receiver_name: str
    receiver_function: str
    note: str
    recorded_by: str
    from_phone: bool
    undone_at: datetime | None
    undone_reason: str
    lines: tuple[DeliveryLineDetail, ...]

    @property
    def received_by(self) -> str:
        """Who has the goods, as far as that is still known."""
        if self.receiver_name:
            return self.receiver_name
        if any(line.good for line in self.lines):
            return _("Name removed after its time")
        return _("Nobody received it")

    @property
    def bad(self) -> tuple[DeliveryLineDetail, ...]:
        """The lines of which something was damaged or missing."""
        return tuple(line for line in self.lines if line.damaged or line.missing)


# Built once: building them takes longer than running them.
LOADS = packs.with_packs(
    select(
        ShipmentLoad,
        Lot.batch_number,
        Lot.expires_on,
        Lot.recall_id,
        Partner.name.label("donor"),
        called(Place).label("place"),
        Place.names.label("place_names"),
        packs.PACK,
        packs.SIZE,
        packs.WEIGHT,
        packs.VOLUME,
        Item.weight_mg,
        Item.volume_mm3,
        Item.id.label("item_id"),
        Item.name.label("item"),
        Item.names.label("item_names"),
        Item.base_unit,
    )
    .join(ShipmentLine, ShipmentLine.id == ShipmentLoad.line_id)
    .join(Item, Item.id == ShipmentLine.item_id)
    .join(Lot, Lot.id == ShipmentLoad.lot_id)
    .join(Place, Place.id == ShipmentLoad.place_id)
    .outerjoin(Partner, Partner.id == Lot.donor_id)
    .where(ShipmentLoad.shipment_id == bindparam("shipment_id"))
    .order_by(ShipmentLine.line_number, ShipmentLoad.id)
)
DELIVERY_LINES = packs.with_packs(
    select(
        DeliveryLine,
        Item.name,
        Item.names,
        Item.base_unit,
        Lot.id.label("lot_id"),
        Lot.batch_number,
        packs.PACK,
    )
    .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
    .join(ShipmentLoad, ShipmentLoad.id == DeliveryLine.load_id)
    .join(ShipmentLine, ShipmentLine.id == ShipmentLoad.line_id)
    .join(Item, Item.id == ShipmentLine.item_id)
    .join(Lot, Lot.id == ShipmentLoad.lot_id)
    .where(Delivery.shipment_id == bindparam("shipment_id"))
    .order_by(DeliveryLine.id)
)


def lines_of(shipment_id: int, deliveries: Sequence[DeliveryDetail] = ()) -> tuple[LineDetail, ...]:
    """What was asked and what was taken, in two statements."""
    loads: dict[int, list[LoadDetail]] = {}
    for load in _loads_of(shipment_id, _said(deliveries)):
        loads.setdefault(load.line_id, []).append(load)
    rows = db.session.execute(
        select(ShipmentLine, Item, ItemPack, nesting.pack(ItemPack.id))
        .join(Item, Item.id == ShipmentLine.item_id)
        .outerjoin(ItemPack, ItemPack.id == func.coalesce(ShipmentLine.pack_id, packs.LARGEST))
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.line_number)
    )
    return tuple(
        LineDetail(
            id=line.id,
            line_number=line.line_number,
            item_id=item.id,
            item_code=item.code,
            item=item.name_in(),
            base_unit=item.base_unit,
            weight_mg=item.weight_mg,
            volume_mm3=item.volume_mm3,
            pack_id=line.pack_id,
            pack_weight_mg=measured.weight_mg if measured else None,
            pack_volume_mm3=measured.volume_mm3 if measured else None,
            pack=pack,
            quantity=line.quantity,
            note=line.note,
            why_taken=line.why_taken,
            loads=tuple(loads.get(line.id, ())),
        )
        for line, item, measured, pack in rows
    )


def deliveries_of(shipment_id: int) -> tuple[DeliveryDetail, ...]:
    """Every hand-over, newest first, in two statements."""
    lines = _delivery_lines_of(shipment_id)
    rows = db.session.execute(
        select(Delivery, User.name)
        .outerjoin(User, User.id == Delivery.recorded_by_id)
        .where(Delivery.shipment_id == shipment_id)
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
    )
    return tuple(
        DeliveryDetail(
            id=delivery.id,
            delivered_at=delivery.delivered_at,
            receiver_name=delivery.receiver_name,
            receiver_function=delivery.receiver_function,
            note=delivery.note,
            recorded_by=name or "",
            from_phone=delivery.field_report_id is not None,
            undone_at=delivery.undone_at,
            undone_reason=delivery.undone_reason,
            lines=tuple(lines.get(delivery.id, ())),
        )
        for delivery, name in rows
    )


def _loads_of(
    shipment_id: int, said: dict[int, tuple[int, int, tuple[Reason, ...]]]
) -> Iterable[LoadDetail]:
    rows = db.session.execute(LOADS, {"shipment_id": shipment_id})
    for row in rows:
        load: ShipmentLoad = row.ShipmentLoad
        damaged, missing, reasons = said.get(load.id, (0, 0, ()))
        settled = load.returned + load.lost
        yield LoadDetail(
            id=load.id,
            line_id=load.line_id,
            lot_id=load.lot_id,
            lot_number=lot_number(load.lot_id),
            batch_number=row.batch_number,
            expires_on=row.expires_on,
            donor=row.donor or "",
            place_id=load.place_id,
            place=name_in(row.place, row.place_names),
            pack=row.pack,
            quantity=load.quantity,
            delivered=load.delivered,
            returned=load.returned,
            lost=load.lost,
            on_the_road=load.on_the_road,
            damaged=damaged,
            missing=missing,
            to_settle=min(load.on_the_road, max(0, damaged + missing - settled)),
            reasons=reasons,
            item_id=row.item_id,
            item=name_in(row.item, row.item_names),
            base_unit=row.base_unit,
            weight_mg=measure(load.quantity, row.weight_mg, row.pack_size, row.pack_weight_mg),
            volume_mm3=measure(load.quantity, row.volume_mm3, row.pack_size, row.pack_volume_mm3),
            is_recalled=row.recall_id is not None,
        )


def _said(
    deliveries: Sequence[DeliveryDetail],
) -> dict[int, tuple[int, int, tuple[Reason, ...]]]:
    """Of each load: how much was said to be damaged and missing, and why."""
    found: dict[int, tuple[int, int, tuple[Reason, ...]]] = {}
    for delivery in deliveries:
        if delivery.undone_at is not None:
            continue
        for line in delivery.bad:
            damaged, missing, reasons = found.get(line.load_id, (0, 0, ()))
            more = (line.reason,) if line.reason and line.reason not in reasons else ()
            found[line.load_id] = (
                damaged + line.damaged,
                missing + line.missing,
                (*reasons, *more),
            )
    return found


def _delivery_lines_of(shipment_id: int) -> dict[int, list[DeliveryLineDetail]]:
    found: dict[int, list[DeliveryLineDetail]] = {}
    rows = db.session.execute(DELIVERY_LINES, {"shipment_id": shipment_id})
    for row in rows:
        line: DeliveryLine = row.DeliveryLine
        found.setdefault(line.delivery_id, []).append(
            DeliveryLineDetail(
                load_id=line.load_id,
                item=name_in(row.name, row.names),
                base_unit=row.base_unit,
                lot=row.batch_number or lot_number(row.lot_id),
                pack=row.pack,
                good=line.good,
                damaged=line.damaged,
                missing=line.missing,
                reason=line.reason,
                note=line.note,
            )
        )
    return found
