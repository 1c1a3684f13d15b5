"""Serve reports of any day of a long past.

What lay everywhere is kept for some moments by either clock, so that a report of a day reads on
from there instead of through the whole ledger. A card enters a busy item by its lots and the
numbers of the movements of a few days. The moments of movements are read with their numbers from
the index alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LOT = "ix_stock_line_lot_id_movement_id"
MOMENTS = ("occurred_at", "recorded_at")
# Of 500,000 movements with twenty lines each: rows in all, then rows for each value.
STATISTICS = (
    ("stock_line", LOT, "10000000 50 1"),
    ("stock_movement", "ix_stock_movement_recorded_at", "500000 1 1"),
    ("stock_movement", "ix_stock_movement_occurred_at", "500000 2 1"),
    ("checkpoint_balance", "checkpoint_balance", "4000000 40000 2 1"),
)
BEFORE = (
    ("stock_movement", "ix_stock_movement_recorded_at", "500000 1"),
    ("stock_movement", "ix_stock_movement_occurred_at", "500000 2"),
)


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_to", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("clock", "at", name=op.f("uq_checkpoint_clock_at")),
    )
    op.create_table(
        "checkpoint_balance",
        sa.Column("checkpoint_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["checkpoint.id"],
            name=op.f("fk_checkpoint_balance_checkpoint_id"),
        ),
        sa.PrimaryKeyConstraint(
            "checkpoint_id", "lot_id", "place_id", name=op.f("pk_checkpoint_balance")
        ),
        sqlite_with_rowid=False,
    )
    for column in MOMENTS:
        op.drop_index(f"ix_stock_movement_{column}", "stock_movement")
        op.create_index(f"ix_stock_movement_{column}", "stock_movement", [column, "id"])
    op.create_index(LOT, "stock_line", ["lot_id", "movement_id"])
    tell(STATISTICS)


def tell(statistics: tuple[tuple[str, str, str], ...]) -> None:
    """SQLite is told what indexes are like once there are many rows."""
    if op.get_bind().dialect.name == "sqlite":
        for table, index, figures in statistics:
            op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{figures}')")


def downgrade() -> None:
    op.drop_index(LOT, "stock_line")
    for column in MOMENTS:
        op.drop_index(f"ix_stock_movement_{column}", "stock_movement")
        op.create_index(f"ix_stock_movement_{column}", "stock_movement", [column])
    op.drop_table("checkpoint_balance")
    op.drop_table("checkpoint")
    tell(BEFORE)
