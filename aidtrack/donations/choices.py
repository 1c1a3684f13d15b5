"""What the forms of donations offer to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.donations.receipts import seen_by
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places import queries as places
from aidtrack.places.models import Area, Place, PlaceKind

ITEMS_MAX = 1_000
PACKS_MAX = 400
AREAS_MAX = 1_000
DONORS_MAX = 500
SITES_MAX = 200

Pair = tuple[int, str]


@dataclass(frozen=True, slots=True)
class PackChoice:
    """A pack with its item's label, as the item box shows it."""

    id: int
    item_id: int
    item_label: str
    name: str
    size: int
    base_unit: str


def items(item_ids: Iterable[int] = ()) -> list[Pair]:
    """Items by name, the first ITEMS_MAX, and those given; labels are name and code."""
    named = set(item_ids)
    columns = select(Item.id, Item.name, Item.names, Item.code)
    rows = db.session.execute(
        columns.where(Item.is_active).order_by(Item.name, Item.id).limit(ITEMS_MAX)
    ).all()
    missing = named - {row.id for row in rows}
    if missing:
        rows = [*rows, *db.session.execute(columns.where(Item.id.in_(missing)))]
    return [(row.id, item_label(name_in(row.name, row.names), row.code)) for row in rows]


def item_label(name: str, code: str) -> str:
    return f"{name} · {code}"


def item_called(typed: str) -> int | None:
    """The item that a code or a label names, also one that the list has no room for."""
    words = typed.strip()
    code = words.rpartition(" · ")[2]
    found = db.session.scalars(
        select(Item.id).where(Item.is_active, Item.code.in_({code, words, words.upper()})).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def packs(of: list[Pair], item_ids: Iterable[int] = ()) -> list[PackChoice]:
    """Packs of the items offered; in a large catalogue only those of the items chosen."""
    labels = dict(of)
    statement = (
        select(ItemPack.id, ItemPack.item_id, ItemPack.name, ItemPack.size, Item.base_unit)
        .join(Item, Item.id == ItemPack.item_id)
        .where(ItemPack.is_active)
        .order_by(ItemPack.item_id, ItemPack.size.desc())
        .limit(PACKS_MAX)
    )
    chosen = set(item_ids) & set(labels)
    if len(labels) > PACKS_MAX:
        statement = statement.where(ItemPack.item_id.in_(chosen))
    rows = db.session.execute(statement)
    return [
        PackChoice(row.id, row.item_id, labels[row.item_id], row.name, row.size, row.base_unit)
        for row in rows
        if row.item_id in labels
    ]


def packs_of_donation(item_ids: Iterable[int]) -> list[PackChoice]:
    """The packs of some items, largest first."""
    rows = db.session.execute(
        select(ItemPack.id, ItemPack.item_id, ItemPack.name, ItemPack.size, Item.base_unit)
        .join(Item, Item.id == ItemPack.item_id)
        .where(ItemPack.item_id.in_(set(item_ids)), ItemPack.is_active)
        .order_by(ItemPack.item_id, ItemPack.size.desc())
    )
    return [PackChoice(row.id, row.item_id, "", row.name, row.size, row.base_unit) for row in rows]


def pack_sizes(pack_ids: Iterable[int | None]) -> dict[int, int]:
    """How many base units each pack holds; one that does not exist is left out."""
    wanted = {pack_id for pack_id in pack_ids if pack_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(ItemPack.id, ItemPack.size).where(ItemPack.id.in_(wanted)))
    return {row.id: row.size for row in rows}


def donors_seen(actor: Actor) -> list[Pair]:
    """Donors whose donations the actor may look at, by name."""
    rows = db.session.execute(
        select(Partner.id, Partner.name, Partner.names)
        .where(
            Partner.kind == PartnerKind.DONOR,
            Partner.organisation_id.in_(seen_by(actor)),
            Partner.is_active,
        )
        .order_by(Partner.name, Partner.id)
        .limit(DONORS_MAX)
    )
    return [(row.id, name_in(row.name, row.names)) for row in rows]


def areas() -> list[Pair]:
    """Areas, regions first, with their P-codes."""
    rows = db.session.execute(
        select(Area.id, Area.name, Area.names, Area.pcode)
        .order_by(Area.level, Area.name, Area.id)
        .limit(AREAS_MAX)
    )
    return [(row.id, f"{name_in(row.name, row.names)} · {row.pcode}") for row in rows]


def sites(actor: Actor, organisation_id: int) -> list[Place]:
    """Sites of the organisation where the actor may receive goods: warehouses first, by name."""
    page = places.sites(actor, permission=Permission.RECEIVE_GOODS, limit=SITES_MAX)
    own = [site for site in page.rows if site.organisation_id == organisation_id]
    own.sort(key=lambda site: site.kind != PlaceKind.WAREHOUSE)
    return own


def sites_seen(actor: Actor) -> list[Pair]:
    """Every site that the actor may look at, by name."""
    return [(site.id, site.name_in()) for site in places.sites(actor, limit=SITES_MAX).rows]
