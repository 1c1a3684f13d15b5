"""The installation that every walk shares: made once, put back after each change."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from aidtrack.identity import sessions
from tests.databases import Database, SqliteDatabase
from tests.policy.made import lock_out, make, share
from tests.policy.walk import Walk


@pytest.fixture(scope="package")
def walk(application: Flask, test_database: Database) -> Iterator[Walk]:
    """Two organisations with one record of every kind each, and everybody signed in."""
    assert isinstance(test_database, SqliteDatabase)
    test_database.reset()
    raising = application.config.get("PROPAGATE_EXCEPTIONS")
    application.config["PROPAGATE_EXCEPTIONS"] = False  # What breaks is a letter of the table.
    seen_every = sessions.SEEN_EVERY
    sessions.SEEN_EVERY = timedelta(days=1)  # A long walk writes only what was asked for.
    with application.app_context():
        own, other = make("Relief Society", "Alpha"), make("Other Society", "Zeta")
        share(own, other)
        walking = Walk(application, own, other, Path(test_database.path))
        walking.sign_in()
        lock_out(own)
        walking.remember()
        yield walking
        walking.close()
    application.config["PROPAGATE_EXCEPTIONS"] = raising
    sessions.SEEN_EVERY = seen_every


@pytest.fixture(autouse=True)
def as_it_was(request: pytest.FixtureRequest) -> None:
    """What another test left in the database is gone."""
    if "walk" in request.fixturenames:
        request.getfixturevalue("walk").put_back()
