"""Text in every script of the papers: which glyphs, in which order, how wide, where it breaks.

Latin and Cyrillic text takes a short way: one font, characters in order, widths added up.
Everything else is split by direction (direction.py), each run is shaped by HarfBuzz, and a
character that one font lacks is taken from the next.

All results depend on the text and the font files alone, never on what a process drew before:
papers must come out the same to the byte anywhere.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import uharfbuzz
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from aidtrack.documents.direction import (
    JOINERS,
    is_right_to_left,
    levels,
    reordered,
    with_embeddings,
)

FONT_FOLDER = Path(__file__).parents[1] / "static" / "vendor" / "fonts"
# By weight (False regular, True semibold): the first font that has a character draws it.
FONTS = {
    False: ("NotoSans-Regular", "NotoSansArabic-Regular"),
    True: ("NotoSans-SemiBold", "NotoSansArabic-SemiBold"),
}
# HarfBuzz answers with glyphs that no character stands for. They get a character of the
# private use area, fixed by the glyph's number.
PRIVATE_USE = range(0xE000, 0xF900)
# Signs that Noto Sans lacks, written so that they can still be read.
SPELLED_OUT = str.maketrans(
    {
        "→": "->",
        "←": "<-",
        "≥": ">=",
        "≤": "<=",
        "≠": "/=",
        "✓": "v",
        "✔": "v",
        "☐": "[ ]",
        "\t": " ",
    }
)
BREAKABLE_SPACE = re.compile(r"[ \r\f\v\u2028]+")
BREAKABLE_SIGN = re.compile("(?<=[/\\-_.,;:@\u202f])")
CACHED_TEXTS = 30_000

_fonts_lock = threading.Lock()


class Style(NamedTuple):
    """How text looks: size in points, semibold or not, red or black."""

    size: float
    bold: bool = False
    red: bool = False


class Glyph(NamedTuple):
    """A shaped glyph: its character in the font, and its place in thousandths of the size."""

    character: str
    x_offset: float
    y_offset: float
    excess: float  # own width minus the advance that HarfBuzz wants


class Cluster(NamedTuple):
    """Glyphs that stand for some characters of the text together."""

    source: str
    glyphs: tuple[Glyph, ...]


class Run(NamedTuple):
    """Text of one font; `clusters`, in drawing order, is None where no shaping is needed."""

    font: str
    text: str
    clusters: tuple[Cluster, ...] | None


class Shaped(NamedTuple):
    """A line ready to draw; width in thousandths of the size."""

    runs: tuple[Run, ...]
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line that has been measured. Width in points; right_to_left is its base direction."""

    text: str
    style: Style
    width: float
    right_to_left: bool = False

    @property
    def runs(self) -> tuple[Run, ...]:
        return shape(self.text, self.style.bold, self.right_to_left).runs


def wrap(text: str, style: Style, room: float) -> tuple[Line, ...]:
    """Break text into lines no wider than `room` points; nothing is dropped.

    Breaks at spaces and line ends, then after slashes and dashes, at last anywhere.
    Empty text gives no line.
    """
    return _wrap(text, style, round(room, 2))


def single(text: str, style: Style) -> Line:
    """The whole text on one line, however wide."""
    clean = _clean(text)
    right_to_left = is_right_to_left(clean)
    width = shape(clean, style.bold, right_to_left).width * style.size / 1000
    return Line(clean, style, width, right_to_left)


@lru_cache(CACHED_TEXTS)
def shape(text: str, bold: bool, right_to_left: bool = False) -> Shaped:
    """Runs in drawing order and their width together."""
    first_font = FONTS[bold][0]
    if not right_to_left:
        try:
            width = sum(map(_advances(first_font).__getitem__, text))
            return Shaped((Run(first_font, text, None),), width)
        except KeyError:  # a character outside of Latin and Cyrillic
            pass
    runs, total = [], 0.0
    for level, font, part in _visual_parts(text, FONTS[bold], right_to_left):
        clusters, width = _shape_part(part, font, right_to_left=level % 2 == 1)
        runs.append(Run(font, part, clusters))
        total += width
    return Shaped(tuple(runs), total)


@lru_cache(CACHED_TEXTS)
def _wrap(text: str, style: Style, room: float) -> tuple[Line, ...]:
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        clean = _clean(paragraph)
        if not clean:
            continue
        right_to_left = is_right_to_left(clean)
        for line, width in _broken(clean, style, room, right_to_left):
            lines.append(Line(line, style, width, right_to_left))
    return tuple(lines)


def _broken(
    text: str, style: Style, room: float, right_to_left: bool
) -> Iterator[tuple[str, float]]:
    """Lines of one paragraph, as full as they can be, with their widths."""
    scale = style.size / 1000

    def measure(part: str) -> float:
        return shape(part, style.bold, right_to_left).width * scale

    whole = measure(text)
    if whole <= room:
        yield text, whole
        return
    space = measure(" ")
    line, width = "", 0.0
    for word in BREAKABLE_SPACE.split(text):
        extent = measure(word)
        if line and width + space + extent <= room:
            line, width = f"{line} {word}", width + space + extent
            continue
        if line:
            yield line, width
        *full, (line, width) = (
            _broken_word(word, room, measure) if extent > room else [(word, extent)]
        )
        yield from full
    yield line, width


def _broken_word(word: str, room: float, measure: Any) -> list[tuple[str, float]]:
    """Parts of a word that is wider than the room."""
    parts: list[tuple[str, float]] = [("", 0.0)]
    for piece in BREAKABLE_SIGN.split(word):
        extent = measure(piece)
        text, width = parts[-1]
        if width + extent <= room:
            parts[-1] = (text + piece, width + extent)
        elif extent <= room:
            parts.append((piece, extent))
        else:
            parts.extend(_chopped(piece, room, measure))
    return [part for part in parts if part[0]]


def _chopped(piece: str, room: float, measure: Any) -> Iterator[tuple[str, float]]:
    """Cut where the room ends; always at least one character a line."""
    while piece:
        ends = list(accumulate(measure(character) for character in piece[: int(room) + 1]))
        count = max(1, bisect_right(ends, room))
        while count > 1 and measure(piece[:count]) > room:
            count -= 1
        yield piece[:count], measure(piece[:count])
        piece = piece[count:]


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    composed = unicodedata.normalize("NFC", with_embeddings(text)).translate(SPELLED_OUT)
    kept = (c for c in composed if c in JOINERS or unicodedata.category(c) != "Cc")
    return "".join(kept).strip(" ")


@lru_cache
def font(name: str) -> TTFont:
    """The registered font; loads it at first use."""
    path = FONT_FOLDER / f"{name}.ttf"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `make vendor` to fetch the fonts.")
    with _fonts_lock:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(path)))
    return pdfmetrics.getFont(name)


@lru_cache
def _advances(name: str) -> dict[str, float]:
    """Width of each character of a font in thousandths, of those that need no shaping.

    Marks are left out, which shaping puts over their letter; so are signs that must not show.
    """
    widths = font(name).face.charWidths
    return {
        chr(code): width
        for code, width in list(widths.items())
        if code not in PRIVATE_USE
        and unicodedata.category(chr(code)) not in ("Mn", "Cf")
        and unicodedata.bidirectional(chr(code)) not in ("R", "AL", "AN")
    }


@lru_cache
def _characters(name: str) -> frozenset[int]:
    return frozenset(code for code in list(font(name).face.charToGlyph) if code not in PRIVATE_USE)


@lru_cache
def _first_characters(name: str) -> dict[int, int]:
    """Glyph number to the lowest character that draws it."""
    found: dict[int, int] = {}
    for code, glyph in sorted(font(name).face.charToGlyph.items()):
        if code not in PRIVATE_USE:
            found.setdefault(glyph, code)
    return found


def _visual_parts(
    text: str, fonts: tuple[str, ...], right_to_left: bool
) -> list[tuple[int, str, str]]:
    """(level, font, text) from left to right as drawn; the text of a part in reading order."""
    parts: list[tuple[int, str, str]] = []
    for position, level in levels(text, right_to_left):
        character = text[position]
        name = _font_of(character, fonts, parts[-1][1] if parts else "")
        if parts and parts[-1][:2] == (level, name):
            parts[-1] = (level, name, parts[-1][2] + character)
        else:
            parts.append((level, name, character))
    return reordered(parts)


def _font_of(character: str, fonts: tuple[str, ...], neighbour: str) -> str:
    """Spaces, marks and joiners stay in the font of what stands before them."""
    code = ord(character)
    stays = character == " " or character in JOINERS or unicodedata.combining(character)
    if stays and neighbour and (character in JOINERS or code in _characters(neighbour)):
        return neighbour
    return next((name for name in fonts if code in _characters(name)), fonts[0])


def _shape_part(text: str, name: str, *, right_to_left: bool) -> tuple[tuple[Cluster, ...], float]:
    typeface = font(name)
    shaper = typeface.hbFont()
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    uharfbuzz.shape(shaper, buffer, {"kern": True, "liga": True})
    scale = typeface.pdfScale
    found: dict[int, list[Glyph]] = {}
    total = 0.0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        width = scale(shaper.get_glyph_h_advance(info.codepoint))
        advance = scale(position.x_advance)
        total += advance
        glyph = Glyph(
            _character_of(info.codepoint, typeface, width),
            scale(position.x_offset),
            scale(position.y_offset),
            width - advance,
        )
        found.setdefault(info.cluster, []).append(glyph)
    ends = dict(pairwise([*sorted(found), len(text)]))
    clusters = (Cluster(text[at : ends[at]], tuple(glyphs)) for at, glyphs in found.items())
    return tuple(clusters), total


def _character_of(glyph: int, typeface: TTFont, width: float) -> str:
    known = _first_characters(typeface.fontName).get(glyph)
    if known is not None:
        return chr(known)
    code = PRIVATE_USE.start + glyph
    assert code in PRIVATE_USE, f"{typeface.fontName} has more glyphs than private characters"
    typeface.face.charToGlyph[code] = glyph
    typeface.face.charWidths[code] = width
    return chr(code)
