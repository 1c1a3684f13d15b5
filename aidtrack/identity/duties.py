"""Keeping duties apart: what one person prepared, another approves.

An office of one person can switch it off, with a reason. Since when, until when and by whom
is read from the audit, and printed on the reports of that time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.numbers import get_currency_precision
from sqlalchemy import Select, or_, select

from aidtrack.core import audit
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity import history
from aidtrack.identity.models import Organisation, RoleAssignment, User
from aidtrack.identity.permissions import GRANTS, Actor, Permission, Role, require_everywhere

NAMED_MAX = 3
JOINED = "organisation.duties_joined"
PARTED = "organisation.duties_parted"
LIMIT_CHANGED = "organisation.write_off_limit_changed"


class SameHands(RuleBroken):
    """Whoever prepared it must not approve it."""

    code = "same_hands"


@dataclass(frozen=True, slots=True)
class Alone:
    """A time in which one person could approve what they had prepared, and who said so.

    `until` is None while it lasts.
    """

    since: datetime
    until: datetime | None
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What an organisation says of its duties; the limit in minor units of its currency."""

    keeps_apart: bool
    write_off_limit_minor: int
    currency: str


def expect_another(
    actor: Actor,
    permission: Permission,
    *,
    prepared: str,
    prepared_by_id: int,
    organisation_id: int,
    site_id: int | None = None,
) -> None:
    """Raise SameHands for the one who prepared it, unless the organisation lets one do both.

    `permission` is what approving takes, `prepared` a sentence that says what they did
    ("You counted this yourself."); the refusal names who may approve.
    """
    if actor.user_id != prepared_by_id or not keeps_apart(organisation_id):
        return
    others = who_else_may(actor.user_id, permission, organisation_id, site_id)
    ways = (
        _("Ask %(names)s to approve it.", names=_listed(others))
        if others
        else _("Nobody else may approve it here: ask your administrator to give someone the role.")
    )
    raise SameHands(f"{prepared} {ways}", others=others)


def keeps_apart(organisation_id: int) -> bool:
    asked = select(Organisation.keeps_duties_apart).where(Organisation.id == organisation_id)
    return db.session.scalar(asked) is not False


def who_else_may(
    user_id: int, permission: Permission, organisation_id: int, site_id: int | None
) -> list[str]:
    """Names of a few others who have the permission there: those nearest first."""
    others = _holders(permission, organisation_id, site_id).where(User.id != user_id)
    rows = db.session.execute(others.limit(NAMED_MAX * 2))
    return list({row.id: row.name for row in rows}.values())[:NAMED_MAX]


def who_may(permission: Permission, organisation_id: int, site_id: int) -> list[tuple[int, str]]:
    """(user id, name) of everybody who has the permission at a site, by name."""
    rows = db.session.execute(_holders(permission, organisation_id, site_id))
    found = {row.id: row.name for row in rows}
    return sorted(found.items(), key=lambda each: (each[1], each[0]))


def _holders(permission: Permission, organisation_id: int, site_id: int | None) -> Select[int, str]:
    """Those who have a permission at a site, nearest first; of several roles once each."""
    roles = [role for role in Role if permission in GRANTS[role]]
    near = RoleAssignment.site_id.is_(None)
    return (
        select(User.id, User.name)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(
            User.is_enabled,
            RoleAssignment.organisation_id == organisation_id,
            RoleAssignment.role.in_(roles),
            or_(near, RoleAssignment.site_id == site_id) if site_id is not None else near,
        )
        .order_by(near, User.name, User.id)
    )


def change(
    organisation_id: int,
    *,
    keeps_apart: bool,
    write_off_limit_minor: int,
    reason: str,
    actor: Actor,
) -> None:
    """Say whether duties are kept apart, and above which value a write-off is approved.

    To let one person do both, or write off more alone, takes a reason, which is kept.
    """
    with transaction() as session:
        organisation = session.get(Organisation, organisation_id, with_for_update=True)
        own = {grant.organisation_id for grant in actor.grants}
        if organisation is None or organisation_id not in own:
            raise NotFound(_("There is no such organisation."))
        require_everywhere(actor, Permission.MANAGE_ORGANISATION, organisation_id=organisation_id)
        if write_off_limit_minor < 0:
            raise Invalid(_("This cannot be less than nothing."), field="write_off_limit")
        if keeps_apart != organisation.keeps_duties_apart:
            if not keeps_apart and not reason.strip():
                raise Invalid(
                    _("Say why one person has to do both: reports will be read with it."),
                    field="reason",
                )
            organisation.keeps_duties_apart = keeps_apart
            _record(actor, PARTED if keeps_apart else JOINED, organisation_id, note=reason.strip())
        before, after = organisation.write_off_limit_minor, write_off_limit_minor
        if after > before and not reason.strip():
            raise Invalid(
                _("Say why more may be written off by one person: others read it."),
                field="reason",
            )
        if before != after:
            organisation.write_off_limit_minor = after
            said = [
                {"write_off_limit": _amount(each, organisation.currency)}
                for each in (before, after)
            ]
            note = {"note": reason.strip()} if reason.strip() else {}
            _record(actor, LIMIT_CHANGED, organisation_id, **history.changes(*said), **note)


def rules(organisation_id: int, actor: Actor) -> Rules:
    """What an organisation of the actor's says. Raises NotFound."""
    own = actor.organisations(Permission.MANAGE_ORGANISATION)
    found = db.session.get(Organisation, organisation_id) if organisation_id in own else None
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return Rules(found.keeps_duties_apart, found.write_off_limit_minor, found.currency)


def periods(organisation_id: int) -> list[Alone]:
    """All the times in which one person could approve alone, the first first."""
    rows = db.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.record_kind == "organisation",
            AuditEntry.record_id == organisation_id,
            AuditEntry.action.in_((JOINED, PARTED)),
        )
        .order_by(AuditEntry.id)
    )
    return _periods(rows)


def alone_now(organisation_id: int) -> Alone | None:
    """The time that has not ended, if one person may approve alone today."""
    found = periods(organisation_id)
    return found[-1] if found and found[-1].until is None else None


def alone_during(
    organisation_id: int, since: datetime | None, until: datetime | None
) -> tuple[Alone, ...]:
    """Those times that reach into a period, as they were known at its end."""
    return tuple(
        Alone(
            each.since,
            each.until if each.until and (until is None or each.until <= until) else None,
            each.who,
            each.reason,
        )
        for each in periods(organisation_id)
        if (until is None or each.since <= until)
        and (since is None or each.until is None or each.until >= since)
    )


def alone_at(actor: Actor) -> list[tuple[str, Alone]]:
    """Where one person may approve alone today: for who administers or audits there."""
    watched = actor.organisations(Permission.MANAGE_ORGANISATION) | actor.organisations(
        Permission.VIEW_AUDIT
    )
    if not watched:
        return []
    rows = db.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(watched), Organisation.keeps_duties_apart.is_(False))
        .order_by(Organisation.name)
    ).all()
    found = [(row.name, alone_now(row.id)) for row in rows]
    return [(name, alone) for name, alone in found if alone is not None]


def _periods(entries: Iterable[AuditEntry]) -> list[Alone]:
    found: list[Alone] = []
    for entry in entries:
        if entry.action == JOINED:
            note = str(entry.facts.get("note") or "")
            found.append(Alone(entry.recorded_at, None, entry.user_name, note))
        elif found and found[-1].until is None:
            begun = found.pop()
            found.append(Alone(begun.since, entry.recorded_at, begun.who, begun.reason))
    return found


def _record(actor: Actor, action: str, organisation_id: int, **facts: object) -> None:
    audit.record(
        actor,
        action,
        kind="organisation",
        record_id=organisation_id,
        facts=facts,
        organisation_id=organisation_id,
    )


def _amount(minor: int, currency: str) -> str:
    """USD 500.00, the same whoever reads it later."""
    return f"{currency} {Decimal(minor).scaleb(-get_currency_precision(currency)):f}"


def _listed(names: list[str]) -> str:
    """Amina, Bakyt or Chynara."""
    if len(names) == 1:
        return names[0]
    return _("%(some)s or %(last)s", some=", ".join(names[:-1]), last=names[-1])
