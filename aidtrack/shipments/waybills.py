"""What a shipment's waybill says, frozen when it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from aidtrack.catalogue import units
from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.documents import services as documents
from aidtrack.documents import wording
from aidtrack.documents.layouts.facts import Party, Texts
from aidtrack.documents.layouts.waybill import Mode, Waybill, WaybillLine
from aidtrack.documents.models import Paper, PaperKind, PaperStatus
from aidtrack.identity.permissions import Actor
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place
from aidtrack.shipments import packs
from aidtrack.shipments.models import Shipment, ShipmentLine, ShipmentLoad
from aidtrack.stock import made
from aidtrack.stock.models import Lot, lot_number

SEPARATOR = " · "
# What `facts` reads of a shipment beyond both ends, for `access.locked`.
NEEDED = (
    joinedload(Shipment.origin).joinedload(Place.area),
    joinedload(Shipment.destination).joinedload(Place.area),
    joinedload(Shipment.destination).joinedload(Place.organisation),
    joinedload(Shipment.driver),
)


@dataclass(frozen=True, slots=True)
class Load:
    """One lot on board, with everything its line on paper needs. Of one base unit: *_each."""

    load_id: int
    lot_id: int
    place_id: int
    quantity: int
    item_code: str
    item_name: str
    item_names: dict[str, str]
    base_unit: str
    weight_mg_each: int | None
    volume_mm3_each: int | None
    batch_number: str
    expires_on: date | None
    donor: str
    pack_size: int | None
    pack_weight_mg: int | None
    pack_volume_mm3: int | None
    note: str

    @property
    def lot_number(self) -> str:
        return lot_number(self.lot_id)

    @property
    def item_label(self) -> str:
        return name_in(self.item_name, self.item_names)


# Built once: building it takes longer than running it.
LOADS = packs.with_packs(
    select(
        ShipmentLoad.id.label("load_id"),
        ShipmentLoad.lot_id,
        ShipmentLoad.place_id,
        ShipmentLoad.quantity,
        Item.code.label("item_code"),
        Item.name.label("item_name"),
        Item.names.label("item_names"),
        Item.base_unit,
        Item.weight_mg.label("weight_mg_each"),
        Item.volume_mm3.label("volume_mm3_each"),
        Lot.batch_number,
        Lot.expires_on,
        func.coalesce(Partner.name, "").label("donor"),
        packs.SIZE,
        packs.WEIGHT,
        packs.VOLUME,
        ShipmentLine.note,
    )
    .join(ShipmentLine, ShipmentLine.id == ShipmentLoad.line_id)
    .join(Item, Item.id == ShipmentLine.item_id)
    .join(Lot, Lot.id == ShipmentLoad.lot_id)
    .outerjoin(Partner, Partner.id == Lot.donor_id)
    .where(ShipmentLoad.shipment_id == bindparam("shipment_id"))
    .order_by(ShipmentLine.line_number, ShipmentLoad.id)
)


def loads_of(shipment_id: int) -> list[Load]:
    """Everything on board by line, in one statement."""
    rows = db.session.execute(LOADS, {"shipment_id": shipment_id})
    return [Load(**row._mapping) for row in rows]


def facts(shipment: Shipment, loads: Sequence[Load], asked: Sequence[str] = ()) -> Waybill:
    """The waybill in the languages asked for, else those of the organisation that sends."""
    organisation, origin, destination = (
        shipment.organisation, shipment.origin, shipment.destination
    )  # fmt: skip
    languages = wording.languages_of(organisation, asked)
    consignee = destination.organisation
    driver = shipment.driver
    words = {unit: units.unit_texts(unit, languages) for unit in {load.base_unit for load in loads}}
    requisition = shipment.requisition_reference
    inside = made.contents_of({load.lot_id for load in loads}, languages[0])
    return Waybill(
        languages=languages,
        organisation=wording.own_party(organisation),
        origin=_site(origin, languages),
        destination=_site(destination, languages),
        consignee=Party(
            name=(consignee.name if consignee else destination.name,),
            lines=wording.lines(consignee.address if consignee else ""),
        ),
        carrier=Party(name=(shipment.carrier or organisation.name,)),
        lines=tuple(
            _line(x, languages, words[x.base_unit], requisition, inside.get(x.lot_id, ""))
            for x in loads
        ),
        contact=destination.contact,
        contact_phone=destination.phone,
        dock_instructions=destination.dock_instructions,
        vehicle_plate=shipment.vehicle_plate,
        trailer_plate=shipment.trailer_plate,
        driver=driver.name if driver else shipment.driver_name,
        driver_phone=shipment.driver_phone or (driver.phone if driver else ""),
        mode=cast(Mode, str(shipment.transport)),
        reference=shipment.transport_reference,
        departure=wording.local_moment(shipment.dispatched_at, organisation),
        expected_arrival=wording.local_moment(shipment.expected_at, organisation),
        seal_number=shipment.seal_number,
        comments=shipment.note,
        page_size=wording.page_size_of(organisation),
    )


def withdraw(shipment_id: int, *, reason: str, actor: Actor) -> None:
    """Its departure was undone: the waybills are void, their numbers stay taken."""
    valid = db.session.scalars(
        select(Paper.id).where(
            Paper.source_kind == "shipment",
            Paper.source_id == shipment_id,
            Paper.kind == PaperKind.WAYBILL,
            Paper.status == PaperStatus.VALID,
        )
    )
    for paper_id in valid.all():
        documents.withdraw(paper_id, reason=reason, actor=actor)


def _site(place: Place, languages: Sequence[str]) -> Party:
    return Party(
        name=wording.names_of(place, languages),
        lines=wording.lines(place.address, wording.area_line(place.area, languages[0])),
    )


def _line(
    load: Load, languages: Sequence[str], unit: Texts, requisition: str, inside: str
) -> WaybillLine:
    packed = units.packed(load.quantity, load.pack_size)
    return WaybillLine(
        item_code=load.item_code,
        item_name=wording.names(load.item_name, load.item_names, languages),
        units=load.quantity,
        unit=unit,
        packs=packed.packs,
        pack_size=packed.size if packed.packs else 0,
        donor=load.donor,
        lot=load.batch_number or load.lot_number,
        expires_on=load.expires_on,
        weight_mg=units.measure(
            load.quantity, load.weight_mg_each, load.pack_size, load.pack_weight_mg
        ),
        volume_mm3=units.measure(
            load.quantity, load.volume_mm3_each, load.pack_size, load.pack_volume_mm3
        ),
        requisition=requisition,
        remarks=SEPARATOR.join(each for each in (inside, load.note) if each),
    )
