"""The list of shipments: its columns, and what a file holds of them."""

from decimal import Decimal
from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.shipments import overview
from aidtrack.shipments.balances import Outcome
from aidtrack.shipments.overview import ShipmentRow
from aidtrack.web.statuses import badge_of

OUTCOMES = {
    Outcome.IN_PART: lazy("Delivered in part"),
    Outcome.ALL_RETURNED: lazy("All returned"),
    Outcome.ALL_LOST: lazy("All lost"),
    Outcome.NOTHING_ARRIVED: lazy("Nothing arrived"),
}


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[ShipmentRow]:
    return overview.shipments(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _state(row: ShipmentRow) -> object:
    known = OUTCOMES.get(row.outcome) if row.outcome else None
    return known or badge_of(row.status, row.reader).label


def _weight_kg(row: ShipmentRow) -> Decimal | None:
    return None if row.weight_mg is None else Decimal(row.weight_mg) / 1_000_000


SHIPMENTS = ListPage(
    name="shipments",
    path="/shipments",
    heading=lazy("Shipments"),
    columns=(
        Column(
            "shipment",
            lazy("Shipment"),
            (
                Cell(lazy("Number"), lambda row: row.number),
                Cell(lazy("From"), lambda row: row.origin),
                Cell(lazy("To"), lambda row: row.destination),
                Cell(lazy("Lines"), lambda row: row.lines),
            ),
            order=overview.BY_NUMBER,
            is_fixed=True,
        ),
        Column(
            "driver",
            lazy("Driver"),
            (
                Cell(lazy("Driver"), lambda row: row.driver),
                Cell(lazy("Vehicle plate"), lambda row: row.vehicle_plate),
            ),
        ),
        Column(
            "when",
            lazy("When"),
            (
                Cell(lazy("Prepared"), lambda row: row.created_at, is_moment=True),
                Cell(lazy("Leaves"), lambda row: row.departs_at, is_moment=True),
                Cell(lazy("Left"), lambda row: row.dispatched_at, is_moment=True),
                Cell(lazy("Delivered"), lambda row: row.delivered_at, is_moment=True),
            ),
        ),
        Column(
            "expected",
            lazy("Expected"),
            (Cell(lazy("Expected"), lambda row: row.expected_at, is_moment=True),),
            order=overview.BY_EXPECTED,
            is_usual=False,
        ),
        Column("weight", lazy("Weight"), (Cell(lazy("Weight, kg"), _weight_kg),), kind="num"),
        Column("state", lazy("State"), (Cell(lazy("State"), _state),)),
    ),
    usual=overview.BY_NUMBER.down,
    rows=_rows,
)
