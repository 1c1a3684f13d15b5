"""The API of drivers' links: made, listed, revoked."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from aidtrack.core import clock
from aidtrack.driver import queries, services, slips
from aidtrack.driver.forms import DriverLinkForm
from aidtrack.driver.link_views import address_of
from aidtrack.driver.queries import LinkRow
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import json_answer
from aidtrack.web.openapi import documented

bp = Blueprint("driver_links_api", __name__, url_prefix="/api/v1/shipments/<int:shipment_id>")
P = Permission


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A link just made. `url` and its QR (SVG) are shown now and never again."""

    id: int
    driver_id: int
    url: str
    qr_svg: str
    expires_at: datetime


@bp.get("/driver-links")
@documented(summary="The driver's links of a shipment, newest first", returns=list[LinkRow])
@requires(P.LINK_DRIVERS)
def index(shipment_id: int) -> Response:
    return json_answer(queries.links(shipment_id, current_actor()))


@bp.post("/driver-links")
@documented(summary="Make a driver's link", form=DriverLinkForm, returns=LinkMade, status=201)
@requires(P.LINK_DRIVERS)
def make(shipment_id: int) -> Response:
    """It signs the driver in on the first phone that opens it, for this shipment only.

    Without a driver it is for whoever is on the shipment. Another driver takes the shipment
    over. The link before ends at once: sent twice, only the second answer's link works.
    """
    form = DriverLinkForm.from_request().checked()
    made = services.make(
        shipment_id,
        driver_id=form.driver_id.data,
        named=form.named(),
        expires_on=form.expires_on.data,
        actor=current_actor(),
        at=clock.now(),
    )
    url = address_of(made.token)
    return json_answer(
        LinkMade(made.id, made.driver_id, url, str(slips.square(url)), made.expires_at), 201
    )


@bp.post("/driver-links/revoke")
@documented(summary="Revoke a driver's link", returns=list[LinkRow])
@requires(P.LINK_DRIVERS)
def revoke(shipment_id: int) -> Response:
    """The phone is signed out at once. Twice is once."""
    services.revoke(shipment_id, actor=current_actor(), at=clock.now())
    return json_answer(queries.links(shipment_id, current_actor()))
