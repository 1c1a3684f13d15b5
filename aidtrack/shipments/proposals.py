"""Which lots a shipment would take, what stands in the way, and what would mend it.

Read only. A lot that the sender chose goes first; a line without lots gets those that
expire first; an expired lot is never sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place, called
from aidtrack.shipments import packs, why_lots
from aidtrack.shipments.models import Shipment, ShipmentLine, ShipmentLoad, ShipmentStatus
from aidtrack.shipments.shortages import (
    Filled,
    Key,
    Line,
    LineCheck,
    NamedLot,
    mends_of,
    problems_of,
)
from aidtrack.stock import allocation, apart
from aidtrack.stock import queries as stock
from aidtrack.stock.allocation import LeftOut, Offer, Pick
from aidtrack.stock.apart import Apart, Destination
from aidtrack.stock.models import Lot, lot_number


def check(shipment: Shipment, *, on: date) -> list[LineCheck]:
    """Every line of a draft as it would be made ready now, in a fixed number of statements."""
    lines = _lines(shipment.id)
    found = stock.offers(shipment.origin_id, {line.item_id for line in lines})
    chosen = {(p.place_id, p.lot_id) for line in lines for p in line.chosen}
    here = {(o.place_id, o.lot_id) for offers in found.values() for o in offers}
    facts = apart.apart({lot_id for _place, lot_id in here | chosen})
    asked = apart.asked_at(shipment.destination, on=on)
    offered = {
        item_id: why_lots.in_turn(offers, facts, asked, shipment.organisation_id)
        for item_id, offers in found.items()
    }
    by_key = {(o.place_id, o.lot_id): o for offers in offered.values() for o in offers}
    named = _named(here | chosen, by_key, shipment.id)
    filled = _fill(lines, offered, by_key, on)
    checker = Checker(named, by_key, facts, asked, on, several=len(lines) > 1)
    return [checker.checked(line, filled[line.id], offered[line.item_id]) for line in lines]


def _lines(shipment_id: int) -> list[Line]:
    chosen: dict[int, list[Pick]] = {}
    for load in db.session.execute(
        select(
            ShipmentLoad.line_id,
            ShipmentLoad.lot_id,
            ShipmentLoad.place_id,
            ShipmentLoad.quantity,
        )
        .where(ShipmentLoad.shipment_id == shipment_id)
        .order_by(ShipmentLoad.id)
    ):
        pick = Pick(load.lot_id, load.place_id, load.quantity)
        chosen.setdefault(load.line_id, []).append(pick)
    rows = db.session.execute(
        select(ShipmentLine, Item, ItemPack.name, ItemPack.size, nesting.pack(ItemPack.id))
        .join(Item, Item.id == ShipmentLine.item_id)
        .outerjoin(ItemPack, ItemPack.id == func.coalesce(ShipmentLine.pack_id, packs.LARGEST))
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.line_number)
    )
    return [
        Line(
            id=line.id,
            number=line.line_number,
            item_id=item.id,
            item_code=item.code,
            item=item.name_in(),
            base_unit=item.base_unit,
            pack_name=pack_name or "",
            pack_size=pack_size,
            pack=pack,
            asked=line.quantity,
            chosen=tuple(chosen.get(line.id, ())),
            why_taken=line.why_taken,
        )
        for line, item, pack_name, pack_size, pack in rows
    ]


def _named(keys: Iterable[Key], by_key: dict[Key, Offer], shipment_id: int) -> dict[Key, NamedLot]:
    """Each lot in its bin with everything a person calls it by."""
    wanted = sorted(keys)
    lots = {
        row.id: row
        for row in db.session.execute(
            select(
                Lot.id,
                Lot.batch_number,
                Lot.expires_on,
                Partner.name.label("donor"),
                ItemPack.name.label("pack_name"),
                ItemPack.size.label("pack_size"),
                nesting.pack(Lot.pack_id),
            )
            .outerjoin(Partner, Partner.id == Lot.donor_id)
            .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
            .where(Lot.id.in_({lot_id for _place, lot_id in wanted}))
        )
    }
    places = {
        row.id: name_in(row.name, row.names)
        for row in db.session.execute(
            select(Place.id, called(Place).label("name"), Place.names).where(
                Place.id.in_({place_id for place_id, _lot in wanted})
            )
        )
    }
    held = _held_for({lot_id for _place, lot_id in wanted}, shipment_id)
    return {
        (place_id, lot_id): NamedLot(
            lot_id=lot_id,
            lot_number=lot_number(lot_id),
            batch_number=lots[lot_id].batch_number,
            expires_on=lots[lot_id].expires_on,
            donor=lots[lot_id].donor or "",
            pack_name=lots[lot_id].pack_name or "",
            pack_size=lots[lot_id].pack_size,
            pack=lots[lot_id].pack,
            place_id=place_id,
            place=places[place_id],
            quantity=by_key[place_id, lot_id].quantity if (place_id, lot_id) in by_key else 0,
            free=by_key[place_id, lot_id].free if (place_id, lot_id) in by_key else 0,
            held_for=tuple(held.get((place_id, lot_id), ())),
        )
        for place_id, lot_id in wanted
    }


def _held_for(lot_ids: set[int], shipment_id: int) -> dict[Key, list[str]]:
    """The numbers of other shipments for which the goods are kept."""
    found: dict[Key, list[str]] = {}
    for row in db.session.execute(
        select(ShipmentLoad.place_id, ShipmentLoad.lot_id, Shipment.number)
        .join(Shipment, Shipment.id == ShipmentLoad.shipment_id)
        .where(
            ShipmentLoad.lot_id.in_(lot_ids),
            Shipment.status == ShipmentStatus.READY,
            Shipment.id != shipment_id,
        )
        .order_by(Shipment.id)
    ):
        found.setdefault((row.place_id, row.lot_id), []).append(row.number)
    return found


def _fill(
    lines: Sequence[Line], offered: dict[int, list[Offer]], by_key: dict[Key, Offer], on: date
) -> dict[int, Filled]:
    """What people chose comes first, then lines without lots, then what would mend a line."""
    free = {key: max(0, offer.free) for key, offer in by_key.items()}

    def take(quantity: int, item_id: int) -> tuple[tuple[Pick, ...], int]:
        offers = [replace(o, free=free[o.place_id, o.lot_id]) for o in offered[item_id]]
        proposed = allocation.propose(quantity, offers, on=on)
        for pick in proposed.picks:
            free[pick.place_id, pick.lot_id] -= pick.quantity
        return proposed.picks, proposed.missing

    kept: dict[int, tuple[tuple[Pick, ...], tuple[Pick, ...]]] = {}
    for line in (line for line in lines if line.chosen):
        kept[line.id] = _keep(line, by_key, free, on)
    filled: dict[int, Filled] = {}
    for line in (line for line in lines if not line.chosen):
        picks, missing = take(line.asked, line.item_id)
        filled[line.id] = Filled(picks, (), missing, ())
    for line in (line for line in lines if line.chosen):
        picks, refused = kept[line.id]
        missing = line.asked - sum(pick.quantity for pick in picks)
        extra, _rest = take(missing, line.item_id) if missing > 0 else ((), 0)
        filled[line.id] = Filled(picks, extra, max(0, missing), refused)
    return filled


def _keep(
    line: Line, by_key: dict[Key, Offer], free: dict[Key, int], on: date
) -> tuple[tuple[Pick, ...], tuple[Pick, ...]]:
    """Of the chosen lots: what can be sent, and the choices that cannot be kept whole."""
    picks: list[Pick] = []
    refused: list[Pick] = []
    for pick in line.chosen:
        key = (pick.place_id, pick.lot_id)
        offer = by_key.get(key)
        gone = offer is None or allocation.why_not(offer, on=on) is not None
        quantity = 0 if gone else min(pick.quantity, free[key])
        if quantity:
            free[key] -= quantity
            picks.append(replace(pick, quantity=quantity))
        if quantity < pick.quantity:
            refused.append(pick)
    return tuple(picks), tuple(refused)


@dataclass(frozen=True, slots=True)
class Checker:
    """Says of each line what it takes, with everything known of the lots."""

    named: dict[Key, NamedLot]
    by_key: dict[Key, Offer]
    facts: Apart
    asked: Destination
    on: date
    several: bool

    def checked(self, line: Line, filled: Filled, offers: Sequence[Offer]) -> LineCheck:
        picked = {(p.place_id, p.lot_id): p.quantity for p in filled.picks}
        chosen = {(p.place_id, p.lot_id) for p in line.chosen}
        keys = [(o.place_id, o.lot_id) for o in sorted(offers, key=allocation.in_turn)]
        keys += [key for key in picked if key not in keys]
        told = {key: self._told(key, picked, chosen) for key in {*keys, *chosen}}
        lots = tuple(told[key] for key in keys)
        named = self.named | told
        return LineCheck(
            line_id=line.id,
            line_number=line.number,
            item_id=line.item_id,
            item_code=line.item_code,
            item=line.item,
            base_unit=line.base_unit,
            pack_name=line.pack_name,
            pack_size=line.pack_size,
            pack=line.pack,
            asked=line.asked,
            missing=filled.missing,
            lots=lots,
            problems=tuple(problems_of(line, filled, lots, named, self.on)),
            mends=tuple(mends_of(line, filled, named, self.several)) if filled.missing else (),
            why_taken=line.why_taken,
        )

    def _told(self, key: Key, picked: dict[Key, int], chosen: set[Key]) -> NamedLot:
        offer = self.by_key.get(key)
        left_out = None if key in picked else LeftOut.NOT_NEEDED
        if left_out and offer:
            left_out = allocation.why_not(offer, on=self.on) or left_out
        lot = replace(self.named[key], picked=picked.get(key, 0), left_out=left_out)
        return why_lots.told(lot, offer, self.facts, self.asked, is_chosen=key in chosen)
