"""The catalogue for programs, and what boxes with search suggest."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from aidtrack.catalogue import packs, queries, services
from aidtrack.catalogue.forms import ItemFilter, ItemForm, NewItemForm, PackForm
from aidtrack.catalogue.queries import ItemDetail
from aidtrack.core.paging import Page
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("items_api", __name__, url_prefix="/api/v1/items")
P = Permission
ASKED_MAX = 80


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to choose: its number and the words that name it."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    rows: tuple[Suggestion, ...]


@bp.get("")
@documented(
    summary="Items by name; q searches codes and names in every language",
    query=ItemFilter,
    returns=ItemDetail,
    paged=True,
)
@requires(P.VIEW_ITEMS)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    page = queries.items(**ItemFilter.from_query().checked().asked(), cursor=cursor, limit=limit)
    return page_answer(Page([queries.item_detail(row) for row in page.rows], page.next_cursor))


@bp.get("/choices")
@documented(summary="Items whose name or code holds the words of q", returns=Suggestions)
@requires(P.VIEW_ITEMS)
def choices() -> Response:
    found = queries.item_choices(request.args.get("q", "")[:ASKED_MAX])
    return json_answer(Suggestions(tuple(Suggestion(*pair) for pair in found)))


@bp.get("/categories")
@documented(summary="Categories whose name holds the words of q", returns=Suggestions)
@requires(P.VIEW_ITEMS)
def categories() -> Response:
    found = queries.category_choices(request.args.get("q", "")[:ASKED_MAX])
    return json_answer(Suggestions(tuple(Suggestion(*pair) for pair in found)))


@bp.get("/<int:item_id>")
@documented(summary="One item", returns=ItemDetail)
@requires(P.VIEW_ITEMS)
def show(item_id: int) -> Response:
    return json_answer(queries.item_detail(queries.item(item_id)))


@bp.post("")
@documented(summary="Add an item", form=NewItemForm, returns=ItemDetail, status=201)
@requires(P.MANAGE_ITEMS)
def add() -> Response:
    form = NewItemForm.from_request().checked()
    details = form.details(form.base_unit.data or "piece")
    return _item(services.add_item(details, actor=current_actor()), 201)


@bp.put("/<int:item_id>")
@documented(summary="Change an item; packs named are added", form=ItemForm, returns=ItemDetail)
@requires(P.MANAGE_ITEMS)
def change(item_id: int) -> Response:
    """Say everything: what is left out becomes unknown. The unit and old packs stay."""
    form = ItemForm.from_request().checked()
    details = form.details(queries.item(item_id).base_unit)
    services.change_item(item_id, details, actor=current_actor())
    return _item(item_id)


@bp.post("/<int:item_id>/packs")
@documented(summary="Add a pack", form=PackForm, returns=ItemDetail, status=201)
@requires(P.MANAGE_ITEMS)
def add_pack(item_id: int) -> Response:
    """So many base units, or so many of another pack of the item (`inside_id`)."""
    packs.add_pack(item_id, _pack_form(item_id).shape(), actor=current_actor())
    return _item(item_id, 201)


@bp.put("/<int:item_id>/packs/<int:pack_id>")
@documented(summary="Change a pack", form=PackForm, returns=ItemDetail)
@requires(P.MANAGE_ITEMS)
def change_pack(item_id: int, pack_id: int) -> Response:
    """Another name or size makes another pack. What speaks of the old one keeps it."""
    packs.change_pack(item_id, pack_id, _pack_form(item_id).shape(), actor=current_actor())
    return _item(item_id)


@bp.post("/<int:item_id>/packs/<int:pack_id>/retire")
@documented(summary="Offer a pack no more", returns=ItemDetail)
@requires(P.MANAGE_ITEMS)
def retire_pack(item_id: int, pack_id: int) -> Response:
    packs.retire_pack(item_id, pack_id, actor=current_actor())
    return _item(item_id)


@bp.post("/<int:item_id>/packs/<int:pack_id>/restore")
@documented(summary="Offer a pack again", returns=ItemDetail)
@requires(P.MANAGE_ITEMS)
def restore_pack(item_id: int, pack_id: int) -> Response:
    packs.restore_pack(item_id, pack_id, actor=current_actor())
    return _item(item_id)


@bp.delete("/<int:item_id>/packs/<int:pack_id>")
@documented(summary="Take out a pack that nothing speaks of yet", returns=ItemDetail)
@requires(P.MANAGE_ITEMS)
def remove_pack(item_id: int, pack_id: int) -> Response:
    services.remove_pack(item_id, pack_id, actor=current_actor())
    return _item(item_id)


@bp.post("/<int:item_id>/retire")
@documented(summary="Offer an item no more; its stock stays", returns=ItemDetail)
@requires(P.MANAGE_ITEMS)
def retire(item_id: int) -> Response:
    services.retire_item(item_id, actor=current_actor())
    return _item(item_id)


@bp.post("/<int:item_id>/restore")
@documented(summary="Offer a retired item again", returns=ItemDetail)
@requires(P.MANAGE_ITEMS)
def restore(item_id: int) -> Response:
    services.restore_item(item_id, actor=current_actor())
    return _item(item_id)


def _pack_form(item_id: int) -> PackForm:
    form = PackForm.from_request()
    form.choose_inner(queries.item(item_id))
    return form.checked()


def _item(item_id: int, status: int = 200) -> Response:
    where = url_for("items_api.show", item_id=item_id) if status == 201 else None
    return json_answer(queries.item_detail(queries.item(item_id)), status, location=where)
