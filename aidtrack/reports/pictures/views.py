"""Pages of pictures, and their downloads."""

from flask import Blueprint, Response, render_template

from aidtrack.core import clock
from aidtrack.identity.permissions import Permission
from aidtrack.pictures import svg
from aidtrack.reports.pictures import gallery, paper
from aidtrack.reports.pictures.answers import as_csv
from aidtrack.reports.pictures.forms import SiteForm
from aidtrack.reports.pictures.scope import sites
from aidtrack.web.access import current_actor, requires
from aidtrack.web.locales import page_direction
from aidtrack.web.markup import made_here

bp = Blueprint("pictures", __name__, url_prefix="/reports/pictures")


@bp.get("/<name>")
@requires(Permission.VIEW_REPORTS)
def show(name: str) -> str:
    entry, form = gallery.entry(name), _form()
    found = gallery.picture(name, current_actor(), site_id=form.site_id.data)
    drawings = svg.drawings(found, right_to_left=page_direction() == "rtl")
    return render_template(
        "reports/picture.html",
        picture=found,
        drawings=[made_here(each) for each in drawings],
        table_id=svg.table_id(found),
        entry=entry,
        entries=gallery.ENTRIES.values(),
        filter_form=form if entry.has_sites else None,
        now=clock.now(),
    )


@bp.get("/<name>.pdf")
@requires(Permission.VIEW_REPORTS)
def pdf(name: str) -> Response:
    """The picture and its table under the name of the organisation."""
    found = gallery.picture(name, current_actor(), site_id=_form().site_id.data)
    answer = Response(paper.pdf(found, current_actor()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.file_name(found)}.pdf"'
    return answer


@bp.get("/<name>.csv")
@requires(Permission.VIEW_REPORTS)
def csv(name: str) -> Response:
    found = gallery.picture(name, current_actor(), site_id=_form().site_id.data)
    answer = Response(as_csv(found), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper.file_name(found)}.csv"'
    return answer


def _form() -> SiteForm:
    form = SiteForm.from_query()
    form.choose(site_id=[(site.id, site.name_in()) for site in sites(current_actor())])
    return form
