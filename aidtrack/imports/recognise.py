"""Which list a table is, where its headings stand and what its columns mean."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.imports.cells import tidy
from aidtrack.imports.headings import (
    KIND_OF,
    LISTS,
    Kind,
    Known,
    ListName,
    describe,
    field_of,
    plain,
)
from aidtrack.imports.reading import RawRow, Table
from aidtrack.imports.spreadsheets import Cell

SEARCHED_ROWS = 30
NOT_YET = frozenset({ListName.KITS, ListName.LEVELS, ListName.REQUISITIONS})
_TELLING_WEIGHT = 3
_TOTALS = frozenset(
    {"total", "totals", "grand total", "subtotal", "sub total", "sum", "итого", "всего", "жами",
     "total general", "total général", "sous total", "ҷамъ", "المجموع", "الإجمالي"}
)  # fmt: skip


class NotThisList(Invalid):
    """The file is readable but is not the list it should be; `looks_like` says what it may be."""

    code = "not_this_list"


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field stands, what the file calls it, and the unit its heading names."""

    index: int
    heading: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row below the headings: the cells of the columns we know, by field."""

    number: int
    cells: Mapping[str, Cell]
    beyond: str = ""  # The first thing that stands to the right of the last heading.

    def cell(self, field: str) -> Cell:
        return self.cells.get(field, "")


@dataclass(frozen=True, slots=True)
class Recognised:
    """The list, column by column, and the rows that are no data, each with the reason."""

    list_name: ListName
    heading_row: int
    columns: Mapping[str, Column]
    unused: tuple[str, ...]
    records: tuple[Record, ...]
    passed_over: tuple[tuple[int, str], ...]

    def heading(self, field: str) -> str:
        column = self.columns.get(field)
        return column.heading if column else field

    def column(self, field: str) -> Iterator[Cell]:
        """Every cell of one column, for readers that decide by the whole of it."""
        return (record.cell(field) for record in self.records)


@dataclass(frozen=True, slots=True)
class _Match:
    score: int
    list_name: ListName
    row: RawRow
    fields: Mapping[str, list[tuple[int, int, str]]]  # field → (rank, index, unit)


def recognise(table: Table, kind: Kind) -> Recognised:
    """Find the headings among the first rows and read the table by them.

    Raises NotThisList when it is another kind of list, has no headings, or has the same
    heading twice over different values.
    """
    matches = [
        match for row in table.rows[:SEARCHED_ROWS] for match in _matches(row) if match is not None
    ]
    if not matches:
        raise NotThisList(_no_headings(table, kind))
    best = max(matches, key=lambda match: (match.score, KIND_OF[match.list_name] is kind))
    if KIND_OF[best.list_name] is not kind:
        raise NotThisList(
            _(
                "This looks like %(found)s, not %(asked)s.",
                found=describe(best.list_name),
                asked=describe(ListName(kind)),
            ),
            field="kind",
            looks_like=str(best.list_name),
        )
    if best.list_name in NOT_YET:
        raise NotThisList(
            _("This is %(found)s. AidTrack cannot keep those yet.", found=describe(best.list_name)),
            looks_like=str(best.list_name),
        )
    return _read(table, best)


def _matches(row: RawRow) -> Iterator[_Match]:
    headings = [(index, tidy(cell)) for index, cell in enumerate(row.cells) if cell]
    if sum(1 for _index, heading in headings if heading) < 1:
        return
    for name, known in LISTS.items():
        fields: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for index, heading in headings:
            if heading and (found := field_of(heading, name)):
                field, rank, unit = found
                fields[field].append((rank, index, unit))
        if all(any(field in fields for field in choice) for choice in known.must):
            yield _Match(_score(fields, known), name, row, fields)


def _score(fields: Mapping[str, object], known: Known) -> int:
    return sum(_TELLING_WEIGHT if field in known.telling else 1 for field in fields)


def _no_headings(table: Table, kind: Kind) -> str:
    needed = {
        Kind.ITEMS: _("a name"),
        Kind.PLACES: _("a name"),
        Kind.STOCK: _("an item code or name, and a quantity"),
    }[kind]
    seen = ", ".join(tidy(cell) for cell in table.rows[0].cells if cell)[:200]
    return _(
        "None of the first %(count)d rows has the headings of %(asked)s, which needs at least"
        " columns for %(needed)s. Row %(row)d reads: %(seen)s",
        count=min(SEARCHED_ROWS, len(table.rows)),
        asked=describe(ListName(kind)),
        needed=needed,
        row=table.rows[0].number,
        seen=seen,
    )


def _read(table: Table, match: _Match) -> Recognised:
    columns = _columns(table, match)
    width = max(index for index, cell in enumerate(match.row.cells) if cell) + 1
    records: list[Record] = []
    passed_over: list[tuple[int, str]] = []
    last = table.rows[-1].number
    first_data = True
    for row in table.rows:
        if row.number <= match.row.number:
            continue
        reason = _no_data(row, match, first_data)
        first_data = first_data and bool(reason)
        if not reason and _is_total(row, columns, row.number == last):
            reason = _("a total, not a row of the list")
        if reason:
            passed_over.append((row.number, reason))
            continue
        cells = {
            field: row.cells[column.index]
            for field, column in columns.items()
            if column.index < len(row.cells)
        }
        records.append(Record(row.number, cells, _first_of(row.cells[width:])))
    used = {column.index for column in columns.values()}
    unused = tuple(
        tidy(cell) for index, cell in enumerate(match.row.cells) if cell and index not in used
    )
    return Recognised(
        match.list_name, match.row.number, columns, unused, tuple(records), tuple(passed_over)
    )


def _columns(table: Table, match: _Match) -> dict[str, Column]:
    """The best column for each field; refuses the same heading twice over different values."""
    columns = {}
    for field, found in match.fields.items():
        (rank, index, unit), *others = sorted(found)
        heading = tidy(match.row.cells[index])
        for other_rank, other, _unit in others:
            twice = other_rank == rank and plain(heading) == plain(tidy(match.row.cells[other]))
            if twice and _differ(table, match.row.number, index, other):
                raise NotThisList(
                    _(
                        "The heading “%(heading)s” stands over columns %(first)s and %(second)s,"
                        " which differ. Rename or delete one.",
                        heading=heading,
                        first=letters(index),
                        second=letters(other),
                    )
                )
        columns[field] = Column(index, heading, unit)
    return columns


def letters(index: int) -> str:
    """The name of a column in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        name = chr(65 + letter) + name
        index -= 1
    return name


def _differ(table: Table, heading_row: int, one: int, other: int) -> bool:
    return any(_at(row, one) != _at(row, other) for row in table.rows if row.number > heading_row)


def _at(row: RawRow, index: int) -> str:
    return _words(row.cells[index]) if index < len(row.cells) else ""


def _first_of(cells: tuple[Cell, ...]) -> str:
    return next((words for words in map(_words, cells) if words), "")


def _words(cell: Cell) -> str:
    return tidy(cell) if cell else ""


def _no_data(row: RawRow, match: _Match, is_first: bool) -> str:
    """Why a row below the headings is not data: headings again, in any language, or tags."""
    first = _first_of(row.cells)
    if first.startswith("#") and _all_tags(row):
        return _("HXL tags")
    if plain(first) == plain(_first_of(match.row.cells)) and _same_words(row, match.row):
        return _("the headings again")
    if is_first and _names_the_same_columns([_words(cell) for cell in row.cells], match):
        return _("a second line of headings")
    return ""


def _all_tags(row: RawRow) -> bool:
    words = filter(None, map(_words, row.cells))
    return all(word.startswith("#") and word[1:2].isalpha() for word in words)


def _same_words(one: RawRow, other: RawRow) -> bool:
    return [plain(word) for word in map(_words, one.cells) if word] == [
        plain(word) for word in map(_words, other.cells) if word
    ]


def _names_the_same_columns(words: list[str], match: _Match) -> bool:
    """At least half of the columns we know are named here too, and in the same places."""
    same = 0
    for field, places in match.fields.items():
        for _rank, index, _unit in places:
            word = words[index] if index < len(words) else ""
            found = field_of(word, match.list_name) if word else None
            same += bool(found and found[0] == field)
    return same >= 2 and same * 2 >= len(match.fields)


def _is_total(row: RawRow, columns: Mapping[str, Column], is_last: bool) -> bool:
    if _total_word(_first_of(row.cells)):
        return True
    naming = ("code", "name", "warehouse", "pcode")
    named = [_at(row, columns[field].index) for field in naming if field in columns]
    words = [name for name in named if name]
    if len(words) == 1 and is_last:
        return _total_word(words[0].partition(" ")[0])
    return bool(words) and all(map(_total_word, words))


def _total_word(words: str) -> bool:
    return words.casefold().rstrip(" :.") in _TOTALS
