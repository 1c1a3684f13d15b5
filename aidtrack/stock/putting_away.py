"""Goods that came in lie at the dock or on the floor until they are put into their bins."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, text

from aidtrack.core import acts, audit, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place, PlaceKind, Purpose
from aidtrack.stock import ledger, queries, suggestions, targets
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.models import Lot, MovementKind, StockBalance
from aidtrack.stock.queries import StockRow
from aidtrack.stock.services import Taking, one_site
from aidtrack.stock.suggestions import Goods, Suggestion

TITLES = {"stock.put_away": lazy("Goods put away")}
acts.register(TITLES, acts.Topic.GOODS)
SHOWN_MAX = 60
LINES_MAX = 200
# Written out, not bound: only then can SQLite use the partial index of goods in stock.
FREE = text(
    "stock_balance.quantity > 0 AND NOT stock_balance.is_outside"
    " AND stock_balance.quantity > stock_balance.reserved"
)


@dataclass(frozen=True, slots=True)
class PutAway:
    """Some of a lot, in base units, from where it lies into a bin."""

    lot_id: int
    place_id: int
    to_place_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lot that waits to be put away, and the bin suggested for it."""

    row: StockRow
    suggestion: Suggestion | None


def waiting(site_id: int, actor: Actor) -> tuple[list[Waiting], int]:
    """What lies at the dock or on the floor of a warehouse, the longest there first, and how
    many lots that are; only so many are told at once.
    """
    lying = _lying(site_id)
    oldest = lying.order_by(Lot.id, StockBalance.place_id).limit(SHOWN_MAX)
    keys = [(row.lot_id, row.place_id) for row in db.session.execute(oldest)]
    rows = queries.picked(keys, actor) if keys else []
    rows.sort(key=lambda row: (row.place_id == site_id, row.place_name))
    goods = [Goods(row.item_id, row.free, row.lot_id, pack=row.pack) for row in rows]
    suggested = suggestions.suggest(site_id, goods)
    found = [Waiting(*pair) for pair in zip(rows, suggested, strict=True)]
    return found, _count(lying) if len(keys) == SHOWN_MAX else len(keys)


def how_many(site_ids: Sequence[int]) -> dict[int, int]:
    """How many lots wait at each warehouse, in one statement."""
    rows = db.session.execute(
        select(Place.site_id, func.count())
        .join(StockBalance, StockBalance.place_id == Place.id)
        .where(Place.site_id.in_(site_ids), _at_the_door(), FREE)
        .group_by(Place.site_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def put_away(
    wanted: Sequence[PutAway],
    *,
    even_if_full: bool = False,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Put goods of one site into bins of it, all in one movement. Returns its id.

    Raises Invalid naming every bin that cannot be, and WouldOverfill unless `even_if_full`.
    """
    if len(wanted) > LINES_MAX:
        raise Invalid(_("At most %(most)d lines fit here.", most=LINES_MAX), field="lines")
    with transaction():
        takings = [Taking(each.lot_id, each.place_id, each.quantity) for each in wanted]
        site = one_site(takings, actor, Permission.MOVE_STOCK)
        request: dict[str, object] = {"lines": [list(asdict(each).values()) for each in wanted]}
        earlier = idempotency.earlier_result(key, "stock.put_away", request)
        if earlier is not None:
            return earlier
        transfers = [
            Transfer(each.lot_id, each.place_id, each.to_place_id, each.quantity) for each in wanted
        ]
        aims = [(f"lines-{index}-to_place_id", each) for index, each in enumerate(transfers)]
        targets.expect(site, aims, even_if_full=even_if_full)
        movement_id = _post(site, transfers, key, actor, at)
        idempotency.remember(key, "stock.put_away", request, movement_id)
        return movement_id


def _post(site: Place, transfers: list[Transfer], key: UUID, actor: Actor, at: datetime) -> int:
    assert site.organisation_id is not None
    movement_id = ledger.post(
        transfers,
        kind=MovementKind.MOVE,
        source=Source("site", site.id),
        organisation_id=site.organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=at,
        key=key,
    )
    audit.record(
        actor,
        "stock.put_away",
        kind="site",
        record_id=site.id,
        facts={"movement": movement_id, "lines": len(transfers)},
    )
    return movement_id


def _lying(site_id: int) -> Select[int, int]:
    return (
        select(StockBalance.lot_id, StockBalance.place_id)
        .select_from(Place)
        .join(StockBalance, StockBalance.place_id == Place.id)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .where(Place.site_id == site_id, _at_the_door(), FREE)
    )


def _at_the_door() -> ColumnElement[bool]:
    """The floor of a warehouse, and its bins for what arrives."""
    return or_(
        (Place.kind == PlaceKind.WAREHOUSE),
        (Place.kind == PlaceKind.BIN) & (Place.purpose == Purpose.RECEIVING),
    )


def _count(lying: Select[int, int]) -> int:
    counted: int = db.session.scalar(select(func.count()).select_from(lying.subquery())) or 0
    return counted
