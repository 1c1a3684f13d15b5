"""Pages of saved views: save one, see all, change one, delete one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.lists import queries, services
from aidtrack.lists.asked import lasting
from aidtrack.lists.columns import KNOWN, ListPage
from aidtrack.lists.forms import NewViewForm, ViewForm
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("views", __name__, url_prefix="/views")
P = Permission


@bp.get("")
@requires(P.SAVE_VIEWS)
def index() -> str:
    actor = current_actor()
    views = queries.all_views(actor)
    return render_template(
        "lists/index.html",
        groups=[
            (page, [(view, queries.may_change(view, actor)) for view in kept])
            for page in KNOWN.values()
            if (kept := [view for view in views if view.list_name == page.name])
        ],
        actor=actor,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(P.SAVE_VIEWS)
def save() -> Any:
    asked = request.args
    form = NewViewForm.from_request(list=asked.get("list"), query=asked.get("query"))
    page = _list(form.list.data)
    if form.submitted():
        with form.showing_broken_rules():
            query = lasting(form.query.data or "")
            services.save(page.name, query, form.details(), actor=current_actor())
            toasts.done(_("The view is saved."))
            return redirect(f"{page.path}?{query}" if query else page.path, 303)
    may_share = queries.may_share(current_actor(), current_actor().organisation_id)
    return render_template("lists/new.html", form=form, page=page, may_share=may_share), form.status


@bp.route("/<int:view_id>", methods=["GET", "POST"])
@requires(P.SAVE_VIEWS)
def change(view_id: int) -> Any:
    view = queries.view(view_id, current_actor())
    form = ViewForm.from_record(view)
    if form.submitted():
        with form.showing_broken_rules():
            services.change(view_id, form.details(), actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("views.index"), 303)
    may_share = queries.may_share(current_actor(), view.organisation_id)
    page = render_template(
        "lists/change.html", form=form, view=view, page=_list(view.list_name), may_share=may_share
    )
    return page, form.status


@bp.post("/<int:view_id>/delete")
@requires(P.SAVE_VIEWS)
def delete(view_id: int) -> Any:
    services.delete(view_id, actor=current_actor())
    toasts.done(_("The view is deleted."))
    return redirect(url_for("views.index"), 303)


def _list(name: str | None) -> ListPage:
    page = KNOWN.get(name or "")
    if page is None:
        raise NotFound(_("There is no such list."))
    return page
