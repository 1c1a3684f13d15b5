"""Keep what one organisation shares with another, and whose an item is.

An item that was there before belongs to the organisation that added it, where the audit knows;
in an installation of one organisation, to that one. What nobody is known to have added is the
common catalogue. A category came with its first item, and belongs to the same organisation.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWNED = ("item", "category")

ADDED = """
    UPDATE item SET organisation_id = (
        SELECT audit_entry.organisation_id FROM audit_entry
        WHERE audit_entry.record_kind = 'item' AND audit_entry.record_id = item.id
          AND audit_entry.action = 'item.added'
        ORDER BY audit_entry.id LIMIT 1
    )
"""
ALONE = """
    UPDATE item SET organisation_id = (SELECT min(id) FROM organisation)
    WHERE organisation_id IS NULL AND (SELECT count(*) FROM organisation) = 1
"""
CAME_WITH = """
    UPDATE category SET organisation_id = (
        SELECT item.organisation_id FROM item
        WHERE item.category_id = category.id ORDER BY item.id LIMIT 1
    )
"""


def upgrade() -> None:
    _keep_shares()
    for name in OWNED:
        # In words that both databases know: a batch would lose the triggers that search needs.
        op.execute(
            f"ALTER TABLE {name} ADD COLUMN organisation_id INTEGER"
            f" CONSTRAINT fk_{name}_organisation_id REFERENCES organisation (id)"
        )
    op.execute(ADDED)
    op.execute(ALONE)
    op.execute(CAME_WITH)


def _keep_shares() -> None:
    op.create_table(
        "share",
        sa.Column("id", KEY, nullable=False),
        sa.Column("record_kind", sa.String(), nullable=False),
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("with_organisation_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_by_id", sa.Integer(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "organisation_id <> with_organisation_id", name=op.f("ck_share_with_another")
        ),
        sa.CheckConstraint(
            "purpose <> 'other' OR note <> ''", name=op.f("ck_share_other_purpose_is_said")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_share_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["with_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_share_with_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shared_by_id"], ["user_account.id"], name=op.f("fk_share_shared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["user_account.id"], name=op.f("fk_share_revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint(
            "record_kind", "record_id", "with_organisation_id", name="uq_share_once"
        ),
    )
    op.create_index("ix_share_with", "share", ["with_organisation_id", "record_kind", "record_id"])
    op.create_index("ix_share_shared_at", "share", ["shared_at", "id"])


def downgrade() -> None:
    for name in OWNED:
        op.execute(f"ALTER TABLE {name} DROP COLUMN organisation_id")
    op.drop_table("share")
