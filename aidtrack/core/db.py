"""The database session, and the one way to change anything in it."""

import enum
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    Integer,
    MetaData,
    event,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from aidtrack.core.errors import Busy
from aidtrack.core.i18n import _
from aidtrack.core.letters import fold

BUSY_TIMEOUT_MS = 15_000


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            }
        ),
        # Words, not numbers or names: a row can be read without the code, and a new word
        # needs no change of type in the database.
        type_annotation_map={
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                length=40,
                values_callable=lambda words: [word.value for word in words],
            )
        },
    )


db = SQLAlchemy(model_class=Base)

# mypy cannot see through db.Model, which Flask-SQLAlchemy builds at run time.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

# SQLite gives row ids only to a column of type INTEGER; PostgreSQL needs eight bytes.
Key = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses a time without a zone; gives back one with it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "a time without a zone"
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@contextmanager
def transaction() -> Iterator[Session]:
    """Everything inside happens, or nothing does.

    The outermost block commits. Blocks inside it join, so a service can call
    another service and the two succeed or fail as one.
    """
    session = db.session()
    if session.info.get("in_transaction"):
        try:
            yield session
        except BaseException:
            session.info["must_not_commit"] = True
            raise
        return

    # What the view read so far is stale by the time we hold the write lock.
    changed = bool(session.new or session.dirty or session.deleted)
    assert not changed, "changed outside"
    session.rollback()
    session.info["in_transaction"] = True
    try:
        _begin(session)
        yield session
        # A caller that swallows an inner failure must not keep half of it.
        assert not session.info.get("must_not_commit"), "an inner block failed"
        session.commit()
    except BaseException:
        session.rollback()
        session.info["after_commit"] = []
        raise
    finally:
        session.info["in_transaction"] = False
        session.info["must_not_commit"] = False
    for act in session.info.pop("after_commit", []):
        act()


def _begin(session: Session) -> None:
    try:
        session.connection(execution_options={"begin_immediately": True})
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
            raise
        raise Busy(
            _("A long list is being taken in just now. Nothing was saved: try again in a minute.")
        ) from error


@contextmanager
def hurrying(connection: Connection, patience_ms: int) -> Iterator[None]:
    """For notes that may be lost: inside, SQLite waits only so long for whoever writes, and not
    for the disk. PostgreSQL locks single rows, and needs no hurry.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout = {patience_ms}")
    driver.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        driver.execute("PRAGMA synchronous = FULL")


def note_unless_busy(statement: Executable) -> None:
    """Write what may be lost, in a connection of its own. Never waits for another who writes."""
    with (
        db.engine.connect() as connection,
        hurrying(connection, 0),
        suppress(OperationalError),
        connection.begin(),
    ):
        connection.execute(statement)


def after_commit(act: Callable[[], None]) -> None:
    """Do this once what the running transaction wrote can be read by others; never if it fails.

    For what leaves the database: a word to the queue. Use inside `transaction()`.
    """
    session = db.session()
    assert session.info.get("in_transaction"), "there is no transaction to wait for"
    session.info.setdefault("after_commit", []).append(act)


@contextmanager
def refusing(refusal: Exception) -> Iterator[None]:
    """Write, and raise the refusal when the database knows better: a name taken meanwhile,
    a row that others still refer to. Use inside `transaction()`.
    """
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        raise refusal from error


def is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # We send BEGIN ourselves, below.
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.create_function("folded", 1, fold, deterministic=True)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    # A SQLite transaction that reads first and writes later can fail with
    # "database is locked" and cannot be retried. Writers take the lock first.
    if connection.dialect.name == "sqlite":
        immediately = connection.get_execution_options().get("begin_immediately")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediately else "BEGIN")
