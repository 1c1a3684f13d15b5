"""A shipment on the road, and phones that nobody has signed in."""

import pytest

from tests.factories.shipments import make_dispatched
from tests.factories.world import make_item, make_stock


@pytest.fixture
def item(world):
    return make_item("Blanket", pack=10)


@pytest.fixture
def lot(world, item):
    return make_stock(world, item, 500)


@pytest.fixture
def shipment_id(world, item, lot):
    return make_dispatched(world, (item, 150))


@pytest.fixture
def phone(app):
    """Makes phones that nobody has signed in."""
    return app.test_client
