"""Keep codes of goods.

An organisation gives an item, or a pack of it, the codes that makers or itself print on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_barcode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("is_gtin", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_item_barcode_has_code")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_item_barcode_organisation_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_barcode_item_id")),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["item_pack.id"], name=op.f("fk_item_barcode_pack_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_barcode")),
        sa.UniqueConstraint("organisation_id", "code", name="uq_item_barcode_code"),
    )
    op.create_index("ix_item_barcode_item_id", "item_barcode", ["item_id"])
    op.create_index("ix_item_barcode_pack_id", "item_barcode", ["pack_id"])


def downgrade() -> None:
    op.drop_table("item_barcode")
