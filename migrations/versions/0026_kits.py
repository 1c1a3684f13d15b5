"""Keep what a lot is made of, and what a kit holds.

What a lot is made of is as little to be changed as a line of the ledger, and triggers hold it.
The index by part leads from a donor's lots to all that holds them without reading the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

REFUSAL = "what a lot is made of never changes"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lot_part",
        sa.Column("id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("part_lot_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("is_direct", sa.Boolean(), nullable=False),
        sa.Column("is_root", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_lot_part_quantity_positive")),
        sa.CheckConstraint("lot_id <> part_lot_id", name=op.f("ck_lot_part_lots_differ")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_part_lot_id")),
        sa.ForeignKeyConstraint(["part_lot_id"], ["lot.id"], name=op.f("fk_lot_part_part_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_part")),
        sa.UniqueConstraint("lot_id", "part_lot_id", "is_direct", name="uq_lot_part_once"),
    )
    op.create_index(
        "ix_lot_part_part_lot_id", "lot_part", ["part_lot_id", "is_root", "lot_id", "quantity"]
    )
    refuse_rewriting("lot_part")
    op.create_table(
        "kit_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_kit_version_item_id")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_kit_version_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_version")),
        sa.UniqueConstraint("item_id", "number", name="uq_kit_version_number"),
    )
    op.create_table(
        "kit_content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_kit_content_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["kit_version.id"], name=op.f("fk_kit_content_version_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_kit_content_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_content")),
        sa.UniqueConstraint("version_id", "item_id", name="uq_kit_content_once"),
    )
    op.create_index("ix_kit_content_item_id", "kit_content", ["item_id"])
    op.create_table(
        "kit_substitute",
        sa.Column("content_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["kit_content.id"], name=op.f("fk_kit_substitute_content_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_kit_substitute_item_id")),
        sa.PrimaryKeyConstraint("content_id", "item_id", name=op.f("pk_kit_substitute")),
    )
    op.create_table(
        "kit_lot",
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_kit_lot_lot_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["kit_version.id"], name=op.f("fk_kit_lot_version_id")
        ),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_kit_lot")),
    )


def refuse_rewriting(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    op.drop_table("kit_lot")
    op.drop_table("kit_substitute")
    op.drop_table("kit_content")
    op.drop_table("kit_version")
    op.drop_table("lot_part")
