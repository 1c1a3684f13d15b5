"""Looks over an installation and says in plain words what is mis-set."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from aidtrack import config
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import Role
from aidtrack.jobs import queries as jobs
from aidtrack.stock.models import StockMovement

DISK_BYTES_MIN = 500 * 1024 * 1024
DEMO_ADDRESSES = "%@demo.aidtrack.example"


class Health(StrEnum):
    GOOD = "good"
    WEAK = "weak"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do when it is not good."""

    health: Health
    sentence: str


def look_over(app: Flask) -> Iterator[Finding]:
    """Every check in turn. Inside an application context."""
    instance = Path(app.instance_path)
    yield _python()
    yield from _browser_files(app)
    yield from _instance(instance)
    yield from _public_url(app)
    reachable = _database()
    yield reachable
    if reachable.health == Health.WRONG:
        return
    schema = _schema()
    yield schema
    if schema.health != Health.WRONG:
        yield from _people()
        yield _jobs()
        yield from _clock()


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


def _python() -> Finding:
    return Finding(Health.GOOD, f"Python {sys.version_info.major}.{sys.version_info.minor}.")


def _browser_files(app: Flask) -> Iterator[Finding]:
    vendor = Path(app.root_path) / "static" / "vendor"
    lacking = [
        name
        for name in ("bootstrap.min.css", "fonts/NotoSans-Regular.ttf")
        if not (vendor / name).is_file()
    ]
    if lacking:
        yield Finding(
            Health.WRONG,
            f"Files for pages and papers are missing ({', '.join(lacking)}). Run: make setup",
        )
    else:
        yield Finding(Health.GOOD, "Styles and fonts are in place.")


def _instance(instance: Path) -> Iterator[Finding]:
    secret = instance / "secret_key"
    if os.environ.get("SECRET_KEY"):
        if len(os.environ["SECRET_KEY"]) < 32:
            yield Finding(
                Health.WRONG, "SECRET_KEY is short. Use 32 random letters or more, or unset it."
            )
    elif secret.is_file() and stat.S_IMODE(secret.stat().st_mode) & 0o077:
        yield Finding(
            Health.WRONG, f"Others can read {secret.name} in instance/. Run: chmod 600 {secret}"
        )
    free = shutil.disk_usage(instance).free
    if free < DISK_BYTES_MIN:
        yield Finding(
            Health.WRONG, f"Only {free // 1024**2} MB of disk are free. Make room before it fills."
        )
    else:
        yield Finding(Health.GOOD, f"{free // 1024**3} GB of disk are free.")


def _public_url(app: Flask) -> Iterator[Finding]:
    url = app.config["PUBLIC_URL"]
    if not url.startswith("https://"):
        yield Finding(
            Health.WEAK,
            f"Papers print {url} for checking them, which others cannot open."
            " Set PUBLIC_URL to the https:// address of this server.",
        )
    else:
        yield Finding(Health.GOOD, f"Papers are checked at {url}.")
    if not app.config["IS_PRODUCTION"]:
        yield Finding(
            Health.WEAK,
            "This is a development installation. Set AIDTRACK_ENV=production for real use.",
        )


def _database() -> Finding:
    kind = db.engine.dialect.name
    try:
        with db.engine.connect():
            pass
    except SQLAlchemyError as error:
        return Finding(Health.WRONG, f"The database cannot be reached: {error.__cause__ or error}")
    return Finding(Health.GOOD, f"The database answers ({kind}).")


def _schema() -> Finding:
    have, want = database_revision(), head_revision()
    if have != want:
        return Finding(
            Health.WRONG,
            f"The database is at revision {have or 'none'}, the code at {want}."
            " Run: aidtrack db upgrade",
        )
    return Finding(Health.GOOD, f"The database is up to date (revision {have}).")


def _people() -> Iterator[Finding]:
    administrators = db.session.scalar(
        select(func.count(User.id.distinct()))
        .join(RoleAssignment)
        .where(RoleAssignment.role == Role.ADMINISTRATOR, User.is_enabled)
    )
    if not administrators:
        yield Finding(
            Health.WRONG, "Nobody is an administrator. Run: aidtrack user add --role administrator"
        )
    else:
        yield Finding(Health.GOOD, f"{administrators} administrator(s).")
    demo = db.session.scalar(
        select(func.count(User.id)).where(User.email.like(DEMO_ADDRESSES), User.is_enabled)
    )
    if demo:
        health = Health.WRONG if current_app.config["IS_PRODUCTION"] else Health.WEAK
        yield Finding(
            health,
            f"{demo} demo people can sign in with a password that everyone knows."
            " Start real work on a new database.",
        )


def _jobs() -> Finding:
    if not jobs.worker_is_silent():
        return Finding(Health.GOOD, "A worker does the jobs.")
    waiting = jobs.waiting_count()
    return Finding(
        Health.WRONG if waiting else Health.WEAK,
        f"No worker has reported for 2 minutes; {waiting} job(s) wait. `aidtrack run` starts one,"
        " `aidtrack work` another.",
    )


def _clock() -> Iterator[Finding]:
    latest = db.session.scalar(select(func.max(StockMovement.recorded_at)))
    if latest is not None and latest > clock.now():
        yield Finding(
            Health.WRONG,
            f"The newest movement was recorded at {latest:%Y-%m-%d %H:%M} UTC, which is yet to"
            " come. The clock of this machine is wrong.",
        )
