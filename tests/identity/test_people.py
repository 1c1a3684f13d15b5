"""Administrators add people, give and take roles, and lock out; nobody reaches beyond."""

import pytest

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.identity import queries, services
from aidtrack.identity.models import Organisation, User
from aidtrack.identity.permissions import GRANTS, Actor, Grant, Permission, Role
from aidtrack.identity.roles import LastAdministrator
from aidtrack.identity.services import AlreadyExists, LastRole, RoleAt
from aidtrack.identity.words import PERMISSIONS, ROLE_HINTS, ROLES
from tests.factories.world import World, actor_of, make_person, make_world

SECRET = "a first password"


@pytest.fixture
def other(database, world) -> World:
    return make_world("Other", "TJ")


def add(world: World, actor: Actor, *roles: RoleAt, email: str = "new@example.org") -> int:
    return services.add_user(
        email=email, name="New", password=SECRET, roles=list(roles), actor=actor
    )


def test_someone_new_may_sign_in_with_their_roles(world):
    user_id = add(
        world,
        world.admin,
        RoleAt(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id),
        RoleAt(Role.DRIVER, world.organisation_id),
    )
    person = queries.person(user_id, world.admin)
    assert [role.role for role in person.roles] == [Role.LOGISTICIAN, Role.DRIVER]
    assert person.roles[0].site == "Osh warehouse"
    assert services.check_password("NEW@example.org", SECRET).id == user_id


def test_someone_new_starts_with_the_language_of_their_organisation(world):
    db.session.get_one(Organisation, world.organisation_id).language = "ar"
    db.session.commit()
    user_id = add(world, world.admin, RoleAt(Role.DRIVER, world.organisation_id))
    assert queries.person(user_id, world.admin).language == "ar"


def test_an_address_signs_in_one_person_only(world):
    email = db.session.get_one(User, world.driver.user_id).email
    with pytest.raises(AlreadyExists) as refused:
        add(world, world.admin, RoleAt(Role.DRIVER, world.organisation_id), email=email.upper())
    assert refused.value.field == "email"


@pytest.mark.parametrize("role", [Role.LOGISTICIAN, Role.AUDITOR, Role.DRIVER, Role.DONOR])
def test_only_administrators_add_people(world, role):
    actor = getattr(world, str(role))
    with pytest.raises(NotAllowed):
        add(world, actor, RoleAt(Role.DRIVER, world.organisation_id))
    assert queries.user_by_email("new@example.org") is None


def test_no_role_is_given_at_another_organisation(world, other):
    with pytest.raises(NotAllowed):
        add(world, world.admin, RoleAt(Role.DRIVER, other.organisation_id))
    with pytest.raises(NotAllowed):
        services.assign_role(
            world.driver.user_id, RoleAt(Role.DRIVER, other.organisation_id), actor=world.admin
        )


def test_an_administrator_of_a_site_gives_no_roles(world):
    grant = Grant(Role.ADMINISTRATOR, world.organisation_id, site_id=world.warehouse_id)
    of_a_site = Actor(world.driver.user_id, "x", world.organisation_id, (grant,))
    with pytest.raises(NotAllowed):
        add(world, of_a_site, RoleAt(Role.ADMINISTRATOR, world.organisation_id))


@pytest.mark.parametrize(
    ("role", "more", "field"),
    [
        (Role.DONOR, {}, "roles-0-donor_id"),
        (Role.DRIVER, {"donor": "own"}, "roles-0-donor_id"),
        (Role.DONOR, {"donor": "other"}, "roles-0-donor_id"),
        (Role.LOGISTICIAN, {"site": "other"}, "roles-0-site_id"),
        (Role.LOGISTICIAN, {"site": "bin"}, "roles-0-site_id"),
        (Role.ADMINISTRATOR, {"site": "own"}, "roles-0-site_id"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(world, other, role, more, field):
    sites = {"own": world.warehouse_id, "other": other.warehouse_id, "bin": world.bin_id}
    donors = {"own": world.donor_id, "other": other.donor_id}
    at = RoleAt(
        role,
        world.organisation_id,
        sites.get(more.get("site", "")),
        donors.get(more.get("donor", "")),
    )
    with pytest.raises(Invalid) as refused:
        add(world, world.admin, at)
    assert refused.value.field == field
    assert queries.user_by_email("new@example.org") is None


def test_giving_a_role_twice_is_giving_it_once(world):
    role = RoleAt(Role.AUDITOR, world.organisation_id)
    services.assign_role(world.driver.user_id, role, actor=world.admin)
    services.assign_role(world.driver.user_id, role, actor=world.admin)
    assert len(queries.person(world.driver.user_id, world.admin).roles) == 2


def test_a_role_taken_is_gone_at_once(world):
    services.assign_role(
        world.driver.user_id, RoleAt(Role.LOGISTICIAN, world.organisation_id), actor=world.admin
    )
    assert actor_of(world.driver.user_id).may(Permission.MANAGE_ITEMS)
    given = queries.person(world.driver.user_id, world.admin).roles[1]
    services.take_role(world.driver.user_id, given.id, actor=world.admin)
    assert not actor_of(world.driver.user_id).may(Permission.MANAGE_ITEMS)


def test_the_last_role_stays(world):
    (only,) = queries.person(world.driver.user_id, world.admin).roles
    with pytest.raises(LastRole):
        services.take_role(world.driver.user_id, only.id, actor=world.admin)


def test_somebody_elses_role_is_not_taken_by_its_number(world):
    (role,) = queries.person(world.driver.user_id, world.admin).roles
    with pytest.raises(NotFound):
        services.take_role(world.auditor.user_id, role.id, actor=world.admin)


def test_an_organisation_keeps_an_administrator(world):
    services.assign_role(
        world.admin.user_id, RoleAt(Role.AUDITOR, world.organisation_id), actor=world.admin
    )
    first = queries.person(world.admin.user_id, world.admin).roles[0]
    with pytest.raises(LastAdministrator):
        services.take_role(world.admin.user_id, first.id, actor=world.admin)
    second = make_person(Role.ADMINISTRATOR, world.organisation_id)
    services.take_role(world.admin.user_id, first.id, actor=second)
    with pytest.raises(NotAllowed):
        queries.people(actor_of(world.admin.user_id))


def test_nobody_locks_themselves_out(world):
    with pytest.raises(Invalid):
        services.disable_user(world.admin.user_id, actor=world.admin)


def test_whoever_was_locked_out_comes_back_with_their_roles(world):
    services.disable_user(world.driver.user_id, actor=world.admin)
    assert not queries.person(world.driver.user_id, world.admin).is_enabled
    services.enable_user(world.driver.user_id, actor=world.admin)
    person = queries.person(world.driver.user_id, world.admin)
    assert (person.is_enabled, len(person.roles)) == (True, 1)


def test_people_of_others_do_not_exist(world, other):
    stranger = other.driver.user_id
    for act in (
        lambda: queries.person(stranger, world.admin),
        lambda: services.disable_user(stranger, actor=world.admin),
        lambda: services.end_sessions(stranger, actor=world.admin),
        lambda: services.change_user(stranger, name="x", actor=world.admin),
        lambda: services.assign_role(
            stranger, RoleAt(Role.DRIVER, world.organisation_id), actor=world.admin
        ),
    ):
        with pytest.raises(NotFound):
            act()


def test_one_organisation_cannot_take_over_an_administrator_of_another(world, other):
    services.assign_role(
        other.admin.user_id,
        RoleAt(Role.AUDITOR, world.organisation_id),
        actor=services.system_actor(world.organisation_id),
    )
    assert len(queries.person(other.admin.user_id, world.admin).roles) == 1
    with pytest.raises(NotAllowed):
        services.end_sessions(other.admin.user_id, actor=world.admin)
    with pytest.raises(NotAllowed):
        services.disable_user(other.admin.user_id, actor=world.admin)


def test_people_are_found_by_name_role_and_state(world):
    services.disable_user(world.driver.user_id, actor=world.admin)
    found = queries.people(world.admin, role=Role.DRIVER)
    assert [x.id for x in found.rows] == [world.driver.user_id]
    assert queries.people(world.admin, role=Role.DRIVER, is_enabled=True).rows == []
    assert len(queries.people(world.admin, words="coordinator").rows) == 1
    assert queries.people(world.admin, words="100%").rows == []


def test_people_are_read_in_as_many_statements_however_many(world, statements):
    db.session.rollback()
    with statements() as few:
        queries.people(world.admin)
    for _ in range(5):
        make_person(Role.DRIVER, world.organisation_id)
    db.session.rollback()
    with statements() as many:
        page = queries.people(world.admin, limit=8)
    assert len(many) == len(few)
    rest = queries.people(world.admin, limit=8, cursor=page.next_cursor)
    assert len({x.id for x in [*page.rows, *rest.rows]}) == 11


def test_the_history_of_a_person_tells_who_did_what(world):
    services.change_user(world.driver.user_id, name="Azamat", phone="1", actor=world.admin)
    last = queries.person_history(world.driver.user_id)[0]
    assert last.who == world.admin.name
    assert "Azamat" in last.detail


def test_every_role_and_permission_has_its_words():
    worded = [permission for group in PERMISSIONS.values() for permission in group]
    assert sorted(worded) == sorted(Permission)
    assert set(ROLES) == set(ROLE_HINTS) == set(GRANTS) == set(Role)
