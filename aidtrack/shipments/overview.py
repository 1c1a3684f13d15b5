"""Lists of shipments: what each office sends and gets, and a driver's own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core import clock, codes, paging
from aidtrack.core.db import db
from aidtrack.core.full_text import Index
from aidtrack.core.i18n import name_in
from aidtrack.core.measured import measured
from aidtrack.core.paging import NEVER, Never, Order, Page, Sorting
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place
from aidtrack.shipments import access, due, packs
from aidtrack.shipments.balances import Outcome, outcome_of
from aidtrack.shipments.models import (
    WAITING,
    Delivery,
    DeliveryLine,
    FieldReport,
    Shipment,
    ShipmentLine,
    ShipmentLoad,
    ShipmentStatus,
)

INDEX = Index("shipment")
RECENT_DAYS = 14
JOURNEYS_MAX = 100
Origin = aliased(Place, name="origin")
Destination = aliased(Place, name="destination")


class ShipmentView(StrEnum):
    """Ready-made views of the list."""

    ALL = "all"
    DRAFT = "draft"
    READY = "ready"
    ON_THE_ROAD = "on_the_road"
    ATTENTION = "attention"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    ARRIVING = "arriving"
    LEAVING = "leaving"
    ARRIVING_TODAY = "arriving_today"
    LEAVING_TODAY = "leaving_today"
    SILENT = "silent"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class ShipmentFilter:
    """What the list is narrowed to; empty means every shipment the actor may see."""

    words: str = ""
    view: ShipmentView = ShipmentView.ALL
    origin_id: int | None = None
    destination_id: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A shipment as lists show it. `reader` is "receiver" for those it comes to, "partner"
    for those it is shared with.

    The weight is None when that of one item is unknown.
    """

    id: int
    number: str
    code: str
    status: ShipmentStatus
    reader: str
    origin_id: int
    origin: str
    destination_id: int
    destination: str
    lines: int
    weight_mg: int | None
    outcome: Outcome | None
    open_reports: int
    driver: str
    vehicle_plate: str
    created_at: datetime
    departs_at: datetime | None
    expected_at: datetime | None
    dispatched_at: datetime | None
    delivered_at: datetime | None


BY_NUMBER = Order("number", (Shipment.id,), (int,), lambda row: (row.id,))
BY_EXPECTED = Order(
    "expected",
    (func.coalesce(Shipment.expected_at, Never()), Shipment.id),
    (datetime, int),
    lambda row: (row.expected_at or NEVER, row.id),
)


def shipments(
    actor: Actor,
    wanted: ShipmentFilter,
    *,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[ShipmentRow]:
    """What the actor's offices send and get, newest first: a keyset page, four statements."""
    is_shared = wanted.view == ShipmentView.SHARED
    whose = access.shown(actor) if is_shared else access.seen(actor)
    rows = db.session.execute(
        _rows()
        .where(whose, *_narrowed(wanted, actor), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    found = _with_totals(rows, actor)
    return sorting.page([_as_shared(row) for row in found] if is_shared else found, limit)


def counting(actor: Actor, view: ShipmentView) -> Select[int]:
    """The statement that counts a view, for pages that ask for several numbers at once."""
    return select(func.count(Shipment.id)).where(access.seen(actor), *_in_view(view, actor))


def counts(actor: Actor, most: int) -> dict[ShipmentStatus, int]:
    """How many shipments of each state the actor sees; none is counted beyond `most`."""
    some = (
        select(Shipment.id).where(Shipment.status == x, access.seen(actor)).limit(most).subquery()
        for x in ShipmentStatus
    )
    row = db.session.execute(
        select(*(select(func.count()).select_from(x).scalar_subquery() for x in some))
    ).one()
    return dict(zip(ShipmentStatus, row, strict=True))


def journeys(actor: Actor) -> list[ShipmentRow]:
    """A driver's own: on the road in the order they are expected, then to come, then done."""
    recently = clock.now() - timedelta(days=RECENT_DAYS)
    rows = db.session.execute(
        _rows()
        .where(
            Shipment.driver_id == actor.user_id,
            *([Shipment.id == actor.journey_id] if actor.journey_id is not None else []),
            or_(
                Shipment.status.in_((ShipmentStatus.READY, ShipmentStatus.ON_THE_ROAD)),
                and_(
                    Shipment.status == ShipmentStatus.DELIVERED,
                    Shipment.delivered_at >= recently,
                ),
            ),
        )
        .order_by(Shipment.id.desc())
        .limit(JOURNEYS_MAX)
    ).all()
    turn = {ShipmentStatus.ON_THE_ROAD: 0, ShipmentStatus.READY: 1, ShipmentStatus.DELIVERED: 2}
    found = _with_totals(rows, actor)
    far = datetime.max.replace(tzinfo=ZoneInfo("UTC"))
    return sorted(found, key=lambda row: (turn[row.status], row.expected_at or far, row.id))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Shipment,
            Origin.name.label("origin_name"),
            Origin.names.label("origin_names"),
            Destination.name.label("destination_name"),
            Destination.names.label("destination_names"),
            User.name.label("driver"),
        )
        .join(Origin, Origin.id == Shipment.origin_id)
        .join(Destination, Destination.id == Shipment.destination_id)
        .outerjoin(User, User.id == Shipment.driver_id)
    )


def _narrowed(wanted: ShipmentFilter, actor: Actor) -> list[ColumnElement[bool]]:
    narrowed = _found_by(wanted.words, is_shared=wanted.view == ShipmentView.SHARED)
    narrowed += _in_view(wanted.view, actor)
    for column, value in (
        (Shipment.origin_id, wanted.origin_id),
        (Shipment.destination_id, wanted.destination_id),
    ):
        if value is not None:
            narrowed.append(column == value)
    zone = ZoneInfo(actor.time_zone)
    if wanted.since is not None:
        narrowed.append(Shipment.created_at >= datetime.combine(wanted.since, time(), zone))
    if wanted.until is not None:
        after = wanted.until + timedelta(days=1)
        narrowed.append(Shipment.created_at < datetime.combine(after, time(), zone))
    return narrowed


def _found_by(words: str, *, is_shared: bool = False) -> list[ColumnElement[bool]]:
    """What is shared is found by its number only: who drives it must not be guessed at.

    Else words of the number, an end, the driver, a plate, a seal or the request; or the code."""
    if is_shared:
        return [Shipment.number.icontains(word, autoescape=True) for word in words.split()]
    found, code = INDEX.found(Shipment.id, words), codes.cleaned(words)
    return [or_(Shipment.code == code, and_(*found))] if code else found


def _in_view(view: ShipmentView, actor: Actor) -> list[ColumnElement[bool]]:
    if view in (ShipmentView.ALL, ShipmentView.SHARED):
        return []
    if view == ShipmentView.ATTENTION:
        return [_needs_attention()]
    if view in due.ASKED:
        return due.ASKED[view](actor)
    return [Shipment.status == ShipmentStatus(view)]


def _needs_attention() -> ColumnElement[bool]:
    """A phone said what could not be applied, or something was damaged or missing."""
    on_the_road = aliased(Shipment)
    said_badly = (
        select(on_the_road.id)
        .join(Delivery, Delivery.shipment_id == on_the_road.id)
        .join(DeliveryLine, DeliveryLine.delivery_id == Delivery.id)
        .where(
            on_the_road.status == ShipmentStatus.ON_THE_ROAD,
            Delivery.undone_at.is_(None),
            DeliveryLine.damaged + DeliveryLine.missing > 0,
        )
    )
    waits = select(FieldReport.shipment_id).where(FieldReport.state.in_(WAITING))
    # Few, found from their own side; asked of each shipment, a million would be tried.
    return Shipment.id.in_(union_all(waits, said_badly))


def _with_totals(rows: Iterable[Any], actor: Actor) -> list[ShipmentRow]:
    """Lines, weights, outcomes and open reports of a page of shipments, in three statements."""
    found = list(rows)
    ids = [row.Shipment.id for row in found]
    weight = measured(ShipmentLine.quantity, Item.weight_mg, ItemPack.size, ItemPack.weight_mg)
    asked = _by_shipment(
        select(
            ShipmentLine.shipment_id,
            func.count().label("lines"),
            func.sum(weight).label("weight_mg"),
            func.count(weight).label("weighed"),
        )
        .join(Item, Item.id == ShipmentLine.item_id)
        .outerjoin(ItemPack, ItemPack.id == func.coalesce(ShipmentLine.pack_id, packs.LARGEST))
        .where(ShipmentLine.shipment_id.in_(ids))
        .group_by(ShipmentLine.shipment_id)
    )
    ended = _by_shipment(
        select(
            ShipmentLoad.shipment_id,
            func.sum(ShipmentLoad.delivered).label("delivered"),
            func.sum(ShipmentLoad.returned).label("returned"),
            func.sum(ShipmentLoad.lost).label("lost"),
        )
        .where(ShipmentLoad.shipment_id.in_(ids))
        .group_by(ShipmentLoad.shipment_id)
    )
    waiting = _by_shipment(
        select(FieldReport.shipment_id, func.count().label("number"))
        .where(FieldReport.shipment_id.in_(ids), FieldReport.state.in_(WAITING))
        .group_by(FieldReport.shipment_id)
    )
    return [_row(row, asked, ended, waiting, actor) for row in found]


def _as_shared(row: ShipmentRow) -> ShipmentRow:
    """Without who drives it, which its own page says to whoever is to receive it."""
    return replace(row, reader="partner", driver="", vehicle_plate="", open_reports=0)


def _by_shipment(statement: Select[*tuple[Any, ...]]) -> dict[int, Any]:
    return {row.shipment_id: row for row in db.session.execute(statement)}


def _row(
    row: Any, asked: dict[int, Any], ended: dict[int, Any], waiting: dict[int, Any], actor: Actor
) -> ShipmentRow:
    found: Shipment = row.Shipment
    lines, sums = asked.get(found.id), ended.get(found.id)
    weighed = lines is not None and lines.weighed == lines.lines
    return ShipmentRow(
        id=found.id,
        number=found.number,
        code=found.code,
        status=found.status,
        reader=access.reader_of(found.organisation_id, found.origin_id, actor),
        origin_id=found.origin_id,
        origin=name_in(row.origin_name, row.origin_names),
        destination_id=found.destination_id,
        destination=name_in(row.destination_name, row.destination_names),
        lines=lines.lines if lines is not None else 0,
        weight_mg=int(lines.weight_mg) if weighed and lines is not None else None,
        outcome=outcome_of(
            found.status, (sums.delivered, sums.returned, sums.lost) if sums else (0, 0, 0)
        ),
        open_reports=waiting[found.id].number if found.id in waiting else 0,
        driver=row.driver or found.driver_name,
        vehicle_plate=found.vehicle_plate,
        created_at=found.created_at,
        departs_at=found.departs_at,
        expected_at=found.expected_at,
        dispatched_at=found.dispatched_at,
        delivered_at=found.delivered_at,
    )
