"""The way in without a password: a link that one phone opens, for one journey.

Messengers look at a link before the driver does, so looking changes nothing.
"""

import secrets

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.errors import RuleBroken
from aidtrack.driver import queries, services
from aidtrack.identity.models import Method
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.web.access import BY_LINK, actor_or_none, public
from aidtrack.web.devices import device_of
from aidtrack.web.limits import GUESSING, guessing_codes, limiter
from aidtrack.web.sessions import begin_session, end_session

bp = Blueprint("journey", __name__, url_prefix="/j")
# Tells this phone from another: for a second tap, and for coming back from another journey.
PHONE = "phone"
Answer = Response | tuple[str, int] | str


def was_refused(response: Response) -> bool:
    return response.status_code != 303


@bp.get("")
@public
def over() -> Answer:
    """Where a phone is led whose link has ended."""
    actor = actor_or_none()
    if actor is not None and actor.may(Permission.DRIVE):
        return redirect(url_for("driver.journeys"), 303)
    return render_template("driver/over.html", had_one=BY_LINK in session)


@bp.route("/<token>", methods=["GET", "POST"])
@public
@guessing_codes
@limiter.limit(GUESSING, methods=["POST"], deduct_when=was_refused)
def begin(token: str) -> Answer:
    invitation = queries.invitation(token)
    stop = url_for("driver.stop", shipment_id=invitation.shipment_id)
    actor = actor_or_none()
    if _is_on_the_way(actor, invitation):
        return redirect(stop, 303)
    phone = session.setdefault(PHONE, secrets.token_urlsafe(32))
    if request.method == "POST":
        device = device_of(request.headers.get("User-Agent", ""))
        begun = services.open_link(token, phone=phone, device=device, at=clock.now())
        _sign_in(begun, token, phone)
        return redirect(stop, 303)
    return render_template("driver/begin.html", invitation=invitation, someone=actor)


@bp.errorhandler(RuleBroken)
def refuse(broken: RuleBroken) -> Answer:
    return render_template("driver/refused.html", sentence=broken.message), broken.status


@bp.after_request
def keep_secret(answer: Response) -> Response:
    """The address is a key: no other site, no search engine and no cache gets to know it."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sign_in(begun: services.Begun, token: str, phone: str) -> None:
    begin_session(
        begun.driver_id, method=Method.LINK, stay=True,
        journey_id=begun.shipment_id, expires_at=begun.session_ends_at,
    )  # fmt: skip
    session[BY_LINK], session[PHONE] = True, phone
    try:
        queries.invitation(token)
    except RuleBroken:  # Revoked in this very moment: nobody else would end the session.
        end_session()
        raise


def _is_on_the_way(actor: Actor | None, invitation: queries.Invitation) -> bool:
    """Whether this phone drives it already, by this link or with the driver's own password."""
    return (
        actor is not None
        and actor.user_id == invitation.driver_id
        and actor.journey_id in (None, invitation.shipment_id)
        and actor.may(Permission.DRIVE)
    )
