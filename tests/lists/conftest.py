"""A few rows for every list, told once a run."""

import pytest
from flask import Flask

from aidtrack.core.db import db
from aidtrack.identity.permissions import Actor
from tests.conftest import KEPT
from tests.databases import Database
from tests.lists.story import tell


@pytest.fixture(scope="session")
def made_lists(application: Flask, test_database: Database) -> Actor:
    """Who sees all of the story."""
    test_database.reset()
    with application.app_context():
        db.engine.dispose()
        reader = tell()
        db.session.remove()
    test_database.remember(KEPT["made_lists"])
    return reader
