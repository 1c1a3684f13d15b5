"""Backup and restore: every row of every table, and every kept file, in one archive.

The archive is a zip: `manifest.json`, one `tables/<name>.msgpack` a table (a row after a
row, each a list in the order of the manifest's columns), and `files/…`. It names no
database engine, so that what was kept on SQLite can be restored into PostgreSQL.
"""

import struct
import zipfile
from collections.abc import Iterator
from datetime import date
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import IO, Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Table, func, insert, select, text, update

from aidtrack.core import clock
from aidtrack.core.db import Base, db, is_postgresql
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _

FORMAT = 1
# In the instance folder: when it was last backed up, and when all of it last agreed.
LAST_BACKUP = "last_backup"
BATCH_ROWS = 2_000
ROW_BYTES_MAX = 256 * 1024 * 1024


class Refused(RuleBroken):
    """The archive cannot be written or restored here; the sentence says why."""

    code = "archive_refused"


class Manifest(msgspec.Struct):
    """What an archive holds: its schema revision, and columns and row count of each table."""

    format: int
    revision: str
    made_at: str
    columns: dict[str, list[str]]
    rows: dict[str, int]


def write(path: Path, *, revision: str, files: Path) -> Manifest:
    """Write everything as of one moment. Refuses to replace a file that exists."""
    if path.exists():
        raise Refused(_("%(file)s exists already. Choose another name.", file=str(path)))
    partial = path.with_name(path.name + ".partial")
    try:
        # It holds everything of everybody: for the eyes of its owner only.
        partial.touch(mode=0o600)
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = _write_tables(archive, revision)
            _write_files(archive, files)
            archive.writestr("manifest.json", msgspec.json.encode(manifest))
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def read_manifest(path: Path, *, revision: str) -> Manifest:
    """Check that the archive is whole and fits this version, before anything is touched."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise Refused(_("The archive is damaged."))
            manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.MsgspecError) as error:
        raise Refused(_("%(file)s is not a backup of AidTrack.", file=str(path))) from error
    if manifest.format != FORMAT or manifest.revision != revision:
        raise Refused(
            _(
                "The backup is of schema %(theirs)s, this AidTrack uses %(ours)s. Restore it"
                " with the version that made it, then upgrade.",
                theirs=manifest.revision,
                ours=revision,
            )
        )
    return manifest


def restore(path: Path, manifest: Manifest, *, files: Path) -> None:
    """Fill an empty, up-to-date database from the archive, whole or not at all."""
    with zipfile.ZipFile(path) as archive, db.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in manifest.columns:
                _restore_table(archive, connection, table, manifest.columns[table.name])
        if is_postgresql():
            _continue_sequences(connection)
        _restore_files(archive, files)


def is_empty() -> bool:
    """Whether no table holds a row."""
    with db.engine.connect() as connection:
        return not any(
            connection.execute(select(1).select_from(table).limit(1)).first()
            for table in Base.metadata.sorted_tables
        )


def _write_tables(archive: zipfile.ZipFile, revision: str) -> Manifest:
    columns: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    with db.engine.connect() as connection:
        if is_postgresql():  # One snapshot for all tables; SQLite's BEGIN gives it anyway.
            connection.execution_options(isolation_level="REPEATABLE READ")
        for table in Base.metadata.sorted_tables:
            columns[table.name] = [column.name for column in table.columns]
            with archive.open(f"tables/{table.name}.msgpack", "w", force_zip64=True) as file:
                counts[table.name] = _write_rows(file, connection, table)
    made_at = clock.now().isoformat()
    return Manifest(FORMAT, revision, made_at, columns, counts)


def _write_rows(file: IO[bytes], connection: Connection, table: Table) -> int:
    count = 0
    rows = connection.execution_options(yield_per=BATCH_ROWS).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for row in rows:
        content = msgspec.msgpack.encode(list(row))
        file.write(struct.pack(">I", len(content)) + content)
        count += 1
    return count


def _read_rows(file: IO[bytes]) -> Iterator[list[Any]]:
    while head := file.read(4):
        (length,) = struct.unpack(">I", head)
        if length > ROW_BYTES_MAX:
            raise Refused(_("The archive is damaged."))
        yield msgspec.msgpack.decode(file.read(length))


def _restore_table(
    archive: zipfile.ZipFile, connection: Connection, table: Table, names: list[str]
) -> None:
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    later: list[tuple[Column[Any], Any, Any]] = []
    batch: list[dict[str, Any]] = []
    with archive.open(f"tables/{table.name}.msgpack") as file:
        for values in _read_rows(file):
            row = {
                name: _typed(table.columns[name], value)
                for name, value in zip(names, values, strict=True)
            }
            for column in own:
                # A row may point at one that comes later, as a replaced paper does.
                if row[column.name] is not None and row[column.name] > row["id"]:
                    later.append((column, row["id"], row[column.name]))
                    row[column.name] = None
            batch.append(row)
            if len(batch) == BATCH_ROWS:
                connection.execute(insert(table), batch)
                batch = []
    if batch:
        connection.execute(insert(table), batch)
    for column, row_id, value in later:
        connection.execute(update(table).where(table.c.id == row_id).values({column: value}))


def _typed(column: Column[Any], value: Any) -> Any:
    """A value as it was before it was packed: dates, keys and words travel as text."""
    kind = column.type.python_type
    if value is None or not isinstance(value, str):
        return value
    if kind is date:
        return date.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    if issubclass(kind, Enum):
        return kind(value)
    return value


def _continue_sequences(connection: Connection) -> None:
    """New rows must not take the numbers of restored ones."""
    for table in Base.metadata.sorted_tables:
        if "id" not in table.c or not table.c.id.primary_key:
            continue
        last = connection.scalar(select(func.max(table.c.id)))
        if last is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
                {"table": table.name, "last": last},
            )


def _write_files(archive: zipfile.ZipFile, files: Path) -> None:
    for path in sorted(files.rglob("*")) if files.is_dir() else ():
        if path.is_file():
            archive.write(path, str(PurePosixPath("files", *path.relative_to(files).parts)))


def _restore_files(archive: zipfile.ZipFile, files: Path) -> None:
    for name in archive.namelist():
        parts = PurePosixPath(name).parts
        if parts[0] != "files" or name.endswith("/"):
            continue
        if ".." in parts or any("\\" in part or ":" in part for part in parts):
            raise Refused(_("The archive names a file outside its folder."))
        target = files.joinpath(*parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(name))
