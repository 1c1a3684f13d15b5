"""Pages that print labels."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request

from aidtrack.core.i18n import _, current_language
from aidtrack.identity.permissions import Permission
from aidtrack.scanning import goods_labels, printing
from aidtrack.scanning.forms import LabelsForm
from aidtrack.scanning.goods_labels import NAMED_MAX
from aidtrack.scanning.labels import Label
from aidtrack.web.access import current_actor, requires
from aidtrack.web.openapi import documented

bp = Blueprint("labels", __name__)
P = Permission
WHAT = ("of", "pick", "receipt_id", "shipment_id", "bins_of")


@bp.get("/labels")
@requires(P.VIEW_STOCK)
def index() -> Any:
    """What would be printed, one of them as a picture, and on which labels."""
    form = LabelsForm.from_query()
    found = _labels(form)
    return render_template(
        "scanning/labels.html",
        form=form,
        labels=found,
        count=len(found) * (form.copies.data or 1),
        what=[(name, value) for name in ("of", "pick") for value in request.args.getlist(name)],
        query=urlencode([*request.args.items(multi=True)]),
    ), form.status


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
    """Name what to label by `of` (own codes, several times), `receipt_id`, `shipment_id` or
    `bins_of`.
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


def _labels(form: LabelsForm) -> list[Label]:
    wanted = form.wanted(request.args.getlist("of")[:NAMED_MAX], _picks())
    return goods_labels.labels(wanted, current_actor(), current_app.config["PUBLIC_URL"])


def _picks() -> list[tuple[int, int]]:
    """The rows ticked on the stock list, named in the address as `pick=lot-place`."""
    found = []
    for pick in request.args.getlist("pick")[:NAMED_MAX]:
        lot_id, _dash, place_id = pick.partition("-")
        if lot_id.isdecimal() and place_id.isdecimal() and len(pick) < 40:
            found.append((int(lot_id), int(place_id)))
    return found
