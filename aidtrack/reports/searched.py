"""What a kind of record must say to be searched: who may, how, and what is told of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, or_

from aidtrack.core import codes
from aidtrack.core.db import is_postgresql
from aidtrack.core.words import (
    ESCAPE,
    WORDS_MAX,
    Script,
    holding,
    holding_small,
    patterns,
    script_of,
    start_pattern,
)
from aidtrack.identity.permissions import Actor, Permission

# What a scanner types for the square on a paper or a box.
SCANNED = re.compile(r"https?://\S+/[tv]/([\w-]+)/?")
LOT_NUMBER = re.compile(r"[lL]([0-9]{1,18})")
WHOLE = ("as_typed", "in_capitals", "in_small")
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
class Shape:
    """What kind of thing was typed. One statement serves everything of the same shape."""

    scripts: tuple[Script, ...]
    is_code: bool
    is_lot_number: bool

    def by_words(self, *columns: Any, names: Any = None) -> ColumnElement[bool]:
        """Each word stands somewhere in the columns."""
        return and_(
            *(
                holding(f"word{at}", script, *columns, names=names)
                for at, script in enumerate(self.scripts)
            )
        )

    def by_words_in(self, small: Any) -> ColumnElement[bool]:
        """Each word stands in one column that is in small letters."""
        return and_(*(holding_small(f"word{at}", small) for at in range(len(self.scripts))))

    def is_whole(self, column: Any) -> ColumnElement[bool]:
        """The column is all that was typed. Numbers and codes are kept in one of these forms."""
        return column.in_([bindparam(form, type_=String) for form in WHOLE])

    def is_start(self, column: Any) -> ColumnElement[bool]:
        """The column begins so. Each database uses its index for one way of asking."""
        if is_postgresql():
            starts = [bindparam(f"{form}_start", type_=String) for form in WHOLE]
            return or_(*(column.like(start, escape=ESCAPE) for start in starts))
        return or_(
            *(
                column.between(
                    bindparam(form, type_=String), bindparam(f"{form}_last", type_=String)
                )
                for form in WHOLE
            )
        )

    def or_code(self, condition: ColumnElement[bool], code: Any) -> ColumnElement[bool]:
        """The condition, or the public code that was typed."""
        return condition | (code == bindparam("code", type_=String)) if self.is_code else condition


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: its shape, and the values of that."""

    text: str
    shape: Shape
    values: dict[str, str | int]

    @classmethod
    def of(cls, typed: str) -> "Wanted":
        text = " ".join(typed.split())
        scanned = SCANNED.fullmatch(text)
        text = scanned[1] if scanned else text
        words = text.split()[:WORDS_MAX]
        code, lot = codes.cleaned(text), LOT_NUMBER.fullmatch(text)
        values: dict[str, str | int] = {"code": code, "lot_id": int(lot[1]) if lot else 0}
        for form, whole in zip(WHOLE, (text, text.upper(), text.lower()), strict=True):
            values |= {form: whole, f"{form}_last": whole + LAST_LETTER}
            values[f"{form}_start"] = start_pattern(whole)
        for at, word in enumerate(words):
            values |= patterns(f"word{at}", word)
        return cls(text, Shape(tuple(map(script_of, words)), bool(code), bool(lot)), values)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question for one kind. `source` stands without columns: what to read, and what of it
    the actor may see.

    Records whose number or code was typed whole (`exact`) come first, then those `found`, by
    name or, without `order`, the newest before. `rows` has the columns that `tell` reads.
    """

    key: Any
    source: Select[*tuple[Any, ...]]
    exact: ColumnElement[bool]
    found: ColumnElement[bool]
    rows: Select[*tuple[Any, ...]]
    order: Any = None


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
    ask: Callable[[Shape, Actor], Asked]
    tell: Callable[[Any, Actor], Told]
    url: str
    list_url: str = ""
