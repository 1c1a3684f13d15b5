"""Codes for programs: what one means, and those of an item."""

from flask import Blueprint, Response

from aidtrack.catalogue import queries as catalogue
from aidtrack.identity.permissions import Permission
from aidtrack.scanning import answers, barcodes, services
from aidtrack.scanning.answers import Scanned
from aidtrack.scanning.barcodes import BarcodeRow
from aidtrack.scanning.forms import AskForm, BarcodeForm
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import json_answer
from aidtrack.web.openapi import documented

bp = Blueprint("scanning_api", __name__, url_prefix="/api/v1")
P = Permission


@bp.get("/scan")
@documented(summary="What a scanned code means", query=AskForm, returns=Scanned)
@requires(P.VIEW_STOCK)
def scan() -> Response:
    """Own codes, papers, GTINs and GS1 in every wrapping. `moving` asks where the goods lie,
    `donation_id` for which lines of a donation they came.
    """
    form = AskForm.from_query().checked()
    return json_answer(
        answers.scanned(
            form.code.data or "",
            current_actor(),
            moving=bool(form.moving.data),
            donation_id=form.donation_id.data,
        )
    )


@bp.get("/items/<int:item_id>/barcodes")
@documented(summary="The bar codes by which you know an item", returns=list[BarcodeRow])
@requires(P.VIEW_ITEMS)
def index(item_id: int) -> Response:
    catalogue.item(item_id)
    return json_answer(barcodes.barcodes_of(item_id, current_actor()))


@bp.post("/items/<int:item_id>/barcodes")
@documented(
    summary="Give an item a bar code", form=BarcodeForm, returns=list[BarcodeRow], status=201
)
@requires(P.MANAGE_ITEMS)
def add(item_id: int) -> Response:
    form = BarcodeForm.from_request().checked()
    services.add_barcode(item_id, **form.data, actor=current_actor())
    return json_answer(barcodes.barcodes_of(item_id, current_actor()), 201)


@bp.delete("/items/<int:item_id>/barcodes/<int:barcode_id>")
@documented(summary="Take a bar code away", returns=list[BarcodeRow])
@requires(P.MANAGE_ITEMS)
def remove(item_id: int, barcode_id: int) -> Response:
    services.remove_barcode(item_id, barcode_id, actor=current_actor())
    return json_answer(barcodes.barcodes_of(item_id, current_actor()))
