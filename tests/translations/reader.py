"""Reads pages as people do, and tells which of their texts stayed English."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

LATIN_WORD = re.compile(r"(?<![\w/@.-])[A-Za-z]{2,}(?![\w/@-])")
# What the product and its languages are called, how a time zone is written, what keys say.
SAME_EVERYWHERE = {
    "AidTrack", "English", "UTC", "PDF", "CSV", "XLSX", "Excel", "API", "USD", "US", "SHA",
    "Ctrl", "Shift", "Enter", "Esc", "HXL", "CMR", "AWB", "IATI", "OpenAPI", "MB", "OCHA",
    "EAN", "UPC", "GTIN", "SSCC",
    "JPEG", "PNG", "WebP", "DOCX", "Unicode", "DOS", "Windows", "Letter", "BEAC", "ZIP",
}  # fmt: skip
NOT_READ = {"kbd", "script", "style", "svg", "template", "code"}
READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}
SHORTEST_VALUE = 3


class _Reader(HTMLParser):
    """Every text of a page that somebody sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in NOT_READ
        self.texts += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in NOT_READ

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.texts.append(" ".join(data.split()))


class Names:
    """What people typed into the database: it stays in whatever language it was typed."""

    def __init__(self, values: Iterable[str]) -> None:
        words = {" ".join(each.split()) for each in values}
        known = sorted((x for x in words if len(x) >= SHORTEST_VALUE), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, known)) or "(?!)")

    def taken_from(self, text: str) -> str:
        return self._pattern.sub(" ", text)


def english_in(page: str, names: Names | None = None) -> list[str]:
    """Texts with Latin words other than names, numbers of papers and plates."""
    reader = _Reader()
    reader.feed(page)
    wrong = []
    for text in reader.texts:
        rest = names.taken_from(text) if names else text
        if set(LATIN_WORD.findall(rest)) - SAME_EVERYWHERE:
            wrong.append(text)
    return wrong
