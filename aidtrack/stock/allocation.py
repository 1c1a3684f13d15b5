"""Which lots to send: first to expire first out, and never an expired one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class LeftOut(StrEnum):
    """Why a lot is not offered."""

    EXPIRED = "expired"
    RECALLED = "recalled"
    HELD = "held"
    WRITING_OFF = "writing_off"
    RESERVED = "reserved"
    NOT_NEEDED = "not_needed"


class Turn(IntEnum):
    """When a lot is offered: what is better kept comes after all that is not."""

    USUAL = 0
    SHORT_DATED = 1
    EARMARKED = 2
    OF_ANOTHER = 3


# Sending these needs a reason.
NEEDS_REASON = frozenset({Turn.SHORT_DATED, Turn.EARMARKED})


@dataclass(frozen=True, slots=True)
class Offer:
    """What one bin has of one lot. `free` is what is not promised; `held` and `writing_off`
    say how much of the rest somebody keeps apart.
    """

    lot_id: int
    place_id: int
    expires_on: date | None
    quantity: int
    free: int
    is_recalled: bool = False
    held: int = 0
    writing_off: int = 0
    turn: Turn = Turn.USUAL


@dataclass(frozen=True, slots=True)
class Pick:
    """Take `quantity` base units of the lot from the place."""

    lot_id: int
    place_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lots to take, how much is missing, and why each other lot was left out."""

    picks: tuple[Pick, ...]
    missing: int
    left_out: tuple[tuple[Offer, LeftOut], ...]


def propose(quantity: int, offers: Sequence[Offer], *, on: date) -> Proposal:
    """Fill `quantity` base units from the offers.

    Order: the turn of each; then the earliest expiry, lots without expiry last; then the
    older lot. A lot whose expiry day is before `on` has expired.
    """
    assert quantity > 0
    picks: list[Pick] = []
    left_out: list[tuple[Offer, LeftOut]] = []
    missing = quantity
    for offer in sorted(offers, key=in_turn):
        why = why_not(offer, on=on)
        if why is None and missing == 0:
            why = LeftOut.NOT_NEEDED
        if why is not None:
            left_out.append((offer, why))
        else:
            taken = min(missing, offer.free)
            picks.append(Pick(offer.lot_id, offer.place_id, taken))
            missing -= taken
    return Proposal(tuple(picks), missing, tuple(left_out))


def why_not(offer: Offer, *, on: date) -> LeftOut | None:
    """Why nothing of an offer can be taken; None when something can."""
    if has_expired(offer.expires_on, on=on):
        return LeftOut.EXPIRED
    if offer.is_recalled:
        return LeftOut.RECALLED
    if offer.free > 0:
        return None
    if offer.held:
        return LeftOut.HELD
    return LeftOut.WRITING_OFF if offer.writing_off else LeftOut.RESERVED


def has_expired(expires_on: date | None, *, on: date) -> bool:
    """A lot is good through its expiry day."""
    return expires_on is not None and expires_on < on


def in_turn(offer: Offer) -> tuple[int, date, int, int]:
    """What to sort offers by, the first to be taken first."""
    return (offer.turn, offer.expires_on or date.max, offer.lot_id, offer.place_id)
