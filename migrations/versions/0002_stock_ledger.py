"""The stock ledger, and the donations its lots come from.

Triggers refuse to change or delete a movement, a line or a seal, whoever asks: the
ledger is append-only for the database too, not only for our own code."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("stock_movement", "stock_line", "seal")
REFUSAL = "the stock ledger is append-only: post a reversal"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "donation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("donor_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("pledged_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("grant_reference", sa.String(), nullable=False),
        sa.Column("earmark", sa.String(), nullable=False),
        sa.Column("earmark_area_id", sa.Integer(), nullable=True),
        sa.Column("eligible_until", sa.Date(), nullable=True),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["donor_id"], ["partner.id"], name=op.f("fk_donation_donor_id")),
        sa.ForeignKeyConstraint(
            ["earmark_area_id"], ["area.id"], name=op.f("fk_donation_earmark_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_donation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_donation_number"),
    )
    op.create_index("ix_donation_donor_id", "donation", ["donor_id"], unique=False)
    op.create_index(
        "ix_donation_organisation_id_status",
        "donation",
        ["organisation_id", "status"],
        unique=False,
    )
    op.create_table(
        "donation_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("donation_id", KEY, nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_value_minor", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_donation_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["donation_id"], ["donation.id"], name=op.f("fk_donation_line_donation_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_donation_line_item_id")),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["item_pack.id"], name=op.f("fk_donation_line_pack_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_line")),
        sa.UniqueConstraint("donation_id", "line_number", name="uq_donation_line_number"),
    )
    op.create_table(
        "lot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("donor_id", sa.Integer(), nullable=True),
        sa.Column("donation_line_id", KEY, nullable=True),
        sa.Column("batch_number", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("pack_id", sa.Integer(), nullable=True),
        sa.Column("unit_value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["donation_line_id"], ["donation_line.id"], name=op.f("fk_lot_donation_line_id")
        ),
        sa.ForeignKeyConstraint(["donor_id"], ["partner.id"], name=op.f("fk_lot_donor_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_lot_item_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_lot_organisation_id")
        ),
        sa.ForeignKeyConstraint(["pack_id"], ["item_pack.id"], name=op.f("fk_lot_pack_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    op.create_index(
        "ix_lot_batch_number",
        "lot",
        ["batch_number"],
        unique=False,
        postgresql_ops={"batch_number": "text_pattern_ops"},
    )
    op.create_index("ix_lot_donation_line_id", "lot", ["donation_line_id"], unique=False)
    op.create_index("ix_lot_donor_id", "lot", ["donor_id"], unique=False)
    op.create_index("ix_lot_item_id", "lot", ["item_id"], unique=False)
    op.create_table(
        "stock_movement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_stock_movement_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_stock_movement_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["stock_movement.id"], name=op.f("fk_stock_movement_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
        sa.UniqueConstraint("key", name=op.f("uq_stock_movement_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_stock_movement_reverses_id")),
    )
    op.create_index(
        "ix_stock_movement_occurred_at", "stock_movement", ["occurred_at"], unique=False
    )
    op.create_index(
        "ix_stock_movement_source", "stock_movement", ["source_kind", "source_id"], unique=False
    )
    op.create_table(
        "stock_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("movement_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("from_place_id", KEY, nullable=False),
        sa.Column("to_place_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "from_place_id <> to_place_id", name=op.f("ck_stock_line_places_differ")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["from_place_id"], ["place.id"], name=op.f("fk_stock_line_from_place_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stock_line_lot_id")),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["stock_movement.id"], name=op.f("fk_stock_line_movement_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_place_id"], ["place.id"], name=op.f("fk_stock_line_to_place_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_line")),
    )
    op.create_index(
        "ix_stock_line_from_place_id",
        "stock_line",
        ["from_place_id", "lot_id", "quantity"],
        unique=False,
    )
    op.create_index("ix_stock_line_lot_id", "stock_line", ["lot_id", "id"], unique=False)
    op.create_index("ix_stock_line_movement_id", "stock_line", ["movement_id"], unique=False)
    op.create_index(
        "ix_stock_line_to_place_id",
        "stock_line",
        ["to_place_id", "lot_id", "quantity"],
        unique=False,
    )
    op.create_table(
        "stock_balance",
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "reserved >= 0 AND (quantity >= reserved OR is_outside)",
            name=op.f("ck_stock_balance_never_below_reserved"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stock_balance_lot_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_stock_balance_place_id")),
        sa.PrimaryKeyConstraint("place_id", "lot_id", name=op.f("pk_stock_balance")),
    )
    op.create_index(
        "ix_stock_balance_in_stock",
        "stock_balance",
        ["lot_id", "place_id"],
        unique=False,
        sqlite_where=sa.text("quantity > 0 AND NOT is_outside"),
        postgresql_where=sa.text("quantity > 0 AND NOT is_outside"),
    )
    op.create_index("ix_stock_balance_lot_id", "stock_balance", ["lot_id"], unique=False)
    op.create_table(
        "seal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("first_movement_id", KEY, nullable=False),
        sa.Column("last_movement_id", KEY, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("last_movement_id", name=op.f("uq_seal_last_movement_id")),
    )
    refuse_rewriting = refuse_on_postgresql if is_postgresql() else refuse_on_sqlite
    for table in APPEND_ONLY:
        refuse_rewriting(table)


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def refuse_on_sqlite(table: str) -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def refuse_on_postgresql(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
    )


def downgrade() -> None:
    op.drop_table("seal")
    op.drop_table("stock_balance")
    op.drop_table("stock_line")
    op.drop_table("stock_movement")
    op.drop_table("lot")
    op.drop_table("donation_line")
    op.drop_table("donation")
    if is_postgresql():
        op.execute("DROP FUNCTION refuse_rewriting()")
