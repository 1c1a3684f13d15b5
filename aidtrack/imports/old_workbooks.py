"""Workbooks of the format before 2007, read by a process of their own.

A damaged .xls can make the reading library panic or ask for more memory than there is,
and a process that asks so is ended whole. So it is not the server's. Run as a script, this
file reads a workbook from its input and writes JSON; it may import nothing of ours.
"""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
SECONDS = 30
_DAY = "day"  # A cell that is a day travels as {"day": "2027-01-31"}.


@dataclass(frozen=True, slots=True)
class OldSheet:
    """One sheet: `indent` empty columns stand before each row; merged as calamine says."""

    name: str
    sheets: tuple[str, ...]
    indent: int
    rows: list[list[object]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def read_old_workbook(data: bytes, sheet: str | None) -> OldSheet | None:
    """The sheet of that name, or else the first with something in it.

    None when the file cannot be read. Without such a sheet, one without rows.
    """
    command = [sys.executable, "-I", __file__, sheet or ""]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and a name it only compares
            command, input=data, capture_output=True, timeout=SECONDS * 2, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    found = json.loads(done.stdout)
    return OldSheet(
        name=found["name"],
        sheets=tuple(found["sheets"]),
        indent=found["indent"],
        rows=[[_received(cell) for cell in row] for row in found["rows"]],
        merged=[((a[0], a[1]), (b[0], b[1])) for a, b in found["merged"]],
    )


def _received(cell: object) -> object:
    return date.fromisoformat(cell[_DAY]) if isinstance(cell, dict) else cell


def _sent(cell: object) -> object:
    if isinstance(cell, datetime):
        return {_DAY: cell.date().isoformat()}
    if isinstance(cell, date):
        return {_DAY: cell.isoformat()}
    return cell if isinstance(cell, (str, int, float, bool)) else str(cell)


def _limit() -> None:
    """Let this process take no more memory and time than a list can need."""
    try:
        import resource
    except ImportError:  # Windows has no such limits.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _described(data: bytes, wanted: str) -> dict[str, Any]:
    from python_calamine import SheetVisibleEnum, load_workbook

    with load_workbook(io.BytesIO(data)) as workbook:
        visible = [
            found.name
            for found in workbook.sheets_metadata
            if found.visible is SheetVisibleEnum.Visible
        ]
        for name in [wanted] if wanted in visible else visible if not wanted else []:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.height or wanted:
                return {
                    "name": name,
                    "sheets": visible,
                    "indent": sheet.start[1] if sheet.start else 0,
                    "rows": [[_sent(cell) for cell in row] for row in sheet.iter_rows()],
                    "merged": sheet.merged_cell_ranges or [],
                }
    return {"name": "", "sheets": visible, "indent": 0, "rows": [], "merged": []}


if __name__ == "__main__":
    _limit()
    json.dump(_described(sys.stdin.buffer.read(), sys.argv[1]), sys.stdout)
