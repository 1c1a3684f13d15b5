"""What is said of a line's lots: the shapes, and the sentences people read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from aidtrack.catalogue import units
from aidtrack.catalogue.units import Pack
from aidtrack.core.i18n import _, listed
from aidtrack.stock.allocation import LeftOut, Pick, has_expired

Key = tuple[int, int]
"""(place id, lot id)"""


class MendKind(StrEnum):
    """What a person may do about a line that cannot be filled."""

    TAKE_OTHERS = "take_others"
    SEND_ONLY = "send_only"
    TAKE_OUT = "take_out"


@dataclass(frozen=True, slots=True)
class NamedLot:
    """A lot in a bin: `free` is not promised to others, `held_for` names those shipments.

    `reason` says why it is taken or left. One that `needs_reason` is taken only once the
    sender says why: it is short-dated, or meant for another area.
    """

    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date | None
    donor: str
    pack_name: str
    pack_size: int | None
    pack: Pack | None
    place_id: int
    place: str
    quantity: int
    free: int
    picked: int = 0
    left_out: LeftOut | None = None
    held_for: tuple[str, ...] = ()
    reason: str = ""
    needs_reason: bool = False

    @property
    def label(self) -> str:
        """What people call it: the number its maker printed, or else ours."""
        return self.batch_number or self.lot_number


@dataclass(frozen=True, slots=True)
class Mend:
    """One way out: the line asks for `quantity` from then on, and takes these lots."""

    kind: MendKind
    label: str
    quantity: int
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class LineCheck:
    """One line: what it takes of which lot, why not enough, and ways out. Base units."""

    line_id: int
    line_number: int
    item_id: int
    item_code: str
    item: str
    base_unit: str
    pack_name: str
    pack_size: int | None
    pack: Pack | None
    asked: int
    missing: int
    lots: tuple[NamedLot, ...]
    problems: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()
    why_taken: str = ""

    @property
    def unusual(self) -> list[NamedLot]:
        """The lots that it takes and that need a reason."""
        return [lot for lot in self.lots if lot.needs_reason]

    @property
    def picked(self) -> int:
        return sum(lot.picked for lot in self.lots)


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    number: int
    item_id: int
    item_code: str
    item: str
    base_unit: str
    pack_name: str
    pack_size: int | None
    pack: Pack | None
    asked: int
    chosen: tuple[Pick, ...]
    why_taken: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a line takes, and what it could take besides."""

    picks: tuple[Pick, ...]
    extra: tuple[Pick, ...]
    missing: int
    refused: tuple[Pick, ...]


def problems_of(
    line: Line,
    filled: Filled,
    lots: Sequence[NamedLot],
    named: dict[Key, NamedLot],
    on: date,
) -> list[str]:
    """Why the line cannot be filled, in sentences."""
    if not filled.missing:
        return []
    sentences = [
        _why_refused(line, pick, named[pick.place_id, pick.lot_id], on) for pick in filled.refused
    ]
    chosen = sum(pick.quantity for pick in line.chosen)
    if line.chosen and chosen < line.asked:
        sentences.append(
            _(
                "%(missing)s of %(item)s have no lot yet.",
                missing=_words(line, line.asked - chosen),
                item=line.item,
            )
        )
    if not line.chosen:
        sentences.append(
            _(
                "Only %(free)s of %(item)s can be sent, you asked for %(asked)s.",
                free=_words(line, line.asked - filled.missing),
                item=line.item,
                asked=_words(line, line.asked),
            )
        )
        sentences += [_why_left_out(line, lot) for lot in lots if lot.left_out]
    return sentences


def _why_refused(line: Line, pick: Pick, lot: NamedLot, on: date) -> str:
    if has_expired(lot.expires_on, on=on):
        return _(
            "Lot %(lot)s of %(item)s expired on %(day)s. It stays locked until it is written off.",
            lot=lot.label,
            item=line.item,
            day=lot.expires_on,
        )
    if lot.left_out == LeftOut.RECALLED:
        return _(
            "Lot %(lot)s of %(item)s cannot be sent: %(why)s.",
            lot=lot.label,
            item=line.item,
            why=lot.reason,
        )
    sentence = _(
        "%(place)s has %(free)s of lot %(lot)s of %(item)s free, you asked for %(asked)s.",
        place=lot.place,
        free=_words(line, max(0, lot.free)),
        lot=lot.label,
        item=line.item,
        asked=_words(line, pick.quantity),
    )
    return sentence + _held(lot)


def _why_left_out(line: Line, lot: NamedLot) -> str:
    if lot.left_out == LeftOut.EXPIRED:
        return _(
            "%(quantity)s of lot %(lot)s expired on %(day)s.",
            quantity=_words(line, lot.quantity),
            lot=lot.label,
            day=lot.expires_on,
        )
    if lot.left_out != LeftOut.RESERVED:
        return _(
            "%(quantity)s of lot %(lot)s cannot be sent: %(why)s.",
            quantity=_words(line, lot.quantity),
            lot=lot.label,
            why=lot.reason,
        )
    return _(
        "%(quantity)s of lot %(lot)s are kept for others.",
        quantity=_words(line, lot.quantity - max(0, lot.free)),
        lot=lot.label,
    ) + _held(lot)


def _held(lot: NamedLot) -> str:
    if not lot.held_for:
        return ""
    return " " + _("Kept for %(shipments)s.", shipments=listed(lot.held_for))


def mends_of(line: Line, filled: Filled, named: dict[Key, NamedLot], several: bool) -> list[Mend]:
    """Ways out, the one that sends most first."""
    mends: list[Mend] = []
    kept = sum(pick.quantity for pick in filled.picks)
    extra = sum(pick.quantity for pick in filled.extra)
    if extra:
        taken = _(" and ").join(
            _(
                "%(quantity)s from lot %(lot)s",
                quantity=pick.quantity,
                lot=named[pick.place_id, pick.lot_id].label,
            )
            for pick in filled.extra
        )
        if kept + extra == line.asked:
            label = _("Take %(taken)s", taken=taken)
        else:
            label = _("Take %(taken)s, send only %(all)s", taken=taken, all=kept + extra)
        picks = _together(filled.picks + filled.extra)
        mends.append(Mend(MendKind.TAKE_OTHERS, label, kept + extra, picks))
    if kept:
        label = _("Send only %(quantity)s", quantity=kept)
        mends.append(Mend(MendKind.SEND_ONLY, label, kept, filled.picks))
    elif several:
        mends.append(Mend(MendKind.TAKE_OUT, _("Take the line out"), 0, ()))
    return mends


def _together(picks: Iterable[Pick]) -> tuple[Pick, ...]:
    """One pick for each lot in each bin."""
    sums: dict[Key, int] = {}
    for pick in picks:
        key = (pick.place_id, pick.lot_id)
        sums[key] = sums.get(key, 0) + pick.quantity
    return tuple(Pick(lot_id, place_id, n) for (place_id, lot_id), n in sums.items())


def _words(line: Line, quantity: int) -> str:
    return units.in_words(quantity, line.base_unit, line.pack_size, line.pack_name)
