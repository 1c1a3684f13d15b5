"""Issued papers, their frozen facts and their bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.Column("superseded_by_id", KEY, nullable=True),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("donor_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("facts_sha256", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["donor_id"], ["partner.id"], name=op.f("fk_paper_donor_id")),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["user_account.id"], name=op.f("fk_paper_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_paper_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["paper.id"], name=op.f("fk_paper_superseded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_code")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_paper_number"),
    )
    op.create_index("ix_paper_donor_id", "paper", ["donor_id"], unique=False)
    op.create_index("ix_paper_source", "paper", ["source_kind", "source_id"], unique=False)
    op.create_table(
        "paper_file",
        sa.Column("paper_id", KEY, nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_file_paper_id")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_paper_file")),
    )


def downgrade() -> None:
    op.drop_table("paper_file")
    op.drop_table("paper")
