"""Losses by stage in the chain and by cause: what was lost, came back, and of how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import Key, db
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place, PlaceKind
from aidtrack.shipments.models import Shipment
from aidtrack.stock.models import Lot, MovementKind, Reason, StockLine, StockMovement
from aidtrack.stock.reasons import reason_label
from aidtrack.stock_reports import amounts, names, scope, shown, told, turnover
from aidtrack.stock_reports.names import NO_THING, Thing
from aidtrack.stock_reports.shown import Cell, Column, Kind, Report, Row, RowKind
from aidtrack.stock_reports.wanted import By, Span, Stage, Wanted, span

NAME = "losses"
USUAL_DAYS = 90
HUNDRED = Decimal(100)
# Keeps SQLite from entering by the items, and so from reading the whole ledger.
LOT_OF_LINE = literal_column("+stock_line.lot_id", Key)


@dataclass(slots=True)
class Loss:
    """An item lost at one stage for one cause, in base units; values by currency, net."""

    stage: Stage
    cause: Reason | None
    item_id: int
    lost: int = 0
    back: int = 0
    values: dict[str, int] = field(default_factory=dict)

    @property
    def still(self) -> int:
        return self.lost - self.back


def losses(wanted: Wanted, asked: Span, actor: Actor) -> list[Loss]:
    """In no order: two statements, one for each way."""
    found: dict[tuple[Stage, Reason | None, int], Loss] = {}
    for is_back in (False, True):
        for row in db.session.execute(_statement(wanted, asked, actor, is_back=is_back)):
            key = (Stage(row.stage), row.reason, row.item_id)
            loss = found.setdefault(key, Loss(*key))
            quantity, sign = int(row.quantity), -1 if is_back else 1
            if is_back:
                loss.back += quantity
            else:
                loss.lost += quantity
            if row.currency and row.worth:
                loss.values[row.currency] = loss.values.get(row.currency, 0) + sign * int(row.worth)
    return list(found.values())


def _statement(
    wanted: Wanted, asked: Span, actor: Actor, *, is_back: bool
) -> Select[*tuple[Any, ...]]:
    """Lines into where losses are counted, or out of there, entered by those few places."""
    lost_end = StockLine.from_place_id if is_back else StockLine.to_place_id
    lost_places = db.session.scalars(_lost_places(wanted, actor)).all()
    here = StockLine.to_place_id if is_back else StockLine.from_place_id
    return (
        select(
            Place.kind.label("stage"),
            StockLine.reason,
            Lot.item_id,
            Lot.currency,
            func.sum(StockLine.quantity).label("quantity"),
            func.sum(StockLine.quantity * Lot.unit_value_minor).label("worth"),
        )
        .select_from(StockLine)
        .join(Place, Place.id == lost_end)
        .join(StockMovement, StockMovement.id == StockLine.movement_id)
        .join(Lot, Lot.id == LOT_OF_LINE)
        .join(Item, Item.id == Lot.item_id)
        .where(
            lost_end.in_(lost_places),
            *([StockLine.reason == wanted.reason] if wanted.reason else []),
            *amounts.during(asked, wanted.clock),
            *scope.of_goods(wanted),
            here.in_(scope.place_ids(wanted, actor)) | _of_own_shipment(wanted, actor),
        )
        .group_by(Place.kind, StockLine.reason, Lot.item_id, Lot.currency)
    )


def _lost_places(wanted: Wanted, actor: Actor) -> Select[int]:
    """Where losses are counted: three places of each organisation."""
    stages = [wanted.stage] if wanted.stage else list(Stage)
    return select(Place.id).where(
        Place.kind.in_([PlaceKind(stage.value) for stage in stages]),
        Place.organisation_id.in_(actor.organisations_anywhere(scope.SEEN)),
    )


def _of_own_shipment(wanted: Wanted, actor: Actor) -> ColumnElement[bool]:
    """What was lost on the road is told where it was sent from."""
    return exists().where(
        StockMovement.source_kind == "shipment",
        Shipment.id == StockMovement.source_id,
        Shipment.origin_id.in_(scope.place_ids(wanted, actor)),
    ).correlate(StockMovement)  # fmt: skip


def handled(wanted: Wanted, asked: Span, actor: Actor) -> dict[tuple[Stage, int], int]:
    """Of how much the losses of a stage are a part, by item: what was sent; what lay there or
    came in; what was handed out.
    """
    everything = replace(wanted, by=By.ITEM, stage=None, reason=None)
    found = {
        (Stage.WAREHOUSE, row.key["item"]): row.opening + row.came
        for row in turnover.turnovers(everything, asked, actor)
    }
    ways = {
        MovementKind.DISPATCH: Stage.TRANSPORT,
        MovementKind.DISTRIBUTION: Stage.DISTRIBUTION,
    }
    rows = db.session.execute(
        select(StockMovement.kind, Lot.item_id, func.sum(StockLine.quantity).label("quantity"))
        .select_from(StockLine)
        .join(StockMovement, StockMovement.id == StockLine.movement_id)
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(
            *amounts.lines_of(wanted, asked),
            StockMovement.kind.in_(list(ways)),
            StockLine.from_place_id.in_(scope.place_ids(wanted, actor)),
            StockLine.to_place_id.not_in(scope.place_ids(wanted, actor)),
            *scope.of_goods(wanted),
        )
        .group_by(StockMovement.kind, Lot.item_id)
    )
    for row in rows:
        found[ways[row.kind], row.item_id] = int(row.quantity)
    return found


def report(wanted: Wanted, actor: Actor) -> Report:
    scope.check(wanted, actor)
    asked = span(wanted, actor, usual_days=USUAL_DAYS)
    rows = losses(wanted, asked, actor)
    whole = handled(wanted, asked, actor) if rows else {}
    things = names.items({row.item_id for row in rows}) if rows else {}
    stages = list(Stage)
    rows.sort(
        key=lambda row: (
            stages.index(row.stage),
            reason_label(row.cause),
            things.get(row.item_id, NO_THING).name.casefold(),
            row.item_id,
        )
    )
    currencies = sorted({currency for row in rows for currency in row.values})
    table = _Table(wanted, things, whole, currencies)
    return Report(
        name=NAME,
        title=_("Losses by stage and cause"),
        told=told.about(wanted, actor, span=asked),
        columns=table.columns(),
        rows=table.rows(rows),
        totals=[table.sum(rows, _("Total"), RowKind.TOTAL)] if rows else [],
        notes=[
            _("Handled: on the road what was sent, in the warehouse what lay there and came in,"
              " at distribution what was handed out or lost. Goods come back when they are found,"
              " or when a loss was undone. Values are of what is still lost."),
        ],
        total=len(rows),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Table:
    wanted: Wanted
    things: dict[int, Thing]
    handled: dict[tuple[Stage, int], int]
    currencies: Sequence[str]

    def columns(self) -> list[Column]:
        return [
            Column("stage", _("Stage")),
            Column("cause", _("Cause")),
            Column("item", _("Item")),
            Column("code", _("Code"), Kind.CODE, joins=True),
            Column("lost", _("Lost"), Kind.NUMBER),
            Column("back", _("Came back"), Kind.NUMBER),
            Column("still", _("Still lost"), Kind.NUMBER),
            Column("unit", _("Counted in"), joins=True),
            Column("handled", _("Handled"), Kind.NUMBER),
            Column("rate", _("Still lost, %"), Kind.AMOUNT, 2),
            *shown.value_columns(self.currencies),
        ]

    def rows(self, rows: Sequence[Loss]) -> Iterator[Row]:
        groups = [(stage, list(each)) for stage, each in groupby(rows, lambda row: row.stage)]
        for stage, group in groups:
            yield from (self._line(row) for row in group)
            if len(group) > 1:
                label = _("Total %(name)s", name=str(told.STAGES[stage]))
                yield self.sum(group, label, RowKind.SUM)

    def _line(self, row: Loss) -> Row:
        thing = self.things.get(row.item_id, NO_THING)
        whole = self.handled.get((row.stage, row.item_id))
        if row.stage is Stage.DISTRIBUTION:
            whole = (whole or 0) + row.lost
        rate = (HUNDRED * row.still / whole).quantize(Decimal("0.01")) if whole else None
        records = shown.url(
            "movements", stage=row.stage.value, item_id=row.item_id,
            reason=row.cause.value if row.cause else None, site_id=self.wanted.site_id,
            first=self.wanted.first, last=self.wanted.last, clock=self.wanted.clock.value,
        )  # fmt: skip
        return Row(
            (
                Cell(str(told.STAGES[row.stage])),
                Cell(reason_label(row.cause)),
                Cell(thing.name, f"/items/{thing.id}"),
                Cell(thing.code),
                Cell(row.lost, records),
                Cell(row.back or None),
                Cell(row.still),
                Cell(thing.unit(row.still)),
                Cell(whole),
                Cell(rate),
                *self._worth([row]),
            )
        )

    def sum(self, rows: Sequence[Loss], label: str, kind: RowKind) -> Row:
        return Row((Cell(label), *[Cell()] * 9, *self._worth(rows)), kind)

    def _worth(self, rows: Sequence[Loss]) -> list[Cell]:
        values = [sum(row.values.get(currency, 0) for row in rows) for currency in self.currencies]
        return [
            Cell(shown.amount(value, currency) if value else None)
            for value, currency in zip(values, self.currencies, strict=True)
        ]
