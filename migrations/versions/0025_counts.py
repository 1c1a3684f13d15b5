"""Keep counts of the stock.

A count has its lines as the books were when it was planned, and what each counter found with
what the books held at that moment. What was counted is never changed, which the database holds
too. When each lot in each bin was counted last is kept apart, so that it is found at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "what was counted is never changed: count again"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    make_counts()
    make_lines()
    make_entries()
    make_last_counted()
    if is_postgresql():
        refuse_on_postgresql()
        return
    refuse_on_sqlite()
    # SQLite would take an organisation for choosy, and sort all of its rows.
    for table, index, statistics in (
        ("stock_count", "sqlite_autoindex_stock_count_1", "10000 10000 1"),
        ("stock_count", "ix_stock_count_site_id", "10000 1000 500"),
        ("stock_count_line", "sqlite_autoindex_stock_count_line_1", "1000000 500 10 1"),
        ("stock_count_line", "ix_stock_count_line_lot_id", "1000000 10 5"),
        ("stock_count_entry", "ix_stock_count_entry_line_id", "1000000 2 2"),
    ):
        op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{statistics}')")


def downgrade() -> None:
    for table in ("stock_last_counted", "stock_count_entry", "stock_count_line", "stock_count"):
        op.drop_table(table)
    if is_postgresql():
        op.execute("DROP FUNCTION refuse_rewriting_counts()")


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def references(table: str, columns: dict[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in columns.items()
    ]


def make_counts() -> None:
    op.create_table(
        "stock_count",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column("counters", sa.Integer(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("first_counter_id", sa.Integer(), nullable=False),
        sa.Column("second_counter_id", sa.Integer(), nullable=True),
        sa.Column("first_done_at", MOMENT, nullable=True),
        sa.Column("second_done_at", MOMENT, nullable=True),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("lines_counted", sa.Integer(), nullable=True),
        sa.Column("lines_right", sa.Integer(), nullable=True),
        sa.Column("value_counted_minor", sa.BigInteger(), nullable=True),
        sa.Column("value_off_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("counters IN (1, 2)", name=op.f("ck_stock_count_one_or_two_counters")),
        sa.CheckConstraint(
            "first_counter_id <> second_counter_id", name=op.f("ck_stock_count_counters_differ")
        ),
        sa.CheckConstraint(
            "(status IN ('counting', 'recounting', 'review')) = (decided_at IS NULL)",
            name=op.f("ck_stock_count_decided_or_unfinished"),
        ),
        *references(
            "stock_count",
            {
                "organisation_id": "organisation",
                "site_id": "place",
                "planned_by_id": "user_account",
                "first_counter_id": "user_account",
                "second_counter_id": "user_account",
                "decided_by_id": "user_account",
            },
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_stock_count_number"),
    )
    op.create_index("ix_stock_count_site_id", "stock_count", ["site_id", "status"])


def make_lines() -> None:
    op.create_table(
        "stock_count_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("count_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", KEY, nullable=True),
        sa.Column("batch_number", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_added", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.Column("book_quantity", sa.BigInteger(), nullable=True),
        sa.Column("counted_quantity", sa.BigInteger(), nullable=True),
        *references(
            "stock_count_line",
            {"count_id": "stock_count", "place_id": "place", "item_id": "item", "lot_id": "lot"},
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count_line")),
        sa.UniqueConstraint("count_id", "place_id", "lot_id", name="uq_stock_count_line_once"),
    )
    op.create_index("ix_stock_count_line_lot_id", "stock_count_line", ["lot_id", "place_id"])


def make_entries() -> None:
    op.create_table(
        "stock_count_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("counted_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("book_quantity", sa.BigInteger(), nullable=False),
        sa.Column("last_line_id", KEY, nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "quantity >= 0", name=op.f("ck_stock_count_entry_quantity_not_negative")
        ),
        *references(
            "stock_count_entry",
            {
                "line_id": "stock_count_line",
                "counted_by_id": "user_account",
                "entered_by_id": "user_account",
            },
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_stock_count_entry_key")),
    )
    op.create_index("ix_stock_count_entry_line_id", "stock_count_entry", ["line_id", "round"])


def make_last_counted() -> None:
    op.create_table(
        "stock_last_counted",
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("count_id", KEY, nullable=False),
        *references(
            "stock_last_counted", {"place_id": "place", "lot_id": "lot", "count_id": "stock_count"}
        ),
        sa.PrimaryKeyConstraint("place_id", "lot_id", name=op.f("pk_stock_last_counted")),
    )
    op.create_index("ix_stock_last_counted_count_id", "stock_last_counted", ["count_id"])


def refuse_on_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER stock_count_entry_no_{act.lower()} BEFORE {act} ON stock_count_entry"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_rewriting_counts() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER stock_count_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON stock_count_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_counts()"
    )
