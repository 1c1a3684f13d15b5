"""The guides: Markdown files, a folder a language, read once and kept as HTML.

CommonMark without raw HTML. `![words](name)` is the picture `name` of PICTURES; words in
bold are words of the pages, and a test holds them to the translations.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = Path(__file__).parent / "guides"
FIRST_LANGUAGE = "en"
# Every guide, in the order of the shelf, and the icon beside it.
NAMES = {
    "first-hour": "flag",
    "logistician": "box",
    "warehouse": "place",
    "coordinator": "map",
    "driver": "truck",
    "donor": "heart",
    "auditor": "check",
    "administrator": "gear",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter of a guide, and the id that an address leads to."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Guide:
    name: str
    language: str
    title: str
    lead: str
    html: str
    headings: tuple[Heading, ...]
    pictures: tuple[str, ...]


def source(name: str, language: str) -> tuple[str, str]:
    """The text of a guide and its language: English where nobody has written it yet."""
    path = FOLDER / language / f"{name}.md"
    if not path.is_file():
        language, path = FIRST_LANGUAGE, FOLDER / FIRST_LANGUAGE / f"{name}.md"
    return path.read_text("utf-8"), language


def guide(name: str, language: str, picture: Callable[[str, str, str], str]) -> Guide:
    """One guide. `picture(name, language, words)` gives the HTML of a picture.

    Raises KeyError for a name that is none of NAMES.
    """
    if name not in NAMES:
        raise KeyError(name)
    text, language = source(name, language)
    return _read(name, text, language, picture)


def titles(language: str) -> list[tuple[str, str, str]]:
    """Name, title and first sentence of each guide, for the shelf."""
    found = []
    for name in NAMES:
        title, lead = _head(source(name, language)[0])
        found.append((name, title, lead.replace("**", "")))
    return found


def bold_words(text: str) -> list[str]:
    """What a guide says in bold: words that must stand on the pages."""
    words = []
    for token in _parser().parse(text):
        bold = False
        for child in token.children or ():
            if child.type in {"strong_open", "strong_close"}:
                bold = child.type == "strong_open"
            elif bold and child.type == "text":
                words.append(child.content)
    return words


def _head(text: str) -> tuple[str, str]:
    """The title, and the paragraph that stands under it."""
    first, _gap, rest = text.lstrip().partition("\n")
    return first.removeprefix("# ").strip(), " ".join(rest.strip().partition("\n\n")[0].split())


@lru_cache(maxsize=100)
def _read(name: str, text: str, language: str, picture: Callable[[str, str, str], str]) -> Guide:
    title, lead = _head(text)
    body = text.lstrip().partition("\n")[2].strip().partition("\n\n")[2]
    parser = _parser()
    tokens = parser.parse(body)
    headings: list[Heading] = []
    pictures: list[str] = []
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            heading = Heading(f"part-{len(headings) + 1}", tokens[number + 1].content)
            token.attrSet("id", heading.id)
            headings.append(heading)
        for child in token.children or ():
            if child.type == "image":
                pictures.append(str(child.attrs["src"]))
                _draw(child, picture(pictures[-1], language, child.content))
    html = parser.renderer.render(tokens, parser.options, {})
    return Guide(name, language, title, lead, html, tuple(headings), tuple(pictures))


def _draw(token: Token, html: str) -> None:
    token.type, token.content, token.children = "html_inline", html, None


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})
