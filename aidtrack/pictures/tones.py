"""The tones of pictures and their hatches: told apart by colour, by lightness and by line."""

from typing import Literal, NamedTuple

Tone = Literal["ok", "go", "wait", "bad", "idle", "back"]
Ink = Literal["blank", "sparse", "dense", "dots", "solid"]


class Hatch(NamedTuple):
    """Lines or dots cut out of a tone.

    angles: of the lines, in degrees from upright; none for dots. step and weight in pixels.
    """

    angles: tuple[int, ...] = ()
    step: float = 7.0
    weight: float = 2.0


class Look(NamedTuple):
    """How a tone looks: colours in light and dark, its hatch, and how black ink alone tells it.

    ink: the hatch of papers that are printed in black only, by the name the page kit gives it.
    """

    light: str
    dark: str
    hatch: Hatch | None
    ink: Ink


# The colours are those of --at-s-* in the style sheet.
LOOKS: dict[Tone, Look] = {
    "ok": Look("#006b54", "#2fae8b", None, "dense"),
    "go": Look("#3b8fd6", "#9accf8", Hatch((45,), 8, 2.4), "sparse"),
    "wait": Look("#d69112", "#f5b93a", Hatch((), 6, 1.3), "dots"),
    "bad": Look("#b0290a", "#d94a22", Hatch((45, -45), 6, 1.4), "solid"),
    "idle": Look("#a5b4b9", "#51666e", None, "blank"),
    "back": Look("#4a3078", "#9a5fd6", Hatch((0,), 6, 2.2), "dots"),
}
