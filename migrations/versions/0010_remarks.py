"""Keep comments, files and photos beside any record, and what a person has put away.

Words that an author changes are kept, for those who audit. The bytes of files lie outside
the database, named by their SHA-256; a row says what they are and whose remark brought them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "remark",
        sa.Column("id", KEY, nullable=False),
        sa.Column("record_kind", sa.String(), nullable=False),
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(words) <= 2000", name=op.f("ck_remark_words_are_few")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_remark_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_remark_author_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index("ix_remark_record", "remark", ["record_kind", "record_id", "id"])
    op.create_table(
        "earlier_words",
        sa.Column("id", KEY, nullable=False),
        sa.Column("remark_id", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["remark_id"], ["remark.id"], name=op.f("fk_earlier_words_remark_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_words")),
    )
    op.create_index("ix_earlier_words_remark_id", "earlier_words", ["remark_id"])
    op.create_table(
        "attachment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("remark_id", KEY, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("thumbnail_sha256", sa.String(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_attachment_not_empty")),
        sa.CheckConstraint(
            "(thumbnail_sha256 IS NULL) = (width IS NULL)"
            " AND (thumbnail_sha256 IS NULL) = (height IS NULL)",
            name=op.f("ck_attachment_photos_have_a_size"),
        ),
        sa.ForeignKeyConstraint(["remark_id"], ["remark.id"], name=op.f("fk_attachment_remark_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_remark_id", "attachment", ["remark_id"])
    op.create_table(
        "put_away",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_put_away_user_id")),
        sa.PrimaryKeyConstraint("user_id", "card", name=op.f("pk_put_away")),
    )


def downgrade() -> None:
    op.drop_table("put_away")
    op.drop_table("attachment")
    op.drop_table("earlier_words")
    op.drop_table("remark")
