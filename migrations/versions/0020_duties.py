"""Keep duties apart: write-offs that wait for a second person.

What is lost is a record of its own, with its value and who agreed, and holds its goods until
then. An organisation says above which value, or that one person may do both.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEVER = "TIMESTAMPTZ '9999-12-31 00:00:00+00'"
NEVER_IN_SQLITE = "'9999-12-31 00:00:00.000000'"
PREFIX = "fk_write_off"
HELD = """
    FROM write_off_line JOIN write_off ON write_off.id = write_off_line.write_off_id
    WHERE write_off.status = 'waiting'
      AND write_off_line.lot_id = stock_balance.lot_id
      AND write_off_line.place_id = stock_balance.place_id
"""
# What waits for a second person goes; nobody would ever free its goods.
LET_GO = f"""
    UPDATE stock_balance
    SET reserved = reserved - (SELECT sum(write_off_line.quantity) {HELD})
    WHERE EXISTS (SELECT 1 {HELD})
"""


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column("keeps_duties_apart", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    # With its check in one statement, which SQLite cannot add to a column that is there.
    op.execute(
        "ALTER TABLE organisation ADD COLUMN write_off_limit_minor BIGINT NOT NULL DEFAULT 50000"
        " CONSTRAINT ck_organisation_write_off_limit_not_negative"
        " CHECK (write_off_limit_minor >= 0)"
    )
    make_write_offs()
    make_lines()


def make_write_offs() -> None:
    op.create_table(
        "write_off",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("shipment_id", KEY, nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("why_approved", sa.String(length=40), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=False),
        sa.Column("movement_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(status = 'waiting') = (decided_at IS NULL)",
            name=op.f("ck_write_off_decided_or_waiting"),
        ),
        sa.CheckConstraint(
            "(status IN ('posted', 'undone')) = (movement_id IS NOT NULL)",
            name=op.f("ck_write_off_posted_has_moved"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"{PREFIX}_{column}"))
            for column, table in (
                ("organisation_id", "organisation"),
                ("site_id", "place"),
                ("shipment_id", "shipment"),
                ("prepared_by_id", "user_account"),
                ("decided_by_id", "user_account"),
                ("movement_id", "stock_movement"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_write_off_number"),
        sa.UniqueConstraint("movement_id", name=op.f("uq_write_off_movement_id")),
    )
    op.create_index(
        "ix_write_off_prepared", "write_off", ["site_id", "prepared_by_id", "prepared_at"]
    )
    op.create_index("ix_write_off_shipment_id", "write_off", ["shipment_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    never = NEVER_IN_SQLITE if is_sqlite else NEVER
    # What waits stands last, or first: it is decided never.
    op.execute(
        f"CREATE INDEX ix_write_off_decided ON write_off (coalesce(decided_at, {never}), id)"
    )
    if is_sqlite:
        tell_sqlite("ix_write_off_decided", "write_off", "10000 2 1")
        tell_sqlite("ix_write_off_prepared", "write_off", "10000 1000 500 1")
        # SQLite would take an organisation for choosy, and sort all of its rows.
        tell_sqlite("sqlite_autoindex_write_off_1", "write_off", "10000 10000 1")


def tell_sqlite(index: str, table: str, statistics: str) -> None:
    op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{statistics}')")


def make_lines() -> None:
    op.create_table(
        "write_off_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("write_off_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("load_id", KEY, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_write_off_line_quantity_positive")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"{PREFIX}_line_{column}"))
            for column, table in (
                ("write_off_id", "write_off"),
                ("lot_id", "lot"),
                ("place_id", "place"),
                ("load_id", "shipment_load"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off_line")),
    )
    op.create_index("ix_write_off_line_write_off_id", "write_off_line", ["write_off_id"])
    op.create_index("ix_write_off_line_lot_id", "write_off_line", ["lot_id"])
    op.create_index("ix_write_off_line_load_id", "write_off_line", ["load_id"])


def downgrade() -> None:
    op.execute(LET_GO)
    op.drop_table("write_off_line")
    op.drop_table("write_off")
    op.drop_column("organisation", "write_off_limit_minor")
    op.drop_column("organisation", "keeps_duties_apart")
