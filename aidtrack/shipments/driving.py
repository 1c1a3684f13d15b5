"""Who drives a shipment, and whoever stands above is told when somebody no longer does.

The links of drivers belong to a package that this one cannot know: it says what to do, in
`when_over`, and that package hands over what to do when it is loaded.
"""

from collections.abc import Callable

from aidtrack.core import audit
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity import queries as people
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor
from aidtrack.shipments.models import Shipment

# Given the shipment's id and whoever ended it, inside their transaction.
Ending = Callable[[int, Actor], None]
_endings: list[Ending] = []


def when_over(end: Ending) -> None:
    """Do this whenever a driver is replaced, or their shipment called off."""
    _endings.append(end)


def over(shipment_id: int, actor: Actor) -> None:
    """The driver drives it no more. Use inside the transaction that says so."""
    for end in _endings:
        end(shipment_id, actor)


def expect_driver(driver_id: int, organisation_id: int) -> None:
    """Raise Invalid unless the person may drive for the organisation."""
    if driver_id not in {user.id for user in people.drivers(organisation_id)}:
        raise Invalid(_("This person is no driver of yours."), field="driver_id")


def hand_to(shipment: Shipment, driver: User, actor: Actor) -> None:
    """Somebody with an account drives it from now on, also when it has left already.

    The caller holds the shipment and has asked whether the actor may.
    """
    if shipment.driver_id == driver.id:
        return
    if shipment.driver_id is not None:
        over(shipment.id, actor)
    before = shipment.driver.name if shipment.driver else shipment.driver_name
    facts = audit.changes({"driver_name": before}, {"driver_name": driver.name})
    shipment.driver = driver
    shipment.driver_name = shipment.driver_phone = ""
    audit.record(
        actor, "shipment.driver_changed", kind="shipment", record_id=shipment.id, facts=facts
    )
