"""One movement: what it was, who recorded it when, and each line before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item
from aidtrack.catalogue.units import Pack
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, lazy, name_in
from aidtrack.identity import records
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import OUTSIDE, Place, PlaceKind
from aidtrack.stock.loss_models import StockFind, WriteOff
from aidtrack.stock.models import (
    Lot,
    MovementKind,
    Reason,
    StockBalance,
    StockLine,
    StockMovement,
    lot_number,
)
from aidtrack.stock.queries import Origin, Target, seen

LINES_SHOWN = 200
KINDS = {
    MovementKind.OPENING: lazy("Opening stock"),
    MovementKind.RECEIPT: lazy("Goods received"),
    MovementKind.MOVE: lazy("Goods moved"),
    MovementKind.DISPATCH: lazy("Sent"),
    MovementKind.DELIVERY: lazy("Delivered"),
    MovementKind.RETURN_TO_SENDER: lazy("Returned to the sender"),
    MovementKind.DISTRIBUTION: lazy("Handed out"),
    MovementKind.LOSS: lazy("Written off"),
    MovementKind.RETURN_TO_DONOR: lazy("Given back to the donor"),
    MovementKind.REVERSAL: lazy("Reversal"),
    MovementKind.FOUND: lazy("Found"),
    MovementKind.COUNT: lazy("Counted"),
    MovementKind.MAKE: lazy("Made into other lots"),
    MovementKind.UNMAKE: lazy("Taken apart"),
    MovementKind.CORRECTION: lazy("Corrected"),
}
OriginSite, TargetSite = aliased(Place), aliased(Place)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a line: the place, and what it held of the lot before and after.

    Of what lies outside nobody counts what it holds.
    """

    place_id: int
    kind: PlaceKind
    name: str
    site: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class MovementLine:
    lot_id: int
    lot_number: str
    batch_number: str
    item: str
    base_unit: str
    pack_name: str
    pack_size: int | None
    pack: Pack | None
    quantity: int
    reason: Reason | None
    origin: End
    target: End


@dataclass(frozen=True, slots=True)
class Source:
    """The record that caused a movement, as far as the reader may see it."""

    kind: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class MovementDetail:
    """A movement; `occurred_at` is when it happened, `recorded_at` when we were told."""

    id: int
    kind: MovementKind
    organisation_id: int
    site_id: int | None
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    note: str
    reverses_id: int | None
    reversed_by_id: int | None
    source_id: int
    source: Source
    line_count: int
    lines: tuple[MovementLine, ...]

    @property
    def title(self) -> str:
        return str(KINDS[self.kind])


def movement(movement_id: int, actor: Actor) -> StockMovement:
    """One that was made where the actor may look, or that touched such a place."""
    found = db.session.get(StockMovement, movement_id)
    if found is None or not (_may_see(found, actor) or _touches(movement_id, actor)):
        raise NotFound(_("There is no such movement."))
    return found


def site_of(movement: StockMovement) -> int | None:
    """The store in which it was made; None where papers of other packages name the place."""
    written_off = write_off_of(movement)
    if written_off is not None:
        return written_off.site_id
    found = find_of(movement)
    if found is not None:
        return found.site_id
    return movement.source_id if movement.source_kind == "site" else None


def write_off_of(movement: StockMovement) -> WriteOff | None:
    """The write-off that it posted, if one did."""
    if movement.source_kind != "write_off":
        return None
    return db.session.get(WriteOff, movement.source_id)


def find_of(movement: StockMovement) -> StockFind | None:
    """The find that it posted, if one did."""
    if movement.source_kind != "stock_find":
        return None
    return db.session.get(StockFind, movement.source_id)


def detail(movement_id: int, actor: Actor) -> MovementDetail:
    """A movement with its first lines, in a fixed number of statements. Raises NotFound."""
    found = movement(movement_id, actor)
    of_it = StockLine.movement_id == movement_id
    return MovementDetail(
        id=found.id,
        kind=found.kind,
        organisation_id=found.organisation_id,
        site_id=site_of(found),
        occurred_at=found.occurred_at,
        recorded_at=found.recorded_at,
        recorded_by=db.session.scalar(select(User.name).filter_by(id=found.recorded_by_id)) or "",
        note=found.note,
        reverses_id=found.reverses_id,
        reversed_by_id=reversed_by(movement_id),
        source_id=found.source_id,
        source=source_of(found.source_kind, found.source_id, actor),
        line_count=db.session.scalar(select(func.count()).select_from(StockLine).where(of_it)) or 0,
        lines=tuple(_lines(movement_id)),
    )


def reversed_by(movement_id: int) -> int | None:
    return db.session.scalar(select(StockMovement.id).filter_by(reverses_id=movement_id))


def source_of(kind: str, record_id: int, actor: Actor) -> Source:
    """The record in words, with its page where the reader may open it."""
    try:
        known = records.kind_called("place" if kind == "site" else kind)
        return Source(kind, known.find(record_id, actor).title, known.page(record_id))
    except NotFound:
        return Source(kind, "", "")


def _may_see(found: StockMovement, actor: Actor) -> bool:
    return actor.may(
        Permission.VIEW_STOCK, organisation_id=found.organisation_id, site_id=site_of(found)
    )


def _touches(movement_id: int, actor: Actor) -> bool:
    at_either_end = or_(Place.id == StockLine.from_place_id, Place.id == StockLine.to_place_id)
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    StockLine.movement_id == movement_id,
                    at_either_end,
                    seen(actor, Permission.VIEW_STOCK),
                )
            )
        )
    )


def _lines(movement_id: int) -> Iterable[MovementLine]:
    rows = db.session.execute(
        select(
            StockLine, Lot, Item, nesting.pack(Lot.pack_id), Origin, OriginSite, Target, TargetSite
        )
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(Origin, Origin.id == StockLine.from_place_id)
        .join(Target, Target.id == StockLine.to_place_id)
        .outerjoin(OriginSite, OriginSite.id == Origin.site_id)
        .outerjoin(TargetSite, TargetSite.id == Target.site_id)
        .where(StockLine.movement_id == movement_id)
        .order_by(StockLine.id)
        .limit(LINES_SHOWN)
    ).all()
    held = _held_after(movement_id, {row.StockLine.lot_id for row in rows})
    # Backwards, so that lines of one lot each start where the one before them ended.
    found = []
    for line, lot, item, pack, origin, origin_site, target, target_site in reversed(rows):
        ends = []
        for place, site, sign in ((origin, origin_site, -1), (target, target_site, 1)):
            after = held.get((place.id, lot.id), 0)
            held[place.id, lot.id] = before = after - sign * line.quantity
            is_outside = place.kind in OUTSIDE
            ends.append(
                End(
                    place_id=place.id,
                    kind=place.kind,
                    name=place.name_in(),
                    site=name_in(site.name, site.names) if site else "",
                    before=None if is_outside else before,
                    after=None if is_outside else after,
                )
            )
        found.append(
            MovementLine(
                lot_id=lot.id,
                lot_number=lot_number(lot.id),
                batch_number=lot.batch_number,
                item=name_in(item.name, item.names),
                base_unit=item.base_unit,
                pack_name=pack.name if pack else "",
                pack_size=pack.size if pack else None,
                pack=pack,
                quantity=line.quantity,
                reason=line.reason,
                origin=ends[0],
                target=ends[1],
            )
        )
    return reversed(found)


def _held_after(movement_id: int, lot_ids: set[int]) -> dict[tuple[int, int], int]:
    """What each place held of the lots when it was done: now, less what came and went since."""
    balances = db.session.execute(
        select(StockBalance.place_id, StockBalance.lot_id, StockBalance.quantity).where(
            StockBalance.lot_id.in_(lot_ids)
        )
    )
    held = {(row.place_id, row.lot_id): row.quantity for row in balances}
    last = select(func.max(StockLine.id)).filter_by(movement_id=movement_id).scalar_subquery()
    since = (StockLine.lot_id.in_(lot_ids), StockLine.id > last)
    for place, sign in ((StockLine.to_place_id, 1), (StockLine.from_place_id, -1)):
        rows = db.session.execute(
            select(place, StockLine.lot_id, func.sum(StockLine.quantity))
            .where(*since)
            .group_by(place, StockLine.lot_id)
        )
        for place_id, lot_id, quantity in rows:
            held[place_id, lot_id] = held.get((place_id, lot_id), 0) - sign * int(quantity)
    return held
