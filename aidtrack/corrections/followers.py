"""What was made of a lot follows when its date is put right: a kit expires with its first part.

A day that somebody typed on a made lot is never moved to a later one. Goods that only got a
label of their own, because their boxes say another day, keep what those boxes say.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from aidtrack.catalogue.models import Item
from aidtrack.core import audit
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _, name_in
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place, PlaceKind, called
from aidtrack.stock import ledger, making, with_made
from aidtrack.stock.lots import HIDDEN, Site
from aidtrack.stock.models import Lot, StockBalance, lot_number

MADE_MAX = 2_000
SHOWN_MAX = 100
Day = date | None
Days = tuple[Day, Day]
"""Before and after."""
K = CorrectionKind


@dataclass(frozen=True, slots=True)
class Standing:
    """So many of a lot at one place, in base units; a place beyond the stores by its kind."""

    kind: PlaceKind
    site_name: str
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Follower:
    """A lot made of the one that is corrected: its day before and after, and where it is."""

    lot_id: int
    lot_number: str
    item: str
    base_unit: str
    before: Day
    after: Day
    standing: tuple[Standing, ...] = ()

    @property
    def quantity(self) -> int:
        return sum(each.quantity for each in self.standing)


@dataclass(frozen=True, slots=True)
class Typed:
    """Made lots whose day somebody typed: on the lot itself, or as boxes with their own label."""

    on_lots: frozenset[int]
    on_labels: frozenset[int]


def followers(lot: Lot, day: Day, *, last: Mapping[int, Days] | None = None) -> dict[int, Days]:
    """The made lots whose day changes when the lot's becomes `day`: before and after.

    `last`: what a correction that goes back changed; who still says so says again what it said.
    """
    parts = making.direct_parts(with_made.made_of([lot.id]))
    if not parts or day == lot.expires_on:
        return {}
    if len(parts) > MADE_MAX:
        raise Invalid(
            _("More than %(most)d lots were made of it: correct those first.", most=MADE_MAX)
        )
    said = {*parts, *(part for inside in parts.values() for part in inside)}
    rows = db.session.execute(select(Lot.id, Lot.expires_on).where(Lot.id.in_(said)))
    days = {row.id: row.expires_on for row in rows}
    return moved(days, parts, {lot.id: day}, _typed(parts), last or {})


def moved(
    days: Mapping[int, Day],
    parts: Mapping[int, Collection[int]],
    right: Mapping[int, Day],
    typed: Typed,
    last: Mapping[int, Days],
) -> dict[int, Days]:
    """Which days change, when some become `right`. Pure. What is made comes after its parts."""
    after = {**days, **right}
    for lot_id in sorted(parts):
        if lot_id in typed.on_labels:
            continue
        own = days[lot_id]
        was = _first(days[part] for part in parts[lot_id])
        now = _first(after[part] for part in parts[lot_id])
        before, then = last.get(lot_id, (None, None))
        if lot_id in last and own == then:
            after[lot_id] = _first((before, now))
        elif own == was and lot_id not in typed.on_lots:
            after[lot_id] = now
        else:
            after[lot_id] = _first((own, now))
    return {
        lot_id: (days[lot_id], after[lot_id])
        for lot_id in sorted(parts)
        if after[lot_id] != days[lot_id]
    }


def in_words(changed: Mapping[int, Days]) -> list[Follower]:
    """The first of them, with what they are and where every piece stands, in two statements."""
    rows = db.session.execute(
        select(Lot.id, Item.name, Item.names, Item.base_unit)
        .join(Item, Item.id == Lot.item_id)
        .where(Lot.id.in_(sorted(changed)[:SHOWN_MAX]))
        .order_by(Lot.id)
    )
    found = {
        row.id: Follower(
            row.id,
            lot_number(row.id),
            name_in(row.name, row.names),
            row.base_unit,
            *changed[row.id],
        )
        for row in rows
    }
    for row in db.session.execute(_standing(found)):
        kept = found[row.lot_id]
        here = Standing(
            row.kind,
            name_in(row.site_name, row.site_names) if row.site_name else "",
            name_in(row.name, row.names),
            row.quantity,
        )
        found[row.lot_id] = replace(kept, standing=(*kept.standing, here))
    return list(found.values())


def follow(changed: Mapping[int, Days], number: str, actor: Actor) -> None:
    """Date the lots anew; each tells it in its own history. `number` is the correction's."""
    if not changed:
        return
    ledger.redate({lot_id: after for lot_id, (_before, after) in changed.items()})
    audit.record_many(
        actor,
        "lot.date_followed",
        kind="lot",
        records=[
            (
                lot_id,
                {"number": number}
                | audit.changes({"expires_on": _iso(before)}, {"expires_on": _iso(after)}),
            )
            for lot_id, (before, after) in changed.items()
        ],
    )


def kept(changed: Mapping[int, Days]) -> dict[str, list[str | None]]:
    """As a correction keeps them, to go back."""
    return {str(lot_id): [_iso(day) for day in days] for lot_id, days in changed.items()}


def read(said: Mapping[str, list[str | None]]) -> dict[int, Days]:
    return {int(lot_id): (_day(before), _day(after)) for lot_id, (before, after) in said.items()}


def _typed(lot_ids: Collection[int]) -> Typed:
    """By corrections that nobody took back."""
    rows = db.session.scalars(
        select(Correction).where(
            Correction.undone_at.is_(None),
            or_(
                (Correction.kind == K.FACTS) & Correction.lot_id.in_(lot_ids),
                (Correction.kind == K.PART) & Correction.new_lot_id.in_(lot_ids),
            ),
        )
    )
    dated = [each for each in rows if each.before["expires_on"] != each.after["expires_on"]]
    return Typed(
        frozenset(each.lot_id for each in dated if each.kind == K.FACTS),
        frozenset(each.new_lot_id for each in dated if each.new_lot_id is not None),
    )


def _standing(lot_ids: Iterable[int]) -> Any:
    return (
        select(
            StockBalance.lot_id,
            StockBalance.quantity,
            Place.kind,
            called(Place).label("name"),
            Place.names,
            Site.name.label("site_name"),
            Site.names.label("site_names"),
        )
        .join(Place, Place.id == StockBalance.place_id)
        .outerjoin(Site, Site.id == Place.site_id)
        .where(
            StockBalance.lot_id.in_(list(lot_ids)),
            StockBalance.quantity > 0,
            Place.kind.not_in(HIDDEN),
        )
        .order_by(StockBalance.lot_id, Place.is_outside, Site.name, Place.name, Place.id)
    )


def _first(days: Iterable[Day]) -> Day:
    return min((day for day in days if day is not None), default=None)


def _iso(day: Day) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> Day:
    return date.fromisoformat(text) if text else None
