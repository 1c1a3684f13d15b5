"""Which lots to send: first to expire first out, and never an expired one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class LeftOut(StrEnum):
    """Why a lot is not offered."""

    EXPIRED = "expired"
    RESERVED = "reserved"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Offer:
    """What one bin has of one lot. `free` is what is not promised to other shipments."""

    lot_id: int
    place_id: int
    expires_on: date | None
    quantity: int
    free: int


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

    Order: the earliest expiry first; lots without expiry last; then the older lot. A lot
    whose expiry day is before `on` has expired.
    """
    assert quantity > 0
    picks: list[Pick] = []
    left_out: list[tuple[Offer, LeftOut]] = []
    missing = quantity
    for offer in sorted(offers, key=_turn):
        if has_expired(offer.expires_on, on=on):
            left_out.append((offer, LeftOut.EXPIRED))
        elif offer.free <= 0:
            left_out.append((offer, LeftOut.RESERVED))
        elif missing == 0:
            left_out.append((offer, LeftOut.NOT_NEEDED))
        else:
            taken = min(missing, offer.free)
            picks.append(Pick(offer.lot_id, offer.place_id, taken))
            missing -= taken
    return Proposal(tuple(picks), missing, tuple(left_out))


def has_expired(expires_on: date | None, *, on: date) -> bool:
    """A lot is good through its expiry day."""
    return expires_on is not None and expires_on < on


def _turn(offer: Offer) -> tuple[date, int, int]:
    return (offer.expires_on or date.max, offer.lot_id, offer.place_id)
