"""How gifts travelled: donation, goods received note, waybill, delivery, distribution."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from aidtrack.core.db import db
from aidtrack.core.i18n import _, name_in
from aidtrack.documents.layouts.donor_report import Journey, Step
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.donations.models import Donation, DonationLine, GoodsReceiptLine
from aidtrack.places.models import PlaceKind
from aidtrack.reports.gifts import Scope
from aidtrack.reports.kits import named_in_kit
from aidtrack.reports.trail import Passage, PlaceName, Source
from aidtrack.shipments.models import Delivery, DeliveryLine, ShipmentLoad
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.models import MovementKind
from aidtrack.stock.presence import GivenLot, holders

ONE_BELOW_THE_OTHER = "\n"
ROUTE = " → "
NOT_REACHED = Step()


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who signed a delivery (by function, never by name), and what was wrong with it."""

    signed_by: str
    damaged: int
    missing: int


@dataclass(frozen=True, slots=True)
class Way:
    """Everything known of the way of some gifts. `language` is that of the report.

    `claims` says by (receipt or its write-off, lot) whether something was claimed for what came
    short, `write_offs` the number of each write-off.
    """

    passages: Sequence[Passage]
    papers: Mapping[Source, Sequence[Paper]]
    hand_overs: Mapping[int, HandOver]
    claims: Mapping[tuple[Source, int], bool]
    donations: Mapping[int, Donation]
    write_offs: Mapping[int, str]
    language: str
    time_zone: str

    def numbers(self, kind: PaperKind, sources: Iterable[Source]) -> str:
        found = [
            paper.number
            for source in dict.fromkeys(sources)
            for paper in self.papers.get(source, ())
            if paper.kind == kind and paper.status != "void"
        ]
        return ONE_BELOW_THE_OTHER.join(dict.fromkeys(found))

    def day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def name(self, place: PlaceName) -> str:
        return name_in(place.name, place.names, self.language)

    def goods(self, passages: Iterable[Passage]) -> str:
        sums: dict[str, int] = {}
        for each in passages:
            item = named_in_kit(each.item, each.kit, self.language)
            sums[item] = sums.get(item, 0) + each.quantity
        return "; ".join(f"{item} {quantity}" for item, quantity in sums.items())


def hand_overs(scope: Scope, shipment_ids: Iterable[int]) -> dict[int, HandOver]:
    """What was said at each delivery by some shipments, by its movement, in one statement."""
    held = holders(*scope.of_lots())
    rows = db.session.execute(
        select(
            Delivery.movement_id,
            Delivery.receiver_function,
            func.sum(DeliveryLine.damaged * held.c.per_unit).label("damaged"),
            func.sum(DeliveryLine.missing * held.c.per_unit).label("missing"),
        )
        .join(DeliveryLine, DeliveryLine.delivery_id == Delivery.id)
        .join(ShipmentLoad, ShipmentLoad.id == DeliveryLine.load_id)
        .join(held, held.c.lot_id == ShipmentLoad.lot_id)
        .where(
            Delivery.shipment_id.in_(list(shipment_ids)),
            Delivery.movement_id.is_not(None),
        )
        .group_by(Delivery.id)
    )
    return {
        row.movement_id: HandOver(row.receiver_function, int(row.damaged), int(row.missing))
        for row in rows
    }


def claims(scope: Scope) -> dict[tuple[Source, int], bool]:
    """Whether something was claimed for a lot that came short, by receipt or write-off and lot."""
    rows = db.session.execute(
        select(
            GoodsReceiptLine.receipt_id,
            GoodsReceiptLine.lot_id,
            GoodsReceiptLine.is_claimed,
            WriteOff.id.label("write_off_id"),
        )
        .join(
            GivenLot,
            (GivenLot.id == GoodsReceiptLine.lot_id)
            & (GivenLot.donation_line_id == GoodsReceiptLine.donation_line_id),
        )
        .outerjoin(WriteOff, WriteOff.receipt_id == GoodsReceiptLine.receipt_id)
        .where(*scope.of_lots(), GoodsReceiptLine.stated > GoodsReceiptLine.good)
    )
    found: dict[tuple[Source, int], bool] = {}
    for row in rows:
        found[("goods_receipt", row.receipt_id), row.lot_id] = row.is_claimed
        if row.write_off_id is not None:
            found[("write_off", row.write_off_id), row.lot_id] = row.is_claimed
    return found


def donations_by_line(line_ids: Iterable[int]) -> dict[int, Donation]:
    """The donation of each of its lines, in one statement."""
    rows = db.session.execute(
        select(DonationLine.id, Donation)
        .join(Donation, Donation.id == DonationLine.donation_id)
        .where(DonationLine.id.in_(list(line_ids)))
    )
    return {row.id: row.Donation for row in rows}


def journeys(way: Way) -> tuple[Journey, ...]:
    """One for each shipment that carried the goods of a donation, and each receipt that stayed."""
    found: list[Journey] = []
    for donation, passages in _by_donation(way):
        # What came good: what was damaged or missing says why.
        receipts = [x for x in passages if x.kind == MovementKind.RECEIPT and x.reason is None]
        shipped: set[int] = set()
        for several in _grouped_by_shipment(passages):
            lots = {each.lot_id for each in several}
            shipped |= lots
            came = [each for each in receipts if each.lot_id in lots]
            found.append(_by_road(way, donation, came, several, passages))
        found += _stayed(way, donation, receipts, shipped, passages)
    return tuple(found)


def _by_donation(way: Way) -> Iterable[tuple[Donation, list[Passage]]]:
    by_donation: dict[int, list[Passage]] = {}
    known: dict[int, Donation] = {}
    for each in way.passages:
        donation = way.donations.get(each.donation_line_id or 0)
        if donation is not None:
            known[donation.id] = donation
            by_donation.setdefault(donation.id, []).append(each)
    for donation_id, passages in by_donation.items():
        yield known[donation_id], passages


def _grouped_by_shipment(passages: Iterable[Passage]) -> list[list[Passage]]:
    by_shipment: dict[Source, list[Passage]] = {}
    for each in passages:
        if each.source[0] == "shipment":
            by_shipment.setdefault(each.source, []).append(each)
    return list(by_shipment.values())


def _by_road(
    way: Way,
    donation: Donation,
    receipts: Sequence[Passage],
    shipment: Sequence[Passage],
    passages: Sequence[Passage],
) -> Journey:
    delivered = [each for each in shipment if each.kind == MovementKind.DELIVERY]
    return Journey(
        donation=_donation_step(donation),
        goods_received=_receipt_step(way, receipts),
        waybill=_waybill_step(way, shipment, delivered),
        delivery=_delivery_step(way, shipment, delivered),
        distribution=_distribution_step(
            way,
            passages,
            sites={each.target.id for each in delivered},
            lots={each.lot_id for each in delivered},
        ),
    )


def _stayed(
    way: Way,
    donation: Donation,
    receipts: Sequence[Passage],
    shipped: set[int],
    passages: Sequence[Passage],
) -> list[Journey]:
    """Receipts of which nothing was ever loaded: in store, or handed out where they came."""
    by_receipt: dict[Source, list[Passage]] = {}
    for each in receipts:
        by_receipt.setdefault(each.source, []).append(each)
    return [
        Journey(
            donation=_donation_step(donation),
            goods_received=_receipt_step(way, several),
            waybill=NOT_REACHED,
            delivery=NOT_REACHED,
            distribution=_distribution_step(
                way,
                passages,
                sites={each.target.id for each in several},
                lots={each.lot_id for each in several},
            ),
        )
        for several in by_receipt.values()
        if not shipped & {each.lot_id for each in several}
    ]


def _donation_step(donation: Donation) -> Step:
    return Step(paper=donation.number, happened_on=donation.pledged_on)


def _receipt_step(way: Way, receipts: Sequence[Passage]) -> Step:
    if not receipts:
        return NOT_REACHED
    sites = dict.fromkeys(way.name(each.target) for each in receipts)
    return Step(
        paper=way.numbers(PaperKind.GOODS_RECEIVED_NOTE, (each.source for each in receipts)),
        note=ONE_BELOW_THE_OTHER.join([*sites, way.goods(receipts)]),
        happened_on=way.day(receipts[0].occurred_at),
    )


def _waybill_step(way: Way, shipment: Sequence[Passage], delivered: Sequence[Passage]) -> Step:
    """Route and day only once it has arrived: no convoy under way is given away."""
    number = way.numbers(PaperKind.WAYBILL, (each.source for each in shipment))
    left = [each for each in shipment if each.kind == MovementKind.DISPATCH]
    if not delivered or not left:
        return Step(paper=number)
    route = f"{way.name(left[0].origin)}{ROUTE}{way.name(delivered[0].target)}"
    return Step(paper=number, note=route, happened_on=way.day(left[0].occurred_at))


def _delivery_step(way: Way, shipment: Sequence[Passage], delivered: Sequence[Passage]) -> Step:
    if not delivered:
        return _not_delivered(way, shipment)
    over = [way.hand_overs[x] for x in _movements(delivered) if x in way.hand_overs]
    damaged, missing = sum(x.damaged for x in over), sum(x.missing for x in over)
    note = [way.goods(delivered)]
    if damaged:
        note.append(_("%(count)s damaged", count=damaged))
    if missing:
        note.append(_("%(count)s missing", count=missing))
    signed = dict.fromkeys(x.signed_by for x in over if x.signed_by)
    return Step(
        note=ONE_BELOW_THE_OTHER.join(note),
        happened_on=way.day(delivered[-1].occurred_at),
        signed_by=", ".join(signed),
    )


def _not_delivered(way: Way, shipment: Sequence[Passage]) -> Step:
    """Still under way, or back, or lost: only the latter two are told."""
    loaded = sum(x.quantity for x in shipment if x.kind == MovementKind.DISPATCH)
    ended = [x for x in shipment if x.from_kind == PlaceKind.IN_TRANSIT]
    if sum(x.quantity for x in ended) < loaded:
        return NOT_REACHED
    lost = any(x.is_loss for x in ended)
    return Step(
        note=_("Lost in transport") if lost else _("Came back"),
        happened_on=way.day(ended[-1].occurred_at) if ended else None,
    )


def _distribution_step(
    way: Way, passages: Sequence[Passage], *, sites: set[int | None], lots: set[int]
) -> Step:
    """Where it was handed out. No quantity: of a small group it would tell the size."""
    handed = [
        each
        for each in passages
        if each.to_kind == PlaceKind.PEOPLE and each.origin.id in sites and each.lot_id in lots
    ]
    if not handed:
        return NOT_REACHED
    return Step(
        paper=way.numbers(PaperKind.DISTRIBUTION_REPORT, (each.source for each in handed)),
        note=ONE_BELOW_THE_OTHER.join(dict.fromkeys(way.name(each.origin) for each in handed)),
        happened_on=way.day(handed[-1].occurred_at),
    )


def _movements(passages: Iterable[Passage]) -> Iterable[int]:
    return dict.fromkeys(each.movement_id for each in passages)
