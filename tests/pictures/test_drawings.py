"""Each shape at each width: nothing sticks out, nothing is dropped, and it can be mirrored."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from aidtrack.pictures import svg
from aidtrack.pictures.measure import fitted, width_of
from aidtrack.pictures.picture import WIDTHS, shared
from aidtrack.pictures.shapes import TYPE, Block, Drawing, Pointer, Ribbon, Words
from tests.pictures.samples import ARABIC, BODIES, picture

SVG = "{http://www.w3.org/2000/svg}"
EVERY = pytest.mark.parametrize(
    ("shape", "width"), [(shape, width) for shape in BODIES for width in WIDTHS.values()]
)


def drawn(shape: str, width: float) -> Drawing:
    return BODIES[shape].drawn(width)


@EVERY
def test_nothing_sticks_out(shape: str, width: int) -> None:
    drawing = drawn(shape, width)
    for mark in drawing.marks:
        if isinstance(mark, Block):
            assert mark.x >= 0
            assert mark.x + mark.width <= width + 0.1
            assert mark.y + mark.height <= drawing.height + 0.1
        if isinstance(mark, Words):
            start, end = reach(mark)
            assert start >= -0.5, mark
            assert end <= width + 0.5, mark
            assert TYPE[mark.kind][0] >= 12


@EVERY
def test_words_do_not_run_into_each_other(shape: str, width: int) -> None:
    by_line: dict[float, list[tuple[float, float, str]]] = {}
    for mark in drawn(shape, width).marks:
        if isinstance(mark, Words):
            by_line.setdefault(mark.y, []).append((*reach(mark), mark.text))
    for several in by_line.values():
        several.sort()
        for (_start, end, one), (start, _end, other) in pairwise(several):
            assert end <= start + 1, f"{one!r} runs into {other!r}"


def reach(mark: Words) -> tuple[float, float]:
    size, bold = TYPE[mark.kind]
    room = width_of(mark.text, size, bold=bold)
    start = mark.x - {"start": 0.0, "middle": room / 2, "end": room}[mark.anchor]
    return start, start + room


@EVERY
def test_only_tones_that_are_used_are_explained(shape: str, width: int) -> None:
    drawing = drawn(shape, width)
    explained = {
        key.label: key.tone
        for key in BODIES[shape].keys  # type: ignore[attr-defined]
    }
    told = {
        explained[m.text] for m in drawing.marks if isinstance(m, Words) and m.text in explained
    }
    used = {m.tone for m in drawing.marks if isinstance(m, Block | Ribbon)}
    assert told == used


@pytest.mark.parametrize("shape", BODIES)
def test_svg_is_well_formed_and_brings_no_styles(shape: str) -> None:
    written = list(svg.drawings(picture(shape), right_to_left=False))
    names: list[str] = []
    for text in written:
        root = ET.fromstring(text)
        assert root.get("role") == "img"
        title = root.find(f"{SVG}title")
        assert title is not None
        assert title.text == f"Picture of {shape}. All <is> well & told."
        assert root.get("aria-labelledby") == title.get("id")
        assert root.get("aria-describedby") == f"picture-{shape}-table"
        names += [each.get("id", "") for each in root.iter() if each.get("id")]
        assert not any("style" in each.attrib for each in root.iter())
        assert not re.search(r"nan|inf|None", re.sub(r">[^<]*<", "><", text))
    assert len(written) == len(WIDTHS)
    assert len(set(names)) == len(names)


def test_every_hatch_that_is_referred_to_exists() -> None:
    known = set(re.findall(r'<pattern id="([\w-]+)"', svg.hatches()))
    text = "".join(
        each for shape in BODIES for each in svg.drawings(picture(shape), right_to_left=False)
    )
    assert set(re.findall(r"url\(#([\w-]+)\)", text)) <= known
    ET.fromstring(f"<defs>{svg.hatches()}</defs>")


@pytest.mark.parametrize("shape", BODIES)
def test_read_from_the_right_everything_changes_sides(shape: str) -> None:
    made = picture(shape)
    ahead, back = (
        ET.fromstring(next(svg.drawings(made, right_to_left=mirrored)))
        for mirrored in (False, True)
    )
    width = float(ahead.get("width", ""))
    assert (ahead.get("direction"), back.get("direction")) == ("ltr", "rtl")
    for one, other in zip(ahead.iter(f"{SVG}rect"), back.iter(f"{SVG}rect"), strict=True):
        x, room = float(one.get("x", "")), float(one.get("width", ""))
        assert float(other.get("x", "")) == pytest.approx(width - x - room, abs=0.21)
    for one, other in zip(ahead.iter(f"{SVG}text"), back.iter(f"{SVG}text"), strict=True):
        assert one.text == other.text
        assert one.get("text-anchor") == other.get("text-anchor")
        assert float(other.get("x", "")) == pytest.approx(width - float(one.get("x", "")), abs=0.11)
    assert any(text.text == ARABIC for text in back.iter(f"{SVG}text")) or shape == "levels"


def test_the_first_month_that_breaks_is_pointed_at() -> None:
    drawing = drawn("levels", WIDTHS["wide"])
    (pointer,) = [mark for mark in drawing.marks if isinstance(mark, Pointer)]
    missing = [m for m in drawing.marks if isinstance(m, Block) and m.tone == "bad" and m.y > 30]
    first = min(missing, key=lambda block: block.x)
    assert pointer.x == pytest.approx(first.x + first.width / 2)


def test_parts_of_a_bar_fill_what_they_share() -> None:
    assert shared([600, 300, 100], 1000, 500) == [300, 150, 50]
    widths = shared([9_999, 1], 10_000, 500)
    assert widths[1] == 2
    assert sum(widths) == pytest.approx(500)
    assert shared([0, 0], 10, 500) == [0, 0]
    assert shared([5], 0, 500) == [0]


def test_words_are_shortened_only_where_they_must_be() -> None:
    assert fitted("Blanket", 200, 13) == ["Blanket"]
    assert fitted("Sleeping mat of foam", 95, 13, lines=2) == ["Sleeping mat", "of foam"]
    (cut,) = fitted("Water purification tablet", 100, 13)
    assert cut.endswith("…")
    assert width_of(cut, 13) <= 100
    (one,) = fitted("Unbreakableword", 40, 13)
    assert one.endswith("…")
