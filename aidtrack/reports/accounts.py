"""What a donor sees of their gifts: where they are, whom they reached, what went wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from aidtrack.catalogue.units import Pack
from aidtrack.core import clock, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, current_language, lazy
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.donations.models import Donation, DonationStatus
from aidtrack.identity.duties import Alone
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import SOURCES, PlaceKind
from aidtrack.reports import reach, trail
from aidtrack.reports.donor_report import (
    alone_in,
    cause_of,
    number_of_loss,
    paper_of,
    usual_languages,
    way_of,
)
from aidtrack.reports.gifts import Gift, Scope, gifts
from aidtrack.reports.journeys import Way
from aidtrack.reports.moments import AsOf, as_of
from aidtrack.reports.reach import Reached
from aidtrack.reports.trail import Passage
from aidtrack.stock.models import MovementKind

STAGES = {
    PlaceKind.LOST_IN_TRANSPORT: lazy("Lost in transport"),
    PlaceKind.LOST_IN_WAREHOUSE: lazy("Lost in the warehouse"),
    PlaceKind.LOST_AT_DISTRIBUTION: lazy("Lost at distribution"),
}


@dataclass(frozen=True, slots=True)
class GivenDonation:
    """A donation as its donor sees it; without a number: goods from before AidTrack."""

    id: int | None
    number: str
    status: DonationStatus | None
    pledged_on: date | None
    gifts: tuple[Gift, ...]


@dataclass(frozen=True, slots=True)
class LossRow:
    """What was lost of a gift, and why. `paper` is the number that tells of it."""

    happened_on: date
    stage: str
    item: str
    base_unit: str
    pack: Pack | None
    quantity: int
    cause: str
    value_minor: int | None
    currency: str
    paper: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One thing that happened to a gift. The quantity is None where it is withheld.

    `paper_id` is set where the donor may read the paper.
    """

    happened_on: date
    kind: str
    what: str
    item: str
    base_unit: str
    pack: Pack | None
    quantity: int | None
    paper: str
    paper_id: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """Everything of a donor's gifts, as of now; reports speak its `languages` as a rule."""

    donor_id: int
    donor: str
    organisation_id: int
    organisation: str
    languages: tuple[str, ...]
    as_of: str
    donations: tuple[GivenDonation, ...]
    reached: Reached
    losses: tuple[LossRow, ...]
    steps: tuple[StepRow, ...]
    alone: tuple[Alone, ...]

    @property
    def adds_up(self) -> bool:
        return all(gift.position.adds_up for each in self.donations for gift in each.gifts)


@dataclass(frozen=True, slots=True)
class DonorRow:
    """A donor as the office's list of reports shows them."""

    id: int
    name: str
    donations: int
    reports: int
    latest_report_at: datetime | None


def own_donors(actor: Actor) -> list[Partner]:
    """The donors for whom the actor has an account, by name."""
    return list(
        db.session.scalars(
            select(Partner)
            .where(Partner.id.in_(actor.donors(Permission.VIEW_OWN_DONATIONS)))
            .options(joinedload(Partner.organisation))
            .order_by(Partner.name, Partner.id)
        )
    )


def donor(donor_id: int, actor: Actor) -> Partner:
    """A donor: their own, or one of an organisation whose reports the actor reads."""
    found = db.session.get(Partner, donor_id, options=[joinedload(Partner.organisation)])
    is_own = donor_id in actor.donors(Permission.VIEW_OWN_DONATIONS)
    if found is None or not (
        is_own or found.organisation_id in actor.organisations(Permission.VIEW_REPORTS)
    ):
        raise NotFound(_("There is no such donor."))
    return found


def account(donor_id: int, actor: Actor, *, donation_id: int | None = None) -> Account:
    """A donor's account, of all donations or of one; a fixed number of statements."""
    partner = donor(donor_id, actor)
    organisation = partner.organisation
    moment = as_of(None, time_zone=organisation.time_zone, at=clock.now())
    scope = Scope(frozenset({donor_id}), donation_id)
    given = _by_donation(gifts(scope, moment))
    if donation_id is not None and not given:
        raise NotFound(_("There is no such donation."))
    return _told(partner, scope, moment, given)


def donation_account(donation_id: int, actor: Actor) -> Account:
    """The account of one donation. Raises NotFound unless it is the actor's to see."""
    found = db.session.get(Donation, donation_id)
    if found is None or found.status == DonationStatus.CANCELLED:
        raise NotFound(_("There is no such donation."))
    try:
        return account(found.donor_id, actor, donation_id=donation_id)
    except NotFound as stranger:
        raise NotFound(_("There is no such donation.")) from stranger


DONORS_BY_NAME = Order(
    "name", (Partner.name, Partner.id), (str, int), lambda row: (row.name, row.id)
)


def donors(
    actor: Actor,
    *,
    words: str = "",
    sorting: Sorting = DONORS_BY_NAME.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[DonorRow]:
    """Donors of the offices whose reports the actor reads, by name: three statements."""
    partners = db.session.execute(
        select(Partner.id, Partner.name)
        .where(
            Partner.kind == PartnerKind.DONOR,
            Partner.organisation_id.in_(actor.organisations(Permission.VIEW_REPORTS)),
            *(Partner.name.icontains(word, autoescape=True) for word in words.split()[:6]),
            *sorting.after(cursor),
        )
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    given, told = _given_and_told([row.id for row in partners])
    found = [
        DonorRow(row.id, row.name, given.get(row.id, 0), *told.get(row.id, (0, None)))
        for row in partners
    ]
    return sorting.page(found, limit)


def _given_and_told(
    donor_ids: list[int],
) -> tuple[dict[int, int], dict[int, tuple[int, datetime]]]:
    """How many donations each gave; how many reports each got, and when the last."""
    given = db.session.execute(
        select(Donation.donor_id, func.count())
        .where(Donation.donor_id.in_(donor_ids), Donation.status != DonationStatus.CANCELLED)
        .group_by(Donation.donor_id)
    )
    told = db.session.execute(
        select(Paper.donor_id, func.count(), func.max(Paper.issued_at))
        .where(Paper.donor_id.in_(donor_ids), Paper.kind == PaperKind.DONOR_REPORT)
        .group_by(Paper.donor_id)
    )
    latest = {row[0]: (row[1], row[2]) for row in told if row[0] is not None}
    return {row[0]: row[1] for row in given}, latest


def _told(
    partner: Partner, scope: Scope, moment: AsOf, given: tuple[GivenDonation, ...]
) -> Account:
    way = way_of(scope, moment, partner.organisation, current_language())
    points = reach.points(scope, moment)
    return Account(
        donor_id=partner.id,
        donor=partner.name_in(),
        organisation_id=partner.organisation_id,
        organisation=partner.organisation.name,
        languages=usual_languages(partner),
        as_of=moment.text,
        donations=given,
        reached=reach.shown_to_donors(points),
        losses=tuple(_loss(each, way) for each in trail.still_lost(way.passages)),
        steps=tuple(_steps(way, reach.withheld_points(points), partner.id)),
        alone=alone_in(way, partner.organisation, moment),
    )


def _by_donation(found: Sequence[Gift]) -> tuple[GivenDonation, ...]:
    by_donation: dict[int | None, list[Gift]] = {}
    for gift in found:
        by_donation.setdefault(gift.donation_id, []).append(gift)
    return tuple(
        GivenDonation(
            id=donation_id,
            number=several[0].donation_number,
            status=several[0].donation_status,
            pledged_on=several[0].pledged_on,
            gifts=tuple(several),
        )
        for donation_id, several in by_donation.items()
    )


def _loss(passage: Passage, way: Way) -> LossRow:
    return LossRow(
        happened_on=way.day(passage.occurred_at),
        stage=str(STAGES[passage.to_kind]),
        item=passage.item_label,
        base_unit=passage.item.base_unit,
        pack=passage.pack,
        quantity=passage.quantity,
        cause=cause_of(passage),
        value_minor=passage.value_minor,
        currency=passage.currency or "",
        paper=number_of_loss(passage, way),
    )


def _steps(way: Way, withheld: frozenset[int], donor_id: int) -> Iterable[StepRow]:
    """What happened, newest first; nothing of a convoy before it arrives."""
    summed: dict[tuple[object, ...], list[Passage]] = {}
    for each in way.passages:
        if each.kind != MovementKind.DISPATCH:
            key = (each.movement_id, each.to_kind, each.target.id, each.item.id, each.kit)
            summed.setdefault(key, []).append(each)
    for several in reversed(summed.values()):
        first = several[0]
        hidden = first.to_kind == PlaceKind.PEOPLE and first.origin.id in withheld
        paper = paper_of(first.source, way)
        yield StepRow(
            happened_on=way.day(first.occurred_at),
            kind=_kind(first),
            what=_what(first),
            item=first.item_label,
            base_unit=first.item.base_unit,
            pack=first.pack,
            quantity=None if hidden else sum(each.quantity for each in several),
            paper=paper,
            paper_id=_readable(way, first, paper, donor_id),
        )


def _kind(passage: Passage) -> str:
    """What a reader would call it: received, delivered, handed_out, lost, back, moved."""
    if passage.is_loss:
        return "lost"
    if passage.to_kind == PlaceKind.PEOPLE:
        return "handed_out"
    by_kind = {
        MovementKind.RECEIPT: "received",
        MovementKind.OPENING: "received",
        MovementKind.DELIVERY: "delivered",
        MovementKind.RETURN_TO_DONOR: "back",
        MovementKind.RETURN_TO_SENDER: "back",
    }
    return by_kind.get(passage.kind, "moved")


def _what(passage: Passage) -> str:
    target = passage.target
    if passage.is_loss:
        if passage.kind == MovementKind.RECEIPT:
            return _("Damaged or missing on arrival")
        return f"{STAGES[passage.to_kind]}: {cause_of(passage)}"
    if passage.to_kind == PlaceKind.PEOPLE:
        return _(
            "Handed out at %(point)s, %(area)s",
            point=passage.origin.label,
            area=target.area_label,
        )
    if passage.kind == MovementKind.FOUND:
        return _("Found again in %(place)s", place=target.label)
    if passage.to_kind == PlaceKind.RETURNED:
        return _("Given back to you")
    if passage.to_kind in SOURCES:
        return _("Corrected: it is not counted as yours any more")
    if passage.kind == MovementKind.CORRECTION:
        return _("Corrected: it is counted as yours, in %(place)s", place=target.label)
    sentences = {
        "received": _("Received in %(place)s", place=target.label),
        "delivered": _("Delivered to %(place)s", place=target.label),
        "back": _("Came back to %(place)s", place=target.label),
    }
    return sentences.get(_kind(passage), _("Moved to %(place)s", place=target.label))


def _readable(way: Way, passage: Passage, number: str, donor_id: int) -> int | None:
    for paper in way.papers.get(passage.source, ()):
        if paper.number == number and paper.donor_id == donor_id:
            return paper.id
    return None
