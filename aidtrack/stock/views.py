"""Pages of stock: the list, a lot, and what can be done with goods in a store."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.catalogue import queries as catalogue
from aidtrack.core import clock
from aidtrack.core.i18n import _, ngettext
from aidtrack.identity import duties
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.places import queries as places
from aidtrack.stock import (
    lots,
    minimums,
    queries,
    reasons,
    services,
    write_offs,
    written_off,
)
from aidtrack.stock.forms import (
    ApproveForm,
    MinimumFilterForm,
    MinimumForm,
    MoveForm,
    RefuseForm,
    ReturnForm,
    StockFilterForm,
    TakingsForm,
    UndoForm,
    WithdrawForm,
    WriteOffFilterForm,
    WriteOffForm,
)
from aidtrack.stock.lists import MINIMUMS, STOCK, WRITE_OFFS
from aidtrack.stock.models import Reason
from aidtrack.stock.picking import lines_of, picked, proposed
from aidtrack.stock.queries import StockRow, StockView
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("stock", __name__)

ITEMS_MAX = 1_000
Answer = Response | tuple[str, int] | str


@bp.get("/stock")
@requires(Permission.VIEW_STOCK)
def index() -> Answer:
    actor = current_actor()
    form = StockFilterForm.from_query()
    form.choose(
        site_id=[(site.id, site.name_in()) for site in places.sites(actor, limit=200).rows],
        category_id=[(each.id, each.name_in()) for each in catalogue.categories()],
        view=[(str(view), str(view)) for view in StockView],
    )
    return lists.answer(STOCK, form, "stock/index.html", today=clock.today())


@bp.get("/lots/<int:lot_id>")
@requires(Permission.VIEW_STOCK)
def lot(lot_id: int) -> Answer:
    return render_template(
        "stock/lot.html",
        lot=lots.lot_detail(lot_id, current_actor()),
        lines=queries.card(lot_id=lot_id),
        reasons=reasons.LABELS,
        today=clock.today(),
    )


@bp.route("/stock/move", methods=["GET", "POST"])
@requires(Permission.MOVE_STOCK)
def move() -> Answer:
    rows = _picked()
    form = MoveForm.from_request(lines=proposed(rows))
    form.choose(to_place_id=_targets(rows))
    return _act(
        form,
        rows,
        "stock/move.html",
        lambda: services.move(
            form.takings(),
            to_place_id=form.to_place_id.data,
            key=form.key.data,
            actor=current_actor(),
            at=clock.now(),
        ),
    )


@bp.route("/stock/write-off", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def write_off() -> Answer:
    rows = _picked()
    form = WriteOffForm.from_request(lines=proposed(rows))
    if form.submitted():
        with form.showing_broken_rules():
            write_off_id = write_offs.write_off(
                form.takings(),
                reason=Reason(form.reason.data),
                note=form.note.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            return _say_written_off(write_off_id)
    rule = written_off.rule_at(rows[0].site_id) if rows else None
    page = render_template("stock/write_off.html", form=form, lines=lines_of(form, rows), rule=rule)
    return page, form.status


@bp.get("/stock/write-offs")
@requires(Permission.VIEW_STOCK)
def written_off_index() -> Answer:
    actor = current_actor()
    form = WriteOffFilterForm.from_query()
    form.choose(site_id=[(site.id, site.name_in()) for site in places.sites(actor, limit=200).rows])
    return lists.answer(WRITE_OFFS, form, "stock/written_off_index.html")


@bp.get("/stock/write-offs/<int:write_off_id>")
@requires(Permission.VIEW_STOCK)
def show_write_off(write_off_id: int) -> Answer:
    found = written_off.write_off(write_off_id, current_actor())
    return render_template(
        "stock/show_write_off.html",
        it=found,
        alone=duties.alone_during(found.organisation_id, found.prepared_at, found.decided_at),
        may_alone=not duties.keeps_apart(found.organisation_id),
        form=ApproveForm.from_request(),
        reasons=reasons.LABELS,
    )


@bp.post("/stock/write-offs/<int:write_off_id>/approve")
@requires(Permission.APPROVE_WRITE_OFFS)
def approve_write_off(write_off_id: int) -> Answer:
    form = ApproveForm.from_request().checked()
    movement_id = write_offs.approve(
        write_off_id,
        note=form.note.data or "",
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    undo_url = url_for("stock.undo", movement_id=movement_id)
    toasts.done(_("Approved. The goods are written off."), undo_url=undo_url)
    return redirect(url_for("stock.show_write_off", write_off_id=write_off_id), 303)


@bp.route("/stock/write-offs/<int:write_off_id>/refuse", methods=["GET", "POST"])
@requires(Permission.APPROVE_WRITE_OFFS)
def refuse_write_off(write_off_id: int) -> Answer:
    found = written_off.write_off(write_off_id, current_actor())
    form = RefuseForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            write_offs.refuse(
                write_off_id, reason=form.reason.data, actor=current_actor(), at=clock.now()
            )
            toasts.done(_("Refused. The goods stay in stock."))
            return redirect(url_for("stock.show_write_off", write_off_id=write_off_id), 303)
    return render_template("stock/refuse_write_off.html", form=form, it=found), form.status


@bp.post("/stock/write-offs/<int:write_off_id>/withdraw")
@requires(Permission.WRITE_OFF_STOCK)
def withdraw_write_off(write_off_id: int) -> Answer:
    form = WithdrawForm.from_request().checked()
    write_offs.withdraw(
        write_off_id, reason=form.reason.data or "", actor=current_actor(), at=clock.now()
    )
    toasts.done(_("Withdrawn. The goods stay in stock."))
    return redirect(url_for("stock.show_write_off", write_off_id=write_off_id), 303)


@bp.route("/stock/return", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def return_to_donor() -> Answer:
    rows = _picked()
    form = ReturnForm.from_request(lines=proposed(rows))
    return _act(
        form,
        rows,
        "stock/return_to_donor.html",
        lambda: services.return_to_donor(
            form.takings(),
            note=form.note.data,
            key=form.key.data,
            actor=current_actor(),
            at=clock.now(),
        ),
    )


@bp.route("/stock/movements/<int:movement_id>/undo", methods=["POST"])
@requires(Permission.REVERSE_MOVEMENTS)
def undo(movement_id: int) -> Answer:
    form = UndoForm.from_request().checked()
    services.undo(
        movement_id,
        reason=form.reason.data or _("Undone from its message"),
        key=form.key.data,
        actor=current_actor(),
    )
    toasts.done(_("Undone. Everything is where it was."))
    return redirect(url_for("stock.index"), 303)


@bp.get("/stock/minimums")
@requires(Permission.VIEW_STOCK)
def minimum_levels() -> Answer:
    actor = current_actor()
    form = MinimumFilterForm.from_query()
    form.choose(site_id=[(site.id, site.name_in()) for site in places.sites(actor, limit=200).rows])
    return lists.answer(
        MINIMUMS,
        form,
        "stock/minimums.html",
        wanted=form.wanted(),
        may_set=partial(minimums.may_set, actor),
        may_add=actor.may(Permission.SET_MINIMUMS),
    )


@bp.route("/stock/minimums/set", methods=["GET", "POST"])
@requires(Permission.SET_MINIMUMS)
def set_minimum() -> Answer:
    """A level for an item and a site that the address may name already."""
    actor, asked = current_actor(), MinimumFilterForm.from_query()
    known = minimums.level_of(actor, asked.item_id.data, asked.site_id.data)
    form = MinimumForm.from_request(known)
    sites = places.sites(actor, permission=Permission.SET_MINIMUMS, limit=200).rows
    form.choose(
        site_id=[(site.id, site.name_in()) for site in sites],
        item_id=catalogue.item_choices(limit=ITEMS_MAX),
    )
    form.item_id.look_up = catalogue.item_called
    form.site_id.required = not actor.organisations(Permission.SET_MINIMUMS)
    if form.submitted():
        with form.showing_broken_rules():
            minimums.set_minimum(**form.data, actor=actor)
            toasts.done(_("The minimum is set."))
            return redirect(url_for("stock.minimum_levels"), 303)
    return render_template("stock/minimum.html", form=form, known=known), form.status


@bp.post("/stock/minimums/<int:minimum_id>/remove")
@requires(Permission.SET_MINIMUMS)
def remove_minimum(minimum_id: int) -> Answer:
    minimums.remove_minimum(minimum_id, actor=current_actor())
    toasts.done(_("The minimum is taken away."))
    return redirect(url_for("stock.minimum_levels"), 303)


def _act(
    form: TakingsForm, rows: list[StockRow], template: str, happen: Callable[[], int]
) -> Answer:
    """Show the form, or do it once and offer to undo it."""
    if form.submitted():
        with form.showing_broken_rules():
            movement_id = happen()
            done = ngettext("Done for %(num)d lot.", "Done for %(num)d lots.", len(rows))
            toasts.done(done, undo_url=url_for("stock.undo", movement_id=movement_id))
            return redirect(url_for("stock.index"), 303)
    return render_template(template, form=form, lines=lines_of(form, rows)), form.status


def _say_written_off(write_off_id: int) -> Answer:
    """Done, and may be undone; or it waits, and its page says for whom."""
    found = written_off.write_off(write_off_id, current_actor())
    if found.movement_id is None:
        toasts.done(_("%(number)s waits until someone else approves it.", number=found.number))
        return redirect(url_for("stock.show_write_off", write_off_id=write_off_id), 303)
    undo_url = url_for("stock.undo", movement_id=found.movement_id)
    toasts.done(_("%(number)s: the goods are written off.", number=found.number), undo_url=undo_url)
    return redirect(url_for("stock.index"), 303)


def _picked() -> list[StockRow]:
    return picked(request.args.getlist("pick"), current_actor())


def _targets(rows: list[StockRow]) -> list[tuple[int, str]]:
    """Bins of the site where the goods lie, and its floor."""
    sites = {row.site_id: row.site_name for row in rows}
    return [
        choice
        for site_id, name in sites.items()
        for choice in [
            (site_id, name),
            *((each.id, each.name_in()) for each in places.bins(site_id)),
        ]
    ]
