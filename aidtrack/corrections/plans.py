"""What a correction would do: the lot as it should be, what moves, and what stands against it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, RuleBroken
from aidtrack.core.i18n import _, counted
from aidtrack.corrections import followers
from aidtrack.corrections.followers import Days
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.donations.models import Donation, DonationLine, DonationStatus
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import IN_STOCK, SOURCES, Place, PlaceKind
from aidtrack.stock import into_recalls, ledger, making
from aidtrack.stock.apart import RecallNote
from aidtrack.stock.ledger import InsufficientStock, NewLot
from aidtrack.stock.models import Lot, StockBalance

NAMES = ("item_id", "donor_id", "donation_line_id", "batch_number", "expires_on", "pack_id")
OUTSIDE_OF = {PartnerKind.DONOR: PlaceKind.DONOR, PartnerKind.SUPPLIER: PlaceKind.SUPPLIER}
K = CorrectionKind


class MadeHere(RuleBroken):
    """A lot made of others has the donors and items of its parts."""

    code = "made_here"


class NothingWrong(RuleBroken):
    """What is said to be right is what the lot says already."""

    code = "nothing_wrong"


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the lot, where it lies; in base units."""

    place_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody says is right. Of each kind only its own fields are read.

    `parts` are what moves; the facts of a whole lot change wherever it is.
    """

    kind: CorrectionKind
    parts: tuple[Part, ...] = ()
    batch_number: str = ""
    expires_on: date | None = None
    pack_id: int | None = None
    item_id: int | None = None
    donor_id: int | None = None
    donation_line_id: int | None = None

    @property
    def quantity(self) -> int:
        return sum(part.quantity for part in self.parts)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done: the facts before and after, and what counts on gifts' lines.

    `taken` says to which place of origin how much goes back, `dates` what was made of it and
    gets another day: before and after. `recalls` of the right batch take the goods in.
    """

    lot: Lot
    change: Change
    before: dict[str, Any]
    after: dict[str, Any]
    deltas: Mapping[int, int] = field(default_factory=dict)
    new_lot: NewLot | None = None
    taken: tuple[tuple[int, int], ...] = ()
    dates: Mapping[int, Days] = field(default_factory=dict)
    recalls: tuple[RecallNote, ...] = ()


def plan(lot: Lot, change: Change) -> Plan:
    """Read what is needed and refuse what cannot be meant. Changes nothing."""
    if change.kind != K.FACTS and not change.parts:
        raise Invalid(_("Say how much of it is wrong."), field="lines")
    _expect_free(lot, change.parts)
    if change.kind != K.FACTS:
        ledger.refuse_recalled({lot.id})
    if change.kind in {K.FACTS, K.PART}:
        return _of_facts(lot, change)
    if making.direct_parts([lot.id]):
        raise MadeHere(
            _("This lot was made here of other lots: correct those, or take it apart first.")
        )
    before = facts_of(lot)
    taken = tuple(_back_to_sources(lot, change.quantity))
    if change.kind == K.QUANTITY:
        line_id = _counts_on(lot)
        deltas = {line_id: -change.quantity} if line_id is not None else {}
        return Plan(lot, change, before, {}, deltas, None, taken)
    right = _of_item(lot, change) if change.kind == K.ITEM else _of_donor(lot, change)
    after = facts_of(right)
    if after == before:
        raise NothingWrong(_("The lot says so already."))
    recalls = into_recalls.of_batch(lot.organisation_id, right.item_id, right.batch_number)
    return Plan(
        lot,
        change,
        before,
        after,
        _moved_between(lot, right, change),
        right,
        taken,
        recalls=tuple(recalls),
    )


def facts_of(lot: Lot | NewLot) -> dict[str, Any]:
    """What a lot says of itself, as a correction keeps it."""
    facts = {name: getattr(lot, name) for name in NAMES}
    day = facts["expires_on"]
    return facts | {"expires_on": day.isoformat() if day else None}


def line_of(line_id: int, organisation_id: int) -> tuple[DonationLine, Donation] | None:
    """A line of a gift to the organisation that still counts, with the gift."""
    row = db.session.execute(
        select(DonationLine, Donation)
        .join(Donation, Donation.id == DonationLine.donation_id)
        .where(
            DonationLine.id == line_id,
            Donation.organisation_id == organisation_id,
            Donation.status != DonationStatus.CANCELLED,
        )
    ).first()
    return (row.DonationLine, row.Donation) if row else None


def _of_facts(lot: Lot, change: Change) -> Plan:
    pack = db.session.get(ItemPack, change.pack_id) if change.pack_id else None
    if change.pack_id and (pack is None or pack.item_id != lot.item_id):
        raise Invalid(_("This item does not come in such a pack."), field="pack_id")
    if db.session.get_one(Item, lot.item_id).has_expiry and change.expires_on is None:
        raise Invalid(_("This item expires: enter the date on the box."), field="expires_on")
    before = facts_of(lot)
    day = change.expires_on.isoformat() if change.expires_on else None
    after = before | {
        "batch_number": change.batch_number, "expires_on": day, "pack_id": change.pack_id
    }  # fmt: skip
    if after == before:
        raise NothingWrong(_("The lot says so already."))
    dates = followers.followers(lot, change.expires_on) if change.kind == K.FACTS else {}
    recalls = joined(lot, change.batch_number)
    return Plan(lot, change, before, after, dates=dates, recalls=tuple(recalls))


def back(kept: Correction, lot: Lot) -> Plan:
    """What taking a correction of a whole lot's facts back does."""
    said = kept.before["expires_on"]
    change = Change(
        K.FACTS,
        batch_number=kept.before["batch_number"],
        expires_on=date.fromisoformat(said) if said else None,
        pack_id=kept.before["pack_id"],
    )
    last = followers.read(kept.also("dates"))
    return Plan(
        lot,
        change,
        before=kept.right,
        after=kept.before,
        dates=followers.followers(lot, change.expires_on, last=last),
        recalls=tuple(joined(lot, change.batch_number)),
    )


def joined(lot: Lot, batch_number: str) -> list[RecallNote]:
    """The recalls that take a lot in when this becomes its batch; it stays on those it is on."""
    known = into_recalls.of_lots([lot.id])
    found = into_recalls.of_batch(lot.organisation_id, lot.item_id, batch_number)
    return [note for note in found if note.id not in known]


def _of_item(lot: Lot, change: Change) -> NewLot:
    item = db.session.get(Item, change.item_id) if change.item_id else None
    if item is None or not item.is_active:
        raise Invalid(_("Choose what it really is."), field="item_id")
    if item.has_expiry and lot.expires_on is None:
        raise Invalid(
            _("This item expires, and the lot has no date. Correct its date first."),
            field="item_id",
        )
    return _like(
        lot,
        item_id=item.id,
        donation_line_id=_same_gift(lot, item.id),
        pack_id=lot.pack_id if item.id == lot.item_id else None,
        unit_value_minor=item.unit_value_minor,
        currency=item.currency if item.unit_value_minor is not None else None,
    )


def _same_gift(lot: Lot, item_id: int) -> int | None:
    """The line of the same gift that is of the right item; else the line that it came for."""
    if lot.donation_line_id is None:
        return None
    line = db.session.get_one(DonationLine, lot.donation_line_id)
    right = db.session.scalar(
        select(DonationLine.id)
        .filter_by(donation_id=line.donation_id, item_id=item_id)
        .order_by(DonationLine.line_number)
        .limit(1)
    )
    return right or lot.donation_line_id


def _of_donor(lot: Lot, change: Change) -> NewLot:
    if change.donation_line_id is not None:
        found = line_of(change.donation_line_id, lot.organisation_id)
        if found is None or found[0].item_id != lot.item_id:
            raise Invalid(_("Choose a gift of this item."), field="donation_line_id")
        line, donation = found
        is_valued = line.unit_value_minor is not None
        return _like(
            lot,
            donor_id=donation.donor_id,
            donation_line_id=line.id,
            unit_value_minor=line.unit_value_minor if is_valued else lot.unit_value_minor,
            currency=donation.currency if is_valued else lot.currency,
        )
    donor = db.session.get(Partner, change.donor_id) if change.donor_id else None
    is_theirs = donor is not None and donor.organisation_id == lot.organisation_id
    if donor is None or not is_theirs or donor.kind not in OUTSIDE_OF:
        raise Invalid(_("Choose who really gave it."), field="donor_id")
    return _like(lot, donor_id=donor.id, donation_line_id=None)


def _like(lot: Lot, **other: Any) -> NewLot:
    same = {
        name: getattr(lot, name)
        for name in (*NAMES, "organisation_id", "unit_value_minor", "currency")
    }
    return NewLot(**(same | other))


def _moved_between(lot: Lot, right: NewLot, change: Change) -> dict[int, int]:
    """What each line of a gift loses and gains."""
    before, after = _counts_on(lot), _counts_on(right)
    if before == after:
        return {}
    deltas = {before: -change.quantity, after: change.quantity}
    return {line_id: quantity for line_id, quantity in deltas.items() if line_id is not None}


def _counts_on(lot: Lot | NewLot) -> int | None:
    """The line that a lot fulfils: what came instead of something else fulfils none."""
    return db.session.scalar(
        select(DonationLine.id).where(
            DonationLine.id == lot.donation_line_id, DonationLine.item_id == lot.item_id
        )
    )


def _expect_free(lot: Lot, parts: Iterable[Part]) -> None:
    """Say at once what the ledger would refuse, so that nobody is shown what cannot be."""
    wanted: Counter[int] = Counter()
    for part in parts:
        wanted[part.place_id] += part.quantity
    rows = db.session.execute(
        select(Place, StockBalance.quantity - StockBalance.reserved)
        .join(StockBalance, StockBalance.place_id == Place.id)
        .where(
            StockBalance.lot_id == lot.id,
            Place.id.in_(wanted),
            Place.kind.in_(IN_STOCK),
        )
    ).all()
    if len(rows) < len(wanted):
        raise Invalid(_("It does not lie there."), field="lines")
    short = [
        _("Only %(free)s are free in %(place)s.", free=counted(free), place=place.name_in())
        for place, free in rows
        if free < wanted[place.id]
    ]
    if short:
        raise InsufficientStock(" ".join(short), field="lines")


def _back_to_sources(lot: Lot, quantity: int) -> Iterable[tuple[int, int]]:
    """Where so much of the lot came from: never more to a place than came out of it."""
    rows = db.session.execute(
        select(StockBalance.place_id, StockBalance.quantity)
        .join(Place, Place.id == StockBalance.place_id)
        .where(
            StockBalance.lot_id == lot.id,
            Place.kind.in_(SOURCES),
            StockBalance.quantity < 0,
        )
        .order_by(StockBalance.quantity, StockBalance.place_id)
    )
    for place_id, held in rows:
        some = min(quantity, -held)
        if some:
            yield place_id, some
        quantity -= some
    if quantity:
        raise InsufficientStock(_("More than ever came of this lot."), field="lines")
