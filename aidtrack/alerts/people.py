"""Who is there to be told, and who of them something concerns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, exists, or_, select

from aidtrack.alerts.kinds import CONCERNS, Concern
from aidtrack.alerts.models import Alert, AlertChoice, AlertKind, AlertTimes, Way
from aidtrack.core.db import db
from aidtrack.identity.models import Organisation, RoleAssignment, User
from aidtrack.identity.permissions import GRANTS, Grant, Permission, Role

# What the person was told may outlive the role that let them know it: still theirs to read?
STILL_ALLOWED = or_(
    Alert.organisation_id.is_(None),
    exists().where(
        RoleAssignment.user_id == Alert.user_id,
        RoleAssignment.organisation_id == Alert.organisation_id,
        or_(
            *(
                and_(
                    Alert.kind == kind,
                    RoleAssignment.role.in_(concern.roles | {Role.ADMINISTRATOR}),
                )
                for kind, concern in CONCERNS.items()
            )
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class At:
    """Where something happened: at a site, in a whole organisation, or to a donor's gift."""

    organisation_id: int
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell. It goes to whom it concerns at one of the places, and to `user_ids`.

    `donor_id`: to those who act for this donor, instead. `by_id` did it and is not told, nor
    are `left_out`.
    """

    kind: AlertKind
    key: str
    path: str
    facts: dict[str, object]
    places: tuple[At, ...] = ()
    user_ids: frozenset[int] = frozenset()
    donor_id: int | None = None
    by_id: int | None = None
    left_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in, with everything that decides what they are told and how."""

    user_id: int
    email: str
    name: str
    language: str
    time_zone: str
    grants: tuple[Grant, ...]
    choices: dict[AlertKind, Way] = field(default_factory=dict)
    times: AlertTimes | None = None

    def way(self, kind: AlertKind) -> Way:
        return self.choices.get(kind, CONCERNS[kind].way)

    def holds(self, permission: Permission, roles: frozenset[Role], at: At) -> bool:
        """Whether one of these roles of theirs allows it there."""
        return any(
            grant.role in roles
            and permission in GRANTS[grant.role]
            and grant.organisation_id == at.organisation_id
            and grant.site_id in (None, at.site_id)
            for grant in self.grants
        )

    def organisation_of(self, notice: Notice) -> int | None:
        """Where a role lets them know of it; None when it is told to them by name."""
        concern = CONCERNS[notice.kind]
        roles = concern.roles | {Role.ADMINISTRATOR}
        held = [
            at.organisation_id
            for at in notice.places
            if notice.donor_id is None and self.holds(concern.permission, roles, at)
        ]
        held += [
            grant.organisation_id
            for grant in self.grants
            if notice.donor_id is not None and grant.donor_id == notice.donor_id
        ]
        return held[0] if held else None

    def gives_for(self, donor_id: int) -> bool:
        return any(
            grant.donor_id == donor_id and Permission.VIEW_OWN_DONATIONS in GRANTS[grant.role]
            for grant in self.grants
        )


def everyone(user_ids: Iterable[int] | None = None) -> list[Person]:
    """Everybody who may sign in, or those of them named: three statements."""
    named = [] if user_ids is None else [User.id.in_(list(user_ids))]
    grants: dict[int, list[Grant]] = defaultdict(list)
    zones: dict[int, str] = {}
    users: dict[int, User] = {}
    found = db.session.execute(
        select(User, RoleAssignment, Organisation.time_zone)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(User.is_enabled, *named)
        .order_by(User.id, RoleAssignment.id)
    )
    for user, role, zone in found:
        users[user.id] = user
        zones.setdefault(user.id, zone)
        grants[user.id].append(Grant(role.role, role.organisation_id, role.site_id, role.donor_id))
    choices: dict[int, dict[AlertKind, Way]] = defaultdict(dict)
    for choice in db.session.scalars(select(AlertChoice)):
        choices[choice.user_id][choice.kind] = choice.way
    times = {each.user_id: each for each in db.session.scalars(select(AlertTimes))}
    return [
        Person(
            user_id=user.id,
            email=user.email or "",
            name=user.name,
            language=user.language,
            time_zone=zones[user.id],
            grants=tuple(grants[user.id]),
            choices=choices[user.id],
            times=times.get(user.id),
        )
        for user in users.values()
    ]


def concerned(notice: Notice, people: Sequence[Person]) -> list[Person]:
    """Whom it concerns: by role and place, never a stranger, never the one who did it."""
    if notice.donor_id is not None:
        found = [person for person in people if person.gives_for(notice.donor_id)]
    else:
        found = _at_places(CONCERNS[notice.kind], notice.places, people)
    known = {person.user_id for person in found}
    found += [x for x in people if x.user_id in notice.user_ids and x.user_id not in known]
    untold = notice.left_out | {notice.by_id}
    return [person for person in found if person.user_id not in untold]


def _at_places(concern: Concern, places: Iterable[At], people: Iterable[Person]) -> list[Person]:
    """Who has the roles at each place, or its administrators where nobody has."""
    known: dict[int, Person] = {}
    for at in places:
        near = [x for x in people if x.holds(concern.permission, concern.roles, at)]
        only = frozenset({Role.ADMINISTRATOR})
        found = near or [x for x in people if x.holds(concern.permission, only, at)]
        known |= {person.user_id: person for person in found}
    return list(known.values())
