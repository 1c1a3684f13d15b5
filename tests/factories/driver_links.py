"""Links of drivers, made and opened as the office and a phone do."""

from typing import Any

from flask.testing import FlaskClient

from aidtrack.core import clock
from aidtrack.driver import services
from aidtrack.driver.services import Made
from tests.factories.world import World


def make_link(world: World, shipment_id: int, **more: Any) -> Made:
    return services.make(shipment_id, **{"actor": world.logistician, "at": clock.now(), **more})


def begin(phone: FlaskClient, token: str) -> Any:
    """Look at the page, then press its button: the answer of the second."""
    phone.get(f"/j/{token}")
    return phone.post(f"/j/{token}")
