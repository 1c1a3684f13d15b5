"""What a kind of record must say to be searched: who may, how, and what is told of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_

from aidtrack.core import codes
from aidtrack.core.db import is_postgresql
from aidtrack.core.words import WORDS_MAX, holding
from aidtrack.identity.permissions import Actor, Permission

# What a scanner types for the square on a paper or a box.
SCANNED = re.compile(r"https?://\S+/[tv]/([\w-]+)/?")
LAST_LETTER = "\U0010ffff"


class Kind(StrEnum):
    ITEM = "item"
    LOT = "lot"
    PLACE = "place"
    BIN = "bin"
    AREA = "area"
    PARTNER = "partner"
    DONATION = "donation"
    SHIPMENT = "shipment"
    DISTRIBUTION = "distribution"
    PAPER = "paper"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: as it is, by words, and as a public code (empty when it is none)."""

    text: str
    words: tuple[str, ...]
    code: str

    @classmethod
    def of(cls, typed: str) -> "Wanted":
        text = " ".join(typed.split())
        scanned = SCANNED.fullmatch(text)
        text = scanned[1] if scanned else text
        return cls(text, tuple(text.split()[:WORDS_MAX]), codes.cleaned(text))

    @property
    def forms(self) -> list[str]:
        """As typed, in capitals, and small: numbers and codes are kept in one of these."""
        return sorted({self.text, self.text.upper(), self.text.lower()})

    def by_words(self, *columns: Any, names: Any = None) -> ColumnElement[bool]:
        return and_(*(holding(word, *columns, names=names) for word in self.words))


@dataclass(frozen=True, slots=True)
class Asked:
    """The question for one kind. `matched` stands without columns: what to read, and where.

    Records whose number or code was typed whole (`exact`) come first, the others by `order`.
    `rows` has the columns that `tell` reads.
    """

    key: Any
    matched: Select[*tuple[Any, ...]]
    exact: ColumnElement[bool]
    order: Any
    rows: Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """A record in a line. `url` only where it is not that of its kind."""

    title: str
    code: str = ""
    details: tuple[str, ...] = ()
    day: date | None = None
    status: str = ""
    reader: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """A kind, who may search it, and the pages of one and of all of them."""

    kind: Kind
    permission: Permission
    ask: Callable[[Wanted, Actor], Asked]
    tell: Callable[[Any, Actor], Told]
    url: str
    list_url: str = ""


def starts(column: Any, start: str) -> ColumnElement[bool]:
    """The text begins so. Each database uses its index for one way of asking."""
    if is_postgresql():
        return column.startswith(start, autoescape=True)
    return column.between(start, start + LAST_LETTER)
