"""Keep packs within packs, and what was corrected.

A pack that anything speaks of never changes: it is put out of use, and another takes its place.
What a correction takes from a gift or adds to it counts beside what the receipts say.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# With their checks in one statement each, which SQLite cannot add to columns that are there.
PACKS = (
    "is_active BOOLEAN NOT NULL DEFAULT true",
    "inside_id INTEGER CONSTRAINT fk_item_pack_inside_id REFERENCES item_pack (id)",
    (
        "inside_count BIGINT CONSTRAINT ck_item_pack_inside_counted"
        " CHECK (inside_id IS NULL OR inside_count > 0)"
    ),
    "weight_mg BIGINT CONSTRAINT ck_item_pack_weight_positive CHECK (weight_mg > 0)",
    "volume_mm3 BIGINT CONSTRAINT ck_item_pack_volume_positive CHECK (volume_mm3 > 0)",
)


def upgrade() -> None:
    for column in PACKS:
        op.execute(f"ALTER TABLE item_pack ADD COLUMN {column}")
    _keep_corrections()
    op.create_table(
        "donation_correction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("donation_line_id", KEY, nullable=False),
        sa.Column("correction_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_donation_correction_says_something")),
        *_keys("donation_correction", donation_line_id="donation_line", correction_id="correction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_correction")),
    )
    op.create_index("ix_donation_correction_line", "donation_correction", ["donation_line_id"])


def _keep_corrections() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "correction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("new_lot_id", KEY, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("movement_id", KEY, nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", moment, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_why", sa.String(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_correction_quantity_not_negative")),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)", name=op.f("ck_correction_undone_by")
        ),
        *_keys(
            "correction",
            organisation_id="organisation",
            lot_id="lot",
            new_lot_id="lot",
            movement_id="stock_movement",
            recorded_by_id="user_account",
            undone_by_id="user_account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_correction_number"),
        sa.UniqueConstraint("movement_id", name=op.f("uq_correction_movement_id")),
    )
    for column in ("lot_id", "new_lot_id"):
        op.create_index(f"ix_correction_{column}", "correction", [column])
    op.create_index("ix_correction_organisation_id_id", "correction", ["organisation_id", "id"])


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in columns.items()
    ]


def downgrade() -> None:
    op.drop_table("donation_correction")
    op.drop_table("correction")
    # Papers and lots of packs within packs stay, and count the same pieces.
    for column in reversed(PACKS):
        op.execute(f"ALTER TABLE item_pack DROP COLUMN {column.split()[0]}")
