"""Who may give which role where, and that somebody is always left who can."""

from dataclasses import dataclass

from sqlalchemy import TableClause, select

from aidtrack.core import audit
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.models import Organisation, RoleAssignment, User
from aidtrack.identity.permissions import Actor, Permission, Role, require_everywhere
from aidtrack.identity.queries import SITE_KINDS, partner_table, place_table


class LastAdministrator(RuleBroken):
    """Somebody must be left who can give roles."""

    code = "last_administrator"


@dataclass(frozen=True, slots=True)
class RoleAt:
    """A role to give: at the organisation, at one site of it, or for one donor."""

    role: Role
    organisation_id: int
    site_id: int | None = None
    donor_id: int | None = None


def expect_manager(organisation_id: int, actor: Actor) -> None:
    """Raise NotAllowed unless the actor manages the people of the whole organisation."""
    require_everywhere(actor, Permission.MANAGE_PEOPLE, organisation_id=organisation_id)


def assign(user_id: int, role: RoleAt, actor: Actor, *, where: str = "") -> None:
    """Give the role, once. `where` goes before the name of the field at fault."""
    expect_manager(role.organisation_id, actor)
    _expect_sense(role, where)
    known = select(RoleAssignment.id).where(
        RoleAssignment.user_id == user_id,
        RoleAssignment.role == role.role,
        RoleAssignment.organisation_id == role.organisation_id,
        RoleAssignment.site_id.is_not_distinct_from(role.site_id),
        RoleAssignment.donor_id.is_not_distinct_from(role.donor_id),
    )
    if not db.session.scalar(known):
        give(user_id, role, actor)


def give(user_id: int, role: RoleAt, actor: Actor) -> None:
    """The role, to someone who does not have it. Whoever calls it has asked who may."""
    assignment = RoleAssignment(
        user_id=user_id,
        role=role.role,
        organisation_id=role.organisation_id,
        site_id=role.site_id,
        donor_id=role.donor_id,
    )
    db.session.add(assignment)
    db.session.flush()
    audit.record(
        actor,
        "user.role_given",
        kind="user",
        record_id=user_id,
        facts=facts_of(assignment),
        organisation_id=assignment.organisation_id,
    )


def facts_of(assignment: RoleAssignment) -> dict[str, object]:
    """What the audit keeps of a role given or taken."""
    return {
        "role": str(assignment.role),
        "organisation": assignment.organisation_id,
        "site": assignment.site_id,
        "donor": assignment.donor_id,
        "note": str(assignment.role),
    }


def expect_other_administrator(assignment: RoleAssignment) -> None:
    """Raise LastAdministrator when nobody else could give roles at the organisation."""
    if assignment.role != Role.ADMINISTRATOR:
        return
    # Two administrators who remove each other at once: the organisation's row is the lock.
    db.session.get_one(Organisation, assignment.organisation_id, with_for_update=True)
    others = (
        select(RoleAssignment.id)
        .join(User)
        .where(
            RoleAssignment.role == Role.ADMINISTRATOR,
            RoleAssignment.organisation_id == assignment.organisation_id,
            RoleAssignment.user_id != assignment.user_id,
            User.is_enabled,
        )
        .limit(1)
    )
    if db.session.scalar(others) is None:
        raise LastAdministrator(
            _("Nobody else administers this organisation. Give someone the role first.")
        )


def _expect_sense(role: RoleAt, where: str) -> None:
    if (role.role == Role.DONOR) != (role.donor_id is not None):
        sentence = (
            _("Choose the donor whose donations they may see.")
            if role.role == Role.DONOR
            else _("Only the role of a donor is for one donor.")
        )
        raise Invalid(sentence, field=f"{where}donor_id")
    if role.site_id is not None and role.role in {Role.ADMINISTRATOR, Role.DONOR}:
        raise Invalid(
            _("This role holds for the whole organisation, not for one site."),
            field=f"{where}site_id",
        )
    if role.site_id is not None and not _belongs(
        place_table, role.site_id, SITE_KINDS, role.organisation_id
    ):
        raise Invalid(_("This organisation has no such site."), field=f"{where}site_id")
    if role.donor_id is not None and not _belongs(
        partner_table, role.donor_id, ("donor",), role.organisation_id
    ):
        raise Invalid(_("This organisation has no such donor."), field=f"{where}donor_id")


def _belongs(
    source: TableClause, row_id: int, kinds: tuple[str, ...], organisation_id: int
) -> bool:
    columns = source.c
    found = select(columns.id).where(
        columns.id == row_id,
        columns.kind.in_(kinds),
        columns.organisation_id == organisation_id,
    )
    return db.session.scalar(found) is not None
