"""Receives goods in one transaction, in the same few SQL statements whatever their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, insert, or_, select, update

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core import audit, clock
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.documents import services as papers
from aidtrack.documents.models import PaperKind
from aidtrack.donations import damage
from aidtrack.donations.arrivals import (
    Arrival,
    Ground,
    LotKey,
    ReceivedLot,
    problems_of,
    transfers,
)
from aidtrack.donations.counted import Counted, received
from aidtrack.donations.models import (
    Donation,
    DonationLine,
    DonationStatus,
    GoodsReceipt,
    GoodsReceiptLine,
)
from aidtrack.donations.pledges import refuse
from aidtrack.donations.received_note import facts_of
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.partners.models import Partner
from aidtrack.places.models import Area, Place, PlaceKind
from aidtrack.places.services import add_in_transit, outside_place
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Transfer
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import Lot, LotPart, MovementKind

KIND = "goods_receipt"
# Written once: building a statement costs more than running it.
LINES = (
    select(
        DonationLine.id,
        DonationLine.item_id,
        DonationLine.pack_id,
        DonationLine.quantity,
        DonationLine.unit_value_minor,
        Item.code,
        Item.name,
        Item.names,
        Item.base_unit,
        Item.weight_mg,
        Item.has_expiry,
        Item.unit_value_minor.label("item_value_minor"),
        Item.currency.label("item_currency"),
        ItemPack.size.label("pack_size"),
        ItemPack.weight_mg.label("pack_weight_mg"),
    )
    .join(Item, Item.id == DonationLine.item_id)
    .outerjoin(ItemPack, ItemPack.id == DonationLine.pack_id)
    .where(DonationLine.donation_id == bindparam("donation_id"))
)
PACKS = (
    select(ItemPack.id, ItemPack.item_id, ItemPack.size, ItemPack.weight_mg)
    .join(DonationLine, DonationLine.item_id == ItemPack.item_id)
    .where(DonationLine.donation_id == bindparam("donation_id"))
)
# Not what was made of other lots, nor what turned out to be another item.
LOTS = (
    select(Lot.id, Lot.donation_line_id, Lot.batch_number, Lot.expires_on)
    .join(DonationLine, DonationLine.id == Lot.donation_line_id)
    .where(
        DonationLine.donation_id == bindparam("donation_id"),
        DonationLine.item_id == Lot.item_id,
        ~exists().where(LotPart.lot_id == Lot.id),
    )
    .order_by(Lot.id)
)
# The site, its bins that are named, the outside that goods come from, and the road where those
# stand that never arrived.
PLACES = (
    select(
        Place.id,
        Place.kind,
        Place.is_outside,
        Place.partner_id,
        Place.organisation_id,
        Place.site_id,
        Place.is_active,
        Place.name,
        Place.names,
        Place.address,
        Place.contact,
        Place.phone,
        Area.name.label("area_name"),
        Area.names.label("area_names"),
        Area.pcode.label("area_pcode"),
    )
    .outerjoin(Area, Area.id == Place.area_id)
    .where(
        or_(
            Place.id.in_(bindparam("named", expanding=True)),
            (Place.organisation_id == bindparam("organisation_id"))
            & (Place.kind == PlaceKind.IN_TRANSIT)
            & Place.parent_id.is_(None)
            & (Place.name == bindparam("donation_number")),
            (Place.partner_id == bindparam("donor_id")) & (Place.kind == PlaceKind.DONOR),
        )
    )
)
PARTIES = (
    select(Donation, Organisation, Partner)
    .join(Organisation, Organisation.id == Donation.organisation_id)
    .join(Partner, Partner.id == Donation.donor_id)
    .where(Donation.id == bindparam("donation_id"))
    .with_for_update(of=Donation)
    .execution_options(populate_existing=True)
)


class GoodsHaveGoneOn(RuleBroken):
    """A receipt cannot be undone, because what it brought has left the bin since."""

    code = "goods_have_gone_on"


@dataclass(frozen=True, slots=True)
class Parties:
    """A donation, locked, with who gave it and who gets it."""

    donation: Donation
    organisation: Organisation
    donor: Partner


def lock(donation_id: int) -> Parties | None:
    """The donation and its parties; two receipts of one donation go one after the other."""
    row = db.session.execute(PARTIES, {"donation_id": donation_id}).first()
    return Parties(*row) if row else None


def own_receipt(
    receipt_id: int, permission: Permission, actor: Actor
) -> tuple[GoodsReceipt, Parties]:
    """A receipt and the parties of its donation, locked. Raises NotFound to strangers, NotAllowed
    to those without the permission where it came.
    """
    asked = select(GoodsReceipt.donation_id).where(GoodsReceipt.id == receipt_id)
    donation_id = db.session.scalar(asked)
    parties = lock(donation_id) if donation_id is not None else None
    if parties is None or not may_see(parties.donation, actor):
        raise NotFound(_("There is no such receipt."))
    receipt = db.session.get_one(GoodsReceipt, receipt_id, populate_existing=True)
    require(actor, permission, organisation_id=receipt.organisation_id, site_id=receipt.site_id)
    return receipt, parties


def may_see(donation: Donation, actor: Actor) -> bool:
    return actor.may(Permission.VIEW_DONATIONS, organisation_id=donation.organisation_id)


def record(arrival: Arrival, parties: Parties, *, actor: Actor) -> int:
    """Write down an arrival that the caller has checked the permission for; the receipt's id."""
    donation = parties.donation
    ground = _ground(arrival, parties)
    refuse(list(problems_of(arrival, ground, clock.now())))
    counted = received([donation.id])
    lot_ids = _lots(arrival, parties, ground)
    receipt_id = _write(arrival, parties, lot_ids, actor)
    lost = damage.lost_of(arrival, lot_ids, ground.road_place_id)
    lines = transfers(arrival, lot_ids, ground)
    movement_id = _post(arrival, parties, lines, lost, receipt_id=receipt_id, actor=actor)
    paper = papers.issue(
        PaperKind.GOODS_RECEIVED_NOTE,
        facts_of(
            arrival,
            donation=donation,
            organisation=parties.organisation,
            donor=parties.donor,
            ground=ground,
            lot_ids=lot_ids,
        ),
        source=(KIND, receipt_id),
        organisation=parties.organisation,
        actor=actor,
        donor_id=donation.donor_id,
    )
    db.session.connection().execute(
        update(GoodsReceipt)
        .where(GoodsReceipt.id == receipt_id)
        .values(movement_id=movement_id, paper_id=paper.id)
    )
    donation.status = _status(ground.lines, counted, arrival.lots)
    _audit(actor, "received", donation.id, receipt=receipt_id, paper=paper.number)
    return receipt_id


def _post(
    arrival: Arrival,
    parties: Parties,
    lines: Sequence[Transfer],
    lost: Sequence[Lost],
    *,
    receipt_id: int,
    actor: Actor,
) -> int:
    """The goods come; what is lost of them is written off. Returns the movement's id."""
    came: list[int] = []

    def come() -> None:
        came.append(
            ledger.post(
                lines,
                kind=MovementKind.RECEIPT,
                source=ledger.Source(KIND, receipt_id),
                organisation_id=parties.donation.organisation_id,
                recorded_by_id=actor.user_id,
                occurred_at=arrival.arrived_at,
                note=parties.donation.number,
            )
        )

    if lost:
        damage.record(
            arrival, lines, lost, number=parties.donation.number, receipt_id=receipt_id,
            actor=actor, first=come,
        )  # fmt: skip
    else:
        come()
    return came[0]


def take_back(receipt: GoodsReceipt, parties: Parties, *, reason: str, actor: Actor) -> None:
    """Reverse the receipt's movement and what was written off of it, and void its note."""
    assert receipt.movement_id is not None
    assert receipt.paper_id is not None
    damage.take_back(receipt.id, receipt.movement_id, reason=reason, actor=actor)
    try:
        ledger.reverse(receipt.movement_id, reason=reason, recorded_by_id=actor.user_id)
    except ledger.InsufficientStock as short:
        raise GoodsHaveGoneOn(
            _("Some of these goods have gone on, so the receipt stays. %(why)s", why=short.message),
            shortages=short.facts["shortages"],
        ) from short
    papers.withdraw(receipt.paper_id, reason=reason, actor=actor)
    receipt.undone_at = clock.now()
    db.session.flush()
    parties.donation.status = status_of(parties.donation.id)
    _audit(actor, "receipt_undone", receipt.donation_id, receipt=receipt.id, reason=reason)


def status_of(donation_id: int) -> DonationStatus:
    """How far an open donation has come, by what was received and not undone."""
    lines = db.session.execute(
        select(DonationLine.id, DonationLine.quantity).filter_by(donation_id=donation_id)
    )
    return _status({row.id: row for row in lines}, received([donation_id]), ())


def _status(
    lines: Mapping[int, Any],
    counted: Mapping[int, Counted],
    lots: tuple[ReceivedLot, ...],
) -> DonationStatus:
    if not counted and not lots:
        return DonationStatus.PLEDGED
    given = dict.fromkeys(lines, 0)
    for line_id, figures in counted.items():
        given[line_id] += figures.given
    for lot in lots:
        given[lot.donation_line_id] += lot.given
    has_all = all(given[line_id] >= line.quantity for line_id, line in lines.items())
    return DonationStatus.RECEIVED if has_all else DonationStatus.RECEIVING


def _ground(arrival: Arrival, parties: Parties) -> Ground:
    donation, connection = parties.donation, db.session.connection()
    of_it = {"donation_id": donation.id}
    places = connection.execute(
        PLACES,
        {
            "named": [arrival.site_id, *{lot.place_id for lot in arrival.lots if lot.place_id}],
            "organisation_id": donation.organisation_id,
            "donation_number": donation.number,
            "donor_id": donation.donor_id,
        },
    ).all()
    road_id = next((place.id for place in places if place.kind == PlaceKind.IN_TRANSIT), None)
    if road_id is None and any(lot.missing for lot in arrival.lots):
        road_id = add_in_transit(donation.organisation_id, donation.number)
    outside = {(place.kind, place.partner_id): place.id for place in places if place.is_outside}
    has_packs = any(lot.pack_id for lot in arrival.lots)
    packs = connection.execute(PACKS, of_it) if has_packs else ()
    return Ground(
        lines={row.id: row for row in connection.execute(LINES, of_it)},
        packs={row.id: row for row in packs},
        places={
            place.id: place
            for place in places
            if place.site_id is not None and place.organisation_id == donation.organisation_id
        },
        donor_place_id=outside.get((PlaceKind.DONOR, donation.donor_id))
        or outside_place(PlaceKind.DONOR, donation.organisation_id, partner_id=donation.donor_id),
        road_place_id=road_id,
    )


def _lots(arrival: Arrival, parties: Parties, ground: Ground) -> dict[LotKey, int]:
    """The lot of each row: one that an earlier receipt made, or a new one."""
    donation = parties.donation
    known: dict[LotKey, int] = {}
    for row in db.session.connection().execute(LOTS, {"donation_id": donation.id}):
        known.setdefault((row.donation_line_id, row.batch_number, row.expires_on), row.id)
    new = {lot.key: lot for lot in arrival.lots if lot.key not in known}
    made = ledger.create_lots(
        [_new_lot(lot, ground.lines[lot.donation_line_id], donation) for lot in new.values()]
    )
    return known | dict(zip(new, made, strict=True))


def _new_lot(lot: ReceivedLot, line: Any, donation: Donation) -> ledger.NewLot:
    is_valued = line.unit_value_minor is not None
    return ledger.NewLot(
        item_id=line.item_id,
        organisation_id=donation.organisation_id,
        donor_id=donation.donor_id,
        donation_line_id=line.id,
        batch_number=lot.batch_number,
        expires_on=lot.expires_on,
        pack_id=lot.pack_id or line.pack_id,
        unit_value_minor=line.unit_value_minor if is_valued else line.item_value_minor,
        currency=donation.currency if is_valued else line.item_currency,
    )


def _write(arrival: Arrival, parties: Parties, lot_ids: Mapping[LotKey, int], actor: Actor) -> int:
    """The receipt and its lines, in two statements."""
    connection, donation = db.session.connection(), parties.donation
    receipt_id: int = connection.execute(
        insert(GoodsReceipt).returning(GoodsReceipt.id),
        {
            "organisation_id": donation.organisation_id,
            "donation_id": donation.id,
            "site_id": arrival.site_id,
            "arrived_at": arrival.arrived_at,
            "delivered_by": arrival.delivered_by,
            "received_by": arrival.received_by,
            "transport": arrival.transport,
            "transport_reference": arrival.transport_reference,
            "documents_complete": arrival.documents_complete,
            "note": arrival.note,
            "recorded_by_id": actor.user_id,
        },
    ).scalar_one()
    connection.execute(
        insert(GoodsReceiptLine),
        [
            {
                "receipt_id": receipt_id,
                "line_number": number,
                "donation_line_id": lot.donation_line_id,
                "lot_id": lot_ids[lot.key],
                "place_id": lot.place_id or arrival.site_id,
                "stated": lot.stated,
                "good": lot.good,
                "damaged": lot.damaged,
                "is_claimed": lot.is_claimed,
                "note": lot.note,
            }
            for number, lot in enumerate(arrival.lots, start=1)
        ],
    )
    return receipt_id


def _audit(actor: Actor, act: str, donation_id: int, **facts: object) -> None:
    audit.record(
        actor, f"donation.{act}", kind="donation", record_id=donation_id, facts=dict(facts)
    )
