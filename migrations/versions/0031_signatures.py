"""Keep keys and signatures of seals, and when the ledger was checked."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "a signature is never changed: make a new key"
IN_USE = sa.text("retired_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signing_key_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_signing_key_fingerprint")),
    )
    op.create_index(
        "uq_signing_key_in_use",
        "signing_key",
        ["organisation_id"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )
    op.create_table(
        "seal_signature",
        sa.Column("seal_id", KEY, nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seal_id"], ["seal.id"], name=op.f("fk_seal_signature_seal_id")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_key.id"], name=op.f("fk_seal_signature_key_id")
        ),
        sa.PrimaryKeyConstraint("seal_id", "key_id", name=op.f("pk_seal_signature")),
    )
    op.create_table(
        "ledger_check",
        sa.Column("id", KEY, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, KEY, nullable=False)
            for name in ("movements", "lines", "acts", "seals", "signatures")
        ),
        sa.Column("disagreements", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
    )
    if is_postgresql():
        op.execute(
            "CREATE TRIGGER seal_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
            " ON seal_signature FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER seal_signature_no_{act.lower()} BEFORE {act} ON seal_signature "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def downgrade() -> None:
    op.drop_table("ledger_check")
    op.drop_table("seal_signature")
    op.drop_table("signing_key")
