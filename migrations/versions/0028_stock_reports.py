"""Serve the reports of the stock.

Reports ask what lay where at a moment, by either clock of a movement: they enter by the moment
when it was recorded as they did by the moment when it happened. SQLite, which knows nothing of
what is not there yet, is told what these indexes are like once there are many.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

RECORDED = "ix_stock_movement_recorded_at"
# Of 500,000 movements with twenty lines each: rows in all, then rows for each value.
STATISTICS = (
    ("stock_movement", RECORDED, "500000 1"),
    ("stock_movement", "ix_stock_movement_occurred_at", "500000 2"),
    ("stock_movement", "ix_stock_movement_source", "500000 50000 2"),
    ("stock_line", "ix_stock_line_movement_id", "10000000 20"),
    ("stock_line", "ix_stock_line_lot_id", "10000000 50 1"),
    ("stock_line", "ix_stock_line_from_place_id", "10000000 100000 10 1"),
    ("stock_line", "ix_stock_line_to_place_id", "10000000 100000 10 1"),
)


def upgrade() -> None:
    op.create_index(RECORDED, "stock_movement", ["recorded_at"])
    if op.get_bind().dialect.name == "sqlite":
        for table, index, statistics in STATISTICS:
            op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{statistics}')")


def downgrade() -> None:
    op.drop_index(RECORDED, "stock_movement")
    if op.get_bind().dialect.name == "sqlite":
        for _table, index, _statistics in STATISTICS:
            op.execute(f"DELETE FROM sqlite_stat1 WHERE idx = '{index}'")
