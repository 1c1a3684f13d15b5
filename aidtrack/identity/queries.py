"""Reads people, their roles and their organisations."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Select, bindparam, column, exists, or_, select, table

from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.models import Organisation, RoleAssignment, User
from aidtrack.identity.permissions import Actor, Grant, Permission, Role, require_somewhere
from aidtrack.identity.titles import FIELDS, TITLES
from aidtrack.identity.words import ROLES as ROLE_WORDS

WORDS_MAX = 6
BY_NAME = Order("name", (User.name, User.id), (str, int), lambda row: (row.name, row.id))
# Places and partners stand above people, whose roles name them: read by table, not imported.
NAMED = ("id", "name", "kind", "organisation_id")
place_table = table("place", *map(column, NAMED), column("names", JSON))
partner_table = table("partner", *map(column, NAMED), column("names", JSON))
SITE_KINDS = ("warehouse", "distribution_point")


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role someone has: at the organisation, at one site of it, or for one donor."""

    id: int
    role: Role
    organisation_id: int
    organisation: str
    site_id: int | None
    site: str | None
    donor_id: int | None
    donor: str | None


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A person with the roles that the reader may give and take."""

    id: int
    name: str
    email: str
    phone: str
    language: str
    is_enabled: bool
    roles: tuple[RoleRow, ...]

    @property
    def state(self) -> str:
        """As its badge is called. Without an address only a link signs somebody in."""
        if not self.is_enabled:
            return "disabled"
        return "enabled" if self.email else "by_link"


@dataclass(frozen=True, slots=True)
class OrganisationDetail:
    """Who keeps goods and signs papers."""

    id: int
    name: str
    short_name: str
    country: str
    address: str
    contact: str
    currency: str
    time_zone: str
    language: str
    second_language: str | None
    page_size: str


# Every request asks these; building a statement costs more than running it.
GRANTED = (
    select(
        RoleAssignment.role,
        RoleAssignment.organisation_id,
        RoleAssignment.site_id,
        RoleAssignment.donor_id,
        Organisation.time_zone,
    )
    .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
    .where(RoleAssignment.user_id == bindparam("user_id"))
    .order_by(RoleAssignment.id)
)


def actor_of(user: User) -> Actor:
    """Everything the person may do; works for the organisation of their first role."""
    rows = db.session.connection().execute(GRANTED, {"user_id": user.id}).all()
    return Actor(
        user_id=user.id,
        name=user.name,
        organisation_id=rows[0].organisation_id if rows else None,
        grants=tuple(Grant(r.role, r.organisation_id, r.site_id, r.donor_id) for r in rows),
        language=user.language,
        time_zone=rows[0].time_zone if rows else "UTC",
    )


def user(user_id: int) -> User:
    return db.session.get_one(User, user_id)


def name_of(user_id: int, actor: Actor | None = None) -> str:
    """What a person is called; whoever acts is known already."""
    if actor is not None and actor.user_id == user_id:
        return actor.name
    return db.session.scalar(select(User.name).where(User.id == user_id)) or ""


def user_by_email(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def names_of(user_id: int) -> list[str]:
    """What belongs to a person and must not make their password."""
    asked = select(RoleAssignment.organisation_id).where(RoleAssignment.user_id == user_id)
    person = db.session.get_one(User, user_id)
    organisations = organisation_names(db.session.scalars(asked).all())
    return [person.name, person.email or "", *organisations]


def organisation_names(organisation_ids: Iterable[int]) -> list[str]:
    """Full and short."""
    asked = select(Organisation.name, Organisation.short_name)
    rows = db.session.execute(asked.where(Organisation.id.in_(list(organisation_ids))))
    return [name for row in rows for name in row]


def people(
    actor: Actor,
    *,
    words: str = "",
    role: Role | None = None,
    is_enabled: bool | None = None,
    sorting: Sorting = BY_NAME.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[PersonDetail]:
    """Everyone with a role at an organisation whose people the actor manages."""
    require_somewhere(actor, Permission.MANAGE_PEOPLE)
    has_role = exists(managed(actor, role).where(RoleAssignment.user_id == User.id))
    statement = (
        select(User)
        .where(
            has_role,
            *([User.is_enabled == is_enabled] if is_enabled is not None else []),
            *(
                or_(
                    User.name.icontains(word, autoescape=True),
                    User.email.icontains(word, autoescape=True),
                )
                for word in words.split()[:WORDS_MAX]
            ),
            *sorting.after(cursor),
        )
        .order_by(*sorting.by())
        .limit(limit + 1)
    )
    found = sorting.page(db.session.scalars(statement).all(), limit)
    roles = _roles_of([x.id for x in found.rows], actor)
    return Page(rows=[_detail(x, roles[x.id]) for x in found.rows], next_cursor=found.next_cursor)


def first_administrator() -> str | None:
    """The e-mail address of whoever has administered longest."""
    return db.session.scalar(
        select(User.email)
        .join(RoleAssignment)
        .where(RoleAssignment.role == Role.ADMINISTRATOR, User.is_enabled)
        .order_by(User.id)
        .limit(1)
    )


def person(user_id: int, actor: Actor) -> PersonDetail:
    """One of `people`. Raises NotFound for anyone else."""
    require_somewhere(actor, Permission.MANAGE_PEOPLE)
    found = db.session.scalar(select(User).where(User.id == user_id, User.id.in_(managed(actor))))
    if found is None:
        raise NotFound(_("There is no such person."))
    return _detail(found, _roles_of([user_id], actor)[user_id])


def is_wholly_managed(user_id: int, actor: Actor) -> bool:
    """Whether every organisation that someone works for is the actor's to manage."""
    asked = select(RoleAssignment.organisation_id).where(RoleAssignment.user_id == user_id)
    return set(db.session.scalars(asked)) <= actor.organisations(Permission.MANAGE_PEOPLE)


def account(actor: Actor) -> PersonDetail:
    """The actor themselves, with all their roles."""
    statement = _roles().where(RoleAssignment.user_id == actor.user_id)
    roles = tuple(_role_row(row) for row in db.session.execute(statement))
    return _detail(db.session.get_one(User, actor.user_id), roles)


def person_history(user_id: int) -> list[Happening]:
    notes = {str(role): label for role, label in ROLE_WORDS.items()}
    return history.told("user", user_id, titles=TITLES, fields=FIELDS, notes=notes)


def organisation_history(organisation_id: int) -> list[Happening]:
    return history.told("organisation", organisation_id, titles=TITLES, fields=FIELDS)


def drivers(organisation_id: int) -> list[User]:
    """People who may drive for an organisation, by name."""
    return list(
        db.session.scalars(
            select(User)
            .join(RoleAssignment)
            .where(
                RoleAssignment.organisation_id == organisation_id,
                RoleAssignment.role == Role.DRIVER,
                User.is_enabled,
            )
            .distinct()
            .order_by(User.name, User.id)
        )
    )


def organisation(organisation_id: int) -> Organisation:
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found


def language_of(organisation_id: int) -> str:
    """What an organisation's papers speak, and its people unless they choose otherwise."""
    asked = select(Organisation.language).where(Organisation.id == organisation_id)
    return db.session.scalar(asked) or "en"


def organisations() -> list[Organisation]:
    """Every organisation of the installation: partners must be able to name each other."""
    return list(db.session.scalars(select(Organisation).order_by(Organisation.name)))


def own_organisation(organisation_id: int, actor: Actor) -> OrganisationDetail:
    """An organisation that the actor works for. Raises NotFound."""
    if all(grant.organisation_id != organisation_id for grant in actor.grants):
        raise NotFound(_("There is no such organisation."))
    return organisation_detail(organisation(organisation_id))


def own_organisations(actor: Actor) -> list[OrganisationDetail]:
    """The organisations that the actor works for, by name."""
    own = {grant.organisation_id for grant in actor.grants}
    return [organisation_detail(row) for row in organisations() if row.id in own]


def organisation_detail(row: Organisation) -> OrganisationDetail:
    return OrganisationDetail(**{name: getattr(row, name) for name in OrganisationDetail.__slots__})


def organisation_choices(actor: Actor, permission: Permission) -> list[tuple[int, str]]:
    """(id, name) of the organisations in which the permission holds everywhere."""
    allowed = actor.organisations(permission)
    return [(row.id, row.name) for row in organisations() if row.id in allowed]


def site_choices(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the sites at which the actor may give roles."""
    return _named(place_table, SITE_KINDS, actor)


def donor_choices(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the donors for whom the actor may give the donor's role."""
    return _named(partner_table, ("donor",), actor)


def _named(source: object, kinds: Iterable[str], actor: Actor) -> list[tuple[int, str]]:
    columns = source.c  # type: ignore[attr-defined]
    rows = db.session.execute(
        select(columns.id, columns.name, columns.names)
        .where(
            columns.kind.in_(tuple(kinds)),
            columns.organisation_id.in_(actor.organisations(Permission.MANAGE_PEOPLE)),
        )
        .order_by(columns.name, columns.id)
    )
    return [(row.id, name_in(row.name, row.names)) for row in rows]


def managed(actor: Actor, role: Role | None = None) -> Select[int]:
    """The ids of people with a role at an organisation whose people the actor manages."""
    return select(RoleAssignment.user_id).where(
        RoleAssignment.organisation_id.in_(actor.organisations(Permission.MANAGE_PEOPLE)),
        *([RoleAssignment.role == role] if role else []),
    )


def _roles() -> Select:
    site, donor = place_table.alias("site"), partner_table.alias("donor")
    return (
        select(
            RoleAssignment.id,
            RoleAssignment.user_id,
            RoleAssignment.role,
            RoleAssignment.organisation_id,
            Organisation.name.label("organisation"),
            RoleAssignment.site_id,
            site.c.name.label("site"),
            site.c.names.label("site_names"),
            RoleAssignment.donor_id,
            donor.c.name.label("donor"),
            donor.c.names.label("donor_names"),
        )
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .outerjoin(site, site.c.id == RoleAssignment.site_id)
        .outerjoin(donor, donor.c.id == RoleAssignment.donor_id)
        .order_by(RoleAssignment.id)
    )


def _roles_of(user_ids: list[int], actor: Actor) -> dict[int, tuple[RoleRow, ...]]:
    found: dict[int, list[RoleRow]] = defaultdict(list)
    statement = _roles().where(
        RoleAssignment.user_id.in_(user_ids),
        RoleAssignment.organisation_id.in_(actor.organisations(Permission.MANAGE_PEOPLE)),
    )
    for row in db.session.execute(statement):
        found[row.user_id].append(_role_row(row))
    return {user_id: tuple(found[user_id]) for user_id in user_ids}


def _role_row(row: Any) -> RoleRow:
    """The role as the reader's language names its site and its donor."""
    return RoleRow(
        row.id,
        row.role,
        row.organisation_id,
        row.organisation,
        row.site_id,
        name_in(row.site, row.site_names) if row.site else None,
        row.donor_id,
        name_in(row.donor, row.donor_names) if row.donor else None,
    )


def _detail(row: User, roles: tuple[RoleRow, ...]) -> PersonDetail:
    return PersonDetail(
        id=row.id,
        name=row.name,
        email=row.email or "",
        phone=row.phone,
        language=row.language,
        is_enabled=row.is_enabled,
        roles=roles,
    )
