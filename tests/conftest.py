"""What every test may ask for: a clean database, people signed in, a browser."""

import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial, partialmethod
from typing import Any, TypeVar
from uuid import UUID, uuid4

import flask_migrate
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from aidtrack import demo
from aidtrack.app import create_app
from aidtrack.core.db import db, is_postgresql
from aidtrack.identity import passwords, strength
from aidtrack.web.limits import limiter
from tests.clients import Client, signed_in_client, token_client
from tests.databases import EMPTY, Database, open_database
from tests.factories.world import World, make_world

pytest_plugins = ["tests.browsers", "tests.statements"]
Made = TypeVar("Made")
SECRET_KEY = "only-for-tests-" + "0" * 32
# What is made once a run and put back for each test that asks for it, by its fixture.
KEPT = {"made_world": "world", "made_demo": "demo", "made_lists": "lists"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-pictures", action="store_true", help="keep the pictures taken for the guides"
    )
    parser.addoption(
        "--database",
        default=os.environ.get("TEST_DATABASE", "sqlite"),
        help="sqlite (the default), postgresql (a throw-away server), or a URL of an empty one",
    )


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


def pytest_configure(config: pytest.Config) -> None:
    """Keep away from the data of this work tree and from other machines."""
    instance = tempfile.TemporaryDirectory(prefix="aidtrack-instance-")
    os.environ["AIDTRACK_INSTANCE"] = instance.name
    os.environ.pop("DATABASE_URL", None)
    config.add_cleanup(instance.cleanup)

    # Told to end, a run still stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("ended from outside", 143))

    connect = socket.socket.connect
    socket.socket.connect = partialmethod(connect_here, connect)
    config.add_cleanup(lambda: setattr(socket.socket, "connect", connect))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What touches no database is the same on each: it runs with SQLite only."""
    if config.getoption("--database") == "sqlite":
        return
    apart = [
        item
        for item in items
        if "test_database" not in item.fixturenames or item.get_closest_marker("pages")
    ]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in set(apart)]


def connect_here(self: socket.socket, connect: Callable[..., None], address: Any) -> None:
    here = self.family == socket.AF_UNIX or address[0] in {"127.0.0.1", "::1", "localhost"}
    assert here, f"a test reached for {address}; tests use this machine only"
    connect(self, address)


@pytest.fixture(scope="session")
def test_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with open_database(request.config.getoption("--database")) as database:
        yield database


@pytest.fixture(scope="session")
def application(test_database: Database) -> Iterator[Flask]:
    """The application on a database that the migrations made. Most tests want `app`."""
    # Passwords of tests need not resist anyone; a hash that does takes longer than a test.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    # The few that tests use are measured once.
    strength.measured = cache(strength.measured)
    application = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": SECRET_KEY,
            "SQLALCHEMY_DATABASE_URI": test_database.url,
            "WTF_CSRF_METHODS": [],
        }
    )
    application.test_client_class = Client
    limiter.enabled = False  # Only after it was set up, so that `rate_limits` can turn it on.
    with application.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    test_database.remember()
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def database(
    application: Flask, test_database: Database, request: pytest.FixtureRequest
) -> Iterator[Any]:
    """The database as the migrations left it, and an application context to use it in.

    A test that asks for the world, or the demo, finds that in it, whatever it asks for first.
    """
    asked = (KEPT[name] for name in request.fixturenames if name in KEPT)
    test_database.reset(next(asked, EMPTY))
    with application.app_context():
        if not is_postgresql():
            # They would read the schema again anyway, and stumble over an update at the start.
            db.engine.dispose()
        yield db
        db.session.rollback()


def made_once(
    application: Flask, database: Database, fixture: str, make: Callable[[], Made]
) -> Made:
    """What `make` answers. What it leaves is put back for each test that asks for `fixture`."""
    database.reset()
    with application.app_context():
        db.engine.dispose()
        made = make()
        db.session.remove()
    database.remember(KEPT[fixture])
    return made


@pytest.fixture(scope="session")
def made_world(application: Flask, test_database: Database) -> World:
    """The world of most tests, made by the services once, for it is the same each time."""
    return made_once(application, test_database, "made_world", make_world)


@pytest.fixture(scope="session")
def made_demo(application: Flask, test_database: Database) -> None:
    """The story of the demo, told once: it is the same each time."""
    made_once(application, test_database, "made_demo", demo.tell)


@pytest.fixture
def world(made_world: World, database: Any) -> World:
    """One organisation with its people, places and a donor; a test may make another."""
    return made_world


@pytest.fixture
def told(made_demo: None, database: Any) -> None:
    """The demo has been told; nothing else is there."""


@pytest.fixture
def app(application: Flask, database: Any) -> Flask:
    return application


@pytest.fixture
def key() -> UUID:
    return uuid4()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Any], FlaskClient]:
    """A browser signed in as the given person: a user, an actor, or the id of either."""
    return partial(signed_in_client, app)


@pytest.fixture
def api(app: Flask) -> Callable[[Any], FlaskClient]:
    """A program that carries a bearer token of the given person."""
    return partial(token_client, app)


@pytest.fixture
def csrf_protection(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms without a token are refused again, as they are outside tests."""
    monkeypatch.setitem(app.config, "WTF_CSRF_METHODS", {"POST", "PUT", "PATCH", "DELETE"})


@pytest.fixture
def rate_limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that ask too often are refused again, each test counting from zero."""
    limiter.reset()
    monkeypatch.setattr(limiter, "enabled", True)
