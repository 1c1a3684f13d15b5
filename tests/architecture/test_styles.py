"""How the style sheet is written: from either side, from the scales, from the tokens."""

import re
from collections.abc import Iterable

from tests.architecture.source import said
from tests.web.stylesheet import DARK, LIGHT, SUNLIGHT, Rule, read, rules

SIDED = re.compile(
    r"^(?:left|right|top|bottom|(?:min-|max-)?(?:width|height)"
    r"|(?:margin|padding|border|inset|scroll-(?:margin|padding))-(?:left|right|top|bottom).*"
    r"|border-(?:top|bottom)-(?:left|right)-radius)$"
)
ALIGNS = {"text-align", "float", "clear", "justify-content", "justify-items", "justify-self"}
# Of four values these two must be alike, or the box leans to one side.
FOUR_SIDES = {"margin": [(1, 3)], "padding": [(1, 3)], "border-radius": [(0, 1), (2, 3)]}
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\((?!.*var)", re.IGNORECASE)
SCALED = re.compile(r"^(?:var\(--at-text[a-z0-9-]*\)|inherit|[\d.]+em|[\d.]+%)$")
# Drawn in the units of a picture, or of paper.
IN_PICTURES = re.compile(r"\btext\b|\.sub\b|\.t-[a-z]+|\.picture\b")


def sided(sheet: Iterable[Rule]) -> list[str]:
    return [
        f"{rule.selector} {{ {name}: {value} }} counts from the left: write the logical property"
        " (inset-inline, margin-inline-start, inline-size, text-align: start)."
        for rule in sheet
        for name, value in rule.declarations
        if SIDED.match(name)
        or (name in ALIGNS and value in {"left", "right"})
        or _leans(name, value)
    ]


def _leans(name: str, value: str) -> bool:
    sides = re.findall(r"[\w.-]+(?:\([^)]*\))?", value)
    pairs = FOUR_SIDES.get(name, ())
    return len(sides) == 4 and any(sides[one] != sides[other] for one, other in pairs)


def off_the_scale(sheet: Iterable[Rule]) -> list[str]:
    return [
        f"{rule.selector} {{ font-size: {value} }}: take a step of the scale, var(--at-text-…)."
        for rule in sheet
        for name, value in rule.declarations
        if name == "font-size" and not SCALED.match(value)
        if not IN_PICTURES.search(rule.selector) and rule.inside != "@media print"
    ]


def coloured(sheet: Iterable[Rule]) -> list[str]:
    return [
        f"{rule.selector} {{ {name}: {value} }}: give it a token: each scheme has its own colours."
        for rule in sheet
        if rule.selector not in {LIGHT, DARK, SUNLIGHT}
        for name, value in rule.declarations
        if COLOUR.search(value) and not name.startswith("--bs-link") and name != "--at-paper"
        if "backdrop" not in rule.selector
    ]


def test_the_sheet_is_written_from_either_side() -> None:
    for broken in (
        "a { margin-left: 1rem }",
        "a { text-align: right }",
        "a { width: 4rem }",
        "a { padding: 0 1rem 0 2rem }",
        "a { border-radius: 0 1px 1px 0 }",
        "@media print { a { float: left } }",
    ):
        assert sided(read(broken)), broken
    assert not sided(read("a { margin: 0 auto; padding: 1px 2px 3px 2px; inset-inline: 0 }"))
    violations = sided(rules())
    assert not violations, said(violations)


def test_type_comes_in_steps() -> None:
    assert off_the_scale(read("a { font-size: 15px }"))
    assert off_the_scale(read("@media (max-width: 9em) { a { font-size: .9rem } }"))
    assert not off_the_scale(read("a { font-size: var(--at-text-s) } b { font-size: .9em }"))
    violations = off_the_scale(rules())
    assert not violations, said(violations)


def test_every_colour_is_a_token() -> None:
    assert coloured(read("a { color: #fff }"))
    assert coloured(read("a { box-shadow: 0 0 1px rgb(0 0 0 / .5) }"))
    assert not coloured(read("a { color: var(--at-ink) }"))
    violations = coloured(rules())
    assert not violations, said(violations)
