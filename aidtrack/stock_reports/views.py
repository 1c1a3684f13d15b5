"""Pages of the stock reports; their papers and files by `format` in the address."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from aidtrack.core import clock
from aidtrack.identity.permissions import Permission
from aidtrack.stock_reports import answers, gallery
from aidtrack.stock_reports.forms import form_for
from aidtrack.stock_reports.shown import PATH
from aidtrack.web.access import current_actor, requires

bp = Blueprint("stock_reports", __name__)

FORMAT, CURSOR = "format", "cursor"
FORMATS = ("pdf", "csv", "xlsx")


@bp.get("/stock/reports")
@requires(Permission.VIEW_STOCK)
def index() -> str:
    return render_template("stock_reports/index.html", entries=gallery.ENTRIES.values())


@bp.get("/stock/reports/<name>")
@requires(Permission.VIEW_STOCK)
def show(name: str) -> Any:
    """A report as its page, or as the file that the address asks for."""
    entry = gallery.entry(name)
    form = form_for(name, current_actor())
    wanted = form.wanted()
    kind = request.args.get(FORMAT, "")
    if kind in FORMATS:
        return answers.file(name, wanted, kind)
    report = gallery.page(name, wanted, current_actor(), request.args.get(CURSOR) or None)
    return render_template(
        "stock_reports/show.html",
        entry=entry,
        entries=gallery.ENTRIES.values(),
        form=form,
        report=report,
        rows=report.rows,
        said=answers,
        address=_address,
        now=clock.now(),
    )


def _address(**changes: str | None) -> str:
    """This report, asked for otherwise: another format, the next page."""
    kept = {
        name: value
        for name, value in request.args.items()
        if value and name not in {FORMAT, CURSOR}
    }
    kept |= {name: value for name, value in changes.items() if value is not None}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{PATH}/{request.view_args['name'] if request.view_args else ''}{query}"
