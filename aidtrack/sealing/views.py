"""Pages of the proof: for the office how it stands, for anyone the keys and signatures."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug import Response

from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.sealing import checks, queries, services
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, fresh, public, requires
from aidtrack.web.forms import KeyedForm
from aidtrack.web.limits import READING_CODES, limiter

bp = Blueprint("sealing", __name__)
SEALS_SHOWN, CHECKS_SHOWN = 20, 10
# Larger than any seal: beyond it no database is asked.
NUMBER_MAX = 2**53


@bp.get("/ledger")
@requires(Permission.VIEW_AUDIT)
def index() -> str:
    actor = current_actor()
    return render_template(
        "sealing/index.html",
        form=KeyedForm(),
        checks=checks.recent(CHECKS_SHOWN),
        last_good_at=checks.last_good_at(),
        seals=queries.newest(SEALS_SHOWN, actor.organisations(Permission.VIEW_AUDIT)),
        keys=queries.keys(actor.organisation_id),
        may_change=actor.may(Permission.MANAGE_ORGANISATION, organisation_id=actor.organisation_id),
    )


@bp.post("/ledger/check")
@requires(Permission.VIEW_AUDIT)
def check() -> Response:
    form = KeyedForm.from_request().checked()
    job_id = services.check_now(key=form.key.data, actor=current_actor())
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.post("/ledger/new-key")
@requires(Permission.MANAGE_ORGANISATION)
@fresh
def new_key() -> Response:
    actor = current_actor()
    if actor.organisation_id is None:
        abort(404)
    services.begin_new_key(actor.organisation_id, actor=actor)
    toasts.done(_("The next seal is signed with a new key."))
    return redirect(url_for("sealing.index"), 303)


@bp.get("/v/keys")
@public
@limiter.limit(READING_CODES)
def keys() -> str:
    return render_template("sealing/keys.html", keys=queries.keys())


@bp.get("/v/seals/<int:number>")
@public
@limiter.limit(READING_CODES)
def seal(number: int) -> str:
    if number > NUMBER_MAX:
        abort(404)
    return render_template("sealing/seal.html", seal=queries.proof(number))
