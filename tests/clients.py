"""Browsers and programs that ask AidTrack something, each as some person."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity.models import ApiToken, Method
from aidtrack.identity.scopes import Scope
from aidtrack.web.sessions import begin_session


class Client(FlaskClient):
    """A client whose requests do not share the test's session, as in the running server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # What the test has read is stale after the request; reading again gives the truth.
        db.session.rollback()
        kwargs.setdefault("buffered", True)  # So that a file it serves is closed again.
        with self.application.app_context():
            return super().open(*args, **kwargs)


def signed_in_client(app: Flask, person: Any) -> FlaskClient:
    client = app.test_client()
    name, value = session_cookie(app, person)
    client.set_cookie(name, value)
    return client


def session_cookie(app: Flask, person: Any, language: str | None = None) -> tuple[str, str]:
    """Name and value of the cookie that the person has once they have signed in.

    `language` is what they chose for this browser, if not their own.
    """
    user_id = _user_id(person)
    db.session.rollback()
    with app.app_context(), app.test_request_context():
        begin_session(user_id, method=Method.PASSWORD, stay=False)
        if language:
            session["language"] = language
        signer = app.session_interface.get_signing_serializer(app)
        return app.config["SESSION_COOKIE_NAME"], signer.dumps(dict(session))


def token_client(app: Flask, person: Any, *scopes: Scope) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {new_token(person, *scopes)}"
    return client


def new_token(person: Any, *scopes: Scope) -> str:
    """A bearer token of the person, kept as the product keeps it: by its hash."""
    token = uuid4().hex
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    user_id = _user_id(person)
    db.session.add(
        ApiToken(
            user_id=user_id,
            name="tests",
            token_hash=token_hash,
            scopes=" ".join(scopes or (Scope.EVERYTHING,)),
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1),
        )
    )
    db.session.commit()
    return token


def _user_id(person: Any) -> int:
    """The id of a user, of an actor, or the id itself."""
    return person if isinstance(person, int) else getattr(person, "user_id", None) or person.id
