"""Writes what is held on a person into one archive: JSON for programs, CSV and a page to read."""

import csv
import html
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any, Protocol

from aidtrack.core.formulas import harmless
from aidtrack.core.i18n import RIGHT_TO_LEFT, _, current_language


class Table(Protocol):
    """One table of the archive; its rows are read while they are written."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    def rows(self) -> Iterator[tuple[Any, ...]]: ...


def write(
    file: IO[bytes],
    title: str,
    tables: Iterable[Table],
    pictures: Iterable[tuple[str, bytes]] = (),
    *,
    at: datetime,
) -> None:
    """One table after the other, so that a person of ten years fits into any memory."""
    language = current_language()
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    index = [
        f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8">',
        f"<title>{html.escape(title)}</title><h1>{html.escape(title)}</h1>",
        f"<p>{at:%Y-%m-%d %H:%M} UTC</p><ul>",
    ]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            count = _write_table(archive, table)
            if count:
                index.append(
                    f'<li><a href="{table.name}.html">{html.escape(table.title)}</a>: {count}</li>'
                )
        for name, content in pictures:
            archive.writestr(f"photos/{name}", content)
        archive.writestr("index.html", "\n".join([*index, "</ul></html>"]))


def _write_table(archive: zipfile.ZipFile, table: Table) -> int:
    """The same rows three times: for programs, for spreadsheets, for people. How many."""
    rows = [_plain(row) for row in table.rows()]
    if not rows:
        return 0
    objects = [dict(zip(table.columns, row, strict=True)) for row in rows]
    archive.writestr(f"{table.name}.json", json.dumps(objects, ensure_ascii=False, indent=1))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    archive.writestr(f"{table.name}.csv", "\ufeff" + text.getvalue())
    archive.writestr(f"{table.name}.html", _page(table, rows))
    return len(rows)


def _page(table: Table, rows: Sequence[Sequence[Any]]) -> str:
    head = "".join(f"<th>{html.escape(name.replace('_', ' '))}</th>" for name in table.columns)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{html.escape(_shown(value))}</td>' for value in row)}</tr>"
        for row in rows
    )
    return (
        f'<!doctype html><meta charset="utf-8"><title>{html.escape(table.title)}</title>'
        f'<p><a href="index.html">{html.escape(_("Back"))}</a></p>'
        f'<h1>{html.escape(table.title)}</h1><table border="1"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _plain(row: Sequence[Any]) -> list[Any]:
    """As JSON can hold it."""
    return [
        value if value is None or isinstance(value, bool | int | str | dict | list) else str(value)
        for value in row
    ]


def _cell(value: Any) -> Any:
    return harmless(_shown(value)) if isinstance(value, str | dict | list) else value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
