"""Reads kits: what they hold, what could be built where, what lots are made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from aidtrack.catalogue.models import Item
from aidtrack.core import clock, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.core.words import found_by
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.kits.models import KitContent, KitLot, KitSubstitute, KitVersion
from aidtrack.kits.needs import Need, Possible, possible
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.models import Lot, StockBalance, StockLine, lot_number
from aidtrack.stock.queries import HELD, seen

SITES_SHOWN = 50
LOTS_SHOWN = 100
DEEPEST = 20
BY_NAME = Order("kit", (Item.name, Item.id), (str, int), lambda row: (row.name, row.item_id))
Site = aliased(Place, name="site")


@dataclass(frozen=True, slots=True)
class KitRow:
    """A kit in the list. `in_stock` is what the reader sees of it, in base units."""

    item_id: int
    name: str
    label: str
    code: str
    version: int
    parts: int
    in_stock: int


@dataclass(frozen=True, slots=True)
class ContentRow:
    """One line of a kit's contents, in base units."""

    item_id: int
    item: str
    base_unit: str
    quantity: int
    substitutes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """What a kit holds, or held: the newest version counts for what is built next."""

    number: int
    made_at: datetime
    made_by: str
    note: str
    contents: tuple[ContentRow, ...]


@dataclass(frozen=True, slots=True)
class SiteRow:
    """How many kits a site could build now, and which item stops the next one."""

    site_id: int
    site: str
    kits: int
    short_of: str


@dataclass(frozen=True, slots=True)
class KitLotRow:
    """A lot of kits in stock: where, by which version, and until when it is good."""

    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date | None
    version: int
    site: str
    quantity: int


@dataclass(frozen=True, slots=True)
class KitDetail:
    """One kit: its contents, earlier ones, where it could be built, and what is in stock."""

    item_id: int
    name: str
    code: str
    base_unit: str
    versions: tuple[VersionRow, ...]
    sites: tuple[SiteRow, ...]
    lots: tuple[KitLotRow, ...]

    @property
    def now(self) -> VersionRow:
        return self.versions[0]


def kits(
    actor: Actor,
    *,
    words: str = "",
    sorting: Sorting = BY_NAME.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[KitRow]:
    """Items that are kits, by name: three statements."""
    newest = (
        select(KitVersion.item_id, func.max(KitVersion.id).label("version_id"))
        .group_by(KitVersion.item_id)
        .subquery("newest")
    )
    rows = db.session.execute(
        select(Item, KitVersion)
        .join(newest, newest.c.item_id == Item.id)
        .join(KitVersion, KitVersion.id == newest.c.version_id)
        .where(*found_by(words, Item.name, Item.code, names=Item.names), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    parts = _how_many_parts([row.KitVersion.id for row in rows])
    lying = _in_stock([row.Item.id for row in rows], actor)
    found = [
        KitRow(
            item_id=item.id,
            name=item.name,
            label=item.name_in(),
            code=item.code,
            version=version.number,
            parts=parts.get(version.id, 0),
            in_stock=lying.get(item.id, 0),
        )
        for item, version in rows
    ]
    return sorting.page(found, limit)


def kit(item_id: int, actor: Actor) -> KitDetail:
    """One kit in a fixed number of statements. Raises NotFound for an item that is none."""
    versions = _versions(item_id)
    if not versions:
        raise NotFound(_("There is no such kit."))
    item = versions[0].item
    makers = _names_of({version.made_by_id for version in versions if version.made_by_id})
    return KitDetail(
        item_id=item.id,
        name=item.name_in(),
        code=item.code,
        base_unit=item.base_unit,
        versions=tuple(_version_row(version, makers) for version in versions),
        sites=tuple(_sites(versions[0], actor)),
        lots=tuple(_lots(item_id, actor)),
    )


def is_kit(item_id: int) -> bool:
    return db.session.scalar(select(KitVersion.id).filter_by(item_id=item_id).limit(1)) is not None


def latest(item_id: int) -> KitVersion | None:
    """The contents that count for what is built next."""
    return db.session.scalar(
        select(KitVersion)
        .filter_by(item_id=item_id)
        .order_by(KitVersion.number.desc())
        .limit(1)
        .options(*_WITH_CONTENTS)
    )


def needs_of(version: KitVersion) -> list[Need]:
    return [
        Need(each.item_id, each.quantity, tuple(other.item_id for other in each.substitutes))
        for each in version.contents
    ]


def kits_around(item_id: int) -> set[int]:
    """The kit itself and every kit that has it inside, however deep, by the newest contents."""
    around, asked = {item_id}, {item_id}
    for _level in range(DEEPEST):
        asked = _directly_around(asked) - around
        if not asked:
            break
        around |= asked
    return around


def free_by_site(item_ids: Iterable[int], actor: Actor) -> dict[tuple[int, str], dict[int, int]]:
    """By site where the actor may build: how much of each item is free and good; one statement."""
    rows = db.session.execute(
        select(
            Site.id,
            Site.name,
            Site.names,
            Lot.item_id,
            func.sum(StockBalance.quantity - StockBalance.reserved).label("free"),
        )
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .join(Site, Site.id == Place.site_id)
        .where(
            Lot.item_id.in_(set(item_ids)),
            Lot.recall_id.is_(None),
            or_(Lot.expires_on.is_(None), Lot.expires_on >= clock.today()),
            seen(actor, Permission.BUILD_KITS),
            HELD,
        )
        .group_by(Site.id, Lot.item_id)
        .order_by(Site.name, Site.id)
    )
    found: dict[tuple[int, str], dict[int, int]] = {}
    for site_id, name, names, item_id, free in rows:
        found.setdefault((site_id, name_in(name, names)), {})[item_id] = int(free)
    return found


def could_build(version: KitVersion, site_id: int, actor: Actor) -> Possible:
    """How many kits one site could build now."""
    needs = needs_of(version)
    found = free_by_site({item for need in needs for item in need.items}, actor)
    free = next((some for (known, _site), some in found.items() if known == site_id), {})
    return possible(needs, free)


def places_of(lot_id: int, actor: Actor) -> list[int]:
    """Where some of a lot lies, of the places where the actor may build."""
    return list(
        db.session.scalars(
            select(StockBalance.place_id)
            .join(Place, Place.id == StockBalance.place_id)
            .where(StockBalance.lot_id == lot_id, seen(actor, Permission.BUILD_KITS), HELD)
            .order_by(StockBalance.place_id)
        )
    )


def lots_made_by(movement_id: int) -> list[int]:
    """The kits that a movement built, as lots."""
    return list(
        db.session.scalars(
            select(KitLot.lot_id)
            .join(StockLine, StockLine.lot_id == KitLot.lot_id)
            .join(Place, Place.id == StockLine.from_place_id)
            .where(StockLine.movement_id == movement_id, Place.kind == PlaceKind.MADE_INTO)
            .distinct()
            .order_by(KitLot.lot_id)
        )
    )


_WITH_CONTENTS = (
    joinedload(KitVersion.item),
    selectinload(KitVersion.contents).joinedload(KitContent.item),
    selectinload(KitVersion.contents)
    .selectinload(KitContent.substitutes)
    .joinedload(KitSubstitute.item),
)


def _versions(item_id: int) -> Sequence[KitVersion]:
    return db.session.scalars(
        select(KitVersion)
        .filter_by(item_id=item_id)
        .order_by(KitVersion.number.desc())
        .options(*_WITH_CONTENTS)
    ).all()


def _version_row(version: KitVersion, makers: Mapping[int, str]) -> VersionRow:
    return VersionRow(
        number=version.number,
        made_at=version.made_at,
        made_by=makers.get(version.made_by_id or 0, ""),
        note=version.note,
        contents=tuple(
            ContentRow(
                item_id=each.item_id,
                item=each.item.name_in(),
                base_unit=each.item.base_unit,
                quantity=each.quantity,
                substitutes=tuple((x.item_id, x.item.name_in()) for x in each.substitutes),
            )
            for each in version.contents
        ),
    )


def _names_of(user_ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def _sites(version: KitVersion, actor: Actor) -> Iterable[SiteRow]:
    """Sites that could build some, most first; where none can, what each of them lacks."""
    needs = needs_of(version)
    names = {each.item_id: each.item.name_in() for each in version.contents}
    found = []
    for (site_id, site), free in free_by_site(
        {item for need in needs for item in need.items}, actor
    ).items():
        some = possible(needs, free)
        found.append(SiteRow(site_id, site, some.kits, names.get(some.short_of or 0, "")))
    able = [row for row in found if row.kits] or found
    return sorted(able, key=lambda row: (-row.kits, row.site))[:SITES_SHOWN]


def _lots(item_id: int, actor: Actor) -> Iterable[KitLotRow]:
    rows = db.session.execute(
        select(
            Lot.id,
            Lot.batch_number,
            Lot.expires_on,
            KitVersion.number,
            Site.name,
            Site.names,
            func.sum(StockBalance.quantity).label("quantity"),
        )
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .join(Site, Site.id == Place.site_id)
        .outerjoin(KitLot, KitLot.lot_id == Lot.id)
        .outerjoin(KitVersion, KitVersion.id == KitLot.version_id)
        .where(Lot.item_id == item_id, seen(actor, Permission.VIEW_STOCK), HELD)
        .group_by(Lot.id, KitVersion.number, Site.id)
        .order_by(Lot.expires_on.nulls_last(), Lot.id, Site.name)
        .limit(LOTS_SHOWN)
    )
    for row in rows:
        yield KitLotRow(
            lot_id=row.id,
            lot_number=lot_number(row.id),
            batch_number=row.batch_number,
            expires_on=row.expires_on,
            version=row.number or 0,
            site=name_in(row.name, row.names),
            quantity=int(row.quantity),
        )


def _how_many_parts(version_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(KitContent.version_id, func.count())
        .where(KitContent.version_id.in_(version_ids))
        .group_by(KitContent.version_id)
    )
    return {row[0]: row[1] for row in rows}


def _in_stock(item_ids: Sequence[int], actor: Actor) -> dict[int, int]:
    rows = db.session.execute(
        select(Lot.item_id, func.sum(StockBalance.quantity))
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(Lot.item_id.in_(item_ids), seen(actor, Permission.VIEW_STOCK), HELD)
        .group_by(Lot.item_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def _directly_around(item_ids: set[int]) -> set[int]:
    """Kits whose newest contents name one of the items, as a part or in place of one."""
    newer = aliased(KitVersion, name="newer")
    is_newest = ~(
        select(newer.id)
        .where(newer.item_id == KitVersion.item_id, newer.number > KitVersion.number)
        .exists()
    )
    return set(
        db.session.scalars(
            select(KitVersion.item_id)
            .join(KitContent, KitContent.version_id == KitVersion.id)
            .outerjoin(KitSubstitute, KitSubstitute.content_id == KitContent.id)
            .where(
                is_newest,
                or_(KitContent.item_id.in_(item_ids), KitSubstitute.item_id.in_(item_ids)),
            )
        )
    )
