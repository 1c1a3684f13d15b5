"""How long goods lie: the age of what is in stock, and how long what left had lain.

Within a lot at a site what came first is taken to leave first. A lot's units are all alike, so
nobody can tell otherwise.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select, union

from aidtrack.catalogue.models import Item
from aidtrack.core import clock, paging
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.stock.models import Lot, StockBalance, StockLine, StockMovement
from aidtrack.stock.queries import HELD
from aidtrack.stock_reports import amounts, names, scope, shown, told
from aidtrack.stock_reports.amounts import MOMENTS, Origin, Target
from aidtrack.stock_reports.names import NO_THING, Thing
from aidtrack.stock_reports.shown import Cell, Column, Kind, Report, Row
from aidtrack.stock_reports.wanted import Span, Wanted, span

NAME = "ageing"
USUAL_DAYS = 90
LEFT_MAX = 300_000
UP_TO = (30, 90, 180, 365)


class TooManyLeft(RuleBroken):
    """More lines left in the time than can be followed back at once."""

    code = "too_many_lines"


@dataclass(slots=True)
class Layer:
    """What came to a site at one moment and still lies there."""

    came_at: datetime
    quantity: int


@dataclass(slots=True)
class Pile:
    """One lot at one site: its layers, the oldest first, and what left before it came."""

    layers: deque[Layer] = field(default_factory=deque)
    owed: int = 0

    def come(self, at: datetime, quantity: int) -> None:
        paid = min(self.owed, quantity)
        self.owed -= paid
        if quantity > paid:
            self.layers.append(Layer(at, quantity - paid))

    def leave(self, quantity: int) -> Iterator[Layer]:
        """The layers that go, the oldest first."""
        while quantity and self.layers:
            oldest = self.layers[0]
            taken = min(oldest.quantity, quantity)
            yield Layer(oldest.came_at, taken)
            oldest.quantity -= taken
            quantity -= taken
            if not oldest.quantity:
                self.layers.popleft()
        self.owed += quantity


@dataclass(slots=True)
class Age:
    """An item at a site: base units by age, and what left in the time with all its days."""

    site_id: int
    item_id: int
    buckets: list[int] = field(default_factory=lambda: [0] * (len(UP_TO) + 1))
    oldest: datetime | None = None
    left: int = 0
    unit_days: int = 0

    def lies(self, layer: Layer, now: datetime) -> None:
        days = max((now - layer.came_at).days, 0)
        self.buckets[sum(days > most for most in UP_TO)] += layer.quantity
        self.oldest = min(self.oldest or layer.came_at, layer.came_at)

    def went(self, layer: Layer, at: datetime) -> None:
        self.left += layer.quantity
        self.unit_days += layer.quantity * max((at - layer.came_at).days, 0)

    @property
    def average_days(self) -> Decimal | None:
        if not self.left:
            return None
        return (Decimal(self.unit_days) / self.left).quantize(Decimal("0.1"))


def ages(wanted: Wanted, asked: Span, actor: Actor) -> list[Age]:
    """By site and item, in no order: the lines of lots that lie there, or left in the time."""
    seen = set(db.session.scalars(scope.site_ids(wanted, actor)))
    now = clock.now()
    piles: dict[tuple[int, int], Pile] = {}
    found: dict[tuple[int, int], Age] = {}
    items: dict[int, int] = {}

    def age(site_id: int, lot_id: int) -> Age:
        key = (site_id, items[lot_id])
        return found.setdefault(key, Age(*key))

    for row in db.session.execute(_lines(wanted, asked, actor)):
        items[row.lot_id] = row.item_id
        if row.from_site in seen:
            for layer in piles.setdefault((row.from_site, row.lot_id), Pile()).leave(row.quantity):
                if (asked.start is None or row.moment >= asked.start) and (
                    asked.end is None or row.moment < asked.end
                ):
                    age(row.from_site, row.lot_id).went(layer, row.moment)
        if row.to_site in seen:
            piles.setdefault((row.to_site, row.lot_id), Pile()).come(row.moment, row.quantity)
    for (site_id, lot_id), pile in piles.items():
        for layer in pile.layers:
            age(site_id, lot_id).lies(layer, now)
    return list(found.values())


def _lines(wanted: Wanted, asked: Span, actor: Actor) -> Select[*tuple[Any, ...]]:
    """Lines that crossed the bounds of a site, as they happened, of the lots that matter."""
    ids = scope.place_ids(wanted, actor)
    lots = union(
        select(StockBalance.lot_id).where(HELD, StockBalance.place_id.in_(ids)),
        _left(wanted, asked, actor),
    ).subquery("lots")
    moment = MOMENTS[wanted.clock]
    return (
        select(
            StockLine.lot_id,
            Lot.item_id,
            Origin.site_id.label("from_site"),
            Target.site_id.label("to_site"),
            moment.label("moment"),
            StockLine.quantity,
        )
        .select_from(StockLine)
        .join(StockMovement, StockMovement.id == StockLine.movement_id)
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(Origin, Origin.id == StockLine.from_place_id)
        .join(Target, Target.id == StockLine.to_place_id)
        .where(
            StockLine.lot_id.in_(select(lots.c.lot_id)),
            func.coalesce(Origin.site_id, 0) != func.coalesce(Target.site_id, 0),
            *scope.of_goods(wanted),
        )
        .order_by(moment, StockLine.id)
    )


def _left(wanted: Wanted, asked: Span, actor: Actor) -> Select[*tuple[Any, ...]]:
    ids = scope.place_ids(wanted, actor)
    return select(StockLine.lot_id).where(
        *amounts.lines_of(wanted, asked),
        StockLine.from_place_id.in_(ids),
        StockLine.to_place_id.not_in(ids),
    )


def report(wanted: Wanted, actor: Actor) -> Report:
    scope.check(wanted, actor)
    asked = span(wanted, actor, usual_days=USUAL_DAYS)
    if paging.count_up_to(LEFT_MAX + 1, _left(wanted, asked, actor)) > LEFT_MAX:
        raise TooManyLeft(
            _(
                "Too much left in this time to follow it back at once."
                " Choose fewer days, or a place."
            ),
            field="first",
        )
    rows = ages(wanted, asked, actor)
    things = names.items({row.item_id for row in rows})
    places = names.places(wanted, actor) if rows else {}
    rows.sort(
        key=lambda row: (
            places.get(row.site_id, "").casefold(),
            row.site_id,
            things.get(row.item_id, NO_THING).name.casefold(),
            row.item_id,
        )
    )
    return Report(
        name=NAME,
        title=_("Age and time in stock"),
        told=told.about(wanted, actor, span=asked),
        columns=_columns(),
        rows=[_line(row, places, things.get(row.item_id, NO_THING), wanted) for row in rows],
        notes=[
            _("The age of what lies there now counts from its arrival at the place."),
            _("The days say what left in that time, and how long it had lain there on average."),
            _("Within a lot what came first is taken to leave first."),
        ],
        total=len(rows),
    )


def _columns() -> list[Column]:
    buckets = [
        Column("days_30", _("0–30 days"), Kind.NUMBER),
        Column("days_90", _("31–90 days"), Kind.NUMBER),
        Column("days_180", _("91–180 days"), Kind.NUMBER),
        Column("days_365", _("181–365 days"), Kind.NUMBER),
        Column("days_more", _("More than a year"), Kind.NUMBER),
    ]
    return [
        Column("site", _("Place")),
        Column("item", _("Item")),
        Column("code", _("Code"), Kind.CODE, joins=True),
        *buckets,
        Column("quantity", _("In stock"), Kind.NUMBER),
        Column("unit", _("Counted in"), joins=True),
        Column("oldest", _("Oldest came"), Kind.DAY),
        Column("left", _("Left"), Kind.NUMBER),
        Column("average", _("Days in stock, average"), Kind.AMOUNT, 1),
    ]


def _line(row: Age, places: dict[int, str], thing: Thing, wanted: Wanted) -> Row:
    held = sum(row.buckets)
    common = {"item_id": row.item_id, "site_id": row.site_id}
    lots = shown.url("on-hand", by="lot", **common)
    gone = shown.url("movements", first=wanted.first, last=wanted.last, **common)
    return Row(
        (
            Cell(places.get(row.site_id, "")),
            Cell(thing.name, shown.url("card", **common)),
            Cell(thing.code),
            *(Cell(quantity or None) for quantity in row.buckets),
            Cell(held, lots if held else ""),
            Cell(thing.unit(held)),
            Cell(row.oldest.date() if row.oldest else None),
            Cell(row.left, gone if row.left else ""),
            Cell(row.average_days),
        )
    )
