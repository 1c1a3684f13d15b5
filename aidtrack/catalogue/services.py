"""What can happen to the catalogue."""

from dataclasses import dataclass, field

from sqlalchemy import select

from aidtrack.catalogue.models import Category, Item, ItemPack
from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission, require


class CodeTaken(RuleBroken):
    code = "code_taken"


@dataclass(frozen=True, slots=True)
class PackDetails:
    """A pack: its name and how many base units it holds (two or more)."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """What a form says of an item; units as in `models.Item`."""

    code: str
    name: str
    names: dict[str, str] = field(default_factory=dict)
    category: str = ""
    base_unit: str = "piece"
    weight_mg: int | None = None
    volume_mm3: int | None = None
    has_expiry: bool = False
    is_cold_chain: bool = False
    unit_value_minor: int | None = None
    currency: str | None = None
    packs: tuple[PackDetails, ...] = ()


def add_item(details: ItemDetails, *, actor: Actor) -> int:
    require(actor, Permission.MANAGE_ITEMS)
    with transaction() as session:
        _expect_free_code(details.code)
        item = Item()
        describe(item, details, category_id=category_of(details.category))
        session.add(item)
        session.flush()
        _add_packs(item.id, details.packs)
        audit.record(actor, "item.added", kind="item", record_id=item.id, facts={"code": item.code})
        return item.id


def change_item(item_id: int, details: ItemDetails, *, actor: Actor) -> None:
    """Change what an item is called and weighs. Its unit is fixed: history counts in it.

    Packs are added; a pack in use keeps its size, for old papers speak of it.
    """
    require(actor, Permission.MANAGE_ITEMS)
    with transaction() as session:
        item = session.get(Item, item_id, with_for_update=True)
        if item is None:
            raise NotFound(_("There is no such item."))
        if details.code != item.code:
            _expect_free_code(details.code)
        if details.base_unit != item.base_unit:
            raise Invalid(
                _("The unit cannot change, because past movements count in it."),
                field="base_unit",
            )
        before = {"code": item.code, "name": item.name}
        describe(item, details, category_id=category_of(details.category))
        _add_packs(item.id, details.packs)
        audit.record(actor, "item.changed", kind="item", record_id=item.id, facts=before)


def category_of(name: str) -> int | None:
    """The id of the category of that name, made when it is new; None without a name."""
    if not name:
        return None
    found = db.session.scalar(select(Category.id).filter_by(name=name))
    if found is None:
        category = Category(name=name)
        db.session.add(category)
        db.session.flush()
        found = category.id
    return found


def describe(item: Item, details: ItemDetails, *, category_id: int | None) -> None:
    """Write the details into the row, and what search reads of them."""
    item.code = details.code
    item.name = details.name
    item.names = details.names
    item.category_id = category_id
    item.base_unit = details.base_unit
    item.weight_mg = details.weight_mg
    item.volume_mm3 = details.volume_mm3
    item.has_expiry = details.has_expiry
    item.is_cold_chain = details.is_cold_chain
    item.unit_value_minor = details.unit_value_minor
    item.currency = details.currency
    item.search_text = search_text(details.code, details.name, details.names)


def search_text(code: str, name: str, names: dict[str, str]) -> str:
    """Code and every name in lower case, once each."""
    return " ".join(dict.fromkeys([code, name, *names.values()])).lower()


def _add_packs(item_id: int, packs: tuple[PackDetails, ...]) -> None:
    rows = select(ItemPack.name, ItemPack.size).where(ItemPack.item_id == item_id)
    known = {(row.name, row.size) for row in db.session.execute(rows)}
    for pack in packs:
        if pack.size < 2:
            raise Invalid(_("A pack holds at least two."), field="packs")
        if (pack.name, pack.size) not in known:
            db.session.add(ItemPack(item_id=item_id, name=pack.name, size=pack.size))
            known.add((pack.name, pack.size))


def _expect_free_code(code: str) -> None:
    if db.session.scalar(select(Item.id).filter_by(code=code)):
        raise CodeTaken(_("The code %(code)s is taken.", code=code), field="code")
