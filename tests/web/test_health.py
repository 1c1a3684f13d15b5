"""What whoever watches the server may ask without signing in."""

from sqlalchemy import text

from aidtrack.core.db import db


def test_a_process_that_answers_is_alive_whatever_the_database_does(client, statements):
    with statements() as seen:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})
    assert seen == []


def test_with_its_tables_it_is_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ready")


def test_without_its_tables_it_is_not_ready(client):
    db.session.execute(text("ALTER TABLE alembic_version RENAME TO kept_aside"))
    db.session.commit()
    try:
        assert client.get("/readyz").status_code == 503
    finally:
        db.session.execute(text("ALTER TABLE kept_aside RENAME TO alembic_version"))
        db.session.commit()
