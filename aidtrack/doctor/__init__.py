"""Looks over an installation: `aidtrack doctor` names each weakness, and what to do about it."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from aidtrack import config
from aidtrack.core.db import db
from aidtrack.doctor import data, machine, people, settings
from aidtrack.doctor.findings import Finding as Finding
from aidtrack.doctor.findings import Health as Health
from aidtrack.doctor.findings import good, wrong


def look_over(app: Flask) -> Iterator[Finding]:
    """Every check in turn. Inside an application context."""
    instance = Path(app.instance_path)
    yield from machine.look_over(instance, Path(app.root_path))
    yield from settings.look_over(app.config, is_debugged=app.debug)
    reachable = _database()
    yield reachable
    if reachable.health == Health.WRONG:
        return
    schema = _schema()
    yield schema
    if schema.health != Health.WRONG:
        yield from people.look_over(is_production=app.config["IS_PRODUCTION"])
        yield from data.look_over(instance)


def head_revision() -> str:
    """The newest revision that this code knows: the files' names begin with theirs."""
    files = (config.folder("migrations") / "versions").glob("[0-9]*.py")
    return max(file.name for file in files).partition("_")[0]


def database_revision() -> str:
    """The revision that the database is at; empty for a new one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _database() -> Finding:
    kind = db.engine.dialect.name
    try:
        with db.engine.connect():
            pass
    except SQLAlchemyError as error:
        return wrong("database", f"The database cannot be reached: {error.__cause__ or error}")
    return good("database", f"The database answers ({kind}).")


def _schema() -> Finding:
    have, want = database_revision(), head_revision()
    if have != want:
        return wrong(
            "schema",
            f"The database is at revision {have or 'none'}, the code at {want}."
            " Run: aidtrack db upgrade",
        )
    return good("schema", f"The database is up to date (revision {have}).")
