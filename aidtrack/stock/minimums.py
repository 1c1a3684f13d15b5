"""Minimum levels: below how much of an item a site or a whole organisation is short."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    or_,
    select,
)

from aidtrack.catalogue import queries as catalogue
from aidtrack.catalogue.models import Item
from aidtrack.catalogue.queries import matching
from aidtrack.catalogue.units import Pack
from aidtrack.core import audit, paging
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require, require_everywhere
from aidtrack.places.models import SITES, Place
from aidtrack.stock.level_sql import Coming, levels, short_of_order
from aidtrack.stock.models import MinimumLevel
from aidtrack.stock.orders import MINIMUMS_BY_ITEM

COUNTED_MAX = 1_000
ALL_BELOW_MAX = 10_000


@dataclass(frozen=True, slots=True)
class MinimumFilter:
    """What the list is narrowed to; empty means every level that the actor may see."""

    words: str = ""
    item_id: int | None = None
    site_id: int | None = None
    below: bool = False
    to_order: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """What a form that sets a level is filled with; without an id there is none yet."""

    id: int | None
    item_id: int | None
    site_id: int | None
    quantity: int | None
    reorder_at: int | None
    order_up_to: int | None


@dataclass(frozen=True, slots=True)
class MinimumRow:
    """One level and what stands against it, in base units.

    `site_id` is None for a whole organisation. `free` is in stock, not promised, not expired.
    """

    id: int
    organisation_id: int
    organisation: str
    item_id: int
    item_code: str
    item_name: str
    item_names: dict[str, str]
    base_unit: str
    pack: Pack | None
    site_id: int | None
    site_name: str
    site_names: dict[str, str]
    quantity: int
    reorder_at: int | None
    order_up_to: int | None
    free: int

    @property
    def missing(self) -> int:
        return max(self.quantity - self.free, 0)

    @property
    def item_label(self) -> str:
        return name_in(self.item_name, self.item_names)

    @property
    def site_label(self) -> str:
        """The site, or the organisation as a whole, in the reader's language."""
        return name_in(self.site_name, self.site_names) if self.site_id else self.organisation


def minimums(
    actor: Actor,
    wanted: MinimumFilter,
    *,
    sorting: Sorting = MINIMUMS_BY_ITEM.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
    coming: Coming | None = None,
) -> Page[MinimumRow]:
    """Levels by item name with what is free against each: a keyset page, two statements.

    `coming` is what the levels to order are told by: who knows the road gives it.
    """
    level = levels(_seen(actor), *_narrowed(wanted))
    statement = select(level)
    if wanted.to_order:
        assert coming is not None, "who asks what to order says what is coming"
        statement = short_of_order(statement, level, coming)
    statement = (
        statement.where(
            *([level.c.free < level.c.quantity] if wanted.below else []),
            *sorting.after(cursor),
        )
        .order_by(*sorting.by())
        .limit(limit + 1)
    )
    return sorting.page(_rows(db.session.execute(statement).all()), limit)


def count_below(actor: Actor) -> int:
    """How many levels that the actor sees are not reached; at most COUNTED_MAX are counted."""
    return paging.count_up_to(COUNTED_MAX, rows_below(actor))


def rows_below(actor: Actor) -> Select[int]:
    """One row for each level that the actor sees and that is not reached."""
    level = levels(_seen(actor))
    return select(level.c.id).where(level.c.free < level.c.quantity)


def all_below() -> list[MinimumRow]:
    """Every level of every organisation that is not reached, whoever asks: for alerts."""
    level = levels()
    statement = (
        select(level)
        .where(level.c.free < level.c.quantity)
        .order_by(level.c.item_name, level.c.id)
        .limit(ALL_BELOW_MAX)
    )
    return _rows(db.session.execute(statement).all())


def minimum(minimum_id: int, actor: Actor) -> MinimumRow:
    """One level. Raises NotFound for a stranger's."""
    level = levels(_seen(actor), MinimumLevel.id == minimum_id)
    rows = _rows(db.session.execute(select(level)).all())
    if not rows:
        raise NotFound(_("There is no such minimum level."))
    return rows[0]


def level_of(actor: Actor, item_id: int | None, site_id: int | None) -> Level:
    """The level of an item at a site as it is now, or a new one without a quantity."""
    level = None
    if item_id is not None:
        mine = [] if site_id else [MinimumLevel.organisation_id == actor.organisation_id]
        level = db.session.scalar(
            select(MinimumLevel).where(
                MinimumLevel.item_id == item_id,
                MinimumLevel.site_id.is_not_distinct_from(site_id),
                _seen(actor),
                *mine,
            )
        )
    if level is None:
        return Level(None, item_id, site_id, None, None, None)
    return Level(level.id, item_id, site_id, level.quantity, level.reorder_at, level.order_up_to)


def set_minimum(
    item_id: int,
    quantity: int,
    *,
    site_id: int | None = None,
    organisation_id: int | None = None,
    reorder_at: int | None = None,
    order_up_to: int | None = None,
    actor: Actor,
) -> int:
    """Say below how much an item is short at a site, or in the organisation without one.

    Quantities in base units; the organisation is the site's, or else the actor's. Returns the
    level's id.
    """
    with transaction() as session:
        organisation_id = organisation_id or _organisation_of(site_id, actor)
        _expect_order(quantity, reorder_at, order_up_to)
        if session.get(Item, item_id) is None:
            raise Invalid(_("There is no such item."), field="item_id")
        _expect_place(organisation_id, site_id, actor)
        # Two people who set the same level at once: the organisation's row is the lock.
        session.get_one(Organisation, organisation_id, with_for_update=True)
        level = session.scalar(
            select(MinimumLevel).where(
                MinimumLevel.organisation_id == organisation_id,
                MinimumLevel.item_id == item_id,
                MinimumLevel.site_id.is_not_distinct_from(site_id),
            )
        )
        before = _said(level)
        if level is None:
            level = MinimumLevel(organisation_id=organisation_id, item_id=item_id, site_id=site_id)
            session.add(level)
        level.quantity = quantity
        level.reorder_at = reorder_at
        level.order_up_to = order_up_to
        session.flush()
        if before != _said(level):
            _leave_trace(level, before, _said(level), actor)
        return level.id


def remove_minimum(minimum_id: int, *, actor: Actor) -> None:
    """The item has no minimum there any more."""
    with transaction() as session:
        level = session.get(MinimumLevel, minimum_id, with_for_update=True)
        if level is None or not _sees(actor, level):
            raise NotFound(_("There is no such minimum level."))
        _expect_place(level.organisation_id, level.site_id, actor)
        _leave_trace(level, _said(level), _said(None), actor)
        session.delete(level)


def may_set(actor: Actor, row: MinimumRow) -> bool:
    """Whether the actor may change this level: `set_minimum` asks the same."""
    if row.site_id is None:
        return row.organisation_id in actor.organisations(Permission.SET_MINIMUMS)
    return actor.may(
        Permission.SET_MINIMUMS, organisation_id=row.organisation_id, site_id=row.site_id
    )


def _organisation_of(site_id: int | None, actor: Actor) -> int:
    site = db.session.get(Place, site_id) if site_id is not None else None
    found = site.organisation_id if site else actor.organisation_id
    if found is None:
        raise Invalid(_("Choose one of your sites."), field="site_id")
    return found


def _expect_place(organisation_id: int, site_id: int | None, actor: Actor) -> None:
    if site_id is None:
        require_everywhere(actor, Permission.SET_MINIMUMS, organisation_id=organisation_id)
        return
    site = db.session.get(Place, site_id)
    if site is None or site.kind not in SITES or site.organisation_id != organisation_id:
        raise Invalid(_("Choose one of your sites."), field="site_id")
    require(actor, Permission.SET_MINIMUMS, organisation_id=organisation_id, site_id=site_id)


def _expect_order(quantity: int, reorder_at: int | None, order_up_to: int | None) -> None:
    """Each of the three levels stands above the one before it."""
    if quantity < 1:
        raise Invalid(_("Name at least one."), field="quantity")
    if reorder_at is not None and reorder_at < quantity:
        raise Invalid(
            _(
                "More is ordered before the minimum is reached: not below %(least)s.",
                least=quantity,
            ),
            field="reorder_at",
        )
    if order_up_to is None:
        return
    if reorder_at is None:
        raise Invalid(_("Say when more is ordered."), field="reorder_at")
    if order_up_to <= reorder_at:
        raise Invalid(
            _("This must be more than the level at which more is ordered."), field="order_up_to"
        )


Said = tuple[int | None, int | None, int | None]


def _said(level: MinimumLevel | None) -> Said:
    return (level.quantity, level.reorder_at, level.order_up_to) if level else (None, None, None)


def _leave_trace(level: MinimumLevel, before: Said, after: Said, actor: Actor) -> None:
    """In the history of the site or the organisation: an item is shared with strangers."""
    item = db.session.get_one(Item, level.item_id)

    def told(said: Said) -> str:
        return (
            " / ".join(str(each or "–") for each in said) if any(said[1:]) else str(said[0] or "–")
        )

    audit.record(
        actor,
        "minimum.set" if after[0] else "minimum.removed",
        kind="place" if level.site_id else "organisation",
        record_id=level.site_id or level.organisation_id,
        facts={
            "item": level.item_id,
            "before": before[0],
            "after": after[0],
            "note": f"{item.name} · {item.code}: {told(before)} → {told(after)}",
        },
    )


def _sees(actor: Actor, level: MinimumLevel) -> bool:
    permission = Permission.VIEW_STOCK
    if level.site_id is None:
        return level.organisation_id in actor.organisations(permission)
    return actor.may(permission, organisation_id=level.organisation_id, site_id=level.site_id)


def _seen(actor: Actor) -> ColumnElement[bool]:
    """The WHERE on `minimum_level`: the same as `_sees`."""
    return or_(
        MinimumLevel.organisation_id.in_(actor.organisations(Permission.VIEW_STOCK)),
        MinimumLevel.site_id.in_(actor.sites(Permission.VIEW_STOCK)),
    )


def _narrowed(wanted: MinimumFilter) -> list[ColumnElement[bool]]:
    narrowed = list(matching(wanted.words))
    if wanted.item_id is not None:
        narrowed.append(MinimumLevel.item_id == wanted.item_id)
    if wanted.site_id is not None:
        narrowed.append(MinimumLevel.site_id == wanted.site_id)
    return narrowed


def _rows(found: Sequence[Any]) -> list[MinimumRow]:
    packs = catalogue.packs_of({row.item_id for row in found}) if found else {}
    return [
        MinimumRow(
            **{
                **row._mapping,
                "free": int(row.free),
                "site_names": row.site_names or {},
                "pack": Pack(packs[row.item_id][0].name, packs[row.item_id][0].size)
                if packs[row.item_id]
                else None,
            }
        )
        for row in found
    ]
