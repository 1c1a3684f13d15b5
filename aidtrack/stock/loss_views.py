"""Pages of losses: goods written off, destroyed, given back; who agrees; and the list of all."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.documents import queries as documents
from aidtrack.identity import duties
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.places import queries as places
from aidtrack.stock import (
    claims,
    finds,
    loss_reasons,
    reasons,
    storekeeping,
    write_offs,
    written_off,
)
from aidtrack.stock.loss_forms import (
    ApproveForm,
    ClaimForm,
    CorrectForm,
    DestroyForm,
    FindForm,
    ReasonForm,
    RefuseForm,
    ReturnForm,
    WithdrawForm,
    WriteOffFilterForm,
    WriteOffForm,
)
from aidtrack.stock.loss_lists import WRITE_OFFS
from aidtrack.stock.loss_models import LossAct
from aidtrack.stock.loss_words import STAGES
from aidtrack.stock.picking import lines_of, picked, proposed
from aidtrack.stock.queries import StockRow
from aidtrack.stock.written_off import LostLine
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("losses", __name__)

Answer = Response | tuple[str, int] | str


@bp.route("/stock/write-off", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def write_off() -> Answer:
    form, rows = _picked(WriteOffForm, LossAct.LOSS)
    return _lose(form, rows, "stock/write_off.html", storekeeping.write_off, **_story(form))


@bp.route("/stock/destroy", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def destroy() -> Answer:
    form, rows = _picked(DestroyForm, LossAct.DESTRUCTION)
    return _lose(form, rows, "stock/destroy.html", storekeeping.destroy, **_story(form))


@bp.route("/stock/return", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def return_to_donor() -> Answer:
    form, rows = _picked(ReturnForm, LossAct.RETURN)
    return _lose(form, rows, "stock/return_to_donor.html", storekeeping.give_back)


@bp.get("/stock/write-offs")
@requires(Permission.VIEW_STOCK)
def written_off_index() -> Answer:
    actor = current_actor()
    form = WriteOffFilterForm.from_query()
    form.choose(site_id=[(site.id, site.name_in()) for site in places.sites(actor, limit=200).rows])
    return lists.answer(WRITE_OFFS, form, "stock/written_off_index.html", stages=STAGES)


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
        papers=documents.papers_of("write_off", [write_off_id]),
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
    toasts.done(_("Approved. The goods have left the stock."), undo_url=undo_url)
    return redirect(url_for("losses.show_write_off", write_off_id=write_off_id), 303)


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
            return redirect(url_for("losses.show_write_off", write_off_id=write_off_id), 303)
    return render_template("stock/refuse_write_off.html", form=form, it=found), form.status


@bp.post("/stock/write-offs/<int:write_off_id>/withdraw")
@requires(Permission.WRITE_OFF_STOCK)
def withdraw_write_off(write_off_id: int) -> Answer:
    form = WithdrawForm.from_request().checked()
    write_offs.withdraw(
        write_off_id, reason=form.reason.data or "", actor=current_actor(), at=clock.now()
    )
    toasts.done(_("Withdrawn. The goods stay in stock."))
    return redirect(url_for("losses.show_write_off", write_off_id=write_off_id), 303)


def _picked(form_class: type[ReasonForm], act: LossAct) -> tuple[Any, list[StockRow]]:
    """The form for the rows ticked on the list, with the reasons of who keeps them."""
    rows = picked(request.args.getlist("pick"), current_actor())
    form = form_class.from_request(lines=proposed(rows))
    form.choose(reason=loss_reasons.offered_at({row.site_id for row in rows}, act))
    return form, rows


def _story(form: Any) -> dict[str, Any]:
    return {"story": form.story()}


def _lose(
    form: Any, rows: list[StockRow], template: str, act: Callable[..., int], **more: Any
) -> Answer:
    """Show the form, or do it once: it is done and may be undone, or it waits."""
    if form.submitted():
        with form.showing_broken_rules():
            write_off_id = act(
                form.takings(),
                reason=form.reason.data,
                note=form.note.data,
                again=bool(form.again.data),
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
                **more,
            )
            return _say_recorded(write_off_id)
    rule = written_off.rule_at(rows[0].site_id) if rows else None
    page = render_template(template, form=form, lines=lines_of(form, rows), rule=rule)
    return page, form.status


def _say_recorded(write_off_id: int) -> Answer:
    """Done, and may be undone; or it waits, and its page says for whom."""
    found = written_off.write_off(write_off_id, current_actor())
    if found.movement_id is None:
        toasts.done(_("%(number)s waits until someone else approves it.", number=found.number))
    else:
        undo_url = url_for("stock.undo", movement_id=found.movement_id)
        done = _("%(number)s: the goods have left the stock.", number=found.number)
        toasts.done(done, undo_url=undo_url)
    return redirect(url_for("losses.show_write_off", write_off_id=write_off_id), 303)


@bp.route("/stock/correct", methods=["GET", "POST"])
@requires(Permission.CORRECT_STOCK)
def correct() -> Answer:
    """The books of a few lots are wrong: what really lies there."""
    rows = picked(request.args.getlist("pick"), current_actor())
    form = CorrectForm.from_request(lines=[_booked(row) for row in rows])
    form.choose(reason=loss_reasons.offered_at({x.site_id for x in rows}, LossAct.ADJUSTMENT))
    if form.submitted():
        with form.showing_broken_rules():
            done = storekeeping.correct(
                form.counted(),
                reason=form.reason.data,
                note=form.note.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            if done.write_off_id is not None:
                return _say_recorded(done.write_off_id)
            toasts.done(_("Corrected. The books say what lies there."))
            return redirect(url_for("stock.index"), 303)
    page = render_template("stock/correct.html", form=form, lines=lines_of(form, rows))
    return page, form.status


@bp.route("/stock/write-offs/<int:write_off_id>/find", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def find(write_off_id: int) -> Answer:
    """It was found: which of it, and where it lies now."""
    lost = written_off.write_off(write_off_id, current_actor())
    open_lines = [line for line in lost.lines if line.left]
    bins = _bins_of(lost.site_id, lost.site)
    form = FindForm.from_request(lines=[_still_lost(line, dict(bins)) for line in open_lines])
    form.choose(place_id=bins)
    if form.submitted():
        with form.showing_broken_rules():
            find_id = finds.find(
                write_off_id,
                form.came_back(),
                note=form.note.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            return _say_found(write_off_id, find_id)
    lines = _lines_with(form, open_lines)
    return render_template("stock/find.html", form=form, it=lost, lines=lines), form.status


@bp.route("/stock/write-offs/<int:write_off_id>/claim", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF_STOCK)
def claim(write_off_id: int) -> Answer:
    lost = written_off.write_off(write_off_id, current_actor())
    form = ClaimForm.from_record(
        None,
        state=lost.claim.value,
        against=lost.claim_against,
        currency=lost.currency,
        amount=lost.claim_minor,
        note=lost.claim_note,
    )
    form.currency.data = lost.currency
    if form.submitted():
        with form.showing_broken_rules():
            claims.set_claim(write_off_id, form.claim(), actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("losses.show_write_off", write_off_id=write_off_id), 303)
    return render_template("stock/claim.html", form=form, it=lost), form.status


def _bins_of(site_id: int, site: str) -> list[tuple[int, str]]:
    """The floor of a site and its bins, to choose from."""
    return [(site_id, site), *((each.id, each.name_in()) for each in places.bins(site_id))]


def _booked(row: StockRow) -> dict[str, int]:
    return {
        "lot_id": row.lot_id,
        "place_id": row.place_id,
        "book": row.quantity,
        "quantity": row.quantity,
    }


def _still_lost(line: LostLine, bins: Mapping[int, str]) -> dict[str, int]:
    """What is left of a line, back where it lay if that bin is still there."""
    found = {"line_id": line.id, "quantity": line.left}
    return found | {"place_id": line.place_id} if line.place_id in bins else found


def _lines_with(form: FindForm, lost: list[LostLine]) -> list[tuple[Any, LostLine]]:
    """The lines of the form, each with the line of the write-off that it is of."""
    by_id = {line.id: line for line in lost}
    return [
        (row.form, by_id[row.form.line_id.data])
        for row in form.lines.entries
        if row.form.line_id.data in by_id
    ]


def _say_found(write_off_id: int, find_id: int) -> Answer:
    found = finds.movement_of(find_id)
    undo_url = url_for("stock.undo", movement_id=found)
    toasts.done(_("Found. The goods are in stock again."), undo_url=undo_url)
    return redirect(url_for("losses.show_write_off", write_off_id=write_off_id), 303)
