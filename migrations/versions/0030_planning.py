"""Keep levels to reorder at."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# As constraints of the columns: so both databases add and drop them in place.
NEW = (
    ("reorder_at", "ck_minimum_level_reordered_in_time", "reorder_at >= quantity"),
    ("order_up_to", "ck_minimum_level_ordered_upwards", "order_up_to > reorder_at"),
)


def upgrade() -> None:
    for column, name, rule in NEW:
        op.execute(
            f"ALTER TABLE minimum_level ADD COLUMN {column} BIGINT CONSTRAINT {name} CHECK ({rule})"
        )


def downgrade() -> None:
    for column, _name, _rule in reversed(NEW):
        op.execute(f"ALTER TABLE minimum_level DROP COLUMN {column}")
