"""The first hour of a new organisation: ten steps, each ticked by what is really there."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.distributions.models import Distribution, DistributionStatus
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.donations.models import Donation, GoodsReceipt
from aidtrack.identity import cards
from aidtrack.identity.models import RoleAssignment
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import Place, PlaceKind
from aidtrack.shipments.models import Delivery, Shipment

P = Permission
# Where each step is taken, and who may take it.
WAYS = {
    "items": ("/imports", P.RUN_IMPORTS),
    "warehouse": ("/places/new", P.OPEN_PLACES),
    "point": ("/places/new", P.OPEN_PLACES),
    "people": ("/people", P.MANAGE_PEOPLE),
    "donor": ("/partners/new", P.MANAGE_PARTNERS),
    "receive": ("/donations", P.RECEIVE_GOODS),
    "ship": ("/shipments/new", P.PREPARE_SHIPMENTS),
    "confirm": ("/shipments?view=on_the_road", P.CONFIRM_DELIVERIES),
    "hand_out": ("/distributions/new", P.RECORD_DISTRIBUTIONS),
    "report": ("/reports", P.ISSUE_DONOR_REPORTS),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `url` is empty for those who may not take it."""

    name: str
    is_done: bool
    url: str


def steps(actor: Actor) -> tuple[Step, ...]:
    """Empty for those who set nothing up and those who put the card away."""
    mine = actor.organisations(Permission.MANAGE_PLACES)
    if not mine or cards.is_put_away(cards.FIRST_HOUR, actor):
        return ()
    asked = _asked(mine)
    row = db.session.execute(select(*(each.label(name) for name, each in asked.items()))).one()
    done = {name: bool(is_done) for name, is_done in row._mapping.items()}
    has_promise = done.pop("promise")
    found = []
    for name, is_done in done.items():
        url, permission = WAYS[name]
        if name == "receive":
            url = "/donations?view=expected" if has_promise else "/donations/new"
        found.append(Step(name, is_done, url if actor.may(permission) else ""))
    return tuple(found)


def _asked(mine: frozenset[int]) -> dict[str, ColumnElement[bool]]:
    people = select(func.count(RoleAssignment.user_id.distinct())).where(
        RoleAssignment.organisation_id.in_(mine)
    )
    shipped = Shipment.organisation_id.in_(mine) & Shipment.dispatched_at.is_not(None)
    return {
        "items": exists().where(Item.is_active),
        "warehouse": exists().where(_site(mine, PlaceKind.WAREHOUSE)),
        "point": exists().where(_site(mine, PlaceKind.DISTRIBUTION_POINT)),
        "people": people.scalar_subquery() > 1,
        "donor": exists().where(
            Partner.organisation_id.in_(mine), Partner.kind == PartnerKind.DONOR
        ),
        "receive": exists().where(
            GoodsReceipt.organisation_id.in_(mine), GoodsReceipt.undone_at.is_(None)
        ),
        "ship": exists().where(shipped),
        "confirm": exists().where(
            Delivery.shipment_id == Shipment.id, Delivery.undone_at.is_(None), shipped
        ),
        "hand_out": exists().where(
            Distribution.organisation_id.in_(mine),
            Distribution.status == DistributionStatus.DONE,
        ),
        "report": exists().where(
            Paper.organisation_id.in_(mine),
            Paper.donor_id.is_not(None),
            Paper.kind == PaperKind.DONOR_REPORT,
        ),
        "promise": exists().where(Donation.organisation_id.in_(mine)),
    }


def _site(organisations: frozenset[int], kind: PlaceKind) -> ColumnElement[bool]:
    return Place.organisation_id.in_(organisations) & (Place.kind == kind) & Place.is_active
