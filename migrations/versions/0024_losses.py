"""Keep an organisation's reasons of losses, claims, loss reports, and what was found again.

SQLite cannot add a check to a column that is there, so columns with one come with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# column, type, what earlier rows have (None: nothing), the table that it names
OF_WRITE_OFFS = (
    ("act", "VARCHAR(40)", "loss", ""),
    ("distribution_id", "", None, "distribution"),
    ("receipt_id", "", None, "goods_receipt"),
    ("finder", "VARCHAR", "", ""),
    ("location", "VARCHAR", "", ""),
    ("disposal", "VARCHAR", "", ""),
    ("witnesses", "VARCHAR", "", ""),
    ("claim", "VARCHAR(40)", "none", ""),
    ("claim_against", "VARCHAR", "", ""),
    ("claim_minor", "BIGINT", None, ""),
    ("claim_note", "VARCHAR", "", ""),
    ("paper_id", "", None, "paper"),
)
OF_LINES = (("reason_id", "INTEGER", None, "loss_reason"),)


def upgrade() -> None:
    op.create_table(
        "loss_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        *_keys("loss_reason", organisation_id="organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_reason")),
        sa.UniqueConstraint("organisation_id", "code", name="uq_loss_reason_code"),
    )
    for column in OF_WRITE_OFFS:
        _add("write_off", *column)
    for column in OF_LINES:
        _add("write_off_line", *column)
    op.execute(
        "ALTER TABLE write_off_line ADD COLUMN found BIGINT NOT NULL DEFAULT 0"
        " CONSTRAINT ck_write_off_line_found_of_it CHECK (found BETWEEN 0 AND quantity)"
    )
    op.create_index("ix_write_off_distribution_id", "write_off", ["distribution_id"])
    op.create_index("ix_write_off_receipt_id", "write_off", ["receipt_id"])
    op.execute("CREATE INDEX ix_write_off_open_claims ON write_off (id) WHERE claim = 'open'")
    make_finds()


def make_finds() -> None:
    op.create_table(
        "stock_find",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("write_off_id", KEY, nullable=True),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by_id", sa.Integer(), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("movement_id", KEY, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *_keys(
            "stock_find",
            organisation_id="organisation",
            write_off_id="write_off",
            site_id="place",
            found_by_id="user_account",
            reason_id="loss_reason",
            movement_id="stock_movement",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_find")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_stock_find_number"),
        sa.UniqueConstraint("movement_id", name=op.f("uq_stock_find_movement_id")),
    )
    op.create_index("ix_stock_find_write_off_id", "stock_find", ["write_off_id"])
    op.create_index("ix_stock_find_found", "stock_find", ["site_id", "found_by_id", "found_at"])
    op.create_table(
        "stock_find_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("find_id", KEY, nullable=False),
        sa.Column("write_off_line_id", KEY, nullable=True),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_find_line_quantity_positive")),
        *_keys(
            "stock_find_line",
            find_id="stock_find",
            write_off_line_id="write_off_line",
            lot_id="lot",
            place_id="place",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_find_line")),
    )
    op.create_index("ix_stock_find_line_find_id", "stock_find_line", ["find_id"])


def _keys(table: str, **named: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in named.items()
    ]


def _add(table: str, column: str, kind: str, usual: str | None, other: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    kind = kind or ("INTEGER" if is_sqlite else "BIGINT")
    rule = "" if usual is None else f" NOT NULL DEFAULT '{usual}'"
    names = f" CONSTRAINT fk_{table}_{column} REFERENCES {other} (id)" if other else ""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}{rule}{names}")


def downgrade() -> None:
    op.drop_table("stock_find_line")
    op.drop_table("stock_find")
    op.drop_index("ix_write_off_open_claims", "write_off")
    op.drop_index("ix_write_off_receipt_id", "write_off")
    op.drop_index("ix_write_off_distribution_id", "write_off")
    for name in ("found", *(column[0] for column in OF_LINES)):
        op.drop_column("write_off_line", name)
    for name, *_rest in OF_WRITE_OFFS:
        op.drop_column("write_off", name)
    op.drop_table("loss_reason")
