"""Small lists made by code: the files that people send, good and bad."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def csv_of(rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as a text file; a cell that needs quotes gets them."""
    lines = [delimiter.join(_quoted(str(cell), delimiter) for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _quoted(cell: str, delimiter: str) -> str:
    needs = any(sign in cell for sign in (delimiter, '"', "\n"))
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if needs else cell


def xlsx_of(rows: Rows, *, merged: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Rows as a workbook; text that begins with "=" becomes a formula whose result is 2.

    `merged` cells, such as {"A2:A4": "Osh"}, stay out of the rows.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        page = workbook.add_worksheet("List")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("="):
                    page.write_formula(number, column, cell, None, 2)
                elif cell is not None:
                    page.write(number, column, cell)
        for cells, value in merged.items():
            page.merge_range(cells, value)
    return out.getvalue()


def with_part(data: bytes, name: str, change: Any) -> bytes:
    """A workbook with one of its XML parts rewritten by `change`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            part = old.read(entry)
            new.writestr(entry.filename, change(part) if entry.filename == name else part)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A workbook of some kilobytes that would unpack to megabytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _megabyte in range(5):
            part.write(b" " * 1024 * 1024)
    return out.getvalue()


STOCK_HEADINGS = (
    "Warehouse", "Bin", "Item code", "Item name", "Lot number", "Expiry date", "Quantity",
)  # fmt: skip


def stock_rows(*rows: Sequence[Any]) -> Rows:
    return [STOCK_HEADINGS, *rows]


def xlsx_of_sheets(sheets: Mapping[str, Rows]) -> bytes:
    """Several sheets, in order."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return out.getvalue()
