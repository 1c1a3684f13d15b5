"""What can happen to partners."""

from sqlalchemy import select

from aidtrack.core import audit
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.history import changes
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.partners.details import PartnerDetails as PartnerDetails
from aidtrack.partners.models import Partner


class NameTaken(RuleBroken):
    code = "name_taken"


def add_partner(details: PartnerDetails, *, organisation_id: int, actor: Actor) -> int:
    require(actor, Permission.MANAGE_PARTNERS, organisation_id=organisation_id)
    with transaction() as session:
        _expect_free_name(organisation_id, details)
        partner = Partner(organisation_id=organisation_id)
        with refusing(_name_taken(details)):
            _describe(partner, details)
            session.add(partner)
        audit.record(
            actor,
            "partner.added",
            kind="partner",
            record_id=partner.id,
            facts={"name": partner.name},
        )
        return partner.id


def change_partner(partner_id: int, details: PartnerDetails, *, actor: Actor) -> None:
    """Change how a partner is called and reached. Its kind stays: donations count on it."""
    with transaction():
        partner = _own(partner_id, actor)
        if details.kind != partner.kind:
            raise Invalid(_("The kind of a partner stays. Add another one."), field="kind")
        if details.name != partner.name:
            _expect_free_name(partner.organisation_id, details)
        before = {name: getattr(partner, name) for name in PartnerDetails.__slots__}
        with refusing(_name_taken(details)):
            _describe(partner, details)
        after = {name: getattr(partner, name) for name in PartnerDetails.__slots__}
        audit.record(
            actor,
            "partner.changed",
            kind="partner",
            record_id=partner.id,
            facts=changes(before, after),
        )


def retire_partner(partner_id: int, *, actor: Actor) -> None:
    """Offer the partner no more. What it gave or carried stays."""
    _set_active(partner_id, False, "partner.retired", actor)


def restore_partner(partner_id: int, *, actor: Actor) -> None:
    _set_active(partner_id, True, "partner.restored", actor)


def _set_active(partner_id: int, is_active: bool, action: str, actor: Actor) -> None:
    with transaction():
        partner = _own(partner_id, actor)
        if partner.is_active != is_active:
            partner.is_active = is_active
            audit.record(actor, action, kind="partner", record_id=partner.id)


def _own(partner_id: int, actor: Actor) -> Partner:
    partner = db.session.get(Partner, partner_id, with_for_update=True)
    if partner is None or not actor.may(
        Permission.VIEW_PARTNERS, organisation_id=partner.organisation_id
    ):
        raise NotFound(_("There is no such partner."))
    require(actor, Permission.MANAGE_PARTNERS, organisation_id=partner.organisation_id)
    return partner


def _expect_free_name(organisation_id: int, details: PartnerDetails) -> None:
    taken = select(Partner.id).filter_by(
        organisation_id=organisation_id, kind=details.kind, name=details.name
    )
    if db.session.scalar(taken):
        raise _name_taken(details)


def _name_taken(details: PartnerDetails) -> NameTaken:
    return NameTaken(
        _("There is already a partner called %(name)s.", name=details.name), field="name"
    )


def _describe(partner: Partner, details: PartnerDetails) -> None:
    for name in PartnerDetails.__slots__:
        setattr(partner, name, getattr(details, name))
