"""The stock reports over JSON: the same columns and rows as their pages."""

from flask import Blueprint, request
from werkzeug import Response

from aidtrack.identity.permissions import Permission
from aidtrack.stock_reports import answers, gallery, scope
from aidtrack.stock_reports.answers import ReportAnswer
from aidtrack.stock_reports.forms import AnyReportForm, form_for
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import json_answer
from aidtrack.web.openapi import documented

bp = Blueprint("stock_reports_api", __name__, url_prefix="/api/v1")


@bp.get("/stock/reports/<name>")
@documented(summary="A report of the stock", query=AnyReportForm, returns=ReportAnswer)
@requires(Permission.VIEW_STOCK)
def show(name: str) -> Response:
    """Which reports there are, and which filters each has, stands on the page of reports. Go on
    with `cursor`, the `next_cursor` of the part before.
    """
    gallery.entry(name)
    actor = current_actor()
    form = form_for(name, actor)
    scope.check(form.wanted(), actor)
    wanted = form.checked().wanted()
    report = gallery.page(name, wanted, actor, request.args.get("cursor") or None)
    return json_answer(answers.as_json(report))
