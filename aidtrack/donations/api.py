"""Donations and receipts as JSON: the same forms, the same services."""

from flask import Blueprint, Response, url_for

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.donations import choices, landing, lost_again, queries, receipts, services
from aidtrack.donations.forms import (
    CancelForm,
    ChangePledgeForm,
    DonationFilterForm,
    LoseAgainForm,
    PledgeForm,
    ReasonForm,
    ReceiptFilterForm,
    ReceiveForm,
    UndoForm,
)
from aidtrack.donations.queries import DonationDetail, DonationRow
from aidtrack.donations.receipts import ReceiptDetail, ReceiptRow
from aidtrack.identity.permissions import Permission
from aidtrack.stock import written_off
from aidtrack.stock.written_off import WriteOffDetail
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.openapi import documented

bp = Blueprint("donations_api", __name__, url_prefix="/api/v1")


@bp.get("/donations")
@documented(
    summary="Donations, newest first", query=DonationFilterForm, returns=DonationRow, paged=True
)
@requires(Permission.VIEW_DONATIONS)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = DonationFilterForm.from_query().checked().wanted()
    return page_answer(queries.donations(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.post("/donations")
@documented(
    summary="Write down what a donor promises",
    form=PledgeForm,
    returns=DonationDetail,
    status=201,
)
@requires(Permission.MANAGE_DONATIONS)
def pledge() -> Response:
    """A quantity counts in packs when the line names a pack, or else in base units."""
    actor = current_actor()
    form = PledgeForm.from_request().checked()
    donation_id = services.pledge(
        form.pledge(choices.pack_sizes(form.pack_ids)),
        organisation_id=actor.organisation_id or 0,
        actor=actor,
        key=form.key.data,
        at=clock.now(),
    )
    return _donation(donation_id, 201)


@bp.get("/donations/<int:donation_id>")
@documented(summary="A donation, its lines and its receipts", returns=DonationDetail)
@requires(Permission.VIEW_DONATIONS)
def show(donation_id: int) -> Response:
    """Of a donation that another organisation shares, as much as `shared` allows."""
    return json_answer(queries.readable(donation_id, current_actor()))


@bp.put("/donations/<int:donation_id>")
@documented(
    summary="Change a promise of which nothing has come",
    form=ChangePledgeForm,
    returns=DonationDetail,
)
@requires(Permission.MANAGE_DONATIONS)
def change(donation_id: int) -> Response:
    form = ChangePledgeForm.from_request().checked()
    sizes = choices.pack_sizes(form.pack_ids)
    services.change_pledge(donation_id, form.pledge(sizes), actor=current_actor())
    return _donation(donation_id)


@bp.post("/donations/<int:donation_id>/cancel")
@documented(
    summary="Cancel a promise of which nothing has come", form=CancelForm, returns=DonationDetail
)
@requires(Permission.MANAGE_DONATIONS)
def cancel(donation_id: int) -> Response:
    form = CancelForm.from_request().checked()
    services.cancel(donation_id, reason=form.reason.data, actor=current_actor())
    return _donation(donation_id)


@bp.post("/donations/<int:donation_id>/close")
@documented(summary="Close a donation", form=ReasonForm, returns=DonationDetail)
@requires(Permission.MANAGE_DONATIONS)
def close(donation_id: int) -> Response:
    """With a reason when the rest will not come."""
    form = ReasonForm.from_request().checked()
    services.close(donation_id, reason=form.reason.data or "", actor=current_actor())
    return _donation(donation_id)


@bp.post("/donations/<int:donation_id>/reopen")
@documented(
    summary="Open a closed or cancelled donation again", form=UseCaseForm, returns=DonationDetail
)
@requires(Permission.MANAGE_DONATIONS)
def reopen(donation_id: int) -> Response:
    UseCaseForm.from_request().checked()
    services.reopen(donation_id, actor=current_actor())
    return _donation(donation_id)


@bp.post("/donations/<int:donation_id>/receipts")
@documented(
    summary="Receive goods of a donation", form=ReceiveForm, returns=ReceiptDetail, status=201
)
@requires(Permission.RECEIVE_GOODS)
def receive(donation_id: int) -> Response:
    """One line a lot. Figures count in packs when the line names a pack.

    Damaged goods, and those stated but neither good nor damaged, are posted as lost on the way.
    """
    form = ReceiveForm.from_request().checked()
    dock = landing.dock(landing.bins(form.site_id.data)) if form.to_dock.data else None
    form.dock_id = dock.id if dock else None
    receipt_id = services.receive(
        donation_id,
        form.arrival(choices.pack_sizes(form.pack_ids)),
        even_if_full=form.even_if_full.data,
        actor=current_actor(),
        key=form.key.data,
    )
    return _receipt(receipt_id, 201)


@bp.get("/receipts")
@documented(
    summary="Receipts, newest first", query=ReceiptFilterForm, returns=ReceiptRow, paged=True
)
@requires(Permission.VIEW_DONATIONS)
def receipts_index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = ReceiptFilterForm.from_query().checked().wanted()
    return page_answer(receipts.receipts(current_actor(), **wanted, cursor=cursor, limit=limit))


@bp.get("/receipts/<int:receipt_id>")
@documented(summary="A receipt with its lots", returns=ReceiptDetail)
@requires(Permission.VIEW_DONATIONS)
def receipt(receipt_id: int) -> Response:
    return _receipt(receipt_id)


@bp.post("/receipts/<int:receipt_id>/lose-again")
@documented(
    summary="Say once more that what is missing is lost, after somebody refused it",
    form=LoseAgainForm,
    returns=WriteOffDetail,
    status=201,
)
@requires(Permission.WRITE_OFF_STOCK)
def lose_again(receipt_id: int) -> Response:
    form = LoseAgainForm.from_request().checked()
    write_off_id = lost_again.lose_again(
        receipt_id, note=form.reason.data, key=form.key.data, actor=current_actor()
    )
    return json_answer(written_off.write_off(write_off_id, current_actor()), 201)


@bp.post("/receipts/<int:receipt_id>/undo")
@documented(summary="Take a receipt back", form=UndoForm, returns=ReceiptDetail)
@requires(Permission.REVERSE_MOVEMENTS)
def undo(receipt_id: int) -> Response:
    """Refused with `goods_have_gone_on` when something is no longer where it was put."""
    form = UndoForm.from_request().checked()
    services.undo_receipt(
        receipt_id,
        reason=form.reason.data or _("Undone by the person who recorded it."),
        actor=current_actor(),
        key=form.key.data,
    )
    return _receipt(receipt_id)


def _donation(donation_id: int, status: int = 200) -> Response:
    address = url_for("donations_api.show", donation_id=donation_id) if status == 201 else None
    found = queries.donation(donation_id, current_actor())
    return json_answer(found, status, location=address)


def _receipt(receipt_id: int, status: int = 200) -> Response:
    address = url_for("donations_api.receipt", receipt_id=receipt_id) if status == 201 else None
    found = receipts.receipt(receipt_id, current_actor())
    return json_answer(found, status, location=address)
