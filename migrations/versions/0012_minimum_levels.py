"""Keep below which quantity an item is short at a place."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "minimum_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("site_id", KEY, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_minimum_level_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_minimum_level_organisation_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_minimum_level_item_id")),
        sa.ForeignKeyConstraint(["site_id"], ["place.id"], name=op.f("fk_minimum_level_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minimum_level")),
    )
    unique("uq_minimum_level_at_site", ["site_id", "item_id"], "site_id IS NOT NULL")
    unique("uq_minimum_level_of_organisation", ["organisation_id", "item_id"], "site_id IS NULL")
    op.create_index("ix_minimum_level_item_id", "minimum_level", ["item_id", "organisation_id"])


def unique(name: str, columns: list[str], where: str) -> None:
    """Once each among the rows of this kind: a site's own, or of a whole organisation."""
    op.create_index(
        name,
        "minimum_level",
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    op.drop_table("minimum_level")
