"""Excel workbooks to rows: what a hostile or careless file may not do to us is decided here."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineSheet, SheetVisibleEnum, load_workbook

from aidtrack.core.i18n import _
from aidtrack.imports.decoding import Unreadable
from aidtrack.imports.old_workbooks import read_old_workbook

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_CELLS = 4_000_000  # The rectangle a sheet spans, empty cells counted: it is held whole.
MAX_TEXT_BYTES = 200 * 1024 * 1024  # With each use of a shared string counted.
_CHUNK = 1024 * 1024
# What zipfile raises for the many ways a zip can be damaged, locked or exotic.
DAMAGES = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError,
    OSError,
)  # fmt: skip

# A cell is text, or a day when the spreadsheet itself says that it is one.
Cell = str | date

_REFERENCE = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_CELL_WITH_MORE = re.compile(
    rb'<c\b([^>]*?)\br="([A-Z]{1,3})(\d{1,7})"([^>]*)>(.*?)</c>', re.DOTALL
)
_VALUE = re.compile(rb"<v>([^<]+)</v>|<is>")
_SHARED_USE = re.compile(rb't="s"[^>]*>\s*<v>(\d+)</v>')
_SHARED_STRING = re.compile(rb"<si\b.*?(?:</si>|/>)", re.DOTALL)
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")


@dataclass(slots=True)
class Workbook:
    """One sheet's rows from the first line of the sheet on, and what a reader should know."""

    rows: list[tuple[Cell, ...]]
    sheet: str
    sheets: tuple[str, ...]
    merged_cells: int = 0
    formulas: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Oddities:
    """Cells whose saved value calamine gives as empty, by (row, column) from zero."""

    formulas: int = 0
    texts: dict[tuple[int, int], str] = field(default_factory=dict)


def is_spreadsheet(data: bytes) -> bool:
    """Whether the first bytes are those of .xlsx (a zip) or .xls (an OLE file)."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))


def read_workbook(data: bytes, sheet: str | None = None) -> Workbook:
    """Read one sheet: the one named, or else the first visible one that is not empty.

    Raises Unreadable for a damaged or locked file, and for one that would unpack to more
    than the limits above.
    """
    if not data.startswith(b"PK"):
        return _old_workbook(data, sheet)
    parts = _unpack(data)
    with _telling_damage(), load_workbook(io.BytesIO(data)) as workbook:
        visible = tuple(
            found.name
            for found in workbook.sheets_metadata
            if found.visible is SheetVisibleEnum.Visible
        )
        _expect_sheet(sheet, visible)
        for name in (sheet,) if sheet else visible:
            found = workbook.get_sheet_by_name(name)
            if found.height or sheet:
                return _new_workbook(found, visible, _oddities(parts, name))
    raise Unreadable(_("The file is empty."))


@contextmanager
def _telling_damage() -> Iterator[None]:
    try:
        yield
    except CalamineError as error:
        raise _damaged() from error
    except BaseException as error:
        # A panic of the library is no Exception, so that it would end our thread.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged() from error


def _damaged() -> Unreadable:
    return Unreadable(
        _("This spreadsheet is damaged, locked by a password or of a kind we cannot read.")
    )


def _expect_sheet(sheet: str | None, visible: tuple[str, ...]) -> None:
    if sheet and sheet not in visible:
        raise Unreadable(
            _(
                "There is no sheet “%(sheet)s”. The file has: %(sheets)s.",
                sheet=sheet,
                sheets=", ".join(visible),
            ),
            field="sheet",
        )


def _old_workbook(data: bytes, sheet: str | None) -> Workbook:
    found = read_old_workbook(data, sheet)
    if found is None:
        raise _damaged()
    _expect_sheet(sheet, found.sheets)
    indent: tuple[Cell, ...] = ("",) * found.indent
    rows = [indent + tuple(map(_cell, row)) for row in found.rows]
    merged = _repeat_merged(rows, found.merged)
    return Workbook(rows, found.name, found.sheets, merged_cells=merged)


def _new_workbook(sheet: CalamineSheet, visible: tuple[str, ...], oddities: _Oddities) -> Workbook:
    indent: tuple[Cell, ...] = ("",) * (sheet.start[1] if sheet.start else 0)
    rows = [indent + tuple(map(_cell, row)) for row in sheet.iter_rows()]
    for (row, column), text in oddities.texts.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row] = (*rows[row][:column], text, *rows[row][column + 1 :])
    merged = _repeat_merged(rows, sheet.merged_cell_ranges or [])
    return Workbook(rows, sheet.name, visible, merged_cells=merged, formulas=oddities.formulas)


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        whole = float(value).is_integer() and abs(value) < 1e17
        # Fifteen digits are what a spreadsheet keeps and shows: 0.3, not 0.30000000000000004.
        return str(int(value)) if whole else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return value.isoformat() if isinstance(value, time) else str(value)


def _repeat_merged(
    rows: list[tuple[Cell, ...]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]
) -> int:
    """Give every line under a cell merged downwards its value. Returns how many were filled."""
    filled = 0
    for (top, left), (bottom, _right) in ranges:
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] == "":
            continue
        for number in range(top + 1, min(bottom + 1, len(rows))):
            row = rows[number]
            if left < len(row) and row[left] == "":
                rows[number] = (*row[:left], rows[top][left], *row[left + 1 :])
                filled += 1
    return filled


def _unpack(data: bytes) -> dict[str, bytes]:
    """The sheets and strings of an .xlsx, once we know that they are of a bearable size."""
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                raise _too_large()
            for entry in entries:
                # Reading through zipfile also refuses an entry longer than it claims to be.
                with archive.open(entry) as stream:
                    wanted = entry.filename.startswith("xl/") and not entry.is_dir()
                    chunks = []
                    while chunk := stream.read(_CHUNK):
                        if wanted and entry.filename.endswith((".xml", ".rels")):
                            chunks.append(chunk)
                    parts[entry.filename] = b"".join(chunks)
    except DAMAGES as error:
        raise Unreadable(_("This spreadsheet is damaged or locked by a password.")) from error
    strings = _SHARED_STRING.findall(parts.get("xl/sharedStrings.xml", b""))
    lengths = [len(string) for string in strings]
    for name, part in parts.items():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _expect_bearable(part, lengths)
    return parts


def _expect_bearable(sheet: bytes, string_lengths: list[int]) -> None:
    """A few bytes can span a sheet of billions of cells, or repeat one long text for ever."""
    references = _REFERENCE.findall(sheet)
    if references:
        width = max(_column_number(letters) for letters in {pair[0] for pair in references})
        height = max(int(digits) for digits in {pair[1] for pair in references})
        if width * height > MAX_CELLS:
            raise _too_large()
    uses = _SHARED_USE.findall(sheet)
    if string_lengths and max(string_lengths) * len(uses) > MAX_TEXT_BYTES:
        total = sum(string_lengths[int(use)] for use in uses if int(use) < len(string_lengths))
        if total > MAX_TEXT_BYTES:
            raise _too_large()


def _too_large() -> Unreadable:
    return Unreadable(
        _("The spreadsheet unpacks to more than we read. Delete empty rows, columns and pictures.")
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _oddities(parts: dict[str, bytes], sheet: str) -> _Oddities:
    """Error values and formulas without a result, which would otherwise look like blanks."""
    found = _Oddities()
    xml = parts.get(_part_of(parts, sheet), b"")
    if b"<f" not in xml and b't="e"' not in xml:
        return found
    for match in _CELL_WITH_MORE.finditer(xml):
        before, letters, digits, after, inside = match.groups()
        is_formula = b"<f" in inside
        found.formulas += is_formula
        value = _VALUE.search(inside)
        place = (int(digits) - 1, _column_number(letters) - 1)
        if b't="e"' in before + after:
            text = value.group(1) if value and value.group(1) else b"#VALUE!"
            found.texts[place] = text.decode("utf-8", "replace")
        elif is_formula and not value and b't="str"' not in before + after:
            found.texts[place] = "#FORMULA!"
    return found


def _part_of(parts: dict[str, bytes], sheet: str) -> str:
    """The name inside the zip of the sheet that people see as `sheet`; empty when unclear."""
    for tag in _SHEET.findall(parts.get("xl/workbook.xml", b"")):
        if _attribute(tag, b"name") == sheet:
            for relation in _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b"")):
                if _attribute(relation, b"Id") == _attribute(tag, rb"\w+:id"):
                    target = _attribute(relation, b"Target")
                    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    text = found.group(1).decode("utf-8", "replace") if found else ""
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(code, sign)
    return text
