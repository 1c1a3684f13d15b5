"""Writes what is held on a person into one archive: JSON for programs, CSV and a page to read.

A row is written as soon as it is read, so that a person of ten years fits into any memory.
"""

import html
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from sqlalchemy import Select, func, select

from aidtrack.core import formulas
from aidtrack.core.db import db
from aidtrack.core.i18n import RIGHT_TO_LEFT, _, current_language

READ_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the archive, with the columns that are the person's."""

    name: str
    title: str
    columns: tuple[str, ...]
    statement: Select[Any]

    def count(self) -> int:
        rows = self.statement.order_by(None).subquery()
        return db.session.scalars(select(func.count()).select_from(rows)).one()

    def rows(self) -> Iterator[list[Any]]:
        """As JSON can hold them, read as they are written."""
        found = db.session.execute(self.statement.execution_options(yield_per=READ_ROWS))
        return ([_plain(value) for value in row] for row in found)


def write(
    file: IO[bytes],
    title: str,
    tables: Iterable[Table],
    pictures: Iterable[tuple[str, bytes]] = (),
    *,
    at: datetime,
) -> None:
    """The tables that hold anything, the pictures, and a page that leads to each table."""
    language = current_language()
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    index = [
        f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8">',
        f"<title>{html.escape(title)}</title><h1>{html.escape(title)}</h1>",
        f"<p>{at:%Y-%m-%d %H:%M} UTC</p><ul>",
    ]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            count = _write_table(archive, table, at)
            if count:
                index.append(
                    f'<li><a href="{table.name}.html">{html.escape(table.title)}</a>: {count}</li>'
                )
        for name, content in pictures:
            archive.writestr(f"photos/{name}", content)
        archive.writestr("index.html", "\n".join([*index, "</ul></html>"]))


def _write_table(archive: zipfile.ZipFile, table: Table, at: datetime) -> int:
    """The same rows three times: for programs, for spreadsheets, for people. How many.

    They are read anew for each: an archive takes one file after the other.
    """
    count = table.count()
    for form, write_rows in FORMS.items() if count else ():
        entry = zipfile.ZipInfo(f"{table.name}.{form}", at.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w") as file:
            write_rows(file, table)
    return count


def _write_json(file: IO[bytes], table: Table) -> None:
    between = "[\n"
    for row in table.rows():
        said = dict(zip(table.columns, row, strict=True))
        file.write(f"{between}{json.dumps(said, ensure_ascii=False)}".encode())
        between = ",\n"
    file.write(b"\n]")


def _write_csv(file: IO[bytes], table: Table) -> None:
    lines = (map(_in_csv, row) for row in table.rows())
    formulas.write_csv(file, table.columns, lines)


def _write_page(file: IO[bytes], table: Table) -> None:
    head = "".join(f"<th>{html.escape(name.replace('_', ' '))}</th>" for name in table.columns)
    file.write(
        f'<!doctype html><meta charset="utf-8"><title>{html.escape(table.title)}</title>'
        f'<p><a href="index.html">{html.escape(_("Back"))}</a></p>'
        f'<h1>{html.escape(table.title)}</h1><table border="1"><thead><tr>{head}</tr></thead>'
        "<tbody>".encode()
    )
    for row in table.rows():
        cells = "".join(f"<td>{html.escape(_shown(value))}</td>" for value in row)
        file.write(f"<tr>{cells}</tr>\n".encode())
    file.write(b"</tbody></table>")


FORMS: dict[str, Callable[[IO[bytes], Table], None]] = {
    "json": _write_json,
    "csv": _write_csv,
    "html": _write_page,
}


def _plain(value: Any) -> Any:
    """As JSON can hold it."""
    is_plain = value is None or isinstance(value, bool | int | str | dict | list)
    return value if is_plain else str(value)


def _in_csv(value: Any) -> Any:
    return _shown(value) if isinstance(value, dict | list) else value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
