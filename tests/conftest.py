"""What every test may ask for: a clean database, people signed in, a browser."""

import hashlib
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import flask_migrate
import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_login import login_user
from werkzeug.test import TestResponse

from aidtrack.app import create_app
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity.models import ApiToken, User
from tests.databases import Database, open_database

pytest_plugins = ["tests.browsers"]
SECRET_KEY = "only-for-tests-" + "0" * 32


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        default=os.environ.get("TEST_DATABASE", "sqlite"),
        help="sqlite (the default), postgresql (a throw-away server), or a URL of an empty one",
    )


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


def pytest_configure(config: pytest.Config) -> None:
    """A test that reaches for another machine fails at once, by name."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        here = self.family == socket.AF_UNIX or address[0] in {"127.0.0.1", "::1", "localhost"}
        assert here, f"a test reached for {address}; tests use this machine only"
        connect(self, address)

    socket.socket.connect = connect_here  # type: ignore[method-assign]
    config.add_cleanup(lambda: setattr(socket.socket, "connect", connect))


def user_id_of(person: Any) -> int:
    return person if isinstance(person, int) else getattr(person, "user_id", None) or person.id


def session_of(app: Flask, person: Any, environ: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the session cookie holds once the person has signed in."""
    user_id = user_id_of(person)
    db.session.rollback()
    with app.app_context(), app.test_request_context(environ_base=environ):
        login_user(db.session.get_one(User, user_id))
        return dict(session)


def token_of(user_id: int) -> str:
    """A bearer token of the person, kept as the product keeps it: by its hash."""
    token = uuid4().hex
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    db.session.add(
        ApiToken(user_id=user_id, name="tests", token_hash=token_hash, created_at=clock.now())
    )
    db.session.commit()
    return token


class Client(FlaskClient):
    """A client whose requests do not share the test's session, as in the running server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # What the test has read is stale after the request; reading again gives the truth.
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def test_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with open_database(request.config.getoption("--database")) as database:
        yield database


@pytest.fixture(scope="session")
def application(test_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on a database that the migrations made. Most tests want `app`."""
    application = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": SECRET_KEY,
            "SQLALCHEMY_DATABASE_URI": test_database.url,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
            "SERVER_NAME": None,
        }
    )
    application.test_client_class = Client
    with application.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    test_database.remember()
    return application


@pytest.fixture
def database(application: Flask, test_database: Database) -> Iterator[Any]:
    """The database as the migrations left it, and an application context to use it in."""
    test_database.reset()
    with application.app_context():
        yield db
        db.session.rollback()


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

    def sign_in(person: Any) -> FlaskClient:
        client = app.test_client()
        signed = session_of(app, person, client.environ_base)
        with client.session_transaction() as cookie:
            cookie.update(signed)
        return client

    return sign_in


@pytest.fixture
def api(app: Flask) -> Callable[[Any], FlaskClient]:
    """A program that carries a bearer token of the given person."""

    def carry_token(person: Any) -> FlaskClient:
        client = app.test_client()
        token = token_of(user_id_of(person))
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return carry_token


@pytest.fixture
def csrf_protection(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms without a token are refused again, as they are outside tests."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def rate_limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that ask too often are refused again, each test counting from zero."""
    limiter = next(iter(app.extensions["limiter"]))
    limiter.reset()
    monkeypatch.setattr(limiter, "enabled", True)
