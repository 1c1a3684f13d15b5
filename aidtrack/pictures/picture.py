"""A picture with everything that belongs to it: what it says, its drawing and its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, overload

from aidtrack.pictures.shapes import Drawing

# Widths at which a picture is drawn, so that its text is as large as it was meant: a phone,
# a tablet or a printed page, a desk.
WIDTHS: dict[str, int] = {"narrow": 288, "middle": 520, "wide": 800}

# Rows of a table that a page or a paper shows; a list for spreadsheets has them all.
ROWS_SHOWN = 100

ColumnKind = Literal["text", "number"]
Value = str | int | None


class Body(Protocol):
    """What is drawn: it finds its own layout for a width."""

    def drawn(self, width: float) -> Drawing: ...


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. `label` is also its head in the list for spreadsheets."""

    label: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """The bare value for a spreadsheet, and how a person reads it where that differs.

    It is put into words only when it is shown: a list may have thousands of rows.
    """

    value: Value
    write: Callable[[], str] | None = None

    @property
    def text(self) -> str:
        if self.write is not None:
            return self.write()
        return "" if self.value is None else str(self.value)


class Rows(Sequence[tuple[Cell, ...]]):
    """Rows that are made of their records when they are asked for, since most never are."""

    def __init__(self, records: Sequence[Any], make: Callable[[Any], tuple[Cell, ...]]) -> None:
        self._records, self._make = records, make

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, index: int) -> tuple[Cell, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[Cell, ...]]: ...

    def __getitem__(self, index: int | slice) -> tuple[Cell, ...] | list[tuple[Cell, ...]]:
        if isinstance(index, slice):
            return [self._make(record) for record in self._records[index]]
        return self._make(self._records[index])


@dataclass(frozen=True, slots=True)
class Table:
    """The figures behind a picture, all of them."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    foot: tuple[Cell, ...] = ()

    @property
    def shown(self) -> Sequence[tuple[Cell, ...]]:
        return self.rows[:ROWS_SHOWN]

    @property
    def hidden(self) -> int:
        """How many rows only the spreadsheet has."""
        return max(0, len(self.rows) - ROWS_SHOWN)


@dataclass(frozen=True, slots=True)
class Picture:
    """name: a word for addresses and ids.  title: what it shows.  sentence: what it says now.

    notes: how to read it, and what it leaves out.  An empty picture has no rows in its table.
    """

    name: str
    title: str
    sentence: str
    notes: tuple[str, ...]
    body: Body
    table: Table

    @property
    def is_empty(self) -> bool:
        return not self.table.rows


def shared(parts: Sequence[int], whole: int, room: float) -> list[float]:
    """Widths of parts of a whole in a room; what is there is never drawn as nothing."""
    if whole <= 0:
        return [0.0 for _part in parts]
    widths = [max(2.0, room * part / whole) if part > 0 else 0.0 for part in parts]
    exact = room * sum(part for part in parts if part > 0) / whole
    if widths:
        largest = widths.index(max(widths))
        widths[largest] -= min(widths[largest], max(0.0, sum(widths) - exact))
    return widths
