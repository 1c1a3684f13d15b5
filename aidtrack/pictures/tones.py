"""The tones of pictures and their hatches: told apart by colour, by lightness and by line."""

from typing import Literal, NamedTuple

Tone = Literal["ok", "go", "wait", "bad", "idle", "back"]


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
    ink: str


# The colours are those of --at-s-* in the style sheet.
LOOKS: dict[Tone, Look] = {
    "ok": Look("#00735a", "#2fae8b", None, "dense"),
    "go": Look("#3f8fd2", "#5aa9ea", Hatch((45,), 8, 2.4), "sparse"),
    "wait": Look("#efb02e", "#f0b73f", Hatch((), 6, 1.3), "dots"),
    "bad": Look("#c23b16", "#ee6f47", Hatch((45, -45), 6, 1.4), "solid"),
    "idle": Look("#9aabb0", "#5d737b", None, "blank"),
    "back": Look("#6d5a9c", "#a795dd", Hatch((0,), 6, 2.2), "dots"),
}
