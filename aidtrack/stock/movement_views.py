"""Pages of one movement: what it was, and reversing it after a look at what that breaks."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from aidtrack.core.i18n import _
from aidtrack.documents import queries as papers
from aidtrack.identity.permissions import Permission
from aidtrack.stock import movements, reasons, reversal, services
from aidtrack.stock.movement_forms import ReverseForm
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("movements", __name__, url_prefix="/stock/movements")
Answer = Response | tuple[str, int] | str


@bp.get("/<int:movement_id>")
@requires(Permission.VIEW_STOCK)
def show(movement_id: int) -> Answer:
    it = movements.detail(movement_id, current_actor())
    return render_template(
        "stock/movement.html",
        it=it,
        reasons=reasons.LABELS,
        papers=papers.papers_of(it.source.kind, [it.source_id]),
    )


@bp.route("/<int:movement_id>/reverse", methods=["GET", "POST"])
@requires(Permission.REVERSE_MOVEMENTS)
def reverse(movement_id: int) -> Answer:
    actor = current_actor()
    found = movements.movement(movement_id, actor)
    form = ReverseForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            services.undo(movement_id, reason=form.reason.data, key=form.key.data, actor=actor)
            toasts.done(_("Reversed. Everything is where it was."))
            return redirect(url_for("movements.show", movement_id=movement_id), 303)
    page = render_template(
        "stock/reverse_movement.html",
        form=form,
        it=movements.detail(movement_id, actor),
        breaks=reversal.breakage(found, actor),
        is_here=services.is_undone_here(found.source_kind, found.kind),
    )
    return page, form.status
