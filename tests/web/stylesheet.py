"""Our style sheet as the tests see it: its rules, and the colours of each scheme."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parents[2] / "aidtrack" / "static" / "css" / "aidtrack.css"
LIGHT = ':root,[data-bs-theme="light"]'
DARK = '[data-bs-theme="dark"]'
SUNLIGHT = ':root:not([data-bs-theme="dark"]) .drive,.sunlight'

Colour = tuple[float, float, float]


class Rule(NamedTuple):
    """`inside` is the at-rule around it, such as `@media screen`; empty where there is none."""

    inside: str
    selector: str
    declarations: tuple[tuple[str, str], ...]


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(read(FILE.read_text("utf-8")))


def read(text: str, inside: str = "") -> Iterator[Rule]:
    """The rules of a sheet in order, those within at-rules too."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    start = 0
    while (opening := text.find("{", start)) >= 0:
        closing = _closing(text, opening)
        selector = " ".join(text[start:opening].split()).replace(", ", ",")
        body = text[opening + 1 : closing]
        if selector.startswith(("@media", "@container", "@supports")):
            yield from read(body, selector)
        elif not selector.startswith("@keyframes"):
            yield Rule(inside, selector, tuple(_declarations(body)))
        start = closing + 1


def scheme(name: str) -> Mapping[str, str]:
    """Every token of a scheme: its own, and what it leaves as it is in the light."""
    tokens: dict[str, str] = {}
    for wanted in dict.fromkeys((LIGHT, name)):
        found = [rule for rule in rules() if rule.selector == wanted]
        assert found, f"the style sheet has no rule for {wanted}"
        own = dict(found[0].declarations)
        tokens |= {key: value for key, value in own.items() if key.startswith("--at-")}
    return tokens


def colour(value: str) -> Colour:
    """Red, green and blue as light, 0 to 1, of #rgb or #rrggbb."""
    digits = value.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (_light(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """How many times brighter the one is than the other, as WCAG 2.2 counts."""
    dark, light = sorted((luminance(colour(one)), luminance(colour(other))))
    return (light + 0.05) / (dark + 0.05)


def luminance(seen: Colour) -> float:
    red, green, blue = seen
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(seen: Colour) -> float:
    """0 for black to 100 for white, in steps that eyes find equal (CIE L*)."""
    return 116 * _cube_root(luminance(seen)) - 16


def apart(one: Colour, other: Colour) -> float:
    """How different two colours look (CIE 1976); 2 can just be told side by side."""
    return sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5


def _lab(seen: Colour) -> Colour:
    red, green, blue = seen
    x = _cube_root((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047)
    y = _cube_root(luminance(seen))
    z = _cube_root((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube_root(value: float) -> float:
    return value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29


def _light(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _closing(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return at
    raise AssertionError("a { of the style sheet is never closed")


def _declarations(body: str) -> Iterator[tuple[str, str]]:
    for declaration in body.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip(), " ".join(value.split())
