"""Reads items and their categories."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    SQLColumnExpression,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import joinedload, selectinload

from aidtrack.catalogue.models import Category, Item, ItemPack
from aidtrack.core import acts, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.full_text import Index
from aidtrack.core.i18n import _, lazy, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity import history
from aidtrack.identity.history import Happening

INDEX = Index("item")
WORDS_MAX = 6
CHOICES_MAX = 50
SEPARATOR = " · "

TITLES = {
    "item.added": lazy("Added"),
    "item.changed": lazy("Changed"),
    "item.pack_added": lazy("A pack was added"),
    "item.pack_changed": lazy("A pack was measured again"),
    "item.pack_replaced": lazy("A pack was replaced"),
    "item.pack_retired": lazy("A pack is used no more"),
    "item.pack_restored": lazy("A pack is used again"),
    "item.pack_removed": lazy("A pack was taken out"),
    "item.retired": lazy("Retired"),
    "item.restored": lazy("In use again"),
    "item.imported": lazy("Imported from a list"),
    "item.given": lazy("Given to another keeper"),
}
FIELDS = {
    "code": lazy("Code"),
    "name": lazy("Name"),
    "names": lazy("Other names"),
    "category": lazy("Category"),
    "weight_mg": lazy("Weight of one, mg"),
    "volume_mm3": lazy("Volume of one, mm³"),
    "has_expiry": lazy("Expires"),
    "is_cold_chain": lazy("Cold chain"),
    "unit_value_minor": lazy("Value of one, in the smallest coin"),
    "currency": lazy("Currency"),
    "packs": lazy("Packs"),
    "keeper": lazy("Kept by"),
}
acts.register(TITLES, acts.Topic.RECORDS)
acts.register_fields("item", FIELDS)


@dataclass(frozen=True, slots=True)
class PackRow:
    """A pack of `size` base units: `inside_count` of the pack `inside_id`, where packs nest.

    Weight and volume are those of the whole pack, measured; null means that of what is in it.
    A pack out of use stays for what speaks of it.
    """

    id: int
    name: str
    size: int
    inside_id: int | None
    inside_count: int | None
    weight_mg: int | None
    volume_mm3: int | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item as programs read it. Weight and volume are those of one base unit.

    `organisation_id` is the organisation that keeps it; None in the common catalogue.
    """

    id: int
    code: str
    name: str
    names: dict[str, str]
    category: str | None
    base_unit: str
    weight_mg: int | None
    volume_mm3: int | None
    has_expiry: bool
    is_cold_chain: bool
    unit_value_minor: int | None
    currency: str | None
    is_active: bool
    organisation_id: int | None
    packs: tuple[PackRow, ...]


def item(item_id: int) -> Item:
    """One item with its category and packs. Raises NotFound."""
    found = db.session.get(
        Item,
        item_id,
        options=[
            joinedload(Item.category),
            joinedload(Item.organisation),
            selectinload(Item.packs).selectinload(ItemPack.inside),
        ],
    )
    if found is None:
        raise NotFound(_("There is no such item."))
    return found


# An item of unknown weight stands before all others; as in the index, to the letter.
WEIGHT: ColumnElement[int] = literal_column("coalesce(item.weight_mg, 0)", BigInteger())
BY_NAME = Order("name", (Item.name, Item.id), (str, int), lambda row: (row.name, row.id))
BY_CODE = Order("code", (Item.code,), (str,), lambda row: (row.code,))
BY_WEIGHT = Order("weight", (WEIGHT, Item.id), (int, int), lambda row: (row.weight_mg or 0, row.id))


def items(
    *,
    words: str = "",
    category_id: int | None = None,
    is_active: bool = True,
    sorting: Sorting = BY_NAME.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[Item]:
    """Items by name; each word must stand somewhere in the code or a name."""
    statement = (
        select(Item)
        .where(*_narrowed(words, category_id, is_active), *sorting.after(cursor))
        .options(joinedload(Item.category), selectinload(Item.packs))
        .order_by(*sorting.by())
        .limit(limit + 1)
    )
    return sorting.page(db.session.scalars(statement).all(), limit)


def how_many(words: str, category_id: int | None, is_active: bool, *, most: int) -> int:
    """How many items that are; never counts further than `most`."""
    return paging.count_up_to(
        most, select(Item.id).where(*_narrowed(words, category_id, is_active))
    )


def matching(words: str) -> list[ColumnElement[bool]]:
    """The WHERE that finds items by words, in any order and any of their languages."""
    return [
        Item.search_text.contains(word, autoescape=True)
        for word in words.lower().split()[:WORDS_MAX]
    ]


def weight_of(quantity: SQLColumnExpression[int]) -> ColumnElement[int]:
    """The summed weight of so many of each item, in mg; however much somebody mistypes.

    A scanned bar code among the quantities makes a product that no bigint holds, and
    PostgreSQL would refuse to list the shipment. Take `int()` of the answer.
    """
    return type_coerce(func.sum(cast(quantity, Numeric) * Item.weight_mg), BigInteger)


def categories() -> list[Category]:
    return list(db.session.scalars(select(Category).order_by(Category.name)))


def category(category_id: int) -> Category:
    found = db.session.get(Category, category_id)
    if found is None:
        raise NotFound(_("There is no such category."))
    return found


def category_choices(words: str = "") -> list[tuple[int, str]]:
    """(id, name) of categories that hold the words, for a box that suggests them."""
    wanted = words.casefold().split()
    known = ((row, " ".join((row.name, *(row.names or {}).values()))) for row in categories())
    found = [row for row, text in known if all(word in text.casefold() for word in wanted)]
    return [(row.id, row.name) for row in found][:CHOICES_MAX]


def item_choices(words: str = "", limit: int = CHOICES_MAX) -> list[tuple[int, str]]:
    """(id, "Thermal blanket · HSHEBLAN01") of items in use, for a box with search."""
    statement = (
        select(Item.id, Item.code, Item.name, Item.names)
        .where(Item.is_active, *INDEX.found(Item.id, words))
        .order_by(Item.name, Item.id)
        .limit(limit)
    )
    return [
        (row.id, f"{name_in(row.name, row.names)}{SEPARATOR}{row.code}")
        for row in db.session.execute(statement)
    ]


def item_called(text: str) -> int | None:
    """The item in use that a choice's label or a code names; None when there is none."""
    code = text.rpartition(SEPARATOR)[2].strip()
    same = or_(Item.code == code, func.lower(Item.code) == code.lower())
    return db.session.scalar(select(Item.id).where(Item.is_active, same).limit(1))


def item_detail(row: Item) -> ItemDetail:
    """The row with its category and packs, which the query loaded."""
    own = {"category", "packs"}
    return ItemDetail(
        **{name: getattr(row, name) for name in ItemDetail.__slots__ if name not in own},
        category=row.category.name if row.category else None,
        packs=tuple(
            PackRow(**{name: getattr(pack, name) for name in PackRow.__slots__})
            for pack in row.packs
        ),
    )


def pack_of(row: Item, pack_id: int) -> ItemPack:
    """A pack of an item that `item` read. Raises NotFound."""
    for pack in row.packs:
        if pack.id == pack_id:
            return pack
    raise NotFound(_("There is no such pack."))


def item_history(item_id: int) -> list[Happening]:
    return history.told("item", item_id, titles=TITLES, fields=FIELDS)


def packs_of(item_ids: set[int]) -> dict[int, list[ItemPack]]:
    """The packs in use of several items, largest first, in one statement."""
    found: dict[int, list[ItemPack]] = {item_id: [] for item_id in item_ids}
    for pack in db.session.scalars(
        select(ItemPack)
        .where(ItemPack.item_id.in_(item_ids), ItemPack.is_active)
        .order_by(ItemPack.size.desc())
    ):
        found[pack.item_id].append(pack)
    return found


def _narrowed(words: str, category_id: int | None, is_active: bool) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = [
        Item.is_active == is_active,
        *INDEX.found(Item.id, words),
    ]
    return narrowed + ([Item.category_id == category_id] if category_id else [])
