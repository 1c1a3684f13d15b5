"""Keep how long data of people is held, and what was erased.

The indexes lead the daily job to what still has a name, so that a history of years is not
read for the few rows that came of age since yesterday.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# name, table, columns, which rows
TO_REMOVE = (
    ("ix_delivery_named", "delivery", "delivered_at, id", "receiver_name <> ''"),
    (
        "ix_shipment_named",
        "shipment",
        "organisation_id, created_at, id",
        "driver_name <> '' OR driver_phone <> ''",
    ),
    (
        "ix_goods_receipt_named",
        "goods_receipt",
        "organisation_id, arrived_at, id",
        "delivered_by <> '' OR received_by <> ''",
    ),
    (
        "ix_audit_entry_from_where",
        "audit_entry",
        "organisation_id, recorded_at, id",
        "address <> '' OR device <> ''",
    ),
    ("ix_field_report_full", "field_report", "received_at, id", "emptied_at IS NULL"),
    (
        "ix_attachment_photos",
        "attachment",
        "remark_id, id",
        "thumbnail_sha256 IS NOT NULL AND removed_at IS NULL",
    ),
)
BY_ADDRESS = "ix_user_account_address"


def upgrade() -> None:
    op.create_table(
        "retention_period",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.CheckConstraint("months > 0", name=op.f("ck_retention_period_months_positive")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_retention_period_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", name=op.f("pk_retention_period")),
    )
    op.create_table(
        "erased_person",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_erased_person_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_erased_person")),
    )
    moment = sa.DateTime(timezone=True)
    op.add_column("attachment", sa.Column("removed_at", moment, nullable=True))
    op.add_column("field_report", sa.Column("emptied_at", moment, nullable=True))
    for name, table, columns, where in TO_REMOVE:
        op.execute(f"CREATE INDEX {name} ON {table} ({columns}) WHERE {where}")
    # The list of people by address begins with those who have none, as whoever was erased.
    op.execute(f"CREATE INDEX {BY_ADDRESS} ON user_account (coalesce(email, ''), id)")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"INSERT INTO sqlite_stat1 VALUES ('user_account', '{BY_ADDRESS}', '1000 1 1')")


def downgrade() -> None:
    op.execute(f"DROP INDEX {BY_ADDRESS}")
    for name, *_rest in reversed(TO_REMOVE):
        op.execute(f"DROP INDEX {name}")
    op.drop_column("field_report", "emptied_at")
    op.drop_column("attachment", "removed_at")
    op.drop_table("erased_person")
    op.drop_table("retention_period")
