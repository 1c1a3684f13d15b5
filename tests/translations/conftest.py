"""The sentences of the product, read from its code once for all tests here."""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.architecture.source import ROOT

# As tools/messages.sh gathers them, from the folders that babel.cfg names.
KEYWORDS = {"_": None, "lazy": None, "ngettext": (1, 2)}
FOLDERS = (ROOT / "aidtrack", ROOT / "templates")
GLOSSARY = Path(__file__).parent / "glossary.csv"


def _may_hold_sentences(folder: str) -> bool:
    path = Path(folder)
    return any(path == each or each in path.parents for each in FOLDERS)


@pytest.fixture(scope="session")
def template() -> Catalog:
    """Every sentence of code and templates, with the line that first says it."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = Catalog()
    for file, line, message, _comments, _context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=_may_hold_sentences
    ):
        if message not in found:
            found.add(message, locations=[(file, line)])
    return found


@pytest.fixture(scope="session")
def catalogue_of() -> Callable[[str], Catalog]:
    """The catalogue of a language, read once."""

    @cache
    def read(language: str) -> Catalog:
        path = ROOT / f"aidtrack/translations/{language}/LC_MESSAGES/messages.po"
        with path.open("rb") as content:
            return read_po(content, locale=language, abort_invalid=True)

    return read


@pytest.fixture(scope="session")
def glossary() -> list[dict[str, str]]:
    """Terms of the trade: what each is called in the languages of the product."""
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
