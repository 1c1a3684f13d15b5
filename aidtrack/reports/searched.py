"""What a kind of record must say to be searched: who may, how, and what is told of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam

from aidtrack.core import codes
from aidtrack.core.full_text import Index, Looked, shape_of, words_of
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.reports import near

LETTERS_MIN = 2
TYPED_MAX = 200
# What a scanner types for the square on a paper or a box.
SCANNED = re.compile(r"https?://\S+/[tv]/([\w-]+)/?")
LOT_NUMBER = re.compile(r"[lL]([0-9]{1,18})")
# Neither database takes these in a text.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
WHOLE = ("as_typed", "in_capitals", "in_small")


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
    """What was typed, the words that are looked for, and the values of `Asked.exact`."""

    text: str
    words: tuple[str, ...]
    code: str
    lot_id: int

    @classmethod
    def of(cls, typed: str) -> "Wanted":
        text = " ".join(UNREADABLE.sub(" ", typed[:TYPED_MAX]).split())
        scanned = SCANNED.fullmatch(text)
        text = scanned[1] if scanned else text
        lot = LOT_NUMBER.fullmatch(text)
        return cls(text, tuple(words_of(text)), codes.cleaned(text), int(lot[1]) if lot else 0)

    @property
    def is_enough(self) -> bool:
        return len(self.text) >= LETTERS_MIN

    def is_code_of(self, kind: Kind) -> bool:
        """Whether it may be a code that is not among the words of this kind."""
        if kind == Kind.LOT:
            return bool(self.lot_id)
        return bool(self.code) and kind in (Kind.SHIPMENT, Kind.PAPER)

    @property
    def values(self) -> dict[str, str | int]:
        forms = zip(WHOLE, (self.text, self.text.upper(), self.text.lower()), strict=True)
        return {**dict(forms), "code": self.code, "lot_id": self.lot_id}

    @property
    def shape(self) -> "Shape":
        return Shape(len(self.words), bool(self.code), bool(self.lot_id))

    @property
    def nearly(self) -> Looked:
        """What records hold that are called nearly so."""
        return near.looked(self.text, self.words)


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of thing was typed. One statement serves everything of the same shape."""

    words: int
    is_code: bool = False
    is_lot_number: bool = False
    near: tuple[int, ...] = ()

    @classmethod
    def of_near(cls, looked: Looked) -> "Shape":
        return cls(len(looked), near=shape_of(looked))


def is_whole(column: Any) -> ColumnElement[bool]:
    """The column is all that was typed. Numbers and codes are kept in one of these forms."""
    return column.in_([bindparam(form, type_=String) for form in WHOLE])


@dataclass(frozen=True, slots=True)
class Asked:
    """The question for one kind. `source` stands without columns: what to read, and what of it
    the actor may see.

    Records whose number was typed whole (`exact`) come first, or those of a `code` of their
    own, which is not among their words. Then those by words, unless they are `hidden`: by name
    or, without `order`, the newest before. `rows` has the columns that `tell` reads.
    """

    key: Any
    source: Select[*tuple[Any, ...]]
    exact: ColumnElement[bool]
    rows: Select[*tuple[Any, ...]]
    code: ColumnElement[bool] | None = None
    hidden: ColumnElement[bool] | None = None
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
    """A kind, who may search it, and the pages of one and of all of them.

    Only what `has_names` is looked for by words that are nearly those.
    """

    kind: Kind
    permission: Permission
    ask: Callable[[Shape, Actor], Asked]
    tell: Callable[[Any, Actor], Told]
    index: Index
    url: str
    list_url: str = ""
    has_names: bool = True
