"""Changes rows as somebody with the database's password would."""

from sqlalchemy import text

from aidtrack.core.db import db, is_postgresql


def behind_our_back(*statements: str) -> None:
    if is_postgresql():
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in db.session.execute(triggers).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
    for statement in statements:
        db.session.execute(text(statement))
    db.session.commit()
