"""Tones can be told apart by every eye, in sun, in the dark, and in grey print."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from aidtrack.pictures.tones import LOOKS

STYLES = Path(__file__).parents[2] / "aidtrack" / "static" / "css" / "aidtrack.css"
# How eyes without one kind of cone see linear light (Machado, Oliveira and Fernandes, 2009).
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "grey print": ((0.2126, 0.7152, 0.0722),) * 3,
}
APART = 20.0  # steps of lightness or colour (CIE 1976) that nobody overlooks


def seen(code: str, eye: str) -> tuple[float, float, float]:
    """A colour as this eye has it, in L*, a*, b*."""
    light = [_linear(int(code[start : start + 2], 16) / 255) for start in (1, 3, 5)]
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in EYES[eye]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (_lab(value) for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _lab(value: float) -> float:
    return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116


def distance(one: str, other: str, eye: str) -> float:
    pairs = zip(seen(one, eye), seen(other, eye), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def test_the_measure_knows_what_looks_alike() -> None:
    assert distance("#d62728", "#2ca02c", "all cones") > 100
    assert distance("#ffffff", "#ffffff", "protan") == 0
    assert distance("#808080", "#8a8a8a", "grey print") < APART


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_two_tones_differ_in_hatch_or_to_every_eye(scheme: str, eye: str) -> None:
    alike = [
        f"{one} and {other}"
        for (one, first), (other, second) in combinations(LOOKS.items(), 2)
        if first.hatch == second.hatch
        and distance(getattr(first, scheme), getattr(second, scheme), eye) < APART
    ]
    assert not alike, f"{alike} look alike: give one of them a hatch, or another lightness"


def test_the_style_sheet_has_the_same_colours() -> None:
    css = STYLES.read_text()
    for tone, look in LOOKS.items():
        light, dark = re.findall(rf"--at-s-{tone}: (#[0-9a-f]+);", css)[:2]
        assert (light, dark) == (look.light, look.dark), f"tones.py and aidtrack.css: {tone}"


def test_the_papers_in_black_tell_apart_what_they_show() -> None:
    shown = [LOOKS[tone].ink for tone in ("ok", "go", "idle", "back", "bad")]
    assert len(set(shown)) == len(shown)
