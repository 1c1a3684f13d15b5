"""Pages of sharing: what is shown to others, what they show us, and how that begins and ends."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.identity import records
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.sharing import queries, services
from aidtrack.sharing.forms import EndForm, ShareFilter, ShareForm
from aidtrack.sharing.lists import SHARES
from aidtrack.sharing.queries import ShareRow
from aidtrack.sharing.wording import KINDS
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("sharing", __name__, url_prefix="/sharing")
P = Permission


@dataclass(frozen=True, slots=True)
class SharedWith:
    """What the owner's page of a record says of sharing it."""

    shares: list[ShareRow]
    may_share: bool


@bp.app_template_global("sharing_of")
def sharing_of(kind: str, record_id: int, organisation_id: int) -> SharedWith | None:
    """For the part of a record's own page; None for whoever has no business with it.

    Nor is there any where the installation has one organisation only.
    """
    actor = current_actor()
    if organisation_id not in actor.organisations(P.VIEW_HOME):
        return None
    shares = queries.shares_of(kind, record_id)
    if not shares and not queries.partners_of(organisation_id):
        return None
    return SharedWith(shares, organisation_id in actor.organisations(P.SHARE_RECORDS))


@bp.get("")
@requires(P.VIEW_HOME)
def index() -> Any:
    return lists.answer(
        SHARES,
        ShareFilter.from_query(),
        "sharing/index.html",
        kinds=KINDS,
        own=current_actor().organisations(P.VIEW_HOME),
    )


@bp.route("/new/<kind>/<int:record_id>", methods=["GET", "POST"])
@requires(P.SHARE_RECORDS)
def add(kind: str, record_id: int) -> Any:
    actor = current_actor()
    record = services.shareable(kind, record_id, actor)
    form = ShareForm.from_request()
    form.offer(kind, queries.partners_of(record.organisation_id or 0))
    back = records.kind_called(kind).page(record_id)
    if form.submitted():
        with form.showing_broken_rules():
            terms = form.terms()
            is_new = not queries.is_open_to(kind, record_id, terms.with_organisation_id)
            share_id = services.share(kind, record_id, terms, actor=actor, at=clock.now())
            if is_new:
                toasts.done(_("It is shared. They see it from now on."))
            return redirect(url_for("sharing.show", share_id=share_id), 303)
    return render_template(
        "sharing/new.html", form=form, record=record, kind=KINDS[kind], back=back
    ), form.status


@bp.get("/<int:share_id>")
@requires(P.VIEW_HOME)
def show(share_id: int) -> str:
    actor = current_actor()
    share = queries.share(share_id, actor)
    return render_template(
        "sharing/show.html",
        share=share,
        kind=KINDS[share.record_kind],
        history=queries.history(share_id),
        is_ours=share.organisation_id in actor.organisations(P.VIEW_HOME),
        may_change=share.organisation_id in actor.organisations(P.SHARE_RECORDS),
    )


@bp.route("/<int:share_id>/end", methods=["GET", "POST"])
@requires(P.SHARE_RECORDS)
def change_end(share_id: int) -> Any:
    share = services.ours(share_id, current_actor())
    form = EndForm.from_record(ends_on=share.ends_on)
    if form.submitted():
        with form.showing_broken_rules():
            services.change_end(share_id, form.ends_on.data, actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("sharing.show", share_id=share_id), 303)
    return render_template("sharing/end.html", form=form, share=share), form.status


@bp.post("/<int:share_id>/revoke")
@requires(P.SHARE_RECORDS)
def revoke(share_id: int) -> Any:
    services.revoke(share_id, actor=current_actor(), at=clock.now())
    toasts.done(_("Revoked. They see it no longer."))
    return redirect(url_for("sharing.show", share_id=share_id), 303)
