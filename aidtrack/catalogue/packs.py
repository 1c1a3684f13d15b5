"""What can happen to the packs of an item: added, measured, replaced, put out of use."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from aidtrack.catalogue import owners
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.catalogue.services import PACK_SIZE_MAX
from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission, require

NESTED_MAX = 5


class PackKnown(RuleBroken):
    """The item has such a pack already."""

    code = "pack_known"


@dataclass(frozen=True, slots=True)
class PackShape:
    """A pack as people say it: so many of another pack, or of base units, and what it weighs."""

    name: str
    count: int
    inside_id: int | None = None
    weight_mg: int | None = None
    volume_mm3: int | None = None


def add_pack(item_id: int, shape: PackShape, *, actor: Actor) -> int:
    """A new pack of the item, or an old one of the same make in use again. Returns its id."""
    require(actor, Permission.MANAGE_ITEMS)
    with transaction():
        pack = _made(_own(item_id, actor), shape)
        _note(actor, "item.pack_added", item_id, pack)
        return pack.id


def change_pack(item_id: int, pack_id: int, shape: PackShape, *, actor: Actor) -> int:
    """Say how a pack is from now on. Returns the id of the pack that is so.

    What is in it and its measures are put right in place. Another name or size makes another
    pack, and packs that hold the old one follow it; the old ones go, or stay out of use where
    history speaks of them.
    """
    require(actor, Permission.MANAGE_ITEMS)
    with transaction():
        item = _own(item_id, actor)
        pack = _pack_of(item, pack_id)
        if shape.inside_id in {x.id for x in _with_those_around(item, pack)}:
            raise Invalid(_("A pack cannot hold itself."), field="inside_id")
        if (pack.name, pack.size) == (shape.name, _size_of(item, shape, pack.inside_id)):
            _describe(pack, shape)
            _note(actor, "item.pack_changed", item_id, pack)
            return pack.id
        old = _told(pack)
        made = _replaced(item, pack, shape)
        _note(actor, "item.pack_replaced", item_id, made, instead_of=old)
        return made.id


def retire_pack(item_id: int, pack_id: int, *, actor: Actor) -> None:
    """Offer the pack no more. Lots and papers that speak of it stay as they are."""
    _set_active(item_id, pack_id, "item.pack_retired", actor, is_active=False)


def restore_pack(item_id: int, pack_id: int, *, actor: Actor) -> None:
    _set_active(item_id, pack_id, "item.pack_restored", actor, is_active=True)


def _set_active(item_id: int, pack_id: int, act: str, actor: Actor, *, is_active: bool) -> None:
    require(actor, Permission.MANAGE_ITEMS)
    with transaction():
        pack = _pack_of(_own(item_id, actor), pack_id)
        if pack.is_active != is_active:
            pack.is_active = is_active
            _note(actor, act, item_id, pack)


def _replaced(item: Item, pack: ItemPack, shape: PackShape) -> ItemPack:
    """The new pack in the place of the old, and so on outwards: a pallet keeps its cartons."""
    made = _made(item, shape)
    around = db.session.scalars(
        select(ItemPack).filter_by(item_id=item.id, inside_id=pack.id, is_active=True)
    )
    for outer in around.all():
        assert outer.inside_count is not None
        if outer.inside_count * made.size == outer.size:
            outer.inside_id = made.id
            continue
        # What the old one weighed as a whole is not what the new one weighs.
        _replaced(item, outer, PackShape(outer.name, outer.inside_count, made.id))
    db.session.flush()
    _put_out_of_use(pack)
    return made


def _put_out_of_use(pack: ItemPack) -> None:
    """Gone, where nothing speaks of it; else kept for what does."""
    try:
        with db.session.begin_nested():
            db.session.execute(delete(ItemPack).where(ItemPack.id == pack.id))
        db.session.expunge(pack)
    except IntegrityError:
        pack.is_active = False
        db.session.flush()


def _made(item: Item, shape: PackShape) -> ItemPack:
    size = _size_of(item, shape)
    known = db.session.scalar(
        select(ItemPack).filter_by(item_id=item.id, name=shape.name, size=size)
    )
    if known is not None and known.is_active:
        raise PackKnown(
            _("There is already such a pack: %(pack)s.", pack=_told(known)), field="name"
        )
    pack = known or ItemPack(item_id=item.id, name=shape.name, size=size)
    pack.is_active = True
    _describe(pack, shape)
    db.session.add(pack)
    db.session.flush()
    return pack


def _describe(pack: ItemPack, shape: PackShape) -> None:
    pack.inside_id = shape.inside_id
    pack.inside_count = shape.count if shape.inside_id is not None else None
    pack.weight_mg, pack.volume_mm3 = shape.weight_mg, shape.volume_mm3


def _size_of(item: Item, shape: PackShape, inside_now: int | None = None) -> int:
    """Base units in one. Raises Invalid for what no pack can hold.

    Only what it holds now may be out of use.
    """
    inner_size = 1
    if shape.inside_id is not None:
        inner = db.session.get(ItemPack, shape.inside_id)
        is_kept = inner is not None and (inner.is_active or inner.id == inside_now)
        if inner is None or inner.item_id != item.id or not is_kept:
            raise Invalid(_("Choose a pack of this item that is in use."), field="inside_id")
        if len(_inside_out(inner)) >= NESTED_MAX:
            raise Invalid(_("Packs are nested too deep."), field="inside_id")
        inner_size = inner.size
    size = shape.count * inner_size
    if shape.count < 1 or not 2 <= size <= PACK_SIZE_MAX:
        raise Invalid(_("A pack holds at least two."), field="count")
    return size


def _inside_out(pack: ItemPack) -> list[ItemPack]:
    chain = [pack]
    while chain[-1].inside is not None:
        chain.append(chain[-1].inside)
    return chain


def _with_those_around(item: Item, pack: ItemPack) -> Iterable[ItemPack]:
    packs = db.session.scalars(select(ItemPack).filter_by(item_id=item.id)).all()
    return [each for each in packs if pack in _inside_out(each)]


def _own(item_id: int, actor: Actor) -> Item:
    item = db.session.get(Item, item_id, with_for_update=True)
    if item is None:
        raise NotFound(_("There is no such item."))
    owners.require_own(item, actor)
    return item


def _pack_of(item: Item, pack_id: int) -> ItemPack:
    pack = db.session.get(ItemPack, pack_id)
    if pack is None or pack.item_id != item.id:
        raise NotFound(_("There is no such pack."))
    return pack


def _told(pack: ItemPack) -> str:
    return f"{pack.name} × {pack.size}"


def _note(actor: Actor, act: str, item_id: int, pack: ItemPack, instead_of: str = "") -> None:
    facts = {"note": f"{instead_of} → {_told(pack)}" if instead_of else _told(pack)}
    audit.record(actor, act, kind="item", record_id=item_id, facts=facts)
