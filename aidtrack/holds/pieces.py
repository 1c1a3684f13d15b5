"""Where every piece of a recall is, also inside what was made of it; it adds up to what was given.

All of it is counted in pieces of the recalled item: a kit with two of it counts twice. Where
goods went is read off the lines of the ledger, whose reversals take back what they undid.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    String,
    Subquery,
    case,
    column,
    func,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import aliased

from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.holds.models import Recall, RecallLot
from aidtrack.identity.models import Organisation, User
from aidtrack.places.models import IN_STOCK, LOSSES, SOURCES, Place, PlaceKind, called
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.models import LotPart, StockBalance, StockLine, StockMovement

Site = aliased(Place, name="site")
Target = aliased(Place, name="target")
Origin = aliased(Place, name="origin")
GONE = (PlaceKind.PEOPLE, *sorted(LOSSES), PlaceKind.RETURNED)
# The packages above are named here, not imported.
shipment = table(
    "shipment",
    *(
        column(name, String())
        for name in ("number", "driver_name", "driver_phone", "vehicle_plate")
    ),
    column("id", Integer()),
    column("in_transit_place_id", Integer()),
    column("destination_id", Integer()),
)
distribution = table(
    "distribution",
    column("id", Integer()),
    column("number", String()),
    column("distributed_on", Date()),
    column("households", Integer()),
    column("site_id", Integer()),
    column("movement_id", Integer()),
)


class Whereabout(StrEnum):
    """What became of a piece."""

    IN_STOCK = "in_stock"
    AT_PARTNERS = "at_partners"
    ON_THE_ROAD = "on_the_road"
    HANDED_OUT = "handed_out"
    LOST = "lost"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Piece:
    """So many pieces that stand somewhere, or went somewhere. `inside`: in what was made of them.

    `record` is a paper's number and `path` its page. On the road `contact` says who drives;
    handed out `households` says to how many, and never to whom; `told_late` when a hand-out was
    recorded, and `told_by` by whom, if that was after the recall.
    """

    whereabout: Whereabout
    quantity: int
    inside: int = 0
    place: str = ""
    site: str = ""
    keeper: str = ""
    record: str = ""
    path: str = ""
    on: date | None = None
    households: int | None = None
    contact: str = ""
    stage: PlaceKind | None = None
    told_late: datetime | None = None
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """All of a recall: `given` is the sum of the totals, and `unexplained` is 0."""

    given: int
    totals: dict[Whereabout, int]
    pieces: tuple[Piece, ...]

    @property
    def unexplained(self) -> int:
        return self.given - sum(self.totals.values())

    @property
    def told_late(self) -> list[Piece]:
        """Hand-outs that were recorded after the recall, as having been before it."""
        return [piece for piece in self.pieces if piece.told_late is not None]

    def of(self, whereabout: Whereabout) -> list[Piece]:
        return [piece for piece in self.pieces if piece.whereabout == whereabout]


def pieces_of(recall_id: int, organisation_id: int) -> Pieces:
    """In a fixed number of statements, however many pieces and papers there are."""
    holder = _holders(recall_id)
    standing = _standing(holder)
    here = [_at(row, organisation_id) for row in standing if row.kind in IN_STOCK]
    road = _on_the_road([row for row in standing if row.kind == PlaceKind.IN_TRANSIT])
    gone = _gone(holder, recall_id)
    pieces = (*here, *road, *gone)
    totals: Counter[Whereabout] = Counter(dict.fromkeys(Whereabout, 0))
    for piece in pieces:
        totals[piece.whereabout] += piece.quantity
    return Pieces(_given(holder, sum(totals.values())), dict(totals), pieces)


def _holders(recall_id: int) -> Subquery:
    """(lot_id, main_id, per_unit): each recalled lot itself, and what has some of it inside."""
    itself = select(
        RecallLot.lot_id,
        RecallLot.lot_id.label("main_id"),
        literal_column("1", BigInteger()).label("per_unit"),
    ).where(RecallLot.recall_id == recall_id, ~RecallLot.is_made)
    inside = (
        select(LotPart.lot_id, LotPart.part_lot_id, func.max(LotPart.quantity))
        .join(RecallLot, RecallLot.lot_id == LotPart.part_lot_id)
        .where(RecallLot.recall_id == recall_id, ~RecallLot.is_made)
        .group_by(LotPart.lot_id, LotPart.part_lot_id)
    )
    return union_all(itself, inside).subquery("holder")


def _standing(holder: Subquery) -> Sequence[Any]:
    """What stands in our books at each place that is not outside."""
    quantity = StockBalance.quantity * holder.c.per_unit
    return db.session.execute(
        select(
            Place.id,
            Place.kind,
            called(Place).label("name"),
            Place.names,
            Place.organisation_id,
            Organisation.name.label("keeper"),
            Site.id.label("site_id"),
            Site.name.label("site"),
            Site.names.label("site_names"),
            func.sum(quantity).label("quantity"),
            func.sum(case((holder.c.lot_id != holder.c.main_id, quantity), else_=0)).label(
                "inside"
            ),
        )
        .select_from(holder)
        .join(StockBalance, StockBalance.lot_id == holder.c.lot_id)
        .join(Place, Place.id == StockBalance.place_id)
        .outerjoin(Site, Site.id == Place.site_id)
        .outerjoin(Organisation, Organisation.id == Place.organisation_id)
        .where(StockBalance.quantity > 0, StockBalance.is_outside.is_(False))
        .group_by(Place.id, Organisation.id, Site.id)
        .order_by(Site.name, called(Place), Place.id)
    ).all()


def _at(row: Any, organisation_id: int) -> Piece:
    is_ours = row.organisation_id == organisation_id
    return Piece(
        whereabout=Whereabout.IN_STOCK if is_ours else Whereabout.AT_PARTNERS,
        quantity=int(row.quantity),
        inside=int(row.inside),
        place=name_in(row.name, row.names) if row.id != row.site_id else "",
        site=name_in(row.site, row.site_names),
        keeper="" if is_ours else row.keeper or "",
        path=f"/places/{row.site_id}" if is_ours else "",
    )


def _on_the_road(rows: Sequence[Any]) -> list[Piece]:
    found = db.session.execute(
        select(
            shipment,
            Target.name.label("destination"),
            Target.names.label("destination_names"),
        )
        .join(Target, Target.id == shipment.c.destination_id)
        .where(shipment.c.in_transit_place_id.in_([row.id for row in rows]))
    )
    shipments = {row.in_transit_place_id: row for row in found}
    pieces = []
    for row in rows:
        by = shipments.get(row.id)
        named = (by.driver_name, by.driver_phone, by.vehicle_plate) if by else ()
        pieces.append(
            Piece(
                whereabout=Whereabout.ON_THE_ROAD,
                quantity=int(row.quantity),
                inside=int(row.inside),
                site=name_in(by.destination, by.destination_names) if by else "",
                record=by.number if by else row.name,
                path=f"/shipments/{by.id}" if by else "",
                contact=" · ".join(each for each in named if each),
            )
        )
    return pieces


def _gone(holder: Subquery, recall_id: int) -> list[Piece]:
    """What left our books, paper by paper: handed out, lost, given back."""
    sums: Counter[tuple[str, int, PlaceKind]] = Counter()
    inside: Counter[tuple[str, int, PlaceKind]] = Counter()
    outside = _outside(holder)
    for end, sign in ((StockLine.to_place_id, 1), (StockLine.from_place_id, -1)):
        quantity = StockLine.quantity * holder.c.per_unit
        for row in db.session.execute(
            select(
                StockMovement.source_kind,
                StockMovement.source_id,
                Place.kind,
                func.sum(quantity).label("quantity"),
                func.sum(case((holder.c.lot_id != holder.c.main_id, quantity), else_=0)).label(
                    "inside"
                ),
            )
            .select_from(holder)
            .join(StockLine, StockLine.lot_id == holder.c.lot_id)
            .join(StockMovement, StockMovement.id == StockLine.movement_id)
            .join(Place, Place.id == end)
            .where(end.in_(outside))
            .group_by(StockMovement.source_kind, StockMovement.source_id, Place.kind)
        ):
            sums[row.source_kind, row.source_id, row.kind] += sign * int(row.quantity)
            inside[row.source_kind, row.source_id, row.kind] += sign * int(row.inside)
    keys = [key for key, quantity in sums.items() if quantity]
    handed = _distributions(
        (source_id for kind, source_id, _place in keys if kind == "distribution"), recall_id
    )
    numbers = _numbers(keys)
    return [
        _went(key, sums[key], inside[key], handed.get(key[1]), numbers)
        for key in sorted(keys, key=lambda key: (key[2], key[1]))
    ]


def _outside(holder: Subquery) -> list[int]:
    """Where some of it went for good: lines are read by these places, not lot by lot."""
    return list(
        db.session.scalars(
            select(StockBalance.place_id)
            .distinct()
            .select_from(holder)
            .join(StockBalance, StockBalance.lot_id == holder.c.lot_id)
            .join(Place, Place.id == StockBalance.place_id)
            .where(StockBalance.is_outside, Place.kind.in_(GONE))
        )
    )


def _went(
    key: tuple[str, int, PlaceKind],
    quantity: int,
    inside: int,
    handed: Any,
    numbers: dict[tuple[str, int], str],
) -> Piece:
    kind, source_id, place_kind = key
    is_handed = kind == "distribution" and handed is not None
    whereabout = Whereabout.LOST
    if place_kind == PlaceKind.PEOPLE:
        whereabout = Whereabout.HANDED_OUT
    elif place_kind == PlaceKind.RETURNED:
        whereabout = Whereabout.RETURNED
    paths = {
        "distribution": f"/distributions/{source_id}",
        "shipment": f"/shipments/{source_id}",
        "write_off": f"/stock/write-offs/{source_id}",
    }
    return Piece(
        whereabout=whereabout,
        quantity=quantity,
        inside=inside,
        site=name_in(handed.site, handed.site_names) if is_handed else "",
        record=handed.number if is_handed else numbers.get((kind, source_id), ""),
        path=paths.get(kind, ""),
        on=handed.distributed_on if is_handed else None,
        households=handed.households if is_handed and whereabout == Whereabout.HANDED_OUT else None,
        stage=place_kind if whereabout == Whereabout.LOST else None,
        told_late=handed.told_late if is_handed else None,
        told_by=handed.told_by or "" if is_handed else "",
    )


def _distributions(ids: Iterable[int], recall_id: int) -> dict[int, Any]:
    began = select(Recall.started_at).where(Recall.id == recall_id).scalar_subquery()
    rows = db.session.execute(
        select(
            distribution,
            Site.name.label("site"),
            Site.names.label("site_names"),
            StockMovement.recorded_at.label("told_late"),
            User.name.label("told_by"),
        )
        .join(Site, Site.id == distribution.c.site_id)
        .outerjoin(
            StockMovement,
            (StockMovement.id == distribution.c.movement_id) & (StockMovement.recorded_at > began),
        )
        .outerjoin(User, User.id == StockMovement.recorded_by_id)
        .where(distribution.c.id.in_(list(ids)))
    )
    return {row.id: row for row in rows}


def _numbers(keys: Iterable[tuple[str, int, PlaceKind]]) -> dict[tuple[str, int], str]:
    wanted = list(keys)
    found: dict[tuple[str, int], str] = {}
    for name, columns in (
        ("shipment", (shipment.c.id, shipment.c.number)),
        ("write_off", (WriteOff.id, WriteOff.number)),
    ):
        ids = [source_id for kind, source_id, _place in wanted if kind == name]
        for row in db.session.execute(select(*columns).where(columns[0].in_(ids))):
            found[name, row.id] = row.number
    return found


def _given(holder: Subquery, found: int) -> int:
    """What sources gave. A lot that was made came from no source: all that is found of it."""
    itself = holder.c.lot_id == holder.c.main_id
    came = db.session.scalar(
        select(func.coalesce(func.sum(-StockBalance.quantity), 0))
        .select_from(holder)
        .join(StockBalance, StockBalance.lot_id == holder.c.lot_id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(itself, Place.kind.in_(SOURCES))
    )
    made = db.session.scalar(
        select(func.count())
        .select_from(holder)
        .join(LotPart, LotPart.lot_id == holder.c.lot_id)
        .where(itself)
    )
    return found if made else int(came or 0)
