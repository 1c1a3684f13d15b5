"""Colours that every eye can read, in the light, in the dark and in the sun."""

from itertools import combinations

import pytest

from aidtrack.pictures.tones import LOOKS
from tests.web.stylesheet import (
    DARK,
    LIGHT,
    SUNLIGHT,
    Colour,
    apart,
    colour,
    contrast,
    lightness,
    scheme,
)

AA, AAA = 4.5, 7.0
SHAPES = 3.0  # WCAG 2.2, 1.4.11: borders of boxes, marks of focus.
TONES = ("ok", "go", "wait", "bad", "idle")
GROUNDS = ("paper", "surface", "sunk", "hover")
# Ink, and what it may stand on.
WRITTEN = [
    *((ink, ground) for ink in ("ink", "ink-2") for ground in GROUNDS),
    *(("ink", f"{tone}-bg") for tone in TONES),
    *((tone, f"{tone}-bg") for tone in TONES),
    *((ink, ground) for ink in ("brand", "brand-2") for ground in GROUNDS),
    ("on-brand", "brand"),
    ("on-brand", "brand-2"),
    ("rail-ink", "rail"),
    ("rail-ink", "rail-2"),
    ("on-rail", "rail"),
    ("on-rail", "rail-2"),
    ("on-sun", "sun"),
    ("on-sun", "sun-2"),
    ("bad", "surface"),
    ("bad", "paper"),
    ("surface", "bad"),  # The button that warns, under the pointer.
    ("go", "surface"),
    ("ok", "surface"),
]
DRAWN = [
    *(("line-2", ground) for ground in ("surface", "paper")),
    *(("focus", ground) for ground in GROUNDS),
    ("rail-line", "rail"),
    ("sun", "rail"),
]
SERIES = ("ok", "go", "wait", "bad", "idle", "back")
# These carry a hatch wherever they are drawn, so that lightness alone need not tell them.
HATCHED = {"go", "bad"}
# Machado, Oliveira and Fernandes (2009), the whole of each lack, on light.
EYES = {
    "most": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
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
}


def seen_by(eye: str, shown: str) -> Colour:
    light = colour(shown)
    red, green, blue = (
        min(1.0, max(0.0, sum(part * share for part, share in zip(light, row, strict=True))))
        for row in EYES[eye]
    )
    return red, green, blue


def too_faint(name: str, pairs: list[tuple[str, str]], least: float) -> list[str]:
    tokens = scheme(name)
    return [
        f"--at-{ink} on --at-{ground}: {ratio:.2f}, needs {least:g}"
        for ink, ground in pairs
        if (ratio := contrast(tokens[f"--at-{ink}"], tokens[f"--at-{ground}"])) < least
    ]


@pytest.mark.parametrize(("name", "least"), [(LIGHT, AA), (DARK, AA), (SUNLIGHT, AAA)])
def test_every_ink_can_be_read_on_what_it_stands_on(name, least):
    assert not too_faint(name, WRITTEN, least)


@pytest.mark.parametrize("name", [LIGHT, DARK, SUNLIGHT])
def test_boxes_and_focus_can_be_seen(name):
    assert not too_faint(name, DRAWN, SHAPES)


def test_a_faint_ink_would_be_told():
    assert too_faint(LIGHT, [("rail-ink", "surface")], AA)
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", [LIGHT, DARK])
def test_series_keep_apart_for_every_eye(name, eye):
    tokens = scheme(name)
    alike = [
        f"{one} and {other}: {distance:.1f}"
        for one, other in combinations(SERIES, 2)
        if (
            distance := apart(
                seen_by(eye, tokens[f"--at-s-{one}"]), seen_by(eye, tokens[f"--at-s-{other}"])
            )
        )
        < 20
    ]
    assert not alike


@pytest.mark.parametrize("name", [LIGHT, DARK])
def test_series_keep_apart_in_grey_print(name):
    tokens = scheme(name)
    greys = {tone: lightness(colour(tokens[f"--at-s-{tone}"])) for tone in SERIES}
    alike = [
        (one, other)
        for one, other in combinations(SERIES, 2)
        if (one in HATCHED) == (other in HATCHED) and abs(greys[one] - greys[other]) < 6
    ]
    assert not alike


def test_pictures_have_the_colours_of_the_page():
    light, dark = scheme(LIGHT), scheme(DARK)
    for tone, look in LOOKS.items():
        assert (look.light, look.dark) == (light[f"--at-s-{tone}"], dark[f"--at-s-{tone}"]), tone
