"""Losses over JSON: the same acts, the same second person."""

from typing import Any

from flask import Blueprint
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.identity.permissions import Permission
from aidtrack.stock import (
    claims,
    finds,
    loss_reasons,
    storekeeping,
    write_off_list,
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
from aidtrack.stock.loss_reasons import ReasonRow
from aidtrack.stock.storekeeping import Corrected
from aidtrack.stock.write_off_list import WriteOffRow
from aidtrack.stock.written_off import WriteOffDetail
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("losses_api", __name__, url_prefix="/api/v1")


@bp.post("/stock/write-offs")
@documented(
    summary="Write goods off as lost", form=WriteOffForm, returns=WriteOffDetail, status=201
)
@requires(Permission.WRITE_OFF_STOCK)
def write_off() -> Response:
    """What is worth more than the organisation's limit, or nobody knows how much, answers 202:
    it waits until someone else approves it, and its goods are held. A movement is named once
    they have left.
    """
    form = WriteOffForm.from_request().checked()
    write_off_id = storekeeping.write_off(
        form.takings(), story=form.story(), actor=current_actor(), at=clock.now(), **_said(form)
    )
    return _answer(write_off_id)


@bp.get("/stock/write-offs")
@documented(
    summary="Write-offs, what waits first",
    query=WriteOffFilterForm,
    returns=WriteOffRow,
    paged=True,
)
@requires(Permission.VIEW_STOCK)
def written_off_index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = WriteOffFilterForm.from_query().checked().wanted()
    found = write_off_list.write_offs(current_actor(), wanted, cursor=cursor, limit=limit)
    return page_answer(found)


@bp.get("/stock/write-offs/<int:write_off_id>")
@documented(summary="One write-off", returns=WriteOffDetail)
@requires(Permission.VIEW_STOCK)
def show_write_off(write_off_id: int) -> Response:
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/write-offs/<int:write_off_id>/approve")
@documented(
    summary="Approve what someone else writes off", form=ApproveForm, returns=WriteOffDetail
)
@requires(Permission.APPROVE_WRITE_OFFS)
def approve_write_off(write_off_id: int) -> Response:
    form = ApproveForm.from_request().checked()
    write_offs.approve(
        write_off_id,
        note=form.note.data or "",
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/write-offs/<int:write_off_id>/refuse")
@documented(summary="Refuse a write-off", form=RefuseForm, returns=WriteOffDetail)
@requires(Permission.APPROVE_WRITE_OFFS)
def refuse_write_off(write_off_id: int) -> Response:
    form = RefuseForm.from_request().checked()
    write_offs.refuse(write_off_id, reason=form.reason.data, actor=current_actor(), at=clock.now())
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/write-offs/<int:write_off_id>/withdraw")
@documented(summary="Withdraw one's own write-off", form=WithdrawForm, returns=WriteOffDetail)
@requires(Permission.WRITE_OFF_STOCK)
def withdraw_write_off(write_off_id: int) -> Response:
    form = WithdrawForm.from_request().checked()
    write_offs.withdraw(
        write_off_id, reason=form.reason.data or "", actor=current_actor(), at=clock.now()
    )
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/returns")
@documented(
    summary="Give goods back to their donor", form=ReturnForm, returns=WriteOffDetail, status=201
)
@requires(Permission.WRITE_OFF_STOCK)
def return_to_donor() -> Response:
    """Above the organisation's limit it answers 202 and waits, as a write-off does."""
    form = ReturnForm.from_request().checked()
    write_off_id = storekeeping.give_back(
        form.takings(), actor=current_actor(), at=clock.now(), **_said(form)
    )
    return _answer(write_off_id)


@bp.post("/stock/destructions")
@documented(summary="Destroy goods", form=DestroyForm, returns=WriteOffDetail, status=201)
@requires(Permission.WRITE_OFF_STOCK)
def destroy() -> Response:
    """Above the organisation's limit it answers 202 and waits, as a write-off does."""
    form = DestroyForm.from_request().checked()
    write_off_id = storekeeping.destroy(
        form.takings(), story=form.story(), actor=current_actor(), at=clock.now(), **_said(form)
    )
    return _answer(write_off_id)


@bp.post("/stock/corrections")
@documented(
    summary="Correct the books of a few lots", form=CorrectForm, returns=Corrected, status=201
)
@requires(Permission.CORRECT_STOCK)
def correct() -> Response:
    """`book` is what you were told lies there: only the difference is posted."""
    form = CorrectForm.from_request().checked()
    done = storekeeping.correct(
        form.counted(),
        reason=form.reason.data,
        note=form.note.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(done, 201)


@bp.post("/stock/write-offs/<int:write_off_id>/finds")
@documented(summary="Say what was found of a loss", form=FindForm, returns=WriteOffDetail)
@requires(Permission.WRITE_OFF_STOCK)
def find(write_off_id: int) -> Response:
    form = FindForm.from_request().checked()
    finds.find(
        write_off_id,
        form.came_back(),
        note=form.note.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/write-offs/<int:write_off_id>/claim")
@documented(summary="Say how a claim stands", form=ClaimForm, returns=WriteOffDetail)
@requires(Permission.WRITE_OFF_STOCK)
def claim(write_off_id: int) -> Response:
    form = ClaimForm.from_request().checked()
    claims.set_claim(write_off_id, form.claim(), actor=current_actor())
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.get("/organisations/<int:organisation_id>/reasons")
@documented(summary="The reasons of an organisation", returns=list[ReasonRow])
@requires(Permission.VIEW_STOCK)
def list_reasons(organisation_id: int) -> Response:
    return json_answer(loss_reasons.visible(organisation_id, current_actor()))


def _said(form: ReasonForm) -> dict[str, Any]:
    return {
        "reason": form.reason.data,
        "note": form.note.data,
        "again": bool(form.again.data),
        "key": form.key.data,
    }


def _answer(write_off_id: int) -> Response:
    found = written_off.write_off(write_off_id, current_actor())
    return json_answer(found, 201 if found.movement_id is not None else 202)
