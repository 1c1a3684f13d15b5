"""Bytes to a table of raw rows that keep the row numbers people see in their spreadsheet."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aidtrack.core.i18n import _, ngettext
from aidtrack.imports.decoding import ENCODINGS, Decoded, Unreadable, decode
from aidtrack.imports.spreadsheets import Cell, Workbook, is_spreadsheet, read_workbook

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL_LETTERS = 32_767

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SNIFFED_ROWS = 50
_WORD = re.compile(r"\w{3,40}")


@dataclass(frozen=True, slots=True)
class RawRow:
    """One line as it stands. `number` counts from 1, blank lines included."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() if isinstance(cell, str) else cell for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """Every line of a list that is not blank, and how it was read."""

    rows: tuple[RawRow, ...]
    source: str  # "csv" or "spreadsheet"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read(data: bytes, *, encoding: str | None = None, sheet: str | None = None) -> Table:
    """Read CSV (comma, semicolon, tab or bar), .xlsx or .xls, told apart by content.

    Raises Unreadable, in words for the person who chose the file, when the whole cannot
    be read. A fault of one row is not looked for here.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            _("The file is larger than %(limit)s MB.", limit=MAX_BYTES // 1024 // 1024)
        )
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable(_("The file is empty."))
    table = (
        _from_workbook(read_workbook(data, sheet))
        if is_spreadsheet(data)
        else (_from_text(decode(data, encoding)))
    )
    if not table.rows:
        raise Unreadable(_("The file is empty."))
    return table


def _from_workbook(workbook: Workbook) -> Table:
    notes = []
    if len(workbook.sheets) > 1:
        notes.append(
            _(
                "The workbook has %(count)d sheets. Only “%(sheet)s” was read.",
                count=len(workbook.sheets),
                sheet=workbook.sheet,
            )
        )
    if workbook.merged_cells:
        notes.append(
            ngettext(
                "%(num)d cell under a merged cell was given its value.",
                "%(num)d cells under merged cells were given their value.",
                workbook.merged_cells,
            )
        )
    if workbook.formulas:
        notes.append(
            ngettext(
                "%(num)d cell holds a formula: the result saved in the file was used.",
                "%(num)d cells hold formulas: the results saved in the file were used.",
                workbook.formulas,
            )
        )
    return Table(
        rows=_numbered(workbook.rows),
        source="spreadsheet",
        sheet=workbook.sheet,
        sheets=workbook.sheets,
        notes=tuple(notes),
    )


def _from_text(decoded: Decoded) -> Table:
    text = decoded.text
    delimiter, text, skipped = _delimiter_named_inside(text)
    delimiter = delimiter or _likely_delimiter(text)
    rows = _numbered(_csv_rows(text, delimiter), first=1 + skipped)
    return Table(
        rows=rows,
        source="csv",
        encoding=decoded.encoding,
        delimiter=_DELIMITERS.get(delimiter, delimiter),
        notes=tuple(_encoding_notes(decoded)),
    )


def _encoding_notes(decoded: Decoded) -> Iterator[str]:
    if not decoded.guessed:
        return
    name = ENCODINGS.get(decoded.encoding, decoded.encoding.upper())
    words = _WORD.findall(decoded.text)
    sample = next((word for word in words if not word.isascii()), "")
    if sample:
        yield _(
            "The letters were read as %(encoding)s, for example “%(sample)s”."
            " If that looks wrong, choose the encoding and look again.",
            encoding=name,
            sample=sample,
        )
    else:
        yield _("The letters were read as %(encoding)s.", encoding=name)


def _delimiter_named_inside(text: str) -> tuple[str, str, int]:
    """Excel may open a CSV file with a line that says `sep=;`."""
    first, newline, rest = text.partition("\n")
    named = first.strip().strip('"').casefold()
    if named.startswith("sep=") and len(named) == 5:
        return named[-1], rest, 1
    return ("\t", rest, 1) if named == "sep=" and newline else ("", text, 0)


def _likely_delimiter(text: str) -> str:
    """The one that cuts the first lines into most cells, the same number in most lines."""
    best = (0.0, 0)
    chosen = ","
    for delimiter in _DELIMITERS:
        widths = _first_widths(text, delimiter)
        several = [width for width in widths if width > 1]
        if not several:
            continue
        width, alike = Counter(several).most_common(1)[0]
        score = (alike / len(widths), width)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def _first_widths(text: str, delimiter: str) -> list[int]:
    widths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                widths.append(len(row))
            if len(widths) == _SNIFFED_ROWS:
                break
    except csv.Error:
        pass  # A stray quotation mark: what was seen so far has to do.
    return widths


def _csv_rows(text: str, delimiter: str) -> list[list[str]]:
    """Strictly first, to notice a quotation mark that is never closed; then as it comes."""
    try:
        return _parsed(text, delimiter, strict=True)
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise Unreadable(
                _(
                    "A quotation mark opens on row %(row)s and is never closed.",
                    row=_row_of_open_quote(text, delimiter),
                )
            ) from error
    try:
        return _parsed(text, delimiter, strict=False)
    except csv.Error as error:
        raise Unreadable(
            _("A cell holds more than %(limit)s letters.", limit=csv.field_size_limit())
        ) from error


def _parsed(text: str, delimiter: str, *, strict: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict):
        rows.append(row)
        if len(rows) > MAX_ROWS * 2:
            break
    return rows


def _row_of_open_quote(text: str, delimiter: str) -> int:
    number = 0
    try:
        for _row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            number += 1
    except csv.Error:
        pass
    return number + 1


def _numbered(rows: Sequence[Sequence[Cell]], first: int = 1) -> tuple[RawRow, ...]:
    """Rows with their numbers, without the blank ones; refuses more than our limits."""
    numbered = [RawRow(number, tuple(cells)) for number, cells in enumerate(rows, start=first)]
    kept = tuple(row for row in numbered if not row.is_blank)
    if len(kept) > MAX_ROWS:
        raise Unreadable(
            _(
                "The list has more than %(limit)s rows. Cut it into several files.",
                limit=f"{MAX_ROWS:,}",
            )
        )
    widest = max((len(row.cells) for row in kept), default=0)
    if widest > MAX_COLUMNS:
        raise Unreadable(
            _(
                "A row has %(count)d columns; a list may have %(limit)d.",
                count=widest,
                limit=MAX_COLUMNS,
            )
        )
    return kept
