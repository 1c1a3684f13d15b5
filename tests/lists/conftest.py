"""A few rows for every list, told once a run."""

import pytest
from flask import Flask

from aidtrack.identity.permissions import Actor
from tests.conftest import made_once
from tests.databases import Database
from tests.lists.story import tell


@pytest.fixture(scope="session")
def made_lists(application: Flask, test_database: Database) -> Actor:
    """Who sees all of the story."""
    return made_once(application, test_database, "made_lists", tell)
