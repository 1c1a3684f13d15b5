"""Whoever is shown something, or is shown it no longer, is told so in their inbox."""

from aidtrack.alerts import telling
from aidtrack.alerts.models import AlertKind
from aidtrack.core import clock
from aidtrack.identity.permissions import Role
from aidtrack.sharing import services
from tests.alerts.told import forget_everything, inbox, receivers, titles
from tests.factories.sharing import make_share
from tests.factories.world import make_person, make_world


def test_the_office_it_is_shared_with_is_told_of_both_and_nobody_else(world, office, signed_in):
    other = make_world("Readers")
    make_person(Role.DRIVER, other.organisation_id)
    make_person(Role.LOGISTICIAN, other.organisation_id, site_id=other.point_id)
    forget_everything(office())
    share_id = make_share(world, "place", world.point_id, other)
    telling.tell_news(office())
    told = {other.admin.user_id, other.logistician.user_id, other.coordinator.user_id}
    assert receivers(AlertKind.SHARING) == told
    (row,) = inbox(other.coordinator)
    assert row.title.startswith("Shared by ")
    assert "School 4" in row.lines[0]
    assert signed_in(other.coordinator).get(row.path).status_code == 200
    services.revoke(share_id, actor=world.logistician, at=clock.now())
    telling.tell_news(office())
    assert receivers(AlertKind.SHARING) == told
    assert "Shared no longer: School 4" in titles(other.coordinator)


def test_what_was_taken_back_before_anybody_was_told_is_told_as_that(world, office):
    other = make_world("Readers")
    forget_everything(office())
    share_id = make_share(world, "place", world.point_id, other)
    services.revoke(share_id, actor=world.logistician, at=clock.now())
    telling.tell_news(office())
    assert titles(other.admin) == ["Shared no longer: School 4"]
