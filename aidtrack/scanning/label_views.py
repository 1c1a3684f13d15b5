"""Pages that print labels."""

from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)

from aidtrack.core.i18n import _, current_language
from aidtrack.identity.permissions import Permission
from aidtrack.scanning import goods_labels, numbered_labels, numbers, prefixes, printing
from aidtrack.scanning.forms import LabelsForm, NumbersForm
from aidtrack.scanning.goods_labels import NAMED_MAX, Wanted
from aidtrack.scanning.labels import Label
from aidtrack.scanning.numbers import Run
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import json_answer
from aidtrack.web.openapi import documented

bp = Blueprint("labels", __name__)
P = Permission
WHAT = ("of", "pick", "receipt_id", "shipment_id", "bins_of")


@bp.get("/labels")
@requires(P.VIEW_STOCK)
def index() -> Any:
    """What would be printed, one of them as a picture, and on which labels."""
    return _page(LabelsForm.from_query(), NumbersForm())


@bp.post("/labels/numbers")
@requires(P.MOVE_STOCK)
def give_numbers() -> Any:
    """Numbers for the boxes that the address names; what is printed then is theirs."""
    how, form = LabelsForm.from_query(), NumbersForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            run_id = numbers.give(_wanted(how), **form.asked(), actor=current_actor())
            return redirect(url_for("labels.index", run_id=run_id, format=how.chosen.key), 303)
    return _page(how, form)


@bp.post("/api/v1/labels/numbers")
@documented(
    summary="Number boxes or pallets for ever (SSCC)", form=NumbersForm, returns=Run, status=201
)
@requires(P.MOVE_STOCK)
def give_numbers_by_program() -> Any:
    """Name what to number in the address, as for labels.pdf, by `of`, `receipt_id` or
    `shipment_id`; labels.pdf with this `run_id` prints them.
    """
    how, form = LabelsForm.from_query().checked(), NumbersForm.from_request().checked()
    run_id = numbers.give(_wanted(how), **form.asked(), actor=current_actor())
    return json_answer(numbers.run(run_id, current_actor()), 201)


@bp.get("/labels.pdf")
@requires(P.VIEW_STOCK)
def download() -> Response:
    return _pdf()


@bp.get("/api/v1/labels.pdf")
@documented(
    summary="Labels as a PDF, for a sheet or a roll", query=LabelsForm, returns="application/pdf"
)
@requires(P.VIEW_STOCK)
def download_by_program() -> Response:
    """Name what to label by `of` (own codes, several times), `receipt_id`, `shipment_id`,
    `bins_of`, or the `run_id` of numbers that were given.
    """
    return _pdf()


@bp.get("/labels/picture.svg")
@requires(P.VIEW_STOCK)
def picture() -> Response:
    """The first label, as it will be."""
    form = LabelsForm.from_query()
    found = _labels(form) or [Label("L000000", "", _("Nothing to print"))]
    return Response(printing.picture(found[0], form.chosen), mimetype="image/svg+xml")


def _pdf() -> Response:
    form = LabelsForm.from_query().checked()
    content = printing.pdf(
        _labels(form),
        form.chosen,
        start=form.start.data or 1,
        copies=form.copies.data or 1,
        title=_("Labels"),
        language=current_language(),
    )
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return answer


def _page(form: LabelsForm, numbering: NumbersForm) -> Any:
    found, is_run = _labels(form), bool(form.run_id.data)
    if is_run:  # How they are packed was said when they were numbered.
        del form.boxes
    numbering.offer(is_shipment=bool(form.shipment_id.data))
    return render_template(
        "scanning/labels.html",
        form=form,
        labels=found,
        count=len(found) * (form.copies.data or 1),
        is_run=is_run,
        numbering=numbering if _may_number(form) else None,
        prefix=prefixes.prefix_of(numbers.issuer(current_actor())),
        what=[(name, value) for name in ("of", "pick") for value in request.args.getlist(name)],
        query=urlencode([*request.args.items(multi=True)]),
    ), form.status if form.status != 200 else numbering.status


def _may_number(form: LabelsForm) -> bool:
    """Bins and items are not packed; boxes that have a number keep it."""
    has_goods = form.receipt_id.data or form.shipment_id.data or request.args.getlist("pick")
    lots = any(code.upper().startswith("L") for code in request.args.getlist("of"))
    return bool(has_goods or lots) and not form.run_id.data and current_actor().may(P.MOVE_STOCK)


def _labels(form: LabelsForm) -> list[Label]:
    home = current_app.config["PUBLIC_URL"]
    if form.run_id.data:
        return numbered_labels.labels(form.run_id.data, current_actor(), home)
    return goods_labels.labels(_wanted(form), current_actor(), home)


def _wanted(form: LabelsForm) -> Wanted:
    return form.wanted(request.args.getlist("of")[:NAMED_MAX], _picks())


def _picks() -> list[tuple[int, int]]:
    """The rows ticked on the stock list, named in the address as `pick=lot-place`."""
    found = []
    for pick in request.args.getlist("pick")[:NAMED_MAX]:
        lot_id, _dash, place_id = pick.partition("-")
        if lot_id.isdecimal() and place_id.isdecimal() and len(pick) < 40:
            found.append((int(lot_id), int(place_id)))
    return found
