"""Find goods quickly among very many, from the first day.

SQLite plans for a large operation. Without statistics it enters the stock list by the place
and sorts everything that stands there. It keeps statistics only where ANALYZE has run, and
those of an almost empty database would mislead it later; so it gets those of a large one, once.

PostgreSQL keeps its own. It finds parts of a batch number by three letters in a row, where it
finds items so too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Table, index, and: rows in all, then rows for each value of the first column, of the first two…
LARGE = (
    ("item", "ix_item_name_id", "10000 1 1"),
    ("lot", "ix_lot_item_id", "20000 2"),
    ("place", "ix_place_organisation_id_kind", "1000 300 50"),
    ("place", "ix_place_site_id", "1000 10"),
    ("stock_balance", "ix_stock_balance_in_stock", "40000 2 1"),
    ("stock_balance", "ix_stock_balance_lot_id", "100000 5"),
    ("stock_balance", "sqlite_autoindex_stock_balance_1", "100000 500 1"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        index_batch_numbers()
        return
    op.execute("ANALYZE sqlite_schema")  # Makes the table of statistics, empty.
    statistics = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))
    rows = [dict(zip(("tbl", "idx", "stat"), row, strict=True)) for row in LARGE]
    op.bulk_insert(statistics, rows)


def index_batch_numbers() -> None:
    if sa.inspect(op.get_bind()).has_index("item", "ix_item_search"):
        op.execute("CREATE INDEX ix_lot_search ON lot USING gin (batch_number gin_trgm_ops)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM sqlite_stat1")
    else:
        op.execute("DROP INDEX IF EXISTS ix_lot_search")
