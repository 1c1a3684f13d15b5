"""Back to the version before: what it does not know leaves nothing behind that it would hold."""

import flask_migrate
from sqlalchemy import text

from aidtrack.app import create_app
from aidtrack.core.db import db
from aidtrack.sealing import seals, verification
from tests.factories.world import make_item, make_stock, make_world
from tests.factories.write_offs import write_off

# From before acts were sealed and write-offs waited.
OLDER = "0013"


def test_what_waits_is_let_go_and_what_cannot_be_checked_is_sealed_anew(tmp_path):
    url = f"sqlite:///{tmp_path}/older.db"
    app = create_app({"TESTING": True, "SECRET_KEY": "x" * 32, "SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        flask_migrate.upgrade()
        world = make_world()
        lot_id = make_stock(world, make_item(), 50)
        write_off(world, lot_id, 20)
        seals.seal_now()
        db.session.rollback()
        flask_migrate.downgrade(revision=OLDER)
        with db.engine.connect() as connection:
            held = connection.execute(text("SELECT sum(reserved) FROM stock_balance")).scalar()
            sealed = connection.execute(text("SELECT count(*) FROM seal")).scalar()
        assert (held, sealed) == (0, 0)
        flask_migrate.upgrade()
        assert verification.verify().holds
        assert seals.seal_now() is not None
        assert verification.verify().holds
        db.session.remove()
        db.engine.dispose()
