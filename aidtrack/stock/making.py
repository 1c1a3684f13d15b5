"""Lots made of other lots, and taken apart again: kits, other packs, other labels. Exact.

What a lot is made of leaves its bin for the place MADE_INTO, and the new lot comes from there,
in one movement. Every unit of a made lot holds the same: what does not come out even becomes
several lots (see `alike`), so that nothing is ever rounded.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.stock import ledger
from aidtrack.stock.allocation import has_expired
from aidtrack.stock.ledger import NewLot, NewPart, Source, Transfer
from aidtrack.stock.models import Lot, LotPart, MovementKind

# The parts of one unit of a lot: how much of each other lot.
Inside = dict[int, int]


class PartExpired(RuleBroken):
    """Something to be put in is past its expiry. Names every such lot."""

    code = "part_expired"


class OwnersDiffer(RuleBroken):
    """Parts of different owners cannot be one thing: nobody would own it."""

    code = "owners_differ"


class NotMade(RuleBroken):
    """A lot that is made of nothing cannot be taken apart."""

    code = "not_made"


class Expiry(Enum):
    """When what was made expires, unless the day is given."""

    EARLIEST_PART = "earliest_part"


@dataclass(frozen=True, slots=True)
class Part:
    """What goes into each unit: `per_unit` base units of a lot, taken from where it lies."""

    lot_id: int
    place_id: int
    per_unit: int


@dataclass(frozen=True, slots=True)
class Made:
    """A lot to make: `quantity` base units of an item into a place, each of the same parts."""

    item_id: int
    place_id: int
    quantity: int
    parts: tuple[Part, ...]
    pack_id: int | None = None
    batch_number: str = ""
    expires_on: date | Expiry | None = Expiry.EARLIEST_PART


@dataclass(frozen=True, slots=True)
class Making:
    """The movement, and for each lot asked for the one that it became: alike ones are one."""

    movement_id: int
    lot_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Taking:
    """Some of a lot from where it lies; `quantity` in base units."""

    lot_id: int
    place_id: int
    quantity: int


def make(
    outputs: Sequence[Made],
    *,
    source: Source,
    organisation_id: int,
    recorded_by_id: int,
    occurred_at: datetime,
    note: str = "",
    key: UUID | None = None,
    fit_for_use: bool = True,
) -> Making:
    """Make lots of others by one movement.

    Raises InsufficientStock for parts that are not there or are promised or held, OwnersDiffer,
    and, unless `fit_for_use` is False (goods that only get another label), PartExpired, or
    LotRecalled when their batch is.
    """
    assert outputs
    assert all(made.quantity > 0 and made.parts for made in outputs)
    with transaction():
        lots = _lots({part.lot_id for made in outputs for part in made.parts})
        # First: making the place locks its organisation, which every new lot holds as well.
        outside = _made_into(lots.values())
        # Then all that is taken, at once: whoever corrects a day has done so, or waits for us.
        ledger.hold_still(
            (place_id, transfer.lot_id)
            for transfer in _put_in(outputs, lots, outside)
            for place_id in (transfer.from_place_id, transfer.to_place_id)
        )
        lots = _lots(lots)
        if fit_for_use:
            _refuse_expired(lots.values())
        dated = [_with_expiry(made, lots) for made in outputs]
        kinds = list(dict.fromkeys(_kind(made) for made in dated))
        first = {_kind(made): made for made in reversed(dated)}
        lot_ids = ledger.create_lots([_new_lot(first[kind], lots) for kind in kinds])
        if fit_for_use:
            ledger.refuse_recalled(set(lot_ids))  # Of a batch of kits that is recalled.
        number = dict(zip(kinds, lot_ids, strict=True))
        made_of = {number[kind]: _per_unit(first[kind]) for kind in kinds}
        ledger.create_parts(_rows_of(made_of))
        movement_id = ledger.post(
            [
                *_put_in(dated, lots, outside),
                *_come_out(dated, number, lots, outside),
            ],
            kind=MovementKind.MAKE,
            source=source,
            organisation_id=organisation_id,
            recorded_by_id=recorded_by_id,
            occurred_at=occurred_at,
            note=note,
            key=key,
        )
        return Making(movement_id, tuple(number[_kind(made)] for made in dated))


def unmake(
    takings: Sequence[Taking],
    *,
    to_place_id: int,
    source: Source,
    organisation_id: int,
    recorded_by_id: int,
    occurred_at: datetime,
    note: str = "",
    key: UUID | None = None,
) -> int:
    """Take lots apart: what they were made of goes to a place as the lots that it was.

    Only what was put in itself comes out: a kit inside a kit stays whole. The movement's id.
    """
    assert takings
    assert all(taking.quantity > 0 for taking in takings)
    with transaction():
        lots = _lots({taking.lot_id for taking in takings})
        parts = direct_parts(lots)
        if whole := [lots[lot_id].number for lot_id in lots if lot_id not in parts]:
            raise NotMade(_("Lot %(lot)s is not made of other lots.", lot=", ".join(whole)))
        outside = _made_into(lots.values())
        gone: Counter[tuple[int, int, int]] = Counter()
        back: Counter[tuple[int, int, int]] = Counter()
        for taking in takings:
            away = outside[lots[taking.lot_id].organisation_id]
            gone[taking.lot_id, taking.place_id, away] += taking.quantity
            for part_lot_id, per_unit in parts[taking.lot_id].items():
                back[part_lot_id, away, to_place_id] += per_unit * taking.quantity
        return ledger.post(
            [Transfer(*ends, quantity) for ends, quantity in (*gone.items(), *back.items())],
            kind=MovementKind.UNMAKE,
            source=source,
            organisation_id=organisation_id,
            recorded_by_id=recorded_by_id,
            occurred_at=occurred_at,
            note=note,
            key=key,
        )


def alike(
    quantity: int, components: Sequence[tuple[int, Sequence[Taking]]]
) -> list[tuple[int, tuple[Part, ...]]]:
    """Share parts out over `quantity` units so that each group of units is alike. Pure.

    A component is how much of it each unit needs and what is taken for all of them, which must
    be exactly enough. 100 kits of a bar from 60 of one lot and 40 of another are two groups.
    """
    queues = [
        [[t.lot_id, t.place_id, t.quantity] for t in takings] for _need, takings in components
    ]
    assert all(sum(t.quantity for t in takings) == need * quantity for need, takings in components)
    groups: list[tuple[int, tuple[Part, ...]]] = []
    remaining = quantity
    while remaining:
        run, inside = remaining, []
        for (need, _takings), queue in zip(components, queues, strict=True):
            # What does not come out even of one lot makes one unit of several.
            run = min(run, max(1, queue[0][2] // need))
        for (need, _takings), queue in zip(components, queues, strict=True):
            inside += _take(queue, need, run)
        groups.append((run, tuple(inside)))
        remaining -= run
    return groups


def direct_parts(lot_ids: Iterable[int]) -> dict[int, Inside]:
    """What was put into one unit of each made lot, part by part; other lots are left out."""
    found: dict[int, Inside] = defaultdict(dict)
    rows = db.session.execute(
        select(LotPart.lot_id, LotPart.part_lot_id, LotPart.quantity)
        .where(LotPart.lot_id.in_(list(lot_ids)), LotPart.is_direct)
        .order_by(LotPart.id)
    )
    for lot_id, part_lot_id, quantity in rows:
        found[lot_id][part_lot_id] = quantity
    return dict(found)


def _take(queue: list[list[int]], need: int, run: int) -> list[Part]:
    taken = []
    while need:
        lot_id, place_id, left = queue[0]
        some = min(need, left // run)
        taken.append(Part(lot_id, place_id, some))
        need -= some
        queue[0][2] -= some * run
        if not queue[0][2]:
            queue.pop(0)
    return taken


def _lots(lot_ids: Collection[int]) -> dict[int, Lot]:
    """As they are now, whatever was read of them before."""
    asked = select(Lot).where(Lot.id.in_(lot_ids)).order_by(Lot.id)
    rows = db.session.scalars(asked.execution_options(populate_existing=True))
    return {lot.id: lot for lot in rows}


def _refuse_expired(lots: Iterable[Lot]) -> None:
    today = clock.today()
    expired = [lot.number for lot in lots if has_expired(lot.expires_on, on=today)]
    if expired:
        raise PartExpired(_("Lot %(lot)s has expired.", lot=", ".join(expired)), lots=expired)


def _with_expiry(made: Made, lots: Mapping[int, Lot]) -> Made:
    if made.expires_on is not Expiry.EARLIEST_PART:
        return made
    days = [lots[part.lot_id].expires_on for part in made.parts]
    return replace(made, expires_on=min((day for day in days if day is not None), default=None))


def _per_unit(made: Made) -> Inside:
    inside: Counter[int] = Counter()
    for part in made.parts:
        inside[part.lot_id] += part.per_unit
    return dict(inside)


def _kind(made: Made) -> tuple[object, ...]:
    """Outputs of the same kind are one lot, from whichever bins their parts come."""
    return (
        made.item_id,
        made.pack_id,
        made.batch_number,
        made.expires_on,
        frozenset(_per_unit(made).items()),
    )


def _new_lot(made: Made, lots: Mapping[int, Lot]) -> NewLot:
    inside = _per_unit(made)
    parts = [lots[lot_id] for lot_id in inside]
    owners = {part.organisation_id for part in parts}
    if len(owners) != 1:
        raise OwnersDiffer(_("These parts belong to different organisations."))
    donors = {part.donor_id for part in parts}
    # The same goods under another label or in another pack are still what was given.
    same_goods = list(inside.values()) == [1] and parts[0].item_id == made.item_id
    value, currency = _value(inside, lots)
    assert not isinstance(made.expires_on, Expiry)
    return NewLot(
        item_id=made.item_id,
        organisation_id=owners.pop(),
        donor_id=donors.pop() if len(donors) == 1 else None,
        donation_line_id=parts[0].donation_line_id if same_goods else None,
        batch_number=made.batch_number,
        expires_on=made.expires_on,
        pack_id=made.pack_id,
        unit_value_minor=value,
        currency=currency,
    )


def _value(inside: Inside, lots: Mapping[int, Lot]) -> tuple[int | None, str | None]:
    """The sum of the parts; unknown when one is, or when they are in several currencies."""
    currencies = {lots[lot_id].currency for lot_id in inside}
    values = [lots[lot_id].unit_value_minor for lot_id in inside]
    known = [value for value in values if value is not None]
    if len(currencies) != 1 or len(known) != len(values):
        return None, None
    total = sum(value * per_unit for value, per_unit in zip(known, inside.values(), strict=True))
    return total, currencies.pop()


def _rows_of(made_of: Mapping[int, Inside]) -> list[NewPart]:
    """A row for each lot inside the new ones, however deep."""
    deeper, roots = _inside({part for inside in made_of.values() for part in inside})
    rows: list[NewPart] = []
    for lot_id, inside in made_of.items():
        total: Counter[int] = Counter(inside)
        for part, per_unit in inside.items():
            for deep, quantity in deeper.get(part, {}).items():
                total[deep] += quantity * per_unit
        for part, quantity in total.items():
            put_in = inside.get(part)
            is_root = part in roots
            if put_in is not None:
                rows.append(NewPart(lot_id, part, put_in, True, is_root and put_in == quantity))
            if put_in != quantity:
                rows.append(NewPart(lot_id, part, quantity, False, is_root))
    return rows


def _inside(lot_ids: Collection[int]) -> tuple[dict[int, Inside], set[int]]:
    """All that one unit of each lot holds, and which of all these lots hold nothing."""
    rows = db.session.execute(
        select(
            LotPart.lot_id,
            LotPart.part_lot_id,
            LotPart.quantity,
            LotPart.is_root,
        )
        .where(LotPart.lot_id.in_(lot_ids))
        # The row with all of it comes last, and stays.
        .order_by(LotPart.lot_id, LotPart.part_lot_id, LotPart.is_direct.desc())
    )
    found: dict[int, Inside] = defaultdict(dict)
    roots: set[int] = set()
    for lot_id, part_lot_id, quantity, is_root in rows:
        found[lot_id][part_lot_id] = quantity
        if is_root:
            roots.add(part_lot_id)
    return dict(found), roots | {lot_id for lot_id in lot_ids if lot_id not in found}


def _made_into(lots: Iterable[Lot]) -> dict[int, int]:
    """Each owner's place of what became other lots."""
    owners = sorted({lot.organisation_id for lot in lots})
    return {owner: places.outside_place(PlaceKind.MADE_INTO, owner) for owner in owners}


def _put_in(
    outputs: Sequence[Made], lots: Mapping[int, Lot], outside: Mapping[int, int]
) -> list[Transfer]:
    taken: Counter[tuple[int, int]] = Counter()
    for made in outputs:
        for part in made.parts:
            taken[part.lot_id, part.place_id] += part.per_unit * made.quantity
    return [
        Transfer(lot_id, place_id, outside[lots[lot_id].organisation_id], quantity)
        for (lot_id, place_id), quantity in taken.items()
    ]


def _come_out(
    outputs: Sequence[Made],
    number: Mapping[tuple[object, ...], int],
    lots: Mapping[int, Lot],
    outside: Mapping[int, int],
) -> list[Transfer]:
    into: Counter[tuple[int, int, int]] = Counter()
    for made in outputs:
        owner = lots[made.parts[0].lot_id].organisation_id
        into[number[_kind(made)], outside[owner], made.place_id] += made.quantity
    return [Transfer(*ends, quantity) for ends, quantity in into.items()]
