"""Pages of the catalogue: what can be given, how it is packed, what it weighs."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from aidtrack.catalogue import owners, packs, queries, services
from aidtrack.catalogue.forms import (
    CategoryForm,
    ItemFilter,
    ItemForm,
    NewItemForm,
    PackForm,
    copy_of,
    filled,
    filled_pack,
)
from aidtrack.catalogue.lists import ITEMS
from aidtrack.catalogue.units import unit_label
from aidtrack.core.i18n import _
from aidtrack.core.standards import language_name
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires
from aidtrack.web.standard_fields import name_lines

bp = Blueprint("items", __name__, url_prefix="/items")
P = Permission


@bp.get("")
@requires(P.VIEW_ITEMS)
def index() -> Any:
    filters = ItemFilter.from_query()
    filters.choose(category_id=[(row.id, row.name_in()) for row in queries.categories()])
    may_manage = current_actor().may(P.MANAGE_ITEMS)
    return lists.answer(ITEMS, filters, "catalogue/index.html", may_manage=may_manage)


@bp.route("/new", methods=["GET", "POST"])
@requires(P.MANAGE_ITEMS)
def add() -> Any:
    """A new item; or one like another organisation's, under a code of our own."""
    copied = request.args.get("copy", type=int)
    like = copy_of(queries.item(copied)) if copied and request.method == "GET" else {}
    form = NewItemForm.from_request(**like)
    if form.submitted():
        with form.showing_broken_rules():
            details = form.details(form.base_unit.data)
            item_id = services.add_item(details, actor=current_actor())
            toasts.done(_("The item is in the catalogue."))
            return redirect(url_for("items.show", item_id=item_id), 303)
    return render_template("catalogue/new.html", form=form), form.status


@bp.get("/categories")
@requires(P.VIEW_ITEMS)
def categories() -> str:
    """Every category with its names; whoever keeps one may change them."""
    actor = current_actor()
    found = [(each, owners.may_change(each, actor)) for each in queries.categories()]
    return render_template("catalogue/categories.html", categories=found)


@bp.route("/categories/<int:category_id>/edit", methods=["GET", "POST"])
@requires(P.MANAGE_ITEMS)
def change_category(category_id: int) -> Any:
    category = queries.category(category_id)
    owners.require_own(category, current_actor())
    form = CategoryForm.from_record(name=category.name, names=name_lines(category.names))
    if form.submitted():
        with form.showing_broken_rules():
            names = form.names.as_names()
            services.name_category(
                category_id, name=form.name.data, names=names, actor=current_actor()
            )
            toasts.done(_("Saved."))
            return redirect(url_for("items.categories"), 303)
    page = render_template("catalogue/change_category.html", form=form, category=category)
    return page, form.status


@bp.get("/<int:item_id>")
@requires(P.VIEW_ITEMS)
def show(item_id: int) -> str:
    item, actor = queries.item(item_id), current_actor()
    may_manage = owners.may_change(item, actor)
    return render_template(
        "catalogue/show.html",
        item=item,
        unit=unit_label(item.base_unit),
        other_names=[(language_name(x), name) for x, name in (item.names or {}).items()],
        may_manage=may_manage,
        may_copy=actor.may(P.MANAGE_ITEMS) and not may_manage,
    )


@bp.route("/<int:item_id>/edit", methods=["GET", "POST"])
@requires(P.MANAGE_ITEMS)
def change(item_id: int) -> Any:
    item = queries.item(item_id)
    owners.require_own(item, current_actor())
    form = ItemForm.from_record(**filled(item))
    if form.submitted():
        with form.showing_broken_rules():
            details = form.details(item.base_unit)
            services.change_item(item_id, details, actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("items.show", item_id=item_id), 303)
    page = render_template(
        "catalogue/change.html", form=form, item=item, unit=unit_label(item.base_unit)
    )
    return page, form.status


@bp.post("/<int:item_id>/packs/<int:pack_id>/remove")
@requires(P.MANAGE_ITEMS)
def remove_pack(item_id: int, pack_id: int) -> Any:
    services.remove_pack(item_id, pack_id, actor=current_actor())
    toasts.done(_("The pack is taken out."))
    return redirect(url_for("items.show", item_id=item_id), 303)


@bp.route("/<int:item_id>/packs/new", methods=["GET", "POST"])
@requires(P.MANAGE_ITEMS)
def add_pack(item_id: int) -> Any:
    item = queries.item(item_id)
    owners.require_own(item, current_actor())
    form = PackForm.from_request()
    form.choose_inner(item)
    if form.submitted():
        with form.showing_broken_rules():
            packs.add_pack(item_id, form.shape(), actor=current_actor())
            toasts.done(_("The pack is added."))
            return redirect(url_for("items.show", item_id=item_id), 303)
    return render_template("catalogue/pack.html", form=form, item=item, pack=None), form.status


@bp.route("/<int:item_id>/packs/<int:pack_id>/edit", methods=["GET", "POST"])
@requires(P.MANAGE_ITEMS)
def change_pack(item_id: int, pack_id: int) -> Any:
    item = queries.item(item_id)
    owners.require_own(item, current_actor())
    pack = queries.pack_of(item, pack_id)
    form = PackForm.from_request(**filled_pack(pack))
    form.choose_inner(item, pack_id)
    if form.submitted():
        with form.showing_broken_rules():
            packs.change_pack(item_id, pack_id, form.shape(), actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("items.show", item_id=item_id), 303)
    return render_template("catalogue/pack.html", form=form, item=item, pack=pack), form.status


@bp.post("/<int:item_id>/packs/<int:pack_id>/retire")
@requires(P.MANAGE_ITEMS)
def retire_pack(item_id: int, pack_id: int) -> Any:
    packs.retire_pack(item_id, pack_id, actor=current_actor())
    undo_url = url_for("items.restore_pack", item_id=item_id, pack_id=pack_id)
    toasts.done(_("The pack is used no more."), undo_url=undo_url)
    return redirect(url_for("items.show", item_id=item_id), 303)


@bp.post("/<int:item_id>/packs/<int:pack_id>/restore")
@requires(P.MANAGE_ITEMS)
def restore_pack(item_id: int, pack_id: int) -> Any:
    packs.restore_pack(item_id, pack_id, actor=current_actor())
    toasts.done(_("The pack is used again."))
    return redirect(url_for("items.show", item_id=item_id), 303)


@bp.post("/<int:item_id>/retire")
@requires(P.MANAGE_ITEMS)
def retire(item_id: int) -> Any:
    services.retire_item(item_id, actor=current_actor())
    toasts.done(_("Retired."), undo_url=url_for("items.restore", item_id=item_id))
    return redirect(url_for("items.show", item_id=item_id), 303)


@bp.post("/<int:item_id>/restore")
@requires(P.MANAGE_ITEMS)
def restore(item_id: int) -> Any:
    services.restore_item(item_id, actor=current_actor())
    toasts.done(_("In use again."))
    return redirect(url_for("items.show", item_id=item_id), 303)
