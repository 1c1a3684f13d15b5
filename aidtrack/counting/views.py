"""Pages of counts: planned, counted, reviewed, decided."""

from datetime import date
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.catalogue import queries as catalogue
from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.counting import (
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
from aidtrack.counting.forms import (
    AgainForm,
    ApproveForm,
    CountersForm,
    CountFilterForm,
    FinishForm,
    FoundForm,
    PlanForm,
    ReasonForm,
    SheetForm,
    SheetPaperForm,
    SiteForm,
)
from aidtrack.counting.lists import COUNTS
from aidtrack.counting.models import BEING_COUNTED, KIND, CountStatus, StockCount
from aidtrack.documents import queries as papers
from aidtrack.identity import duties
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.places import queries as places
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("counting", __name__, url_prefix="/counts")

ITEMS_MAX = 1_000
EMPTY = "empty-"
Answer = Response | tuple[str, int] | str


@bp.get("")
@requires(Permission.VIEW_STOCK)
def index() -> Answer:
    actor = current_actor()
    form = CountFilterForm.from_query()
    form.choose(site_id=[(site.id, site.name_in()) for site in places.sites(actor, limit=200).rows])
    return lists.answer(COUNTS, form, "counting/index.html")


@bp.route("/plan", methods=["GET", "POST"])
@requires(Permission.COUNT_STOCK)
def plan() -> Answer:
    """The place first, for its bins and its people are what there is to choose from."""
    actor, asked = current_actor(), SiteForm.from_query()
    sites = places.sites(actor, permission=Permission.COUNT_STOCK, limit=200).rows
    asked.choose(site_id=[(site.id, site.name_in()) for site in sites])
    form = PlanForm.from_request(
        site_id=asked.site_id.data or (sites[0].id if len(sites) == 1 else None),
        first_counter_id=actor.user_id,
    )
    if form.site_id.data is None:
        return render_template("counting/choose_site.html", form=asked)
    site = planning.site_to_count(form.site_id.data, actor)
    _offer(form, site)
    if form.submitted():
        with form.showing_broken_rules():
            return _planned(form)
    return render_template("counting/plan.html", form=form, site=site), form.status


@bp.get("/<int:count_id>")
@requires(Permission.VIEW_STOCK)
def show(count_id: int) -> Answer:
    return _page(count_id, ApproveForm.from_request())


@bp.route("/<int:count_id>/counters", methods=["GET", "POST"])
@requires(Permission.COUNT_STOCK)
def change_counters(count_id: int) -> Answer:
    found = counts.count_of(count_id, current_actor())
    form = CountersForm.from_record(found)
    first, second = counters.choices(found)
    form.choose(first_counter_id=first, second_counter_id=second)
    if form.submitted():
        with form.showing_broken_rules():
            counters.change(
                count_id, form.first_counter_id.data, form.second_counter_id.data,
                actor=current_actor(),
            )  # fmt: skip
            toasts.done(_("Saved."))
            return redirect(url_for("counting.show", count_id=count_id), 303)
    return render_template("counting/change_counters.html", form=form, it=found), form.status


@bp.route("/<int:count_id>/count", methods=["GET", "POST"])
@requires(Permission.COUNT_STOCK)
def count(count_id: int) -> Answer:
    """Where one counts. Scripts save each figure by the API; without them it is a plain form."""
    actor = current_actor()
    found = counts.count_of(count_id, actor)
    by_id = _counted_by()
    if found.status not in BEING_COUNTED:
        return redirect(url_for("counting.show", count_id=count_id), 303)
    form = SheetForm.from_request()
    wrong: dict[int, str] = {}
    if form.submitted():
        with form.showing_broken_rules():
            wrong = _save_page(found.id, form, by_id)
            if not wrong:
                return _after_page(found.id, by_id)
    page = _sheet(found, form, wrong, by_id)
    return page, 422 if wrong else form.status


@bp.route("/<int:count_id>/found", methods=["GET", "POST"])
@requires(Permission.COUNT_STOCK)
def add(count_id: int) -> Answer:
    actor = current_actor()
    found = counts.count_of(count_id, actor)
    by_id = _counted_by()
    form = FoundForm.from_request(
        **_said_of_goods(),
        place_id=request.args.get("place", type=int) or found.site_id,
        counted_by_id=by_id if by_id != actor.user_id else None,
    )
    site = planning.site_to_count(found.site_id, actor)
    choices = planning.place_choices(site) or [(site.id, site.name_in())]
    form.choose(place_id=choices, item_id=catalogue.item_choices(limit=ITEMS_MAX))
    form.item_id.look_up = catalogue.item_called
    if form.submitted():
        with form.showing_broken_rules():
            return _added(count_id, form, by_id)
    return render_template("counting/found.html", form=form, it=found, by=by_id), form.status


@bp.post("/<int:count_id>/sheet")
@requires(Permission.COUNT_STOCK)
def issue_sheet(count_id: int) -> Answer:
    form = SheetPaperForm.from_request().checked()
    paper_id = sheets.issue(
        count_id,
        counted_by_id=form.counted_by_id.data,
        key=form.key.data,
        actor=current_actor(),
    )
    return redirect(url_for("documents.download", paper_id=paper_id), 303)


@bp.post("/<int:count_id>/finish")
@requires(Permission.COUNT_STOCK)
def finish(count_id: int) -> Answer:
    form = FinishForm.from_request().checked()
    status = rounds.finish(
        count_id, actor=current_actor(), at=clock.now(), counted_by_id=form.counted_by_id.data
    )
    _say_finished(status)
    return redirect(url_for("counting.show", count_id=count_id), 303)


@bp.post("/<int:count_id>/again")
@requires(Permission.COUNT_STOCK)
def count_again(count_id: int) -> Answer:
    form = AgainForm.from_request().checked()
    rounds.count_again(
        count_id, form.line_ids.data, note=form.note.data or "", actor=current_actor()
    )
    toasts.done(_("These lines are counted again."))
    return redirect(url_for("counting.show", count_id=count_id), 303)


@bp.post("/<int:count_id>/approve")
@requires(Permission.APPROVE_COUNTS)
def approve(count_id: int) -> Answer:
    """What hinders it is shown on the count's own page, with the note as it was typed."""
    form = ApproveForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            approving.approve(
                count_id,
                note=form.note.data or "",
                seen=form.seen.data or "",
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            toasts.done(_("Approved. The stock is corrected."))
            return redirect(url_for("counting.show", count_id=count_id), 303)
    return _page(count_id, form), form.broken.status if form.broken else form.status


@bp.route("/<int:count_id>/refuse", methods=["GET", "POST"])
@requires(Permission.APPROVE_COUNTS)
def refuse(count_id: int) -> Answer:
    return _decide(count_id, "refuse")


@bp.route("/<int:count_id>/cancel", methods=["GET", "POST"])
@requires(Permission.COUNT_STOCK)
def cancel(count_id: int) -> Answer:
    return _decide(count_id, "cancel")


@bp.route("/<int:count_id>/undo", methods=["GET", "POST"])
@requires(Permission.REVERSE_MOVEMENTS)
def undo(count_id: int) -> Answer:
    return _decide(count_id, "undo")


def _page(count_id: int, form: ApproveForm) -> str:
    """A count, with the note that its approver has typed; what they see now is what counts."""
    actor = current_actor()
    found = queries.detail(count_id, actor)
    count = counts.count_of(count_id, actor)
    reviewed = review.review_of(count)
    form.seen.process(None, reviewed.fingerprint if reviewed else "")
    return render_template(
        "counting/show.html",
        it=found,
        part=counts.part_of(count, actor.user_id),
        review=reviewed,
        on_paper=_on_paper(count),
        hands=counts.hands(count),
        may_alone=not duties.keeps_apart(found.organisation_id),
        sheet_key=uuid4(),
        form=form,
        papers=papers.papers_of(KIND, [count_id]),
        movements=approving.movements_of(count_id),
    )


def _decide(count_id: int, what: str) -> Answer:
    """One of the three ends that need a reason."""
    ends = {
        "refuse": (approving.refuse, _("Refused. The stock stays as it was.")),
        "cancel": (approving.cancel, _("The count is cancelled.")),
        "undo": (approving.undo, _("Undone. The stock is as it was before the count.")),
    }
    found = counts.count_of(count_id, current_actor())
    form = ReasonForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            ends[what][0](count_id, reason=form.reason.data, actor=current_actor(), at=clock.now())
            toasts.done(ends[what][1])
            return redirect(url_for("counting.show", count_id=count_id), 303)
    return render_template("counting/decide.html", form=form, it=found, what=what), form.status


def _offer(form: PlanForm, site: Any) -> None:
    people = planning.people_who_count(site)
    form.choose(
        place_ids=planning.place_choices(site),
        category_id=[(each.id, each.name_in()) for each in catalogue.categories()],
        item_id=catalogue.item_choices(limit=ITEMS_MAX),
        first_counter_id=people,
        second_counter_id=people,
    )
    form.items.look_ups["item_id"] = catalogue.item_called


def _planned(form: PlanForm) -> Answer:
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
    toasts.done(_("The count is planned."))
    return redirect(url_for("counting.show", count_id=count_id), 303)


def _on_paper(count: StockCount) -> list[tuple[int, str]]:
    """Those whose figures somebody else may enter from a count sheet."""
    if count.status != CountStatus.COUNTING:
        return []
    wanted = [x for x in (count.first_counter_id, count.second_counter_id) if x is not None]
    names = counts.names_of(wanted)
    return [(x, names[x]) for x in wanted if x != current_actor().user_id]


def _counted_by() -> int:
    """Whose figures are entered: one's own, or those on the paper of whom the address names."""
    return request.args.get("by", type=int) or current_actor().user_id


def _said_of_goods() -> dict[str, Any]:
    """What a scanner knew of goods that are not on the list."""
    said = request.args
    return {
        "code": said.get("code", "")[:80],
        "item_id": said.get("item_id", type=int),
        "batch_number": said.get("batch", "")[:80],
        "expires_on": said.get("expires", type=date.fromisoformat),
    }


def _save_page(count_id: int, form: SheetForm, by_id: int) -> dict[int, str]:
    """Keep what can be read; what cannot, by line."""
    actor, at = current_actor(), clock.now()
    figures, wrong = form.read()
    entries.save_page(count_id, figures, key=form.key.data, actor=actor, at=at, counted_by_id=by_id)
    empty = request.form.get("act", "").removeprefix(EMPTY)
    if empty.isdecimal() and not wrong:
        entries.bin_is_empty(
            count_id, int(empty[:18]), key=form.key.data, actor=actor, at=at, counted_by_id=by_id
        )
    return wrong


def _after_page(count_id: int, by_id: int) -> Answer:
    actor = current_actor()
    by = by_id if by_id != actor.user_id else None
    if request.form.get("act") == "finish":
        status = rounds.finish(count_id, actor=actor, at=clock.now(), counted_by_id=by_id)
        _say_finished(status)
        return redirect(url_for("counting.show", count_id=count_id), 303)
    toasts.done(_("Saved."))
    page = request.args.get("page")
    return redirect(url_for("counting.count", count_id=count_id, by=by, page=page), 303)


def _sheet(found: StockCount, form: SheetForm, wrong: dict[int, str], by_id: int) -> str:
    actor = current_actor()
    part = counts.part_for(found, by_id)
    page = max(1, request.args.get("page", 1, type=int))
    return render_template(
        "counting/count.html",
        it=found,
        sheet=lines.to_count(found, part, page),
        form=form,
        wrong=wrong,
        typed=request.form,
        part=part,
        by=by_id if by_id != actor.user_id else None,
        by_name=counts.names_of([by_id]).get(by_id, ""),
        counted_before=counts.counted_before(found, by_id),
    )


def _added(count_id: int, form: FoundForm, by_id: int) -> Answer:
    actor = current_actor()
    saved = additions.add(
        count_id,
        form.found(),
        form.figure(clock.now()),
        key=form.key.data,
        actor=actor,
        at=clock.now(),
    )
    toasts.done(_("The goods are on the list."))
    by = by_id if by_id != actor.user_id else None
    back = url_for("counting.count", count_id=count_id, by=by, _anchor=f"n{saved.line_id}")
    return redirect(back, 303)


def _say_finished(status: CountStatus) -> None:
    sentences = {
        CountStatus.COUNTING: _("Thank you. The other counter is still counting."),
        CountStatus.RECOUNTING: _("Some lines differ: they are counted once more."),
        CountStatus.REVIEW: _("Everything is counted. Somebody else approves it now."),
    }
    toasts.done(sentences[status])
