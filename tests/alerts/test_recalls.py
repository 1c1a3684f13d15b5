"""A recall is told to everybody who keeps some of it."""

from aidtrack.alerts import telling
from aidtrack.alerts.models import AlertKind
from aidtrack.identity.permissions import Role
from tests.alerts.told import forget_everything, inbox, receivers
from tests.factories.holds import recall
from tests.factories.world import make_item, make_person, make_stock


def test_whoever_keeps_some_of_it_is_told_and_nobody_elsewhere(world, office):
    item = make_item("Water tablets")
    lot = make_stock(world, item, 100, batch_number="AQ-7")
    make_stock(world, item, 5, place_id=world.point_id, batch_number="AQ-7")
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
    make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id)
    forget_everything(office())
    recall(world, lot, whole_batch=True)
    telling.tell_news(office())
    assert receivers(AlertKind.RECALL) == {keeper.user_id, world.coordinator.user_id}
    (row,) = inbox(keeper)
    assert row.path == f"/lots/{lot}"
    assert row.title.startswith("Water tablets is recalled: RC/")
    assert any("The maker says so" in line for line in row.lines)
