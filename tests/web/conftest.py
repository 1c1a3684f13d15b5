"""A browser and a program on the small site."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.site import WHO, make_site

Post = Callable[..., TestResponse]


@pytest.fixture(scope="session")
def site() -> Flask:
    return make_site()


@pytest.fixture
def speaking(site: Flask) -> Iterator[None]:
    """A request to speak in: texts and numbers need a language."""
    with site.test_request_context():
        yield


@pytest.fixture
def logistician(site: Flask) -> FlaskClient:
    """A browser of a logistician."""
    logistician = site.test_client()
    logistician.environ_base["HTTP_" + WHO.upper().replace("-", "_")] = "logistician"
    return logistician


@pytest.fixture
def stranger(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def post(logistician: FlaskClient) -> Post:
    """Fill in the page /send and send it, with the token that the page carried."""

    def fill_in(**fields: Any) -> TestResponse:
        page = logistician.get("/send").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        sent = {name.replace("__", "-"): value for name, value in fields.items()}
        return logistician.post("/send", data={"csrf_token": token, "key": str(uuid4())} | sent)

    return fill_in


@pytest.fixture
def call(stranger: FlaskClient) -> Post:
    """POST a JSON body to /api/v1/send with a fresh key."""

    def send(body: Any = None, **options: Any) -> TestResponse:
        headers = {"Idempotency-Key": str(uuid4())} | options.pop("headers", {})
        if body is not None:
            options["json"] = body
        return stranger.post("/api/v1/send", headers=headers, **options)

    return send
