"""Bars drawn on the server from numbers, as shapes with attributes only (no styles)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from aidtrack.core.i18n import _
from aidtrack.pictures import svg
from aidtrack.pictures.tones import LOOKS

# Tones that also carry a hatch, so that grey print and any eye can tell them apart.
HATCHED = frozenset(str(tone) for tone, look in LOOKS.items() if look.hatch is not None)


class Part(NamedTuple):
    """One part of a balance. Tones: ok, go, wait, bad, idle, back."""

    quantity: int
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Block:
    """One rectangle of a bar, in percent of its width."""

    start: str
    width: str
    tone: str
    is_hatched: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """A total and parts that add up to it, whatever was given."""

    total: int
    parts: tuple[Part, ...]
    blocks: tuple[Block, ...]
    is_balanced: bool


def balance(total: int, parts: Iterable[Sequence]) -> Balance:
    """Parts of (quantity, label, tone). What is missing or too much is shown, never hidden."""
    known = [Part(*part) for part in parts]
    rest = total - sum(part.quantity for part in known)
    if rest > 0:
        known.append(Part(rest, _("not accounted for"), "bad"))
    elif rest < 0:
        known.append(Part(rest, _("more than there was"), "bad"))
    return Balance(
        total=total,
        parts=tuple(known),
        blocks=tuple(blocks(known)),
        is_balanced=rest == 0,
    )


def blocks(parts: Sequence[Part], of: int | None = None) -> Iterable[Block]:
    """The rectangles of the parts, of a whole that is at least their sum."""
    whole = max(of or 0, sum(max(part.quantity, 0) for part in parts)) or 1
    start = 0
    for part in parts:
        if part.quantity <= 0:
            continue
        yield Block(
            start=f"{start * 100 / whole:.2f}%",
            width=f"{part.quantity * 100 / whole:.2f}%",
            tone=part.tone,
            is_hatched=part.tone in HATCHED,
            is_first=start == 0,
        )
        start += part.quantity


def share(value: int, maximum: int) -> str:
    """`value` of `maximum` as a width, never beyond the end."""
    return f"{min(max(value, 0) * 100 / maximum, 100) if maximum > 0 else 0:.1f}%"


def hatches() -> Markup:
    """The patterns that bars and pictures refer to, once a page."""
    return Markup(svg.hatches())
