"""Pages of donations: who promised what, what came of it, and receiving goods."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock, idempotency
from aidtrack.core.i18n import _, lazy
from aidtrack.documents import queries as papers
from aidtrack.documents.forms import shown_languages
from aidtrack.donations import choices, landing, lost_again, queries, receipts, reissued, services
from aidtrack.donations.forms import (
    CancelForm,
    ChangePledgeForm,
    DonationFilterForm,
    LoseAgainForm,
    PledgeForm,
    ReasonForm,
    ReceiptFilterForm,
    ReceiveForm,
    ReopenForm,
    UndoForm,
    offer_of_packs,
    said_before,
    still_to_come,
)
from aidtrack.donations.lists import DONATIONS, RECEIPTS
from aidtrack.donations.models import DonationStatus
from aidtrack.donations.queries import DonationDetail, DonationView
from aidtrack.identity import queries as identity
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.partners import queries as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.places.models import Place
from aidtrack.stock import written_off
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("donations", __name__)

RECEIVED_MEANWHILE = lazy(
    "Goods of this donation were received after you opened this page. If yours are other goods,"
    " receive them again; if somebody wrote down the same ones, leave this page."
)
Answer = Response | tuple[str, int] | str


@bp.get("/donations")
@requires(Permission.VIEW_DONATIONS)
def index() -> Answer:
    actor = current_actor()
    form = DonationFilterForm.from_query()
    form.choose(
        donor_id=choices.donors_seen(actor),
        view=[(str(view), str(view)) for view in DonationView],
    )
    counts = queries.how_many(actor, form.wanted(), lists.COUNT_MAX + 1)
    return lists.answer(DONATIONS, form, "donations/index.html", counts=counts, today=clock.today())


@bp.route("/donations/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_DONATIONS)
def pledge() -> Answer:
    actor = current_actor()
    organisation = identity.organisation(actor.organisation_id or 0)
    form = PledgeForm.from_request(currency=organisation.currency)
    _offer_goods(form, organisation.id)
    if form.submitted():
        with form.showing_broken_rules():
            donation_id = services.pledge(
                form.pledge(choices.pack_sizes(form.pack_ids)),
                organisation_id=organisation.id,
                actor=actor,
                key=form.key.data,
                at=clock.now(),
            )
            toasts.done(_("The donation is written down."))
            return _to_donation(donation_id)
    return render_template("donations/pledge.html", form=form), form.status


@bp.get("/donations/<int:donation_id>")
@requires(Permission.VIEW_DONATIONS)
def show(donation_id: int) -> Answer:
    donation = queries.readable(donation_id, current_actor())
    return render_template(
        "donations/show.html",
        donation=donation,
        new_key=uuid4(),
        today=clock.today(),
    )


@bp.route("/donations/<int:donation_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_DONATIONS)
def change(donation_id: int) -> Answer:
    donation = queries.donation(donation_id, current_actor())
    form = ChangePledgeForm.from_record(**said_before(donation))
    _offer_goods(form, donation.organisation_id, donation)
    if form.submitted():
        with form.showing_broken_rules():
            services.change_pledge(
                donation_id,
                form.pledge(choices.pack_sizes(form.pack_ids)),
                actor=current_actor(),
            )
            toasts.done(_("The promise is changed."))
            return _to_donation(donation_id)
    return render_template("donations/change.html", form=form, donation=donation), form.status


@bp.route("/donations/<int:donation_id>/cancel", methods=["GET", "POST"])
@requires(Permission.MANAGE_DONATIONS)
def cancel(donation_id: int) -> Answer:
    donation = queries.donation(donation_id, current_actor())
    form = CancelForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            services.cancel(donation_id, reason=form.reason.data, actor=current_actor())
            undo = url_for("donations.reopen", donation_id=donation_id)
            toasts.done(_("The donation is cancelled."), undo_url=undo)
            return _to_donation(donation_id)
    return render_template("donations/cancel.html", form=form, donation=donation), form.status


@bp.route("/donations/<int:donation_id>/close", methods=["GET", "POST"])
@requires(Permission.MANAGE_DONATIONS)
def close(donation_id: int) -> Answer:
    donation = queries.donation(donation_id, current_actor())
    form = ReasonForm.from_request()
    form.reason.required = donation.status == DonationStatus.RECEIVING
    if form.submitted():
        with form.showing_broken_rules():
            services.close(donation_id, reason=form.reason.data or "", actor=current_actor())
            undo = url_for("donations.reopen", donation_id=donation_id)
            toasts.done(_("The donation is closed."), undo_url=undo)
            return _to_donation(donation_id)
    return render_template("donations/close.html", form=form, donation=donation), form.status


@bp.post("/donations/<int:donation_id>/reopen")
@requires(Permission.MANAGE_DONATIONS)
def reopen(donation_id: int) -> Answer:
    ReopenForm.from_request().checked()
    services.reopen(donation_id, actor=current_actor())
    toasts.done(_("The donation is open again."))
    return _to_donation(donation_id)


@bp.route("/donations/<int:donation_id>/receive", methods=["GET", "POST"])
@requires(Permission.RECEIVE_GOODS)
def receive(donation_id: int) -> Answer:
    donation = queries.donation(donation_id, current_actor())
    form, sites, packs = _receive_form(donation)
    if form.submitted():
        with form.showing_broken_rules():
            receipt_id = services.receive(
                donation_id,
                form.arrival({pack.id: pack.size for pack in packs}),
                even_if_full=form.even_if_full.data,
                actor=current_actor(),
                key=form.key.data,
            )
            _say_received(donation_id, receipt_id)
            return redirect(url_for("donations.receipt", receipt_id=receipt_id), 303)
    form.lay_out(donation, packs)
    return render_template(
        "donations/receive.html", form=form, donation=donation, sites=sites, packs=packs
    ), form.status


@bp.get("/receipts")
@requires(Permission.VIEW_DONATIONS)
def receipts_index() -> Answer:
    actor = current_actor()
    form = ReceiptFilterForm.from_query()
    form.choose(site_id=choices.sites_seen(actor))
    return lists.answer(RECEIPTS, form, "donations/receipts.html")


@bp.get("/receipts/<int:receipt_id>")
@requires(Permission.VIEW_DONATIONS)
def receipt(receipt_id: int) -> Answer:
    found = receipts.receipt(receipt_id, current_actor())
    return render_template(
        "donations/receipt.html",
        receipt=found,
        write_offs=written_off.of_receipt(receipt_id, current_actor()),
        corrected=reissued.corrected(found.paper_id),
        is_on_the_road=lost_again.is_on_the_road(receipt_id),
    )


@bp.route("/receipts/<int:receipt_id>/lose-again", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def lose_again(receipt_id: int) -> Answer:
    found = receipts.to_touch(receipt_id, Permission.WRITE_OFF_STOCK, current_actor())
    form = LoseAgainForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            write_off_id = lost_again.lose_again(
                receipt_id, note=form.reason.data, key=form.key.data, actor=current_actor()
            )
            return redirect(url_for("losses.show_write_off", write_off_id=write_off_id), 303)
    return render_template("donations/lose_again.html", form=form, receipt=found), form.status


@bp.route("/receipts/<int:receipt_id>/undo", methods=["GET", "POST"])
@requires(Permission.REVERSE_MOVEMENTS)
def undo(receipt_id: int) -> Answer:
    found = receipts.to_touch(receipt_id, Permission.REVERSE_MOVEMENTS, current_actor())
    form = UndoForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            services.undo_receipt(
                receipt_id,
                reason=form.reason.data or _("Undone by the person who recorded it."),
                actor=current_actor(),
                key=form.key.data,
            )
            toasts.done(_("The receipt is undone and its paper is void."))
            return _to_donation(found.donation_id)
    return render_template("donations/undo.html", form=form, receipt=found), form.status


def _at_first(values: dict[str, Any]) -> dict[str, Any]:
    """Values to fill a form with before anything was sent; what is sent stands alone."""
    return values if request.method in {"GET", "HEAD"} else {}


def _to_donation(donation_id: int) -> Response:
    return redirect(url_for("donations.show", donation_id=donation_id), 303)


def _offer_goods(
    form: ChangePledgeForm, organisation_id: int, donation: DonationDetail | None = None
) -> None:
    """Donors, items with their packs, and areas to choose from."""
    known = [line.item_id for line in donation.lines] if donation else []
    items = choices.items(known)
    form.choose(
        donor_id=partners.choices(organisation_id, PartnerKind.DONOR),
        earmark_area_id=choices.areas(),
        item_id=items,
        pack_id=offer_of_packs(choices.packs(items, known)),
    )
    form.lines.look_ups["item_id"] = choices.item_called


def _receive_form(
    donation: DonationDetail,
) -> tuple[ReceiveForm, list[Place], list[choices.PackChoice]]:
    """The form at the place in the address, else where goods of it came last, else the first."""
    actor = current_actor()
    sites = choices.sites(actor, donation.organisation_id)
    likely = _likely_site(sites, donation)
    suggested = landing.suggested(likely, donation.lines) if request.method != "POST" else {}
    proposed = {
        "site_id": likely,
        "received_by": actor.name,
        "lines": still_to_come(donation, suggested),
        **shown_languages(papers.usual_languages(donation.organisation_id)),
    }
    form = ReceiveForm.from_request(**_at_first(proposed))
    form.guard(
        str([receipt.id for receipt in donation.receipts]),
        RECEIVED_MEANWHILE,
        unless=lambda: idempotency.is_known(form.key.data),
    )
    _offer_places(form, sites)
    form.explain(suggested)
    return form, sites, choices.packs_of_donation(line.item_id for line in donation.lines)


def _offer_places(form: ReceiveForm, sites: list[Place]) -> None:
    named = [(site.id, site.name_in()) for site in sites]
    form.choose(site_id=named)
    at = next((each for each in named if each[0] == form.site_id.data), None)
    bins = landing.bins(at[0]) if at else []
    form.offer_bins(at, bins)
    dock = landing.dock(bins)
    form.dock_id = dock.id if dock else None


def _likely_site(sites: list[Place], donation: DonationDetail) -> int | None:
    """Full ones only when somebody asks for them."""
    wanted, may = request.args.get("site_id", type=int), {site.id for site in sites}
    if wanted in may:
        return wanted
    free = {site.id for site in sites if not site.is_full}
    came = (receipt.site_id for receipt in donation.receipts if receipt.site_id in free)
    offered = (site.id for site in sites if site.id in free)
    return next(iter([*came, *offered, *(site.id for site in sites)]), None)


def _say_received(donation_id: int, receipt_id: int) -> None:
    """Say that it is done, how to undo it, and what came beyond the promise."""
    toasts.done(
        _("The goods are received."), undo_url=url_for("donations.undo", receipt_id=receipt_id)
    )
    for line in queries.lines_of(donation_id):
        if line.surplus:
            toasts.warn(
                _(
                    "%(item)s: %(count)s more than was promised.",
                    item=line.item_label,
                    count=line.surplus,
                )
            )
