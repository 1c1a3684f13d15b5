"""Where the telling begins: with what happens after it was installed."""

import flask_migrate
from sqlalchemy import text

from aidtrack.app import create_app
from aidtrack.core.db import db

ENTRY = text(
    "INSERT INTO audit_entry (action, record_kind, record_id, user_name, recorded_at, facts)"
    " VALUES ('paper.voided', 'paper', 1, 'Ann', '2026-01-01 00:00:00', '{}')"
)


def test_what_happened_before_is_not_told(tmp_path):
    url = f"sqlite:///{tmp_path}/old.db"
    old = create_app({"TESTING": True, "SECRET_KEY": "x" * 32, "SQLALCHEMY_DATABASE_URI": url})
    with old.app_context():
        flask_migrate.upgrade(revision="0010")
        with db.engine.begin() as connection:
            connection.execute(ENTRY)
            connection.execute(ENTRY)
        flask_migrate.upgrade(revision="0011")
        with db.engine.connect() as connection:
            begun = connection.execute(text("SELECT name, entry_id FROM alert_cursor")).all()
        flask_migrate.downgrade(revision="0010")
        db.engine.dispose()
    assert begun == [("audit", 2)]
