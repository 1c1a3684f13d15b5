"""What the forms of shipments offer to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, select, union_all
from sqlalchemy.orm import joinedload

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import db
from aidtrack.core.i18n import listed, name_in
from aidtrack.identity import queries as people
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places import queries as places
from aidtrack.places.models import SITES, Place
from aidtrack.sharing import queries as sharing
from aidtrack.sharing.models import Purpose
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, StockBalance

ITEMS_MAX = 1_000
PACKS_MAX = 2_000
SITES_MAX = 200
DESTINATIONS_MAX = 2_000

Pair = tuple[int, str]


@dataclass(frozen=True, slots=True)
class PackChoice:
    """A pack with its item's label, as the item box shows it."""

    id: int
    item_label: str
    name: str
    size: int
    base_unit: str


def goods(actor: Actor, item_ids: Iterable[int] = ()) -> list[Pair]:
    """Items in stock where the actor may send from, and those given; name and code."""
    in_stock = exists().where(
        StockBalance.lot_id == Lot.id,
        Lot.item_id == Item.id,
        Place.id == StockBalance.place_id,
        stock.seen(actor, Permission.PREPARE_SHIPMENTS),
        stock.HELD,
    )
    rows = db.session.execute(
        select(Item.id, Item.name, Item.names, Item.code)
        .where(in_stock | Item.id.in_(list(item_ids)))
        .order_by(Item.name, Item.id)
        .limit(ITEMS_MAX)
    )
    return [(row.id, f"{name_in(row.name, row.names)} · {row.code}") for row in rows]


def packs(items: Iterable[Pair]) -> list[PackChoice]:
    """The packs of the items offered, largest first."""
    labels = dict(items)
    rows = db.session.execute(
        select(ItemPack.id, ItemPack.item_id, ItemPack.name, ItemPack.size, Item.base_unit)
        .join(Item, Item.id == ItemPack.item_id)
        .where(ItemPack.item_id.in_(list(labels)), ItemPack.is_active)
        .order_by(ItemPack.item_id, ItemPack.size.desc())
        .limit(PACKS_MAX)
    )
    return [
        PackChoice(row.id, labels[row.item_id], row.name, row.size, row.base_unit) for row in rows
    ]


def item_called(typed: str) -> int | None:
    """The item that a code or a label names."""
    code = typed.strip().rpartition(" · ")[2]
    found = db.session.scalars(
        select(Item.id).where(Item.is_active, Item.code.in_({code, code.upper()})).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def origins(actor: Actor) -> list[Pair]:
    """Sites that the actor may send from, by name."""
    page = places.sites(actor, permission=Permission.PREPARE_SHIPMENTS, limit=SITES_MAX)
    return [(site.id, site.name_in()) for site in page.rows]


def destinations(actor: Actor) -> tuple[list[tuple[int, str, str]], list[Pair]]:
    """Open sites of the actor's organisations and those that partners let them send to, each
    with its area, under its organisation; and apart, those of them that say they are full.
    """
    may = Permission.PREPARE_SHIPMENTS
    ours = select(Place.id).where(
        Place.organisation_id.in_(actor.organisations_anywhere(may)), Place.kind.in_(SITES)
    )
    # Both from their own side: OR would have each site of the installation looked at.
    either = union_all(ours, sharing.shared_ids("place", actor, may, Purpose.RECEIVE))
    rows = db.session.scalars(
        select(Place)
        .where(Place.id.in_(either), Place.kind.in_(SITES), Place.is_active)
        .options(joinedload(Place.area), joinedload(Place.organisation))
        .order_by(Place.organisation_id, Place.name, Place.id)
        .limit(DESTINATIONS_MAX)
    ).all()
    named = [
        (
            site.id,
            listed((site.name_in(), site.area.name_in())) if site.area else site.name_in(),
            site.organisation.name if site.organisation else "",
        )
        for site in rows
    ]
    return named, [(site.id, site.name_in()) for site in rows if site.is_full]


def drivers(actor: Actor) -> list[Pair]:
    """People who may drive for an organisation that the actor sends for."""
    organisations = {
        grant.organisation_id
        for grant in actor.grants
        if actor.may(Permission.PREPARE_SHIPMENTS, organisation_id=grant.organisation_id)
    }
    found = {user.id: user.name for number in organisations for user in people.drivers(number)}
    return sorted(found.items(), key=lambda pair: pair[1])


def sites_seen(actor: Actor) -> list[Pair]:
    """Sites whose shipments the actor may look at, by name."""
    page = places.sites(actor, permission=Permission.VIEW_SHIPMENTS, limit=SITES_MAX)
    return [(site.id, site.name_in()) for site in page.rows]
