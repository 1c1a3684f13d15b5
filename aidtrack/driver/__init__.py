"""The driver's phone: one page, made for one hand and bad light; and the link that opens it."""

from aidtrack.core import clock
from aidtrack.driver import journey_views, link_views, services, views
from aidtrack.identity.permissions import Actor
from aidtrack.shipments import driving

blueprints = (views.bp, journey_views.bp, link_views.bp)


def end_links(shipment_id: int, actor: Actor) -> None:
    """What a link opened ends with the driver's part in the shipment."""
    services.end_all(shipment_id, actor, at=clock.now())


driving.when_over(end_links)
