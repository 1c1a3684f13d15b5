"""What is drawn once: only parts draw it, every part is on the styleguide, every icon exists."""

import re

from tests.architecture.source import ROOT, Template, read_modules, read_templates, said

DRAWS = {"parts", "layouts", "emails"}
ELEMENTS = ("dialog", "fieldset", "meter", "progress", "table")
CLASSES = {
    "a sheet": {"sheet"},
    "a table": {"grid", "grid-box", "pager", "bulk"},
    "a form row": {"field", "fields", "filters", "line", "line-fields", "lines", "err", "problem"},
    "a badge": {"st", "chip"},
    "a timeline": {"route", "history"},
    "a progress bar": {"progress", "progress-bar", "progress-line", "bar"},
    "a balance": {"balance", "eq"},
    "a list of rows": {"rows", "facts"},
    "the head of a page": {"head", "crumbs"},
    "an empty state": {"empty"},
    "a notice": {"notice", "offer", "toast-line"},
    "tabs": {"views"},
    "a dialog": {"dialog"},
}
CLASS_ATTRIBUTE = re.compile(r'class="([^"]*)"')
MACRO = re.compile(r"\{%-?\s*macro (\w+)\(.*?%\}(.*?)\{%-?\s*endmacro", re.DOTALL)
STYLEGUIDE = "web/styleguide.html"
# Drawn on every page, the styleguide among them.
FRAME = ("layouts/document.html", "layouts/base.html")
# Parts that ask the database, or that a script fills; what they are made of is shown.
NOT_SHOWN = {
    "barcodes_card", "count_line", "count_sheet", "facts_of", "labels_form", "option", "picking",
    "receipt_scanner", "remarks_on", "shared_card",
}  # fmt: skip
SPRITE = ROOT / "aidtrack" / "static" / "icons" / "sprite.svg"
ICON_ASKED = re.compile(r"\b(?:icon\(|icon_name=|icon=)[\"']([a-z]+)[\"']")


def drawn_by_hand(templates: list[Template]) -> list[str]:
    found = []
    for template in templates:
        if template.folder in DRAWS:
            continue
        words = {w for match in CLASS_ATTRIBUTE.findall(template.text) for w in match.split()}
        drawn = [what for what, classes in CLASSES.items() if words & classes]
        drawn += [f"<{e}>" for e in ELEMENTS if re.search(rf"<{e}\b", template.text)]
        found += [
            f"templates/{template.path} draws {what} itself: call a macro of templates/parts/."
            for what in drawn
        ]
    return found


def not_shown(templates: list[Template]) -> list[str]:
    """Macros of parts that neither the styleguide calls nor a macro that it calls."""
    macros = {
        name: (template.path, body)
        for template in templates
        if template.folder == "parts"
        for name, body in MACRO.findall(template.text)
    }
    names = re.compile(rf"\b({'|'.join(macros) or '-'})\b")
    seen: set[str] = set()
    waiting = [t.text for t in templates if t.path in {STYLEGUIDE, *FRAME}]
    while waiting:
        called = set(names.findall(_called(waiting.pop()))) - seen
        seen |= called
        waiting += [macros[name][1] for name in called]
    return [
        f"templates/{path}: show {name} in templates/{STYLEGUIDE}, or take it out."
        for name, (path, _body) in macros.items()
        if name not in seen | NOT_SHOWN
    ]


def _called(text: str) -> str:
    """What a template calls, with the names that it gives to macros put right."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    for name, alias in re.findall(r"\b(\w+) as (\w+)\b", text):
        text = re.sub(rf"\b{alias}\(", f"{name}(", text)
    return " ".join(re.findall(r"\b\w+(?=\()", text))


def icons_astray(sprite: str, sources: dict[str, str]) -> list[str]:
    """Icons asked for that the sprite lacks, and shapes of it that nothing names."""
    drawn = re.findall(r'<symbol id="i-([a-z]+)"', sprite)
    everything = "\n".join(sources.values())
    asked = {name: path for path, text in sources.items() for name in ICON_ASKED.findall(text)}
    return (
        [
            f"{path} asks for the icon {n!r}, which sprite.svg lacks."
            for n, path in asked.items()
            if n not in drawn
        ]
        + [
            f"sprite.svg draws {name!r}, which nothing uses: take it out."
            for name in drawn
            if not re.search(rf"[\"']{name}[\"']", everything)
        ]
        + [f"sprite.svg draws {name!r} twice." for name in set(drawn) if drawn.count(name) > 1]
    )


def test_only_parts_draw() -> None:
    assert drawn_by_hand([Template("stock/index.html", '<ol class="rows history">')])
    assert drawn_by_hand([Template("stock/index.html", "<dialog open>")])
    assert not drawn_by_hand([Template("parts/page.html", '<ol class="rows history">')])
    assert not drawn_by_hand([Template("stock/index.html", '<div class="stack"><p class="small">')])
    violations = drawn_by_hand(read_templates())
    assert not violations, said(violations)


def test_every_part_is_on_the_styleguide() -> None:
    outer = Template("parts/a.html", "{% macro outer(x) %}{{ inner(x) }}{% endmacro %}")
    inner = Template("parts/b.html", "{% macro inner(x) %}{{ x }}{% endmacro %}")
    assert len(not_shown([outer, inner, Template(STYLEGUIDE, "{# outer(1) #}")])) == 2
    assert len(not_shown([outer, inner, Template(STYLEGUIDE, "{{ inner(1) }}")])) == 1
    assert not not_shown([outer, inner, Template(STYLEGUIDE, "{% import outer as o %}{{ o(1) }}")])
    violations = not_shown(read_templates())
    assert not violations, said(violations)


def test_icons_are_drawn_once_and_used() -> None:
    box = '<symbol id="i-box" viewBox="0 0 24 24"></symbol>'
    assert not icons_astray(box, {"a.html": '{{ icon("box") }}'})
    assert icons_astray(box, {"a.html": '{{ icon("lid") }} "box"'})
    assert icons_astray(box, {"a.html": ""})
    assert icons_astray(box * 2, {"a.html": '"box"'})
    sources = {f"templates/{t.path}": t.text for t in read_templates()}
    sources |= {m.path: m.text for m in read_modules("aidtrack")}
    violations = icons_astray(SPRITE.read_text("utf-8"), sources)
    assert not violations, said(violations)
