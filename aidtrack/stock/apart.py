"""What keeps lots from being sent, and whose they are: facts for whoever offers goods.

Holds and donations stand above the stock: their tables are named here, not imported.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Date, Integer, String, column, func, select, table

from aidtrack.core.db import Key as KeyType
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy, name_in
from aidtrack.identity.models import Organisation, User
from aidtrack.places.models import Area, Place
from aidtrack.stock.loss_models import WriteOff, WriteOffLine, WriteOffStatus
from aidtrack.stock.models import Lot, StockBalance
from aidtrack.stock.recall_tables import recall

Key = tuple[int, int]
"""(place id, lot id)"""

HOLD_KINDS = {
    "quarantine": lazy("Quarantine"),
    "damaged": lazy("Damaged"),
    "expired": lazy("Expired"),
    "inspection": lazy("Under inspection"),
    "other": lazy("Other reason"),
}
stock_hold = table(
    "stock_hold",
    *(column(name, KeyType) for name in ("id", "lot_id", "place_id", "quantity", "held_by_id")),
    column("kind", String()),
    column("why", String()),
    column("ended_at", Date()),
)
donation_line = table("donation_line", column("id", KeyType), column("donation_id", KeyType))
donation = table("donation", column("id", KeyType), column("earmark_area_id", Integer()))
shelf_life = table(
    "shelf_life",
    column("organisation_id", Integer()),
    column("site_id", KeyType),
    column("days", Integer()),
)

# Of the balance in a row: how much of it is held.
HELD_HERE = (
    select(func.coalesce(func.sum(stock_hold.c.quantity), 0))
    .where(
        stock_hold.c.lot_id == StockBalance.lot_id,
        stock_hold.c.place_id == StockBalance.place_id,
        stock_hold.c.ended_at.is_(None),
    )
    .correlate(StockBalance)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class HeldPart:
    """So many of a lot in a bin that somebody holds: why, in their words, and who."""

    hold_id: int
    quantity: int
    kind: str
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class RecallNote:
    """The recall that closes a lot."""

    id: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Everything known of some lots that keeps them from being sent, or puts them last."""

    held: dict[Key, list[HeldPart]]
    writing_off: dict[Key, list[str]]
    recalled: dict[int, RecallNote]
    earmarked: dict[int, tuple[int, str]]
    """The area that a lot's donation is meant for: its id and its name."""
    owners: dict[int, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Destination:
    """What is asked of goods that go to a site: good until when, and in which areas it lies."""

    good_until: date | None
    areas: frozenset[int]

    def is_short(self, expires_on: date | None) -> bool:
        return (
            expires_on is not None
            and self.good_until is not None
            and (expires_on < self.good_until)
        )

    def is_elsewhere(self, area_id: int | None) -> bool:
        """Whether an area that goods are meant for is another; a site may lie in none."""
        return area_id is not None and bool(self.areas) and area_id not in self.areas


def apart(lot_ids: Collection[int]) -> Apart:
    """Of some lots, wherever they lie, in four statements."""
    held: dict[Key, list[HeldPart]] = {}
    for row in db.session.execute(
        select(stock_hold, User.name.label("who"))
        .join(User, User.id == stock_hold.c.held_by_id)
        .where(stock_hold.c.lot_id.in_(lot_ids), stock_hold.c.ended_at.is_(None))
        .order_by(stock_hold.c.id)
    ):
        part = HeldPart(row.id, row.quantity, row.kind, row.why, row.who)
        held.setdefault((row.place_id, row.lot_id), []).append(part)
    writing_off: dict[Key, list[str]] = {}
    for row in db.session.execute(
        select(WriteOffLine.place_id, WriteOffLine.lot_id, WriteOff.number)
        .join(WriteOff, WriteOff.id == WriteOffLine.write_off_id)
        .where(WriteOffLine.lot_id.in_(lot_ids), WriteOff.status == WriteOffStatus.WAITING)
        .order_by(WriteOff.id)
    ):
        writing_off.setdefault((row.place_id, row.lot_id), []).append(row.number)
    return Apart(held, writing_off, recalls_of(lot_ids), _earmarked(lot_ids), owners_of(lot_ids))


def recalls_of(lot_ids: Collection[int]) -> dict[int, RecallNote]:
    """The recalls that close some of the lots."""
    rows = db.session.execute(
        select(Lot.id.label("lot_id"), recall.c.id, recall.c.number, recall.c.reason)
        .join(recall, recall.c.id == Lot.recall_id)
        .where(Lot.id.in_(lot_ids))
    )
    return {row.lot_id: RecallNote(row.id, row.number, row.reason) for row in rows}


def owners_of(lot_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Whose each lot is, whoever keeps it."""
    rows = db.session.execute(
        select(Lot.id, Organisation.id.label("owner_id"), Organisation.name)
        .join(Organisation, Organisation.id == Lot.organisation_id)
        .where(Lot.id.in_(lot_ids))
    )
    return {row.id: (row.owner_id, row.name) for row in rows}


def asked_at(site: Place, *, on: date) -> Destination:
    """What is asked of goods that reach a site, in two statements."""
    rows = db.session.execute(
        select(shelf_life.c.site_id, shelf_life.c.days).where(
            (shelf_life.c.site_id == site.id)
            | (
                shelf_life.c.site_id.is_(None)
                & (shelf_life.c.organisation_id == site.organisation_id)
            )
        )
    )
    days = {row.site_id: row.days for row in rows}
    least = days.get(site.id, days.get(None))
    return Destination(
        good_until=None if least is None else on + timedelta(days=least),
        areas=_areas_around(site.area_id),
    )


def _areas_around(area_id: int | None) -> frozenset[int]:
    """An area and those that it lies in."""
    if area_id is None:
        return frozenset()
    around = select(Area.id, Area.parent_id).where(Area.id == area_id).cte(recursive=True)
    around = around.union(
        select(Area.id, Area.parent_id).join(around, Area.id == around.c.parent_id)
    )
    return frozenset(db.session.scalars(select(around.c.id)))


def _earmarked(lot_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    rows = db.session.execute(
        select(Lot.id, Area.id.label("area_id"), Area.name, Area.names)
        .join(donation_line, donation_line.c.id == Lot.donation_line_id)
        .join(donation, donation.c.id == donation_line.c.donation_id)
        .join(Area, Area.id == donation.c.earmark_area_id)
        .where(Lot.id.in_(lot_ids))
    )
    return {row.id: (row.area_id, name_in(row.name, row.names)) for row in rows}
