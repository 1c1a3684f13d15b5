"""The databases that tests run on: made once a run by the migrations, emptied for each test."""

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

MEMORY_DISK = Path("/dev/shm")
# Tests need no data that survives a power cut.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PRIVATE = {"listen_addresses": "", "max_connections": "60"}


# As the migrations left it.
EMPTY = "empty"


class Database(Protocol):
    """A database at `url`. `remember` what stands in it by a name, and `reset` it to that."""

    url: str

    def remember(self, name: str = EMPTY) -> None: ...

    def reset(self, name: str = EMPTY) -> None: ...


class SqliteDatabase:
    """A file that is put back page by page, so that a running server may keep it open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self._kept: dict[str, sqlite3.Connection] = {}

    def remember(self, name: str = EMPTY) -> None:
        self._kept[name] = sqlite3.connect(":memory:")
        with _open(self.path) as connection:
            connection.backup(self._kept[name])

    def reset(self, name: str = EMPTY) -> None:
        with _open(self.path) as connection:
            self._kept[name].backup(connection)

    def close(self) -> None:
        for kept in self._kept.values():
            kept.close()


class PostgresqlDatabase:
    """Tables are emptied with triggers off: the ledger's forbid a delete."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)
        self._connection.execute("SET lock_timeout = '10s'")
        # For all resets: whoever changes this has every statement planned again.
        self._connection.execute("SET session_replication_role = replica")

    def remember(self, name: str = EMPTY) -> None:
        """Keep what stands in every table, and write the function that goes back to it."""
        tables = [
            table
            for (table,) in self._connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename <> 'alembic_version' ORDER BY tablename"
            )
        ]
        schema = sql.Identifier(f"kept_{name}")
        self._connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
        steps = [step for table in tables for step in self._keep(table, name)]
        steps += [
            sql.SQL("PERFORM setval({}, {}, {});").format(series, last or 1, last is not None)
            for series, last in self._connection.execute(
                "SELECT format('%I.%I', schemaname, sequencename), last_value"
                " FROM pg_sequences WHERE schemaname = 'public'"
            )
        ]
        self._connection.execute(
            sql.SQL(
                "CREATE OR REPLACE FUNCTION {}.reset() RETURNS void LANGUAGE plpgsql AS {}"
            ).format(schema, sql.Literal(f"BEGIN {sql.SQL(' ').join(steps).as_string()} END"))
        )

    def _keep(self, table: str, name: str) -> list[sql.Composed]:
        live = sql.Identifier("public", table)
        kept = sql.Identifier(f"kept_{name}", table)
        # Most are empty, and finding that out is quicker than deleting nothing.
        steps = [
            sql.SQL("PERFORM 1 FROM {0} LIMIT 1; IF FOUND THEN DELETE FROM {0}; END IF;").format(
                live
            )
        ]
        if self._connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(live)).fetchone():
            self._connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(kept))
            self._connection.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(kept, live))
            steps.append(sql.SQL("INSERT INTO {} SELECT * FROM {};").format(live, kept))
        return steps

    def reset(self, name: str = EMPTY) -> None:
        self._connection.execute(f"SELECT kept_{name}.reset()")

    def close(self) -> None:
        self._connection.close()


@contextmanager
def open_database(choice: str) -> Iterator[Database]:
    """The database that `--database` names: sqlite, postgresql, or the URL of an empty one."""
    with temporary_folder() as folder:
        if choice == "sqlite":
            with closing(SqliteDatabase(folder / "test.sqlite")) as sqlite:
                yield sqlite
        elif choice == "postgresql":
            with postgresql_server(folder) as url, closing(PostgresqlDatabase(url)) as postgresql:
                yield postgresql
        else:
            with closing(PostgresqlDatabase(choice)) as given:
                yield given


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder in memory where there is one: tests need no disk that survives a power cut."""
    in_memory = MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="aidtrack-tests-", dir=in_memory))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql_server(folder: Path, settings: Mapping[str, str] = HASTY) -> Iterator[str]:
    """A throw-away server that only this run can reach, by a socket in `folder`."""
    data = folder / "postgresql"
    user: str | None = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
        user = "postgres"
        shutil.chown(folder, user)
    options = " ".join(f"-c {name}={value}" for name, value in {**PRIVATE, **settings}.items())
    options = options.replace("listen_addresses=", "listen_addresses=''")
    initial = ("-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8")
    _run_as(user, folder, "initdb", *initial)
    started = ("-D", data, "-l", folder / "log.txt", "-w", "-o", f"{options} -k {folder}")
    _run_as(user, folder, "pg_ctl", "start", *started)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        _run_as(user, folder, "pg_ctl", "stop", "-D", data, "-m", "immediate")


def free_socket() -> socket.socket:
    """A socket already listening on a free port of this machine, for a server to inherit."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    listening.set_inheritable(True)
    return listening


def _run_as(user: str | None, folder: Path, program: str, *arguments: object) -> None:
    command = [_postgresql_program(program), *map(str, arguments)]
    output = folder / f"{program}.txt"
    # A file, not a pipe: the server keeps what it is given open for as long as it runs.
    with output.open("w") as file:
        ended = subprocess.run(
            command, user=user, group=user, cwd="/", stdout=file, stderr=file, check=False
        )
    assert ended.returncode == 0, f"{' '.join(command)} failed:\n{output.read_text()}"


def _postgresql_program(name: str) -> str:
    """Debian keeps the server's programs off the path, a folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    program = str(found[-1]) if found else shutil.which(name)
    assert program, f"{name} is missing: install the package `postgresql`"
    return program


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=10)
    try:
        yield connection
    finally:
        connection.close()
