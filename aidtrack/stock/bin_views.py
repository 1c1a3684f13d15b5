"""Pages of goods on their way into bins: what waits at the dock, and where it shall lie."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import ngettext
from aidtrack.identity.permissions import Permission
from aidtrack.places import queries as places
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import bin_forms, putting_away
from aidtrack.stock.bin_forms import PutAwayForm
from aidtrack.stock.picking import lines_of
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("bins", __name__, url_prefix="/stock")
Answer = Response | tuple[str, int] | str
SITES_MAX = 200


@bp.route("/put-away", methods=["GET", "POST"])
@requires(Permission.MOVE_STOCK)
def put_away() -> Answer:
    sites = _warehouses()
    counts = putting_away.how_many([site.id for site in sites])
    site = _chosen(sites, counts)
    waiting, total = putting_away.waiting(site.id, current_actor()) if site else ([], 0)
    form = PutAwayForm.from_request(**_at_first(lines=bin_forms.proposed(waiting)))
    form.offer_bins(places.bins(site.id) if site else [])
    if form.submitted():
        with form.showing_broken_rules():
            return _do(form, site)
    form.explain(waiting)
    page = render_template(
        "stock/put_away.html",
        form=form,
        site=site,
        sites=sites,
        counts=counts,
        lines=lines_of(form, [each.row for each in waiting]),
        total=total,
    )
    return page, form.status


def _do(form: PutAwayForm, site: Place | None) -> Response:
    movement_id = putting_away.put_away(
        form.wanted(),
        even_if_full=form.even_if_full.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    done = len(form.lines.entries)
    toasts.done(
        ngettext("%(num)d lot is put away.", "%(num)d lots are put away.", done),
        undo_url=url_for("stock.undo", movement_id=movement_id),
    )
    return redirect(url_for("bins.put_away", site_id=site.id if site else None), 303)


def _warehouses() -> list[Place]:
    page = places.sites(
        current_actor(),
        kind=PlaceKind.WAREHOUSE,
        permission=Permission.MOVE_STOCK,
        limit=SITES_MAX,
    )
    return list(page.rows)


def _chosen(sites: list[Place], counts: dict[int, int]) -> Place | None:
    """The warehouse in the address, else the first where something waits."""
    wanted = request.args.get("site_id", type=int)
    asked = [site for site in sites if site.id == wanted]
    full = [site for site in sites if counts.get(site.id)]
    return next(iter([*asked, *full, *sites]), None)


def _at_first(**values: object) -> dict[str, object]:
    """Values to fill a form with before anything was sent; what is sent stands alone."""
    return values if request.method in {"GET", "HEAD"} else {}
