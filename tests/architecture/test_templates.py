"""How a page is written: nothing inline, shared parts, every word translatable, none left over."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.architecture.source import Module, Template, module, read_modules, read_templates, said

SHARED = {"layouts", "parts", "errors", "emails"}
# Names and signs that are the same in every language.
SAME_EVERYWHERE = {"AidTrack", "API", "CSV", "Ctrl", "JSON", "K", "OpenAPI", "PDF", "XLSX", "kB"}
VERBATIM = {"code", "kbd", "pre", "samp", "script", "style"}
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
ONLY_IN_PARTS = re.compile(r"<(table|label|select|textarea|input(?![^>]*type=.hidden))\b")
INLINE = {
    r"<script(?![^>]*\bsrc=)": "a script: put it into static/js/app.js",
    r"<style\b": "a style sheet: put it into static/css/aidtrack.css",
    r"\sstyle\s*=": "a style: give the element a class",
    r"\son[a-z]+\s*=\s*[\"']": "an event handler: give the element a data- attribute",
    r"javascript:": "a script address: use a button and static/js/app.js",
}
NAMED_IN_CODE = re.compile(r"[\"']([\w-]+/[\w/-]+\.(?:html|txt))[\"']")
NAMED_IN_TEMPLATE = re.compile(r"\{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)")
# Attributes that a macro writes into a tag it has not opened itself, and names with digits.
ATTRIBUTE_OR_NAME = re.compile(r"[\w-]+=\"[^\"]*\"|\b[\w-]*[\d_][\w-]*\b")
# Macros lent to every page: a page may come that needs one nobody uses today.
LENT = {"layouts", "parts"}


def inline(templates: list[Template]) -> list[str]:
    return [
        f"templates/{t.path} holds {what}; the content security policy refuses it here."
        for t in templates
        for pattern, what in INLINE.items()
        if re.search(pattern, t.text)
    ]


def built_by_hand(templates: list[Template]) -> list[str]:
    return [
        f"templates/{t.path} writes <{match[1]}> itself: call a macro of templates/parts/,"
        " so that all tables and form rows look and read alike."
        for t in templates
        if t.folder != "parts" and (match := ONLY_IN_PARTS.search(t.text))
    ]


def trusting(templates: list[Template]) -> list[str]:
    return [
        f"templates/{t.path} marks text as safe: only templates/parts/ may, for what we made."
        for t in templates
        if t.folder != "parts" and re.search(r"\|\s*safe\b|autoescape", t.text)
    ]


def from_elsewhere(templates: list[Template]) -> list[str]:
    loads = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//")
    return [
        f"templates/{t.path} loads from another host: serve it from here."
        for t in templates
        if loads.search(t.text)
    ]


def untranslated(templates: list[Template]) -> list[str]:
    return [
        f"templates/{t.path} says {words!r}: write {{{{ _('…') }}}}, so that it can be translated."
        for t in templates
        for words in _plain_words(t.text)
    ]


def foreign_templates(modules: list[Module]) -> list[str]:
    return [
        f"{m.path} renders {name}: a package renders templates of its own folder"
        f" ({m.package}/); what is shared is a macro in parts/."
        for m in modules
        for name in sorted(set(NAMED_IN_CODE.findall(m.text)))
        if name.split("/")[0] not in SHARED | {m.package}
    ]


def left_over(templates: list[Template], modules: list[Module]) -> list[str]:
    exist = {t.path for t in templates}
    rendered = {name: m.path for m in modules for name in NAMED_IN_CODE.findall(m.text)}
    included = {
        name: f"templates/{t.path}" for t in templates for name in NAMED_IN_TEMPLATE.findall(t.text)
    }
    named = rendered | included
    unused = {path for path in exist - set(named) if path.split("/")[0] not in LENT}
    return [f"templates/{path} is used by nothing: delete it." for path in sorted(unused)] + [
        f"{named[path]} names {path}, which does not exist under templates/."
        for path in sorted(set(named) - exist)
    ]


def _plain_words(text: str) -> Iterator[str]:
    """Words for a person to read that stand outside `_()`, in the order of the page."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    reader = _Reader()
    reader.feed(text)
    for found in reader.found:
        words = re.sub(ATTRIBUTE_OR_NAME, " ", found)
        left = set(re.findall(r"[^\W\d_]{2,}", words)) - SAME_EVERYWHERE
        if left:
            yield " ".join(found.split())


class _Reader(HTMLParser):
    """Gathers what is shown or read aloud."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._verbatim += tag in VERBATIM
        self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._verbatim -= tag in VERBATIM

    def handle_data(self, data: str) -> None:
        if not self._verbatim and data.strip():
            self.found.append(data)


def sample(text: str) -> Template:
    return Template("stock/index.html", text)


# Each rule, with samples that it must refuse.
RULES = {
    inline: (
        sample("<script>go()</script>"),
        sample('<p style="color: red">'),
        sample('<button onclick="go()">'),
    ),
    built_by_hand: (sample('<table class="table">'), sample('<input type="text" name="x">')),
    trusting: (sample("{{ note|safe }}"),),
    from_elsewhere: (sample('<link href="https://example.org/x.css">'),),
    untranslated: (sample("<h1>Stock</h1>"), sample('<button aria-label="Close"></button>')),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_refuses_what_is_broken(rule) -> None:
    for broken in RULES[rule]:
        assert rule([broken]), f"{rule.__name__} lets this through: {broken.text}"


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds(rule) -> None:
    violations = rule(read_templates())
    assert not violations, said(violations)


def test_what_is_right_passes() -> None:
    right = sample('<h1 title="{{ _("All") }}">{{ _("Stock") }} &middot; AidTrack 4&times;2</h1>')
    right_form = sample('{{ text(form.name) }}<input type="hidden" name="key" value="{{ key }}">')
    for rule in RULES:
        assert not rule([right, right_form])


def test_a_package_renders_only_its_own_templates() -> None:
    broken = module("aidtrack/stock/views.py", 'render_template("shipments/show.html")')
    assert foreign_templates([broken])
    violations = foreign_templates(read_modules("aidtrack"))
    assert not violations, said(violations)


def test_no_template_is_left_over_or_lacking() -> None:
    views = module("aidtrack/stock/views.py", 'render_template("stock/index.html")')
    assert left_over([sample(""), Template("stock/old.html", "")], [views])
    assert left_over([], [views])
    assert not left_over([sample("")], [views])
    violations = left_over(read_templates(), read_modules("aidtrack"))
    assert not violations, said(violations)
