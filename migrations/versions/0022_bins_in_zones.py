"""Keep zones and bins as a tree, with what fits in them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CAPACITIES = ("capacity_mm3", "capacity_mg")
COLUMNS = ("path", "purpose", "is_cold_chain", "is_full", *CAPACITIES)


def upgrade() -> None:
    for name, usual in (("path", ""), ("purpose", "storage")):
        length = 40 if name == "purpose" else None
        column = sa.Column(name, sa.String(length), nullable=False, server_default=usual)
        op.add_column("place", column)
    for name in ("is_cold_chain", "is_full"):
        op.add_column(
            "place", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    # With its check in one statement, which SQLite cannot add to a column that is there.
    for name in CAPACITIES:
        op.execute(
            f"ALTER TABLE place ADD COLUMN {name} BIGINT"
            f" CONSTRAINT ck_place_{name}_positive CHECK ({name} > 0)"
        )
    op.execute("UPDATE place SET path = name WHERE kind = 'bin'")


def downgrade() -> None:
    # Out of their zones, so that every bin has its warehouse around it and a name of its own.
    op.execute(
        "UPDATE place SET name = path, parent_id = site_id"
        " WHERE kind = 'bin' AND parent_id <> site_id"
    )
    if op.get_bind().dialect.name == "postgresql":
        for name in CAPACITIES:
            op.drop_constraint(op.f(f"ck_place_{name}_positive"), "place", type_="check")
    for name in COLUMNS:
        op.drop_column("place", name)
