"""Give boxes and pallets numbers of their own.

An organisation with a GS1 company prefix numbers what it packs. A number is taken from the
series of its prefix, which only rises, and names what it stands on for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "company_prefix",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("digits", sa.String(), nullable=False),
        sa.CheckConstraint(
            "length(digits) BETWEEN 4 AND 12", name=op.f("ck_company_prefix_digits_of_gs1_length")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_company_prefix_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_company_prefix")),
    )
    op.create_table(
        "sscc_series",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("next_number > 0", name=op.f("ck_sscc_series_next_number_positive")),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_sscc_series")),
    )
    op.create_table(
        "sscc_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sscc_run_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sscc_run")),
    )
    op.create_index("ix_sscc_run_organisation_id", "sscc_run", ["organisation_id"])
    _create_numbers()


def _create_numbers() -> None:
    op.create_table(
        "sscc",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("shipment_id", KEY, nullable=True),
        sa.CheckConstraint("length(number) = 18", name=op.f("ck_sscc_eighteen_digits")),
        sa.CheckConstraint(
            "(lot_id IS NULL) = (quantity IS NULL)", name=op.f("ck_sscc_lot_with_quantity")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_sscc_quantity_positive")),
        sa.CheckConstraint(
            "lot_id IS NOT NULL OR shipment_id IS NOT NULL", name=op.f("ck_sscc_on_something")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_sscc_lot_id")),
        sa.ForeignKeyConstraint(["run_id"], ["sscc_run.id"], name=op.f("fk_sscc_run_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_sscc_shipment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sscc")),
        sa.UniqueConstraint("number", name="uq_sscc_number"),
    )
    op.create_index("ix_sscc_run_id", "sscc", ["run_id"])
    op.create_index("ix_sscc_lot_id", "sscc", ["lot_id"])
    op.create_index("ix_sscc_shipment_id", "sscc", ["shipment_id"])


def downgrade() -> None:
    op.drop_table("sscc")
    op.drop_table("sscc_run")
    op.drop_table("sscc_series")
    op.drop_table("company_prefix")
