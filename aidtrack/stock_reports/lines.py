"""Lines of the ledger as cards and journals read them, newest or oldest first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.core.paging import Order, Sorting
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Area, Place, PlaceKind, called
from aidtrack.shipments.models import Shipment
from aidtrack.stock.models import Lot, StockLine, StockMovement, lot_number
from aidtrack.stock.reasons import reason_label
from aidtrack.stock_reports import amounts, names, scope, told
from aidtrack.stock_reports.amounts import MOMENTS, Origin, Target
from aidtrack.stock_reports.references import references
from aidtrack.stock_reports.shown import Cell
from aidtrack.stock_reports.wanted import Clock, Span, Wanted

READ_ROWS = 1_000
OriginSite = aliased(Place, name="origin_site")
TargetSite = aliased(Place, name="target_site")

Sender = aliased(Place, name="sender")
Receiver = aliased(Place, name="receiver")

IN, OUT, WITHIN = "in", "out", "within"


def order(clock: Clock) -> Order:
    """By a clock; at the same moment as they were written."""
    moment = MOMENTS[clock]
    return Order(
        "moment",
        (moment, StockMovement.id, StockLine.id),
        (datetime, int, int),
        lambda row: (row.moment, row.movement_id, row.line_id),
    )


def way(wanted: Wanted, actor: Actor) -> ColumnElement[str]:
    """Whether a line came into the places of a report, left them, or stayed within."""
    ids = scope.place_ids(wanted, actor)
    came, went = StockLine.to_place_id.in_(ids), StockLine.from_place_id.in_(ids)
    return case((came & went, WITHIN), (came, IN), (went, OUT), else_="")


def conditions(wanted: Wanted, span: Span, actor: Actor) -> list[ColumnElement[bool]]:
    """The WHERE on lines joined with their movements and lots."""
    ids = scope.place_ids(wanted, actor)
    found: list[ColumnElement[bool]] = [
        StockLine.to_place_id.in_(ids) | StockLine.from_place_id.in_(ids)
    ]
    found += amounts.during(span, wanted.clock)
    if wanted.names_goods or wanted.donor_id is not None:
        lots = scope.lot_ids(wanted)
        if wanted.donor_id is not None:
            lots = lots.where(Lot.donor_id == wanted.donor_id)
        found.append(StockLine.lot_id.in_(lots.correlate(None)))
    pairs = (
        (StockMovement.kind, wanted.kind),
        (StockMovement.recorded_by_id, wanted.person_id),
        (StockLine.reason, wanted.reason),
    )
    found += [column == value for column, value in pairs if value is not None]
    if wanted.stage is not None:
        kind = PlaceKind(wanted.stage.value)
        found.append((Target.kind == kind) | (Origin.kind == kind))
    if wanted.category_id is not None:
        of_category = exists().where(Item.id == Lot.item_id, Item.category_id == wanted.category_id)
        found.append(of_category.correlate(Lot))
    return found


def statement(
    found: Select[*tuple[Any, ...]], sorting: Sorting, limit: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Everything that a card or a journal shows of the lines that `chosen` finds.

    They are found first, and named after: PostgreSQL plans so many joins in the order in which
    they are written, and would read the whole ledger.
    """
    few = found.order_by(*sorting.by()).limit(limit).subquery("chosen")
    of_shipment = (few.c.source_kind == "shipment") & (Shipment.id == few.c.source_id)
    keys = (few.c.moment, few.c.movement_id, few.c.line_id)
    return (
        select(
            few,
            User.name.label("person"),
            *_ends("from", Origin, OriginSite),
            *_ends("to", Target, TargetSite),
            *_road("from", Sender),
            *_road("to", Receiver),
            Area.name.label("area_name"),
            Area.names.label("area_names"),
        )
        .select_from(few)
        .join(User, User.id == few.c.recorded_by_id)
        .join(Origin, Origin.id == few.c.from_place_id)
        .join(Target, Target.id == few.c.to_place_id)
        .outerjoin(OriginSite, OriginSite.id == Origin.site_id)
        .outerjoin(TargetSite, TargetSite.id == Target.site_id)
        .outerjoin(Area, Area.id == Target.area_id)
        .outerjoin(Shipment, of_shipment)
        .outerjoin(Sender, Sender.id == Shipment.origin_id)
        .outerjoin(Receiver, Receiver.id == Shipment.destination_id)
        .order_by(*(key.desc() if sorting.is_descending else key.asc() for key in keys))
    )


def chosen(wanted: Wanted, span: Span, actor: Actor) -> Select[*tuple[Any, ...]]:
    """The lines that are asked for, without the names of anything."""
    return (
        select(
            StockLine.id.label("line_id"),
            StockMovement.id.label("movement_id"),
            MOMENTS[wanted.clock].label("moment"),
            StockMovement.kind,
            StockMovement.source_kind,
            StockMovement.source_id,
            StockMovement.recorded_by_id,
            StockMovement.note,
            StockLine.from_place_id,
            StockLine.to_place_id,
            StockLine.quantity,
            StockLine.reason,
            StockLine.lot_id,
            Lot.batch_number,
            Lot.item_id,
            way(wanted, actor).label("way"),
        )
        .select_from(StockMovement)
        .join(StockLine, StockLine.movement_id == StockMovement.id)
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Origin, Origin.id == StockLine.from_place_id)
        .join(Target, Target.id == StockLine.to_place_id)
        .where(*conditions(wanted, span, actor))
    )


def _road(end: str, place: Any) -> list[Any]:
    """Where what is on the road comes from, or goes to."""
    return [place.name.label(f"{end}_far"), place.names.label(f"{end}_far_names")]


def _ends(end: str, place: Any, site: Any) -> list[Any]:
    return [
        place.kind.label(f"{end}_kind"),
        called(place).label(f"{end}_name"),
        place.names.label(f"{end}_names"),
        site.name.label(f"{end}_site"),
        site.names.label(f"{end}_site_names"),
    ]


def crossed(wanted: Wanted, actor: Actor) -> Select[*tuple[Any, ...]]:
    """What came, and what left, of all lines: (came, went)."""
    ids = scope.place_ids(wanted, actor)
    came, went = StockLine.to_place_id.in_(ids), StockLine.from_place_id.in_(ids)
    zero: ColumnElement[int] = literal_column("0")
    return (
        select(
            func.coalesce(func.sum(case((came & ~went, StockLine.quantity), else_=zero)), 0),
            func.coalesce(func.sum(case((went & ~came, StockLine.quantity), else_=zero)), 0),
        )
        .select_from(StockMovement)
        .join(StockLine, StockLine.movement_id == StockMovement.id)
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Origin, Origin.id == StockLine.from_place_id)
        .join(Target, Target.id == StockLine.to_place_id)
        .where(*conditions(wanted, Span(), actor))
    )


def every(found: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """All rows of a statement, so many at a time."""
    yield from db.session.execute(found.execution_options(yield_per=READ_ROWS)).partitions()


def end(row: Any, which: str) -> str:
    """Where a line came from, or went to."""
    site = getattr(row, f"{which}_site")
    far = getattr(row, f"{which}_far")
    if far and getattr(row, f"{which}_kind") == PlaceKind.IN_TRANSIT:
        road = str(names.NOWHERE[PlaceKind.IN_TRANSIT])
        return f"{name_in(far, getattr(row, f'{which}_far_names'))} · {road}"
    return names.end_of_line(
        getattr(row, f"{which}_kind"),
        getattr(row, f"{which}_name"),
        getattr(row, f"{which}_names"),
        name_in(site, getattr(row, f"{which}_site_names")) if site else None,
        name_in(row.area_name, row.area_names) if which == "to" and row.area_name else None,
    )


def papers(rows: Sequence[Any]) -> dict[tuple[str, int], Cell]:
    """The paper of each line, as a cell that leads to it."""
    found = references((row.source_kind, row.source_id) for row in rows)
    return {source: Cell(number, url) for source, (number, url) in found.items()}


def lot_cell(row: Any) -> Cell:
    return Cell(row.batch_number or lot_number(row.lot_id), f"/lots/{row.lot_id}")


def happened(row: Any) -> str:
    return str(told.KINDS[row.kind])


def remarks(row: Any) -> str:
    return " · ".join(text for text in (reason_label(row.reason), row.note) if text)
