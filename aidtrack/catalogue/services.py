"""What can happen to the catalogue."""

from sqlalchemy import func, or_, select

from aidtrack.catalogue import owners
from aidtrack.catalogue.details import ItemDetails as ItemDetails
from aidtrack.catalogue.details import PackDetails as PackDetails
from aidtrack.catalogue.models import Category, Item, ItemPack
from aidtrack.core import audit
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.history import changes
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require

PACK_SIZE_MAX = 10**9
DESCRIBED = (
    "code", "name", "names", "base_unit", "weight_mg", "volume_mm3", "has_expiry",
    "is_cold_chain", "unit_value_minor", "currency",
)  # fmt: skip


class CodeTaken(RuleBroken):
    code = "code_taken"


class NameTaken(RuleBroken):
    code = "name_taken"


class PackInUse(RuleBroken):
    """Stock or papers speak of the pack, so it stays."""

    code = "pack_in_use"


def add_item(details: ItemDetails, *, actor: Actor) -> int:
    require(actor, Permission.MANAGE_ITEMS)
    with transaction() as session:
        _expect_free_code(details.code)
        item = Item(organisation_id=owners.keeper_for(actor))
        with refusing(_code_taken(details.code)):
            describe(item, details, category_id=category_of(details.category, actor))
            session.add(item)
        _add_packs(item.id, details.packs)
        audit.record(actor, "item.added", kind="item", record_id=item.id, facts={"code": item.code})
        return item.id


def change_item(item_id: int, details: ItemDetails, *, actor: Actor) -> None:
    """Change what an item is called and weighs. Its unit is fixed: history counts in it.

    Packs are added; a pack in use keeps its size, for old papers speak of it. Raises
    KeptByAnother for another organisation's.
    """
    require(actor, Permission.MANAGE_ITEMS)
    with transaction():
        item = _own(item_id, actor)
        if details.code.casefold() != item.code.casefold():
            _expect_free_code(details.code)
        if details.base_unit != item.base_unit:
            raise Invalid(
                _("The unit cannot change, because past movements count in it."),
                field="base_unit",
            )
        before = _described(item)
        with refusing(_code_taken(details.code)):
            describe(item, details, category_id=category_of(details.category, actor))
        added = _add_packs(item.id, details.packs)
        audit.record(
            actor,
            "item.changed",
            kind="item",
            record_id=item.id,
            facts=changes({**before, "packs": None}, {**_described(item), "packs": added or None}),
        )


def name_category(category_id: int, *, name: str, names: dict[str, str], actor: Actor) -> None:
    """Say what a category is called, in every language it has a name in."""
    require(actor, Permission.MANAGE_ITEMS)
    taken = NameTaken(_("There is already a category called %(name)s.", name=name), field="name")
    with transaction() as session:
        category = session.get(Category, category_id, with_for_update=True)
        if category is None:
            raise NotFound(_("There is no such category."))
        owners.require_own(category, actor)
        before = {"name": category.name, "names": category.names}
        with refusing(taken):
            category.name, category.names = name, names
        audit.record(
            actor,
            "category.changed",
            kind="category",
            record_id=category.id,
            facts=changes(before, {"name": name, "names": names}),
        )


def remove_pack(item_id: int, pack_id: int, *, actor: Actor) -> None:
    """Take a pack out that was a mistake. Raises PackInUse once anything speaks of it."""
    require(actor, Permission.MANAGE_ITEMS)
    with transaction() as session:
        item = _own(item_id, actor)
        pack = session.get(ItemPack, pack_id)
        if pack is None or pack.item_id != item.id:
            raise NotFound(_("There is no such pack."))
        told = _told(pack.name, pack.size)
        with refusing(PackInUse(_("Stock or papers speak of this pack, so it stays."))):
            session.delete(pack)
        audit.record(
            actor,
            "item.pack_removed",
            kind="item",
            record_id=item.id,
            facts={"note": told},
        )


def retire_item(item_id: int, *, actor: Actor) -> None:
    """Offer the item no more. What is in stock of it stays and moves as before."""
    _set_active(item_id, False, "item.retired", actor)


def restore_item(item_id: int, *, actor: Actor) -> None:
    _set_active(item_id, True, "item.restored", actor)


def give(code: str, organisation_id: int, *, actor: Actor) -> None:
    """Give an item, with its category when nobody keeps that, to an organisation.

    For whoever owns the machine: what was imported long ago may have no keeper.
    """
    with transaction() as session:
        item = session.scalar(select(Item).where(Item.code == code).with_for_update())
        if item is None:
            raise NotFound(_("There is no such item."))
        owners.require_own(item, actor)
        before = {"keeper": _name_of(item.organisation_id)}
        item.organisation_id = organisation_id
        if item.category and item.category.organisation_id is None:
            item.category.organisation_id = organisation_id
        facts = changes(before, {"keeper": _name_of(organisation_id)})
        audit.record(actor, "item.given", kind="item", record_id=item.id, facts=facts)


def category_of(name: str, actor: Actor) -> int | None:
    """The id of the category of that name, made when it is new; None without a name."""
    if not name:
        return None
    found = db.session.scalar(
        select(Category.id)
        .where(or_(Category.name == name, func.lower(Category.name) == name.lower()))
        .limit(1)
    )
    if found is None:
        category = Category(name=name, organisation_id=owners.keeper_for(actor))
        db.session.add(category)
        db.session.flush()
        found = category.id
    return found


def describe(item: Item, details: ItemDetails, *, category_id: int | None) -> None:
    """Write the details into the row, and what search reads of them."""
    item.category_id = category_id
    for name in DESCRIBED:
        setattr(item, name, getattr(details, name))
    item.search_text = search_text(details.code, details.name, details.names)


def search_text(code: str, name: str, names: dict[str, str]) -> str:
    """Code and every name in lower case, once each."""
    return " ".join(dict.fromkeys([code, name, *names.values()])).lower()


def _set_active(item_id: int, is_active: bool, action: str, actor: Actor) -> None:
    require(actor, Permission.MANAGE_ITEMS)
    with transaction():
        item = _own(item_id, actor)
        if item.is_active != is_active:
            item.is_active = is_active
            audit.record(actor, action, kind="item", record_id=item.id)


def _own(item_id: int, actor: Actor) -> Item:
    """The item, held until the commit, for whoever keeps it. Raises KeptByAnother."""
    item = db.session.get(Item, item_id, with_for_update=True)
    if item is None:
        raise NotFound(_("There is no such item."))
    owners.require_own(item, actor)
    return item


def _name_of(organisation_id: int | None) -> str | None:
    return db.session.get_one(Organisation, organisation_id).name if organisation_id else None


def _described(item: Item) -> dict[str, object]:
    category = db.session.get(Category, item.category_id) if item.category_id else None
    return {name: getattr(item, name) for name in DESCRIBED} | {
        "category": category.name if category else None
    }


def _add_packs(item_id: int, packs: tuple[PackDetails, ...]) -> str:
    """Add those that are new; what was added, in words."""
    rows = select(ItemPack.name, ItemPack.size).where(ItemPack.item_id == item_id)
    known = {(row.name, row.size) for row in db.session.execute(rows)}
    added = []
    for position, pack in enumerate(packs):
        if not 2 <= pack.size <= PACK_SIZE_MAX:
            raise Invalid(_("A pack holds at least two."), field=f"packs-{position}-size")
        if (pack.name, pack.size) not in known:
            db.session.add(ItemPack(item_id=item_id, name=pack.name, size=pack.size))
            known.add((pack.name, pack.size))
            added.append(_told(pack.name, pack.size))
    return ", ".join(added)


def _told(name: str, size: int) -> str:
    return f"{name} × {size}"


def _expect_free_code(code: str) -> None:
    """Codes that differ in capitals only would be taken for each other on paper."""
    same = or_(Item.code == code, func.lower(Item.code) == code.lower())
    if db.session.scalar(select(Item.id).where(same).limit(1)):
        raise _code_taken(code)


def _code_taken(code: str) -> CodeTaken:
    return CodeTaken(_("The code %(code)s is taken.", code=code), field="code")
