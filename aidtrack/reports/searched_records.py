"""How donations, shipments, distributions, papers and people are searched and told."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, bindparam, select
from sqlalchemy.orm import aliased

from aidtrack.core.full_text import Index
from aidtrack.core.i18n import _, name_in
from aidtrack.distributions import queries as distributions
from aidtrack.distributions.models import Distribution
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.documents.queries import TITLES
from aidtrack.donations.models import Donation
from aidtrack.donations.receipts import seen_by
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.queries import managed
from aidtrack.partners.models import Partner
from aidtrack.places.models import Area, Place
from aidtrack.reports.searched import Asked, Kind, Searched, Shape, Told, is_whole
from aidtrack.shipments import access
from aidtrack.shipments.models import Shipment

Site = aliased(Place, name="site")
Origin = aliased(Place, name="origin")
Destination = aliased(Place, name="destination")


def _donations(_shape: Shape, actor: Actor) -> Asked:
    return Asked(
        key=Donation.id,
        source=select()
        .select_from(Donation)
        .join(Partner, Partner.id == Donation.donor_id)
        .where(Donation.organisation_id.in_(seen_by(actor))),
        exact=is_whole(Donation.number),
        rows=select(
            Donation.id,
            Donation.number,
            Donation.status,
            Donation.grant_reference,
            Donation.pledged_on,
            Partner.name,
            Partner.names,
        ).join(Partner, Partner.id == Donation.donor_id),
    )


def _tell_donation(row: Any, _actor: Actor) -> Told:
    details = (name_in(row.name, row.names), row.grant_reference)
    return Told(row.number, "", details, row.pledged_on, str(row.status))


def _shipments(shape: Shape, actor: Actor) -> Asked:
    return Asked(
        key=Shipment.id,
        source=select().select_from(Shipment).where(access.seen(actor)),
        exact=is_whole(Shipment.number),
        code=_has_code(Shipment.code) if shape.is_code else None,
        rows=select(
            Shipment.id,
            Shipment.number,
            Shipment.status,
            Shipment.organisation_id,
            Shipment.origin_id,
            Shipment.vehicle_plate,
            Origin.name.label("origin"),
            Origin.names.label("origin_names"),
            Destination.name.label("destination"),
            Destination.names.label("destination_names"),
        )
        .join(Origin, Origin.id == Shipment.origin_id)
        .join(Destination, Destination.id == Shipment.destination_id),
    )


def _tell_shipment(row: Any, actor: Actor) -> Told:
    way = _(
        "%(origin)s to %(destination)s",
        origin=name_in(row.origin, row.origin_names),
        destination=name_in(row.destination, row.destination_names),
    )
    return Told(
        row.number,
        "",
        (way, row.vehicle_plate),
        status=str(row.status),
        reader=access.reader_of(row.organisation_id, row.origin_id, actor),
    )


def _distributions(_shape: Shape, actor: Actor) -> Asked:
    return Asked(
        key=Distribution.id,
        source=select()
        .select_from(Distribution)
        .join(Site, Site.id == Distribution.site_id)
        .join(Area, Area.id == Distribution.area_id)
        .where(distributions.seen(actor)),
        exact=is_whole(Distribution.number),
        rows=select(
            Distribution.id,
            Distribution.number,
            Distribution.status,
            Distribution.distributed_on,
            Site.name.label("site"),
            Site.names.label("site_names"),
            Area.name.label("area"),
            Area.names.label("area_names"),
        )
        .join(Site, Site.id == Distribution.site_id)
        .join(Area, Area.id == Distribution.area_id),
    )


def _tell_distribution(row: Any, _actor: Actor) -> Told:
    details = (name_in(row.site, row.site_names), name_in(row.area, row.area_names))
    return Told(row.number, "", details, row.distributed_on, str(row.status))


def _papers(shape: Shape, actor: Actor) -> Asked:
    # Who works at one site finds the papers beside the records that they see.
    organisations = actor.organisations(Permission.VIEW_PAPERS)
    return Asked(
        key=Paper.id,
        source=select().select_from(Paper).where(Paper.organisation_id.in_(organisations)),
        exact=is_whole(Paper.number),
        code=_has_code(Paper.code) if shape.is_code else None,
        rows=select(
            Paper.id, Paper.kind, Paper.number, Paper.status, Paper.issued_at, Paper.source_id
        ),
    )


def _tell_paper(row: Any, actor: Actor) -> Told:
    """A goods received note leads to its receipt, the others to their PDF."""
    is_receipt = row.kind == PaperKind.GOODS_RECEIVED_NOTE
    return Told(
        str(TITLES[row.kind]),
        row.number,
        (),
        row.issued_at.astimezone(ZoneInfo(actor.time_zone)).date(),
        str(row.status),
        url=f"/receipts/{row.source_id}" if is_receipt else "",
    )


def _people(_shape: Shape, actor: Actor) -> Asked:
    return Asked(
        key=User.id,
        source=select().select_from(User).where(User.id.in_(managed(actor))),
        exact=is_whole(User.email),
        order=User.name,
        rows=select(User.id, User.name, User.email, User.is_enabled),
    )


def _tell_person(row: Any, _actor: Actor) -> Told:
    return Told(row.name, "", (row.email or "",), status="" if row.is_enabled else "disabled")


def _has_code(column: Any) -> ColumnElement[bool]:
    """The public code was typed or scanned."""
    equals: ColumnElement[bool] = column == bindparam("code", type_=String)
    return equals


P = Permission
RECORDS = (
    Searched(
        Kind.DONATION,
        P.VIEW_DONATIONS,
        _donations,
        _tell_donation,
        Index("donation"),
        "/donations/{}",
        "/donations?words=",
    ),
    Searched(
        Kind.SHIPMENT,
        P.VIEW_SHIPMENTS,
        _shipments,
        _tell_shipment,
        Index("shipment"),
        "/shipments/{}",
        "/shipments?words=",
    ),
    Searched(
        Kind.DISTRIBUTION,
        P.VIEW_DISTRIBUTIONS,
        _distributions,
        _tell_distribution,
        Index("distribution"),
        "/distributions/{}",
        "/distributions?words=",
    ),
    Searched(
        Kind.PAPER,
        P.VIEW_PAPERS,
        _papers,
        _tell_paper,
        Index("paper"),
        "/papers/{}.pdf",
        has_names=False,
    ),
    Searched(
        Kind.PERSON,
        P.MANAGE_PEOPLE,
        _people,
        _tell_person,
        Index("person"),
        "/people/{}",
        "/people?q=",
    ),
)
