"""Pages that look over everything: today, areas, donors and their own pages."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.documents import queries as documents
from aidtrack.documents.forms import shown_languages
from aidtrack.identity import cards
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.reports import accounts, areas, services
from aidtrack.reports.accounts import Account
from aidtrack.reports.forms import AreaFilterForm, DonorFilterForm, ReportForm, SearchForm
from aidtrack.reports.lists import AREAS, DONORS
from aidtrack.reports.pictures import gallery
from aidtrack.reports.search import search
from aidtrack.reports.today import today
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires
from aidtrack.web.actions import actions

bp = Blueprint("reports", __name__)

Answer = Response | tuple[str, int] | str


@bp.get("/home")
@requires(Permission.VIEW_HOME)
def home() -> Answer:
    return render_template("reports/home.html", today=today(current_actor()))


@bp.post("/home/first-hour/put-away")
@requires(Permission.VIEW_HOME)
def put_first_hour_away() -> Answer:
    cards.put_away(cards.FIRST_HOUR, actor=current_actor(), at=clock.now())
    undo = url_for("reports.bring_first_hour_back")
    toasts.done(_("The first hour is put away. Help brings it back."), undo_url=undo)
    return redirect(url_for("reports.home"), 303)


@bp.post("/home/first-hour/bring-back")
@requires(Permission.VIEW_HOME)
def bring_first_hour_back() -> Answer:
    cards.bring_back(cards.FIRST_HOUR, actor=current_actor())
    return redirect(url_for("reports.home"), 303)


@bp.get("/search")
@requires(Permission.VIEW_HOME)
def find() -> Answer:
    """What was found by kind; the whole number or code of a record leads straight to it."""
    form = SearchForm.from_query()
    typed, actor = form.q.data or "", current_actor()
    found = search(typed, actor)
    if found.exact is not None and found.goes_straight:
        return redirect(found.exact.url, 303)
    # As it came: a scanner sends signs that no word has.
    if leads := current_app.extensions["where_a_code_leads"](request.args.get("q", ""), actor):
        return redirect(leads, 303)
    wanted = actions(typed, actor)
    return render_template("reports/search.html", form=form, found=found, actions=wanted)


@bp.get("/search/suggestions")
@requires(Permission.VIEW_HOME)
def suggest() -> Answer:
    """The lines of the palette: what the words find, and what may be done that is called so."""
    typed, actor = SearchForm.from_query().q.data or "", current_actor()
    wanted = actions(typed, actor)
    return render_template("reports/suggest.html", found=search(typed, actor), actions=wanted)


@bp.get("/areas")
@requires(Permission.VIEW_AREAS)
def area_index() -> Answer:
    return lists.answer(AREAS, AreaFilterForm.from_query(), "reports/areas.html")


@bp.get("/areas/<int:area_id>")
@requires(Permission.VIEW_AREAS)
def area(area_id: int) -> Answer:
    return render_template("reports/area.html", area=areas.area(area_id, current_actor()))


@bp.get("/donor")
@requires(Permission.VIEW_OWN_DONATIONS)
def donor() -> Answer:
    """The donor's own donations; one who speaks for several donors chooses."""
    actor = current_actor()
    own = actor.donors(Permission.VIEW_OWN_DONATIONS)
    chosen = request.args.get("donor_id", min(own), type=int)
    account = accounts.account(chosen, actor)
    return _own_page(account, ReportForm(**shown_languages(account.languages)))


@bp.get("/donor/donations/<int:donation_id>")
@requires(Permission.VIEW_OWN_DONATIONS)
def donation(donation_id: int) -> Answer:
    """One donation, whole: where it is and every step it took."""
    found = accounts.donation_account(donation_id, current_actor())
    return render_template("reports/donation.html", account=found, given=found.donations[0])


@bp.post("/donor/<int:donor_id>/report")
@requires(Permission.VIEW_OWN_DONATIONS)
def own_report(donor_id: int) -> Answer:
    """The donor makes their own report."""
    return _issue(donor_id, accounts.account(donor_id, current_actor()), by_office=False)


@bp.get("/reports")
@requires(Permission.VIEW_REPORTS)
def index() -> Answer:
    form = DonorFilterForm.from_query()
    pictures = gallery.ENTRIES.values()
    return lists.answer(DONORS, form, "reports/index.html", pictures=pictures)


@bp.route("/reports/donors/<int:donor_id>", methods=["GET", "POST"])
@requires(Permission.VIEW_REPORTS)
def donor_report(donor_id: int) -> Answer:
    """The same account as its donor sees it, and the report of it."""
    account = accounts.account(donor_id, current_actor())
    if request.method == "POST":
        return _issue(donor_id, account, by_office=True)
    return _office_page(account, ReportForm(**shown_languages(account.languages)))


def _issue(donor_id: int, account: Account, *, by_office: bool) -> Answer:
    """Make the report and open it; or show the page again with what is wrong."""
    form = ReportForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            paper_id = services.issue_donor_report(
                donor_id,
                as_of=form.as_of.data,
                languages=form.paper_languages(),
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            return redirect(url_for("documents.download", paper_id=paper_id), 303)
    return _office_page(account, form) if by_office else _own_page(account, form)


def _own_page(account: Account, form: ReportForm) -> tuple[str, int]:
    page = render_template(
        "reports/donor.html",
        account=account,
        own=accounts.own_donors(current_actor()),
        papers=documents.papers_of_donor(account.donor_id),
        form=form,
    )
    return page, form.status


def _office_page(account: Account, form: ReportForm) -> tuple[str, int]:
    page = render_template(
        "reports/donor_report.html",
        account=account,
        papers=documents.papers_of_donor(account.donor_id),
        form=form,
        may_issue=current_actor().may(
            Permission.ISSUE_DONOR_REPORTS, organisation_id=account.organisation_id
        ),
    )
    return page, form.status
