"""Pages of goods that are kept apart: holds and recalls."""

from collections.abc import Callable, Mapping
from io import BytesIO

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock, formulas
from aidtrack.core.i18n import _, ngettext
from aidtrack.holds import (
    pieces,
    queries,
    recalled,
    recalls,
    services,
    shelf_lives,
    trace,
    words,
)
from aidtrack.holds.forms import (
    EndRecallForm,
    HoldExpiredForm,
    HoldFilterForm,
    HoldForm,
    RecallFilterForm,
    RecallForm,
    ReleaseForm,
    ShelfLifeForm,
    WriteOffHeldForm,
)
from aidtrack.holds.lists import HOLDS, RECALLS
from aidtrack.holds.trace import Way
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.places import queries as places
from aidtrack.stock import loss_reasons, picking, reasons, written_off
from aidtrack.stock import queries as stock
from aidtrack.stock.loss_models import LossAct
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("holds", __name__)
SITES_MAX = 200
Answer = Response | tuple[str, int] | str


@bp.get("/stock/holds")
@requires(Permission.VIEW_STOCK)
def index() -> Answer:
    actor = current_actor()
    form = HoldFilterForm.from_query()
    sites = places.sites(actor, limit=SITES_MAX).rows
    form.choose(site_id=[(site.id, site.name_in()) for site in sites])
    return lists.answer(HOLDS, form, "holds/index.html", labels=words.LABELS, today=clock.today())


@bp.get("/stock/holds/<int:hold_id>")
@requires(Permission.VIEW_STOCK)
def show(hold_id: int) -> Answer:
    return render_template(
        "holds/show.html",
        it=queries.hold(hold_id, current_actor()),
        labels=words.LABELS,
        today=clock.today(),
    )


@bp.route("/stock/hold", methods=["GET", "POST"])
@requires(Permission.HOLD_STOCK)
def hold() -> Answer:
    actor = current_actor()
    rows = picking.picked(request.args.getlist("pick"), actor)
    form = HoldForm.from_request(lines=picking.proposed(rows))
    form.choose(to_place_id=_bins(rows[0].site_id) if rows else [])
    if form.submitted():
        with form.showing_broken_rules():
            services.hold(
                form.takings(), form.wanted(), key=form.key.data, actor=actor, at=clock.now()
            )
            held = ngettext("%(num)d lot is held.", "%(num)d lots are held.", len(rows))
            toasts.done(held)
            return redirect(url_for("holds.index"), 303)
    lines = picking.lines_of(form, rows)
    return render_template("holds/hold.html", form=form, lines=lines), form.status


@bp.route("/stock/holds/<int:hold_id>/release", methods=["GET", "POST"])
@requires(Permission.HOLD_STOCK)
def release(hold_id: int) -> Answer:
    found = queries.hold(hold_id, current_actor())
    form = ReleaseForm.from_request()
    form.choose(to_place_id=_bins(found.site_id))
    if form.submitted():
        with form.showing_broken_rules():
            services.release(
                hold_id,
                quantity=form.quantity.data,
                note=form.note.data,
                to_place_id=form.to_place_id.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            toasts.done(_("Released. It can be sent again."))
            return redirect(url_for("holds.show", hold_id=hold_id), 303)
    return render_template("holds/release.html", form=form, it=found), form.status


@bp.route("/stock/holds/<int:hold_id>/write-off", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def write_off(hold_id: int) -> Answer:
    found = queries.hold(hold_id, current_actor())
    form = WriteOffHeldForm.from_request()
    form.choose(reason=loss_reasons.offered_at([found.site_id], LossAct.LOSS))
    if form.submitted():
        with form.showing_broken_rules():
            write_off_id = services.write_off(
                hold_id,
                reason=form.reason.data,
                note=form.note.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            return redirect(url_for("losses.show_write_off", write_off_id=write_off_id), 303)
    rule = written_off.rule_at(found.site_id)
    return render_template("holds/write_off.html", form=form, it=found, rule=rule), form.status


@bp.route("/stock/holds/expired", methods=["GET", "POST"])
@requires(Permission.HOLD_STOCK)
def expired() -> Answer:
    """What has expired at one site and is not held: all of it at once."""
    actor = current_actor()
    sites = places.sites(actor, permission=Permission.HOLD_STOCK, limit=SITES_MAX).rows
    counts = queries.expired_by_site([site.id for site in sites], actor)
    form = HoldExpiredForm.from_request(site_id=_site_asked([site.id for site in sites], counts))
    site_id = form.site_id.data
    form.choose(to_place_id=_bins(site_id) if site_id else [])
    if form.submitted():
        with form.showing_broken_rules():
            return _hold_expired(site_id, form)
    rows = queries.expired_at(site_id, actor) if site_id else []
    page = render_template(
        "holds/expired.html", form=form, rows=rows, sites=sites, site_id=site_id, counts=counts
    )
    return page, form.status


def _hold_expired(site_id: int, form: HoldExpiredForm) -> Response:
    number = services.hold_expired(
        site_id,
        to_place_id=form.to_place_id.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    toasts.done(ngettext("%(num)d lot is held.", "%(num)d lots are held.", number))
    return redirect(url_for("holds.index"), 303)


@bp.get("/stock/recalls")
@requires(Permission.VIEW_STOCK)
def recall_index() -> Answer:
    form = RecallFilterForm.from_query()
    return lists.answer(RECALLS, form, "holds/recalls.html", labels=words.RECALL_LABELS)


@bp.route("/stock/recalls/new", methods=["GET", "POST"])
@requires(Permission.RECALL_LOTS)
def recall() -> Answer:
    """Recall the lot that the address names; its page shows where every piece is."""
    lot = stock.lot(request.args.get("lot_id", 0, type=int), current_actor())
    form = RecallForm.from_request(lot_id=lot.id)
    if form.submitted():
        with form.showing_broken_rules():
            recall_id = recalls.recall(
                lot.id,
                reason=form.reason.data,
                whole_batch=bool(form.whole_batch.data),
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            toasts.done(_("Recalled. Nobody can send or hand it out."))
            return redirect(url_for("holds.show_recall", recall_id=recall_id), 303)
    page = render_template(
        "holds/recall.html", form=form, lot=lot, others=recalled.others_of_batch(lot)
    )
    return page, form.status


@bp.get("/stock/recalls/<int:recall_id>")
@requires(Permission.VIEW_STOCK)
def show_recall(recall_id: int) -> Answer:
    found = recalled.recall(recall_id, current_actor())
    return render_template(
        "holds/show_recall.html",
        it=found,
        found=pieces.pieces_of(found.id, found.organisation_id),
        lots=recalled.lots_of(found.id),
        waiting=recalled.waiting_with(found.id),
        labels=words.RECALL_LABELS,
        whereabouts=words.WHEREABOUTS,
        where_of=words.where_of,
    )


@bp.get("/stock/recalls/<int:recall_id>.csv")
@requires(Permission.VIEW_STOCK)
def recall_file(recall_id: int) -> Answer:
    """Where every piece is, as a file."""
    found = recalled.recall(recall_id, current_actor())
    everything = pieces.pieces_of(found.id, found.organisation_id)
    file = BytesIO()
    formulas.write_csv(file, *words.as_table(everything))
    name = found.number.replace("/", "-")
    return Response(
        file.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@bp.route("/stock/recalls/<int:recall_id>/close", methods=["GET", "POST"])
@requires(Permission.RECALL_LOTS)
def close_recall(recall_id: int) -> Answer:
    return _end_recall(recall_id, recalls.close, _("Closed. Its lots stay locked."))


@bp.route("/stock/recalls/<int:recall_id>/lift", methods=["GET", "POST"])
@requires(Permission.RECALL_LOTS)
def lift_recall(recall_id: int) -> Answer:
    return _end_recall(recall_id, recalls.lift, _("Lifted. Its lots can be sent again."))


@bp.get("/lots/<int:lot_id>/trace")
@requires(Permission.VIEW_STOCK)
def trace_lot(lot_id: int) -> Answer:
    """Back to the donor, forward to the people; of one way all, a page at a time."""
    asked = request.args.get("way", "")
    way = Way(asked) if asked in set(Way) else None
    cursor = request.args.get("cursor") if way else None
    return render_template(
        "holds/trace.html",
        it=trace.trace(lot_id, current_actor(), way=way, cursor=cursor),
        asked=way,
        reasons=reasons.LABELS,
        stages=words.WENT_TO,
    )


@bp.route("/stock/shelf-life", methods=["GET", "POST"])
@requires(Permission.VIEW_PLACES)
def shelf_life() -> Answer:
    """How long goods must still be good at each place."""
    actor = current_actor()
    limits = shelf_lives.limits(actor)
    own = shelf_lives.limits(actor, Permission.MANAGE_PLACES)
    form = ShelfLifeForm.from_request()
    form.choose(place=[(row.key, row.name) for row in own])
    if form.submitted():
        with form.showing_broken_rules():
            organisation_id, site_id = form.ids()
            shelf_lives.set_least(
                organisation_id=organisation_id, site_id=site_id, days=form.days.data, actor=actor
            )
            toasts.done(_("Saved."))
            return redirect(url_for("holds.shelf_life"), 303)
    page = render_template("holds/shelf_life.html", form=form, limits=limits, may_set=bool(own))
    return page, form.status


def _end_recall(recall_id: int, end: Callable[..., None], done: str) -> Answer:
    found = recalled.recall(recall_id, current_actor())
    form = EndRecallForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            end(recall_id, note=form.note.data, actor=current_actor(), at=clock.now())
            toasts.done(done)
            return redirect(url_for("holds.show_recall", recall_id=recall_id), 303)
    page = render_template("holds/end_recall.html", form=form, it=found, lifts=end is recalls.lift)
    return page, form.status


def _site_asked(known: list[int], counts: Mapping[int, int]) -> int | None:
    """The site that the address names, or the first where something has expired."""
    asked = request.args.get("site_id", type=int)
    first = next((site_id for site_id in known if site_id in counts), next(iter(known), None))
    return asked if asked in known else first


def _bins(site_id: int) -> list[tuple[int, str]]:
    """Bins of the site, those for quarantine first."""
    return [(place.id, place.name_in()) for place in queries.bins_of(site_id)]
