"""What can happen to partners."""

from dataclasses import dataclass

from sqlalchemy import select

from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.partners.models import Partner, PartnerKind


class NameTaken(RuleBroken):
    code = "name_taken"


@dataclass(frozen=True, slots=True)
class PartnerDetails:
    """What a form says of a partner; `country` is ISO 3166-1 alpha-2 or empty."""

    kind: PartnerKind
    name: str
    country: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    reference: str = ""


def add_partner(details: PartnerDetails, *, organisation_id: int, actor: Actor) -> int:
    require(actor, Permission.MANAGE_PARTNERS, organisation_id=organisation_id)
    with transaction() as session:
        _expect_free_name(organisation_id, details)
        partner = Partner(organisation_id=organisation_id)
        _describe(partner, details)
        session.add(partner)
        session.flush()
        audit.record(
            actor,
            "partner.added",
            kind="partner",
            record_id=partner.id,
            facts={"name": partner.name},
        )
        return partner.id


def change_partner(partner_id: int, details: PartnerDetails, *, actor: Actor) -> None:
    with transaction() as session:
        partner = session.get(Partner, partner_id, with_for_update=True)
        if partner is None or not actor.may(
            Permission.VIEW_PARTNERS, organisation_id=partner.organisation_id
        ):
            raise NotFound(_("There is no such partner."))
        require(actor, Permission.MANAGE_PARTNERS, organisation_id=partner.organisation_id)
        if (partner.kind, partner.name) != (details.kind, details.name):
            _expect_free_name(partner.organisation_id, details)
        before = partner.name
        _describe(partner, details)
        audit.record(
            actor,
            "partner.changed",
            kind="partner",
            record_id=partner.id,
            facts={"name": [before, partner.name]},
        )


def _expect_free_name(organisation_id: int, details: PartnerDetails) -> None:
    taken = select(Partner.id).filter_by(
        organisation_id=organisation_id, kind=details.kind, name=details.name
    )
    if db.session.scalar(taken):
        raise NameTaken(
            _("There is already a partner called %(name)s.", name=details.name), field="name"
        )


def _describe(partner: Partner, details: PartnerDetails) -> None:
    partner.kind = details.kind
    partner.name = details.name
    partner.country = details.country
    partner.contact = details.contact
    partner.email = details.email
    partner.phone = details.phone
    partner.address = details.address
    partner.reference = details.reference
