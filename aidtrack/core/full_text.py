"""Finds records by parts of their words, in any script, by the database's own index.

What is searched of a record stands in `search_<kind>`, which triggers of migration 0009 keep:
"^ thermal blanket ^ teploe odeyalo ^ it-001 ^", a space around each word, a border around each
field. Three letters in a row are what both databases look up.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
)

from aidtrack.core.db import db, is_postgresql
from aidtrack.core.letters import BORDER, fold

WORDS_MAX = 6  # More words say nothing more.
WORD_LETTERS_MAX = 60
PART_LETTERS_MIN = 3  # Fewer are only found as the beginning of a word.
# Of a list, so many are found by the index; words of more records are looked for in the list's
# own order, where the first page is soon full.
LISTED_MAX = 2_000
ESCAPE = "/"

# What must stand in a record: all of these, each in one of its ways.
Looked = tuple[tuple[str, ...], ...]


def words_of(typed: str) -> list[str]:
    """The words that are looked for, as the index writes them."""
    return [word[:WORD_LETTERS_MAX] for word in fold(typed).split()[:WORDS_MAX]]


def part(word: str) -> str:
    """What stands in the index where a word is found: short ones only at the beginning."""
    if len(word) >= PART_LETTERS_MIN:
        return word
    return f" {word}" if len(word) == PART_LETTERS_MIN - 1 else f" {word} "


def all_words(words: list[str]) -> Looked:
    return tuple((part(word),) for word in words)


def beginning(words: list[str]) -> Looked:
    """A field begins with the first word; the others stand anywhere."""
    return ((f"{BORDER} {words[0]}",), *all_words(words[1:]))


def whole(words: list[str]) -> Looked:
    """A field is just these words."""
    return ((f"{BORDER} {' '.join(words)} {BORDER}",),)


def shape_of(looked: Looked) -> tuple[int, ...]:
    """How many ways each part has: one statement serves everything of the same shape."""
    return tuple(len(ways) for ways in looked)


def values_of(name: str, looked: Looked) -> dict[str, str]:
    """What a condition of `Index.matches` by this name looks for."""
    if not is_postgresql():
        alternatives = (" OR ".join(map(_phrase, ways)) for ways in looked)
        return {name: " AND ".join(f"({ways})" for ways in alternatives)}
    return {
        f"{name}_{at}_{way}": pattern(text)
        for at, ways in enumerate(looked)
        for way, text in enumerate(ways)
    }


def pattern(text: str) -> str:
    """For LIKE: anything with this text in it, taken letter for letter."""
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return f"%{text}%"


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def are_few(ids: Select[int] | CompoundSelect[int]) -> bool:
    """Whether so few are found that a list may name them."""
    some = select(ids.subquery()).limit(LISTED_MAX + 1).subquery()
    found: int = db.session.execute(select(func.count()).select_from(some)).scalar_one()
    return found <= LISTED_MAX


@dataclass(frozen=True)
class Index:
    """The index of one kind of record. `id` and `words` are its columns."""

    kind: str

    @cached_property
    def table(self) -> Any:
        return table(f"search_{self.kind}", column("id"), column("rowid"), column("words"))

    @property
    def id(self) -> ColumnElement[int]:
        found: ColumnElement[int] = self.table.c.id if is_postgresql() else self.table.c.rowid
        return found

    @property
    def words(self) -> ColumnElement[str]:
        found: ColumnElement[str] = self.table.c.words
        return found

    def matches(self, name: str, shape: tuple[int, ...]) -> ColumnElement[bool]:
        """The WHERE on the index, of what `values_of` binds by this name."""
        if not is_postgresql():
            return self._match(_bound(name))
        return and_(
            *(
                or_(*(self._like(_bound(f"{name}_{at}_{way}")) for way in range(ways)))
                for at, ways in enumerate(shape)
            )
        )

    def ids(self, looked: Looked) -> Select[int]:
        """The records that hold these."""
        if not is_postgresql():
            (text,) = values_of("looked", looked).values()
            return select(self.id).where(self._match(text))
        return select(self.id).where(
            *(or_(*(self._like(pattern(text)) for text in ways)) for ways in looked)
        )

    def found(self, key: Any, typed: str) -> list[ColumnElement[bool]]:
        """For a list: the WHERE of records that hold all words; nothing when none are typed.

        Asks the index first how many there are. A few are named by it; of very many, each row
        of the list is looked up, which a page of them stops soon.
        """
        if not typed.strip():
            return []
        words = words_of(typed)
        if not words:
            return [false()]
        looked = all_words(words)
        ids = self.ids(looked)
        return [key.in_(ids) if are_few(ids) else self.holds(key, looked)]

    def holds(self, key: Any, looked: Looked) -> ColumnElement[bool]:
        """The WHERE that looks into one record after the other: for lists that stop soon."""
        held = select(self.words).where(self.id == key).scalar_subquery()
        place_of = func.strpos if is_postgresql() else func.instr
        return and_(*(or_(*(place_of(held, text) > 0 for text in ways)) for ways in looked))

    def _match(self, text: Any) -> ColumnElement[bool]:
        return literal_column(f"search_{self.kind}").op("MATCH")(text)

    def _like(self, text: Any) -> ColumnElement[bool]:
        return self.words.like(text, escape=ESCAPE)


def _bound(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String)
