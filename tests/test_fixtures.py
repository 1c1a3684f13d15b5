"""What the other tests lean on: each starts clean, and one person is never taken for another."""

import socket

import pytest
from flask_login import current_user
from sqlalchemy import func, select, text

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity.models import User


@pytest.mark.parametrize("run", [1, 2])
def test_every_test_starts_without_what_the_last_one_left(database, run) -> None:
    assert db.session.scalar(select(func.count()).select_from(User)) == 0
    user = new_user("ann@example.org")
    assert user.id == 1


def test_each_client_is_its_own_person(app, signed_in, client, monkeypatch) -> None:
    ann, ben = new_user("ann@example.org"), new_user("ben@example.org")
    monkeypatch.setitem(app.view_functions, "static", name_the_visitor)

    assert signed_in(ann).get("/static/who").text == "ann@example.org"
    assert signed_in(ben).get("/static/who").text == "ben@example.org"
    assert client.get("/static/who").text == "nobody"


def test_triggers_are_back_after_a_reset(database) -> None:
    if db.engine.dialect.name == "postgresql":
        assert db.session.scalar(text("SHOW session_replication_role")) == "origin"


def test_other_machines_are_out_of_reach() -> None:
    with socket.socket() as connection, pytest.raises(AssertionError, match="this machine only"):
        connection.connect(("192.0.2.1", 80))


def name_the_visitor(filename: str) -> str:
    return getattr(current_user, "email", "nobody")


def new_user(email: str) -> User:
    user = User(email=email, name=email, created_at=clock.now())
    db.session.add(user)
    db.session.commit()
    return user


def test_a_page_that_errs_or_calls_elsewhere_is_found_out(context, problems, server) -> None:
    page = context.new_page()
    page.goto(f"{server}/static/js/app.js")
    page.evaluate("() => console.error('something broke')")
    with page.expect_request("http://192.0.2.1/x.png"):
        page.evaluate("() => { new Image().src = 'http://192.0.2.1/x.png' }")

    found = {problem.partition(":")[0] for problem in problems}
    assert found == {"console", "request to another host"}
    problems.clear()
