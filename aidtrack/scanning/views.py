"""Pages for scanning, and what goods are known by."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.catalogue import queries as catalogue
from aidtrack.core import clock
from aidtrack.core.i18n import _, ngettext
from aidtrack.donations import queries as donations
from aidtrack.donations.queries import DonationDetail, DonationFilter
from aidtrack.identity.permissions import Permission
from aidtrack.scanning import answers, barcodes, checking, services, wording
from aidtrack.scanning.barcodes import BarcodeRow
from aidtrack.scanning.finding import Reading
from aidtrack.scanning.forms import (
    BarcodeForm,
    DonationForm,
    GiveForm,
    MoveScannedForm,
    ScanForm,
    ShipmentForm,
)
from aidtrack.stock import services as stock
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires
from aidtrack.web.headers import CONTENT_POLICY

bp = Blueprint("scanning", __name__)
P = Permission
# The reader of camera pictures is WebAssembly. No other page may compile any.
READER_POLICY = CONTENT_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
CHOICES_MAX = 100


@dataclass(frozen=True, slots=True)
class Known:
    """The bar codes of an item, for the card on its page."""

    rows: list[BarcodeRow]
    may_add: bool
    own: frozenset[int]


@bp.app_template_global("barcodes_of")
def barcodes_of(item_id: int) -> Known:
    actor = current_actor()
    own = actor.organisations(P.MANAGE_ITEMS)
    return Known(barcodes.barcodes_of(item_id, actor), bool(own), own)


@bp.get("/scan")
@requires(P.VIEW_STOCK)
def scan() -> Any:
    form = ScanForm.from_query()
    reading = answers.read(form.code.data, current_actor()) if form.code.data else None
    return _scan_page(form, reading, MoveScannedForm.from_request())


@bp.post("/scan/move")
@requires(P.MOVE_STOCK)
def move() -> Any:
    """The running list, as an ordinary form; the ledger has the last word."""
    form = MoveScannedForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            movement_id = stock.move(
                form.takings(),
                to_place_id=form.to_place_id.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            count = len(form.takings())
            said = ngettext("Moved %(num)d lot.", "Moved %(num)d lots.", count)
            toasts.done(said, undo_url=url_for("stock.undo", movement_id=movement_id))
            return redirect(url_for("scanning.scan", mode="move", done=form.key.data), 303)
    return _scan_page(ScanForm(mode="move"), None, form)


@bp.get("/s/<path:code>")
@requires(P.VIEW_STOCK)
def label(code: str) -> Any:
    """What the square on a label opens: the thing itself, or what it may mean."""
    return redirect(answers.where_a_label_leads(code, current_actor()), 303)


@bp.get("/scan/give")
@requires(P.MANAGE_ITEMS)
def give() -> Any:
    """From a code that nothing is called by to the item that was chosen for it."""
    form = GiveForm.from_query()
    item_id = catalogue.item_called(request.args.get("item_id", ""))
    if not item_id:
        return redirect(url_for("scanning.scan", code=form.code.data), 303)
    return redirect(url_for("scanning.add", item_id=item_id, code=form.code.data), 303)


@bp.route("/items/<int:item_id>/barcodes/new", methods=["GET", "POST"])
@requires(P.MANAGE_ITEMS)
def add(item_id: int) -> Any:
    item = catalogue.item(item_id)
    form = BarcodeForm.from_request(code=request.args.get("code", ""))
    form.offer(item.packs)
    if form.submitted():
        with form.showing_broken_rules():
            services.add_barcode(item_id, **form.data, actor=current_actor())
            toasts.done(_("The bar code is given."))
            return redirect(url_for("items.show", item_id=item_id), 303)
    return render_template("scanning/barcode.html", form=form, item=item), form.status


@bp.post("/items/<int:item_id>/barcodes/<int:barcode_id>/remove")
@requires(P.MANAGE_ITEMS)
def remove(item_id: int, barcode_id: int) -> Any:
    services.remove_barcode(item_id, barcode_id, actor=current_actor())
    toasts.done(_("The bar code is taken away."))
    return redirect(url_for("items.show", item_id=item_id), 303)


def _scan_page(form: ScanForm, reading: Reading | None, moving: MoveScannedForm) -> Response:
    actor, mode = current_actor(), form.chosen_mode
    form.times.hidden = mode == "look"
    shipment_id, donation_id = form.shipment_id.data, form.donation_id.data
    page = render_template(
        "scanning/scan.html",
        form=form,
        mode=mode,
        reading=reading,
        said=wording.told(reading) if reading else "",
        give=_give_form(reading),
        moving=moving,
        donation=_donation(donation_id) if mode == "receive" else None,
        choose_donation=_choose_donation() if mode == "receive" and not donation_id else None,
        loads=checking.loads(shipment_id, actor) if mode == "check" and shipment_id else None,
        choose_shipment=_choose_shipment() if mode == "check" and not shipment_id else None,
    )
    answer = make_response(page, moving.status)
    answer.headers["Content-Security-Policy"] = READER_POLICY
    return answer


def _give_form(reading: Reading | None) -> GiveForm | None:
    if reading is None or reading.hits or not wording.may_be_given(reading.code):
        return None
    if not current_actor().may(P.MANAGE_ITEMS):
        return None
    form = GiveForm(code=reading.code.text)
    form.choose(item_id=catalogue.item_choices(limit=CHOICES_MAX))
    return form


def _donation(donation_id: int | None) -> DonationDetail | None:
    return donations.donation(donation_id, current_actor()) if donation_id else None


def _choose_donation() -> DonationForm:
    """Those that may still be received into, newest first."""
    form = DonationForm()
    actor = current_actor()
    found = []
    if actor.may(P.VIEW_DONATIONS):
        rows = donations.donations(actor, DonationFilter(), limit=CHOICES_MAX).rows
        found = [row for row in rows if row.status not in {"closed", "cancelled"}]
    form.choose(
        donation_id=[(row.id, f"{row.number} · {row.donor} · {row.goods}") for row in found]
    )
    return form


def _choose_shipment() -> ShipmentForm:
    form = ShipmentForm()
    form.choose(shipment_id=checking.shipments(current_actor(), CHOICES_MAX))
    return form
