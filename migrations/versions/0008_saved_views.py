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

# Index, table, what it holds, and SQLite's statistics: rows, then rows for each value of the
# first column, of the first two…
ORDERS = (
    ("ix_lot_expiry", "lot", "coalesce(expires_on, '9999-12-31'), id", "20000 20 1"),
    ("ix_item_weight", "item", "coalesce(weight_mg, 0), id", "10000 20 1"),
)


def upgrade() -> None:
    make_saved_views()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, columns, statistics in ORDERS:
        op.execute(f"CREATE INDEX {name} ON {table} ({columns})")
        if is_sqlite:
            op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{name}', '{statistics}')")


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
    for name, _table, _columns, _statistics in ORDERS:
        op.execute(f"DROP INDEX {name}")
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DELETE FROM sqlite_stat1 WHERE idx = '{name}'")
    op.drop_table("saved_view")
