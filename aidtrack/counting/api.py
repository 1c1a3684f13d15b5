"""Counts over JSON: the same rules; of a blind count nothing that the books have."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, request
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.counting import (
    accuracy,
    additions,
    approving,
    counters,
    counts,
    entries,
    lines,
    planning,
    queries,
    review,
    rounds,
    sheets,
)
from aidtrack.counting.accuracy import Accuracy
from aidtrack.counting.entries import Saved
from aidtrack.counting.forms import (
    AccuracyForm,
    AgainForm,
    ApproveForm,
    CountersForm,
    CountFilterForm,
    EmptyForm,
    FigureForm,
    FinishForm,
    FoundForm,
    PlanForm,
    ReasonForm,
    SheetPaperForm,
)
from aidtrack.counting.lines import LinesToCount
from aidtrack.counting.queries import CountDetail, CountRow
from aidtrack.counting.review import Review
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("counting_api", __name__, url_prefix="/api/v1/counts")


@dataclass(frozen=True, slots=True)
class Emptied:
    """How many lines became zero."""

    lines: int


@dataclass(frozen=True, slots=True)
class Printed:
    """A count sheet that was issued, and where its PDF is."""

    paper_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """The movements that an approval recorded; none when the books were right."""

    movement_ids: tuple[int, ...]


@bp.get("")
@documented(summary="Counts, the newest first", query=CountFilterForm, returns=CountRow, paged=True)
@requires(Permission.VIEW_STOCK)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = CountFilterForm.from_query().checked().wanted()
    return page_answer(queries.counts_of(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.post("")
@documented(summary="Plan a count", form=PlanForm, returns=CountDetail, status=201)
@requires(Permission.COUNT_STOCK)
def plan() -> Response:
    form = PlanForm.from_request().checked()
    count_id = planning.plan(
        form.site_id.data,
        form.scope(),
        form.who(),
        is_blind=form.is_blind.data,
        note=form.note.data or "",
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(queries.detail(count_id, current_actor()), 201)


@bp.get("/accuracy")
@documented(
    summary="How right the books were, count by count",
    query=AccuracyForm,
    returns=Accuracy,
    paged=True,
)
@requires(Permission.VIEW_STOCK)
def accuracy_of() -> Response:
    form = AccuracyForm.from_query().checked()
    cursor, limit = cursor_and_limit()
    found = accuracy.accuracy(
        current_actor(),
        site_id=form.site_id.data,
        since=_start_of(form.since.data),
        until=_start_of(form.until.data, days=1),
        cursor=cursor,
        limit=limit,
    )
    return page_answer(found)


@bp.get("/<int:count_id>")
@documented(summary="One count, and how far it is", returns=CountDetail)
@requires(Permission.VIEW_STOCK)
def show(count_id: int) -> Response:
    return json_answer(queries.detail(count_id, current_actor()))


@bp.post("/<int:count_id>/counters")
@documented(summary="Say who counts instead", form=CountersForm, returns=CountDetail)
@requires(Permission.COUNT_STOCK)
def change_counters(count_id: int) -> Response:
    """Whoever has entered a figure stays."""
    form = CountersForm.from_request().checked()
    counters.change(
        count_id, form.first_counter_id.data, form.second_counter_id.data, actor=current_actor()
    )
    return json_answer(queries.detail(count_id, current_actor()))


@bp.get("/<int:count_id>/lines")
@documented(
    summary="What one has to count in this round, bin by bin", returns=LinesToCount, depends=True
)
@requires(Permission.COUNT_STOCK)
def to_count(count_id: int) -> Response:
    actor = current_actor()
    found = counts.to_be_counted(count_id, actor)
    part = counts.part_for(found, actor.user_id)
    page = max(1, request.args.get("page", 1, type=int))
    return json_answer(lines.to_count(found, part, page))


@bp.post("/<int:count_id>/figures")
@documented(summary="Save what was counted of one line", form=FigureForm, returns=Saved)
@requires(Permission.COUNT_STOCK)
def save(count_id: int) -> Response:
    """Send it as often as it takes: the same key counts once."""
    form, at = FigureForm.from_request().checked(), clock.now()
    saved = entries.save(
        count_id,
        form.line_id.data,
        form.figure(at),
        key=form.key.data,
        actor=current_actor(),
        at=at,
    )
    return json_answer(saved)


@bp.post("/<int:count_id>/found")
@documented(summary="Count goods that the books do not have there", form=FoundForm, returns=Saved)
@requires(Permission.COUNT_STOCK)
def add(count_id: int) -> Response:
    form, at = FoundForm.from_request().checked(), clock.now()
    saved = additions.add(
        count_id, form.found(), form.figure(at), key=form.key.data, actor=current_actor(), at=at
    )
    return json_answer(saved)


@bp.post("/<int:count_id>/empty")
@documented(summary="Say that nothing lies in a bin", form=EmptyForm, returns=Emptied)
@requires(Permission.COUNT_STOCK)
def bin_is_empty(count_id: int) -> Response:
    form = EmptyForm.from_request().checked()
    emptied = entries.bin_is_empty(
        count_id,
        form.place_id.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
        counted_by_id=form.counted_by_id.data,
    )
    return json_answer(Emptied(emptied))


@bp.post("/<int:count_id>/sheet")
@documented(summary="Print what one has to count", form=SheetPaperForm, returns=Printed, status=201)
@requires(Permission.COUNT_STOCK)
def issue_sheet(count_id: int) -> Response:
    form = SheetPaperForm.from_request().checked()
    paper_id = sheets.issue(
        count_id,
        counted_by_id=form.counted_by_id.data,
        key=form.key.data,
        actor=current_actor(),
    )
    return json_answer(Printed(paper_id, f"/api/v1/papers/{paper_id}.pdf"), 201)


@bp.post("/<int:count_id>/finish")
@documented(summary="Say that one has counted everything", form=FinishForm, returns=CountDetail)
@requires(Permission.COUNT_STOCK)
def finish(count_id: int) -> Response:
    form = FinishForm.from_request().checked()
    rounds.finish(
        count_id, actor=current_actor(), at=clock.now(), counted_by_id=form.counted_by_id.data
    )
    return json_answer(queries.detail(count_id, current_actor()))


@bp.get("/<int:count_id>/review")
@documented(
    summary="What differs, once everything is counted; null before", returns=Review, depends=True
)
@requires(Permission.VIEW_STOCK)
def review_of(count_id: int) -> Response:
    return json_answer(review.review_of(counts.count_of(count_id, current_actor())))


@bp.post("/<int:count_id>/again")
@documented(summary="Have lines of a review counted again", form=AgainForm, returns=CountDetail)
@requires(Permission.COUNT_STOCK)
def count_again(count_id: int) -> Response:
    form = AgainForm.from_request().checked()
    rounds.count_again(
        count_id, form.line_ids.data, note=form.note.data or "", actor=current_actor()
    )
    return json_answer(queries.detail(count_id, current_actor()))


@bp.post("/<int:count_id>/approve")
@documented(summary="Approve a count: the stock is corrected", form=ApproveForm, returns=Corrected)
@requires(Permission.APPROVE_COUNTS)
def approve(count_id: int) -> Response:
    """`seen` is the fingerprint of the review that was looked at, if it must not have changed."""
    form = ApproveForm.from_request().checked()
    movement_ids = approving.approve(
        count_id,
        note=form.note.data or "",
        seen=form.seen.data or "",
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(Corrected(tuple(movement_ids)))


@bp.post("/<int:count_id>/refuse")
@documented(summary="Refuse a count: the stock stays", form=ReasonForm, returns=CountDetail)
@requires(Permission.APPROVE_COUNTS)
def refuse(count_id: int) -> Response:
    form = ReasonForm.from_request().checked()
    approving.refuse(count_id, reason=form.reason.data, actor=current_actor(), at=clock.now())
    return json_answer(queries.detail(count_id, current_actor()))


@bp.post("/<int:count_id>/cancel")
@documented(summary="Cancel a count", form=ReasonForm, returns=CountDetail)
@requires(Permission.COUNT_STOCK)
def cancel(count_id: int) -> Response:
    form = ReasonForm.from_request().checked()
    approving.cancel(count_id, reason=form.reason.data, actor=current_actor(), at=clock.now())
    return json_answer(queries.detail(count_id, current_actor()))


@bp.post("/<int:count_id>/undo")
@documented(summary="Take back what a count corrected", form=ReasonForm, returns=CountDetail)
@requires(Permission.REVERSE_MOVEMENTS)
def undo(count_id: int) -> Response:
    form = ReasonForm.from_request().checked()
    approving.undo(count_id, reason=form.reason.data, actor=current_actor(), at=clock.now())
    return json_answer(queries.detail(count_id, current_actor()))


def _start_of(day: date | None, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days), time(), UTC) if day else None
