"""Pages of stock: the list, a lot, and what can be done with goods in a store."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.catalogue import queries as catalogue
from aidtrack.core import clock
from aidtrack.core.i18n import _, ngettext
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.places import queries as places
from aidtrack.stock import (
    cards,
    lots,
    reasons,
    services,
    suggestions,
)
from aidtrack.stock.forms import (
    MoveForm,
    StockFilterForm,
    TakingsForm,
    UndoForm,
)
from aidtrack.stock.lists import STOCK
from aidtrack.stock.picking import lines_of, picked, proposed
from aidtrack.stock.queries import StockRow, StockView
from aidtrack.stock.targets import keeps_apart
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
        lines=cards.card(lot_id),
        reasons=reasons.LABELS,
        today=clock.today(),
    )


@bp.route("/stock/move", methods=["GET", "POST"])
@requires(Permission.MOVE_STOCK)
def move() -> Answer:
    rows = _picked()
    aim = suggestions.for_all(rows)
    form = MoveForm.from_request(lines=proposed(rows), to_place_id=aim.place_id if aim else None)
    form.offer_bins(_targets(rows), aim)
    return _act(
        form,
        rows,
        "stock/move.html",
        lambda: services.move(
            form.takings(),
            to_place_id=form.to_place_id.data,
            even_if_full=form.even_if_full.data,
            key=form.key.data,
            actor=current_actor(),
            at=clock.now(),
        ),
    )


@bp.route("/stock/movements/<int:movement_id>/undo", methods=["POST"])
@requires(Permission.REVERSE_MOVEMENTS)
def undo(movement_id: int) -> Answer:
    form = UndoForm.from_request().checked()
    try:
        services.undo(
            movement_id,
            reason=form.reason.data or _("Undone from its message"),
            key=form.key.data,
            actor=current_actor(),
        )
    except services.HasGoneOn as refused:
        toasts.warn(refused.message)
        return redirect(url_for("movements.reverse", movement_id=movement_id), 303)
    toasts.done(_("Undone. Everything is where it was."))
    return redirect(url_for("stock.index"), 303)


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
            *((each.id, each.label) for each in places.bins(site_id) if not keeps_apart(each)),
        ]
    ]
