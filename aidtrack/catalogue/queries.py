"""Reads items and their categories."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from aidtrack.catalogue.models import Category, Item, ItemPack
from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.core.paging import Page

WORDS_MAX = 6


def item(item_id: int) -> Item:
    """One item with its category and packs. Raises NotFound."""
    found = db.session.get(
        Item, item_id, options=[joinedload(Item.category), selectinload(Item.packs)]
    )
    if found is None:
        raise NotFound(_("There is no such item."))
    return found


def items(
    *,
    words: str = "",
    category_id: int | None = None,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[Item]:
    """Active items by name; each word must stand somewhere in the code or a name."""
    order = (Item.name, Item.id)
    statement = (
        select(Item)
        .where(
            Item.is_active,
            *matching(words),
            *([Item.category_id == category_id] if category_id else []),
            *paging.after(order, cursor, (str, int)),
        )
        .options(joinedload(Item.category), selectinload(Item.packs))
        .order_by(*order)
        .limit(limit + 1)
    )
    rows = db.session.scalars(statement).all()
    return paging.page(rows, limit, lambda row: (row.name, row.id))


def matching(words: str) -> list[ColumnElement[bool]]:
    """The WHERE that finds items by words, in any order and any of their languages."""
    return [
        Item.search_text.contains(word, autoescape=True)
        for word in words.lower().split()[:WORDS_MAX]
    ]


def categories() -> list[Category]:
    return list(db.session.scalars(select(Category).order_by(Category.name)))


def packs_of(item_ids: set[int]) -> dict[int, list[ItemPack]]:
    """The packs of several items, largest first, in one statement."""
    found: dict[int, list[ItemPack]] = {item_id: [] for item_id in item_ids}
    for pack in db.session.scalars(
        select(ItemPack).where(ItemPack.item_id.in_(item_ids)).order_by(ItemPack.size.desc())
    ):
        found[pack.item_id].append(pack)
    return found
