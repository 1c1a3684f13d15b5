"""Pages of the office: a driver's link for a shipment, made, shown once, and revoked."""

from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.driver import queries, services, slips
from aidtrack.driver.forms import DriverLinkForm
from aidtrack.driver.queries import LinkRow
from aidtrack.identity import queries as people
from aidtrack.identity.permissions import Permission
from aidtrack.shipments import queries as shipments
from aidtrack.shipments.queries import ShipmentDetail
from aidtrack.web import once, toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("driver_links", __name__, url_prefix="/shipments/<int:shipment_id>/driver-link")
P = Permission
Answer = Response | tuple[str, int] | str


@bp.route("", methods=["GET", "POST"])
@requires(P.LINK_DRIVERS)
def show(shipment_id: int) -> Answer:
    """The link's state. Sent, it makes a new one and shows that once: only a hash is kept."""
    actor = current_actor()
    links = queries.links(shipment_id, actor)
    shipment = shipments.detail(shipment_id, actor)
    form = _form(shipment)
    if form.was_shown:
        return once.shown_before(url_for("driver_links.show", shipment_id=shipment_id))
    if form.submitted():
        with form.showing_broken_rules():
            made = services.make(
                shipment_id,
                driver_id=form.driver_id.data,
                named=form.named(),
                expires_on=form.expires_on.data,
                actor=actor,
                at=clock.now(),
            )
            return _made(form, shipments.detail(shipment_id, actor), made.token)
    return render_template(
        "driver/link.html", form=form, shipment=shipment, links=links
    ), form.status


@bp.post("/revoke")
@requires(P.LINK_DRIVERS)
def revoke(shipment_id: int) -> Answer:
    services.revoke(shipment_id, actor=current_actor(), at=clock.now())
    toasts.done(_("The link is revoked. The phone is signed out."))
    return redirect(url_for("driver_links.show", shipment_id=shipment_id), 303)


def address_of(token: str) -> str:
    """Where a phone opens it, as people outside reach this server."""
    return current_app.config["PUBLIC_URL"] + url_for("journey.begin", token=token)


def _form(shipment: ShipmentDetail) -> DriverLinkForm:
    organisation = people.organisation(shipment.organisation_id)
    zone = ZoneInfo(organisation.time_zone)
    form = DriverLinkForm.from_request(
        driver_id=shipment.driver_id,
        driver_name="" if shipment.driver_id else shipment.driver,
        driver_phone="" if shipment.driver_id else shipment.driver_phone,
        language=organisation.language,
        expires_on=services.usual_end(shipment.expected_at, zone, clock.now()),
    )
    drivers = people.drivers(shipment.organisation_id)
    form.choose(driver_id=[(user.id, user.name) for user in drivers])
    return form


def _made(form: DriverLinkForm, shipment: ShipmentDetail, token: str) -> Answer:
    """The page with the square. It is in no history and no cache."""
    form.note_shown()
    actor = current_actor()
    link: LinkRow = queries.links(shipment.id, actor)[0]
    url = address_of(token)
    organisation = people.organisation(shipment.organisation_id)
    words = slips.words_in(
        (link.language, organisation.second_language or "", organisation.language),
        number=shipment.number, last_day=link.last_day, url=url, office=shipment.origin.phone,
    )  # fmt: skip
    return render_template(
        "driver/link_made.html", shipment=shipment, link=link, url=url, words=words,
        organisation=organisation, square=slips.square(url),
        by_text=slips.by_text(link.driver_phone, words[0].message),
    )  # fmt: skip
