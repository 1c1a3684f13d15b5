"""A server that is killed in the middle of a posting leaves no half."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from aidtrack.core.db import db
from aidtrack.sealing import verification
from aidtrack.stock.models import StockLine, StockMovement
from tests.factories.world import make_item, make_stock, make_world

ROOT = Path(__file__).parents[2]
LINES = 50
# Posts for ever, fifty lines each time, and says so after each commit.
POSTER = """
import sys
from aidtrack.app import create_app
from aidtrack.core import clock
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.models import MovementKind

organisation, user, here, there, *lots = map(int, sys.argv[1:])
with create_app().app_context():
    while True:
        ledger.post(
            [Transfer(lot, here, there, 1) for lot in lots],
            kind=MovementKind.MOVE, source=Source("test", 1), organisation_id=organisation,
            recorded_by_id=user, occurred_at=clock.now(),
        )
        print("posted", flush=True)
"""


@pytest.mark.parametrize("after", [1, 3, 8])
def test_a_kill_in_the_middle_of_a_posting_leaves_no_half(app, database, tmp_path, after):
    world = make_world()
    lots = [make_stock(world, make_item(f"Item {n}"), 1_000_000) for n in range(LINES)]
    before = db.session.scalar(select(func.count(StockMovement.id)))
    db.session.rollback()
    poster = subprocess.Popen(
        [
            sys.executable, "-c", POSTER,
            *map(str, (world.organisation_id, world.admin.user_id, world.bin_id,
                       world.warehouse_id, *lots)),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "AIDTRACK_INSTANCE": str(tmp_path),
        },
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert poster.stdout is not None
    for _ in range(after):
        assert poster.stdout.readline() == "posted\n"
    poster.send_signal(signal.SIGKILL)
    poster.wait(timeout=30)
    poster.stdout.close()

    posted = db.session.scalar(select(func.count(StockMovement.id))) - before
    assert posted >= after
    moved = select(func.count(StockLine.id)).where(StockLine.to_place_id == world.warehouse_id)
    assert db.session.scalar(moved) == posted * LINES
    assert verification.verify().holds
