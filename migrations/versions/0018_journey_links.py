"""Keep the links with which drivers sign in for one journey.

One link of a shipment is in force: making another revokes it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_FORCE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "journey_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("shipment_id", KEY, nullable=False),
        sa.Column("driver_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (phone_hash IS NULL)",
            name=op.f("ck_journey_link_opened_by_a_phone"),
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_journey_link_shipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["user_account.id"], name=op.f("fk_journey_link_driver_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_journey_link_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_journey_link_token_hash")),
    )
    op.create_index("ix_journey_link_shipment_id", "journey_link", ["shipment_id", "id"])
    op.create_index(
        "uq_journey_link_in_force",
        "journey_link",
        ["shipment_id"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )


def downgrade() -> None:
    op.drop_table("journey_link")
