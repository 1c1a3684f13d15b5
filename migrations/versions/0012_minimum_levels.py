"""Keep below which quantity an item is short at a place, and sum without reading rows.

The first page and the pictures sum what is in stock, what was handed out and what left: the
indexes hold what they add up, or lead to the last months of a history of years.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BY_EXPIRY = "ix_lot_item_id_expires_on"
IN_STOCK = "ix_stock_balance_in_stock"
SUMMED = (
    ("ix_distribution_reached", "distribution", "organisation_id, status, area_id, households"),
    ("ix_shipment_dispatched_at", "shipment", "dispatched_at"),
)
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
    index_stock(["lot_id", "place_id", "quantity", "reserved"], "40000 2 1 1 1")
    op.create_index(BY_EXPIRY, "lot", ["item_id", "expires_on", "id"])
    tell_sqlite(BY_EXPIRY, "lot", "20000 2 1 1")
    for name, table, columns in SUMMED:
        op.execute(f"CREATE INDEX {name} ON {table} ({columns})")
    # SQLite would take it for choosy, and sort the list of distributions.
    tell_sqlite("ix_distribution_reached", "distribution", "10000 10000 2500 20 2")


def index_stock(columns: list[str], statistics: str) -> None:
    """Goods in stock again, with other columns; SQLite forgets the statistics of what is dropped.

    How many rows there are in all, and for each value of the first column, of the first two…
    """
    op.drop_index(IN_STOCK, "stock_balance")
    where = sa.text("quantity > 0 AND NOT is_outside")
    op.create_index(IN_STOCK, "stock_balance", columns, sqlite_where=where, postgresql_where=where)
    tell_sqlite(IN_STOCK, "stock_balance", statistics)


def tell_sqlite(index: str, table: str, statistics: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{statistics}')")


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
    for name, _table, _columns in SUMMED:
        op.execute(f"DROP INDEX {name}")
    op.drop_index(BY_EXPIRY, "lot")
    index_stock(["lot_id", "place_id"], "40000 2 1")
    op.drop_table("minimum_level")
