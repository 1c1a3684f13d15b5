"""Keep goods apart, and recall lots.

A hold is a promise in the balance, as a waiting write-off is, so that whatever offers goods
leaves it alone. A recall marks its lots, wherever they lie. Sites say how long goods must still
be good when they come; a line of a shipment keeps why it takes what is usually left.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HELD = """
    FROM stock_hold
    WHERE stock_hold.ended_at IS NULL
      AND stock_hold.lot_id = stock_balance.lot_id
      AND stock_hold.place_id = stock_balance.place_id
"""
# Nobody would ever free what was held.
LET_GO = f"""
    UPDATE stock_balance
    SET reserved = reserved - (SELECT sum(stock_hold.quantity) {HELD})
    WHERE EXISTS (SELECT 1 {HELD})
"""


def upgrade() -> None:
    make_holds()
    make_recalls()
    make_shelf_lives()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    kind = "INTEGER" if is_sqlite else "BIGINT"
    # With its key in one statement, which SQLite cannot add to a column that is there.
    op.execute(
        f"ALTER TABLE lot ADD COLUMN recall_id {kind}"
        " CONSTRAINT fk_lot_recall_id REFERENCES recall (id)"
    )
    op.execute("CREATE INDEX ix_lot_recalled ON lot (recall_id) WHERE recall_id IS NOT NULL")
    op.add_column(
        "shipment_line",
        sa.Column("why_taken", sa.String(), nullable=False, server_default=""),
    )
    if is_sqlite:
        tell_sqlite("ix_stock_hold_open", "stock_hold", "1000 1")
        tell_sqlite("ix_stock_hold_site_id", "stock_hold", "10000 1000 1")
        tell_sqlite("ix_stock_hold_lot_id", "stock_hold", "10000 2 2")
        # SQLite would take an organisation for choosy, and sort all of its rows.
        tell_sqlite("sqlite_autoindex_recall_1", "recall", "1000 1000 1")


def make_holds() -> None:
    op.create_table(
        "stock_hold",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("held_at", MOMENT, nullable=False),
        sa.Column("held_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_note", sa.String(), nullable=False),
        sa.Column("write_off_id", KEY, nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_hold_quantity_positive")),
        sa.CheckConstraint(
            "(status = 'held') = (ended_at IS NULL)", name=op.f("ck_stock_hold_held_or_ended")
        ),
        sa.CheckConstraint(
            "status <> 'gone' OR write_off_id IS NOT NULL",
            name=op.f("ck_stock_hold_gone_somewhere"),
        ),
        *keys(
            "stock_hold",
            organisation_id="organisation",
            site_id="place",
            lot_id="lot",
            place_id="place",
            held_by_id="user_account",
            ended_by_id="user_account",
            write_off_id="write_off",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_hold")),
    )
    op.create_index("ix_stock_hold_site_id", "stock_hold", ["site_id", "id"])
    op.create_index("ix_stock_hold_write_off_id", "stock_hold", ["write_off_id"])
    op.create_index("ix_stock_hold_lot_id", "stock_hold", ["lot_id", "place_id"])
    op.execute("CREATE INDEX ix_stock_hold_open ON stock_hold (id) WHERE ended_at IS NULL")


def make_recalls() -> None:
    op.create_table(
        "recall",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("batch_number", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (ended_at IS NULL)", name=op.f("ck_recall_open_or_ended")
        ),
        *keys(
            "recall",
            organisation_id="organisation",
            item_id="item",
            started_by_id="user_account",
            ended_by_id="user_account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_recall_number"),
    )
    op.create_table(
        "recall_lot",
        sa.Column("recall_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("is_made", sa.Boolean(), nullable=False),
        *keys("recall_lot", recall_id="recall", lot_id="lot"),
        sa.PrimaryKeyConstraint("recall_id", "lot_id", name=op.f("pk_recall_lot")),
    )
    op.create_index("ix_recall_lot_lot_id", "recall_lot", ["lot_id"])


def make_shelf_lives() -> None:
    op.create_table(
        "shelf_life",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("site_id", KEY, nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_shelf_life_days_positive")),
        *keys("shelf_life", organisation_id="organisation", site_id="place"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_life")),
    )
    for name, column, where in (
        ("uq_shelf_life_at_site", "site_id", "site_id IS NOT NULL"),
        ("uq_shelf_life_of_organisation", "organisation_id", "site_id IS NULL"),
    ):
        op.execute(f"CREATE UNIQUE INDEX {name} ON shelf_life ({column}) WHERE {where}")


def keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def tell_sqlite(index: str, table: str, statistics: str) -> None:
    op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{statistics}')")


def downgrade() -> None:
    op.execute(LET_GO)
    op.drop_column("shipment_line", "why_taken")
    op.drop_index("ix_lot_recalled", "lot")
    op.drop_column("lot", "recall_id")
    for table in ("shelf_life", "recall_lot", "recall", "stock_hold"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DELETE FROM sqlite_stat1 WHERE tbl = '{table}'")
        op.drop_table(table)
