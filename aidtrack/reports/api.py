"""Reports, areas and the donor's own donations for programs."""

from flask import Blueprint, Response, url_for

from aidtrack.core import clock
from aidtrack.documents import queries as documents
from aidtrack.documents.queries import PaperRow
from aidtrack.identity.permissions import Permission
from aidtrack.reports import accounts, areas, services
from aidtrack.reports.accounts import Account, DonorRow
from aidtrack.reports.areas import AreaDetail, AreaRow
from aidtrack.reports.forms import (
    AreaFilterForm,
    DonorFilterForm,
    DonorReportForm,
    SearchForm,
)
from aidtrack.reports.search import Found, search
from aidtrack.reports.today import Today, today
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("reports_api", __name__, url_prefix="/api/v1")


@bp.get("/today")
@documented(summary="What needs the reader today", returns=Today)
@requires(Permission.VIEW_HOME)
def home() -> Response:
    return json_answer(today(current_actor()))


@bp.get("/search")
@documented(
    summary="Everything that words, a code or a number name", query=SearchForm, returns=Found
)
@requires(Permission.VIEW_HOME)
def find() -> Response:
    """Each kind with how many there are and the first eight; `exact` is the one record whose
    whole number or code was sent.
    """
    form = SearchForm.from_query().checked()
    return json_answer(search(form.q.data or "", current_actor()))


@bp.get("/areas")
@documented(
    summary="Areas, those with activity first", query=AreaFilterForm, returns=AreaRow, paged=True
)
@requires(Permission.VIEW_AREAS)
def area_index() -> Response:
    cursor, limit = cursor_and_limit()
    words = AreaFilterForm.from_query().checked().words.data or ""
    return page_answer(areas.areas(current_actor(), words=words, cursor=cursor, limit=limit))


@bp.get("/areas/<int:area_id>")
@documented(summary="One area: delivered, on the way, handed out", returns=AreaDetail)
@requires(Permission.VIEW_AREAS)
def area(area_id: int) -> Response:
    return json_answer(areas.area(area_id, current_actor()))


@bp.get("/donor/donations")
@documented(summary="The donor's own donations and where they are", returns=list[Account])
@requires(Permission.VIEW_OWN_DONATIONS)
def own_donations() -> Response:
    """One account for each donor that the token's person speaks for."""
    actor = current_actor()
    return json_answer([accounts.account(x.id, actor) for x in accounts.own_donors(actor)])


@bp.get("/donor/donations/<int:donation_id>")
@documented(summary="One donation and every step it took", returns=Account)
@requires(Permission.VIEW_OWN_DONATIONS, Permission.VIEW_REPORTS)
def own_donation(donation_id: int) -> Response:
    return json_answer(accounts.donation_account(donation_id, current_actor()))


@bp.get("/reports/donors")
@documented(summary="Donors and their reports", query=DonorFilterForm, returns=DonorRow, paged=True)
@requires(Permission.VIEW_REPORTS)
def donors() -> Response:
    cursor, limit = cursor_and_limit()
    words = DonorFilterForm.from_query().checked().words.data or ""
    return page_answer(accounts.donors(current_actor(), words=words, cursor=cursor, limit=limit))


@bp.get("/reports/donors/<int:donor_id>")
@documented(summary="A donor's account, as they see it", returns=Account)
@requires(Permission.VIEW_REPORTS, Permission.VIEW_OWN_DONATIONS)
def donor(donor_id: int) -> Response:
    return json_answer(accounts.account(donor_id, current_actor()))


@bp.get("/reports/donors/<int:donor_id>/papers")
@documented(summary="Reports issued to a donor, newest first", returns=list[PaperRow])
@requires(Permission.VIEW_REPORTS, Permission.VIEW_OWN_DONATIONS)
def papers(donor_id: int) -> Response:
    accounts.donor(donor_id, current_actor())
    return json_answer(documents.papers_of_donor(donor_id))


@bp.post("/reports/donor")
@documented(
    summary="Issue a donor's report", form=DonorReportForm, returns=list[PaperRow], status=201
)
@requires(Permission.ISSUE_DONOR_REPORTS, Permission.VIEW_OWN_DONATIONS)
def issue() -> Response:
    """As of now, or of the end of the day `as_of`. Earlier reports stay valid."""
    form = DonorReportForm.from_request().checked()
    paper_id = services.issue_donor_report(
        form.donor_id.data,
        as_of=form.as_of.data,
        languages=form.paper_languages(),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    rows = documents.papers_of_donor(form.donor_id.data)
    made = [row for row in rows if row.id == paper_id]
    return json_answer(made, 201, location=url_for("documents.download", paper_id=paper_id))
