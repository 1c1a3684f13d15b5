"""Keep the views of lists that people save and share, and walk each order by an index.

A lot without a date stands behind all others, so that no order has to deal with NULL. SQLite
gets statistics of a large database for the new indexes, as for those of 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWN_DEFAULT = sa.text("is_default AND NOT is_shared")
SHARED_DEFAULT = sa.text("is_default AND is_shared")

NEVER = "TIMESTAMPTZ '9999-12-31 00:00:00+00'"
NEVER_IN_SQLITE = "'9999-12-31 00:00:00.000000'"

# Index, table, what it holds, and SQLite's statistics: rows, then rows for each value of the
# first column, of the first two…
ORDERS = (
    ("ix_lot_expiry", "lot", "coalesce(expires_on, '9999-12-31'), id", "20000 20 1"),
    ("ix_donation_expected", "donation", "coalesce(expected_on, '9999-12-31'), id", "10000 20 1"),
    ("ix_donation_pledged", "donation", "pledged_on, id", "10000 20 1"),
    ("ix_goods_receipt_arrived", "goods_receipt", "arrived_at, id", "10000 2 1"),
    ("ix_shipment_expected", "shipment", "coalesce(expected_at, {never}), id", "10000 2 1"),
    ("ix_shipment_status", "shipment", "status, id", "10000 2500 1"),
    ("ix_partner_name", "partner", "name, id", "1000 1 1"),
    ("ix_distribution_day", "distribution", "distributed_on, id", "10000 20 1"),
    ("ix_distribution_site_day", "distribution", "site_id, distributed_on, id", "10000 20 2 1"),
    (
        "ix_distribution_status_day",
        "distribution",
        "status, distributed_on, id",
        "10000 2500 20 1",
    ),
    ("ix_item_weight", "item", "coalesce(weight_mg, 0), id", "10000 20 1"),
    ("ix_import_run_filename", "import_run", "organisation_id, filename, id", "1000 1000 2 1"),
    ("ix_job_organisation_asked", "job", "organisation_id, asked_at, id", "10000 10000 1 1"),
    ("ix_job_user_asked", "job", "user_id, asked_at, id", "10000 1000 1 1"),
    ("ix_user_account_name", "user_account", "name, id", "1000 1 1"),
)

# Indexes that were there: SQLite takes a first column for choosy of which it knows nothing,
# and would sort all of it.
NOT_CHOOSY = (
    ("ix_item_search", "item", "10000 10000 1 1 1"),
    ("ix_donation_donor_id", "donation", "10000 1000"),
    ("ix_distribution_area_id", "distribution", "10000 1000"),
    ("ix_distribution_organisation_id_status", "distribution", "10000 10000 2500 1"),
    ("ix_distribution_site_id", "distribution", "10000 20"),
    ("ix_donation_organisation_id_status", "donation", "10000 10000 2500"),
    ("ix_goods_receipt_site_id", "goods_receipt", "10000 5000"),
    ("ix_import_run_checksum", "import_run", "1000 1000 1"),
    ("ix_import_run_organisation_id", "import_run", "1000 1000 1"),
    ("ix_job_organisation_id", "job", "10000 10000 1"),
    ("ix_job_user_id", "job", "10000 1000 1"),
    ("ix_shipment_destination_id", "shipment", "10000 1000"),
    ("ix_shipment_organisation_id_status", "shipment", "10000 10000 2500 1"),
    ("ix_shipment_origin_id", "shipment", "10000 1000"),
    ("sqlite_autoindex_distribution_1", "distribution", "10000 10000 1"),
    ("sqlite_autoindex_donation_1", "donation", "10000 10000 1"),
    ("sqlite_autoindex_partner_1", "partner", "1000 1000 300 1"),
    ("sqlite_autoindex_shipment_1", "shipment", "10000 10000 1"),
)


def upgrade() -> None:
    make_saved_views()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    never = NEVER_IN_SQLITE if is_sqlite else NEVER
    for name, table, columns, statistics in ORDERS:
        op.execute(f"CREATE INDEX {name} ON {table} ({columns.format(never=never)})")
        if is_sqlite:
            tell_sqlite(name, table, statistics)
    op.execute(
        "CREATE INDEX ix_stock_balance_reserved ON stock_balance (lot_id, place_id)"
        " WHERE reserved > 0"
    )
    op.execute("CREATE INDEX ix_place_site_name ON place (name, id) WHERE site_id = id")
    if is_sqlite:
        tell_sqlite("ix_stock_balance_reserved", "stock_balance", "400 2 1")
        tell_sqlite("ix_place_site_name", "place", "100 1 1")
        for name, table, statistics in NOT_CHOOSY:
            tell_sqlite(name, table, statistics)


def tell_sqlite(index: str, table: str, statistics: str) -> None:
    op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{statistics}')")


def make_saved_views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_saved_view_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_saved_view_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "list_name", "name", name="uq_saved_view_name"),
    )
    op.create_index(
        "ix_saved_view_organisation_id_list_name", "saved_view", ["organisation_id", "list_name"]
    )
    for name, columns, where in (
        ("uq_saved_view_own_default", ["owner_id", "list_name"], OWN_DEFAULT),
        ("uq_saved_view_shared_default", ["organisation_id", "list_name"], SHARED_DEFAULT),
    ):
        op.create_index(
            name,
            "saved_view",
            columns,
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    made = [name for name, *_more in ORDERS] + ["ix_stock_balance_reserved", "ix_place_site_name"]
    for name in made:
        op.execute(f"DROP INDEX {name}")
    if op.get_bind().dialect.name == "sqlite":
        for name in made + [name for name, *_more in NOT_CHOOSY]:
            op.execute(f"DELETE FROM sqlite_stat1 WHERE idx = '{name}'")
    op.drop_table("saved_view")
