"""Keep from where each act came, and seal the acts with the ledger.

Triggers refuse to change or delete an entry of the audit, whoever asks, as for the ledger. One
change is let through: what names a person may be taken out of an entry once its digest is kept
beside it. A seal may cover acts, movements or both; one that covers none of a kind says so by
a first number after its last.

Entries from before get a salt of their own, so that they can be sealed like all others.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the audit is append-only"
SALTS = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
}
TOPICS = {
    "rights": "action IN ('user.added', 'user.role_given', 'user.role_taken', 'user.disabled',"
    " 'user.enabled', 'user.password_reset', 'token.created', 'token.revoked')",
    "sign_in": "action IN ('user.signed_in', 'user.signed_out_elsewhere', 'user.password_changed')",
    "settings": "action LIKE 'organisation.%' OR action LIKE 'view.%' OR action LIKE 'job.%'"
    " OR action = 'user.alerts_changed'",
    "goods": "action LIKE 'stock.%' OR action LIKE 'donation.%' OR action LIKE 'shipment.%'"
    " OR action LIKE 'distribution.%' OR action LIKE 'paper.%' OR action LIKE 'field_report.%'"
    " OR action LIKE 'minimum.%'",
}
# Index, columns, and SQLite's statistics: rows, then rows for each value of the first column…
INDEXES = (
    ("ix_audit_entry_recorded", "recorded_at, id", "1000000 2 1"),
    ("ix_audit_entry_organisation", "organisation_id, recorded_at, id", "1000000 500000 2 1"),
    (
        "ix_audit_entry_topic",
        "organisation_id, topic, recorded_at, id",
        "1000000 500000 100000 2 1",
    ),
    (
        "ix_audit_entry_kind",
        "organisation_id, record_kind, recorded_at, id",
        "1000000 500000 50000 2 1",
    ),
    (
        "ix_audit_entry_channel",
        "organisation_id, channel, recorded_at, id",
        "1000000 500000 100000 2 1",
    ),
    ("ix_audit_entry_user", "user_id, recorded_at, id", "1000000 10000 2 1"),
)
STATISTICS_BEFORE = (("ix_audit_entry_record", "1000000 50000 10 1"),)
# What may never change of an entry, and what may once a digest of it is kept.
FIXED = (
    "id", "action", "topic", "record_kind", "record_id", "organisation_id", "user_id",
    "recorded_at", "channel", "session_id",
)  # fmt: skip
# From the first seal of acts on: each stands on the one before it.
UNSEALED = """
    DELETE FROM seal
    WHERE id >= (SELECT min(id) FROM seal WHERE last_entry_id >= first_entry_id)
"""
AS_TEXT = ("personal",)  # PostgreSQL cannot compare JSON but as text.
BLANKED = ("user_name", "address", "device")


def upgrade() -> None:
    for column in new_columns():
        op.add_column("audit_entry", column)
    fill()
    for name, columns, _statistics in INDEXES:
        op.execute(f"CREATE INDEX {name} ON audit_entry ({columns})")
    op.create_table(
        "audit_redaction",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("act_id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_redaction_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["act_id"], ["audit_entry.id"], name=op.f("fk_audit_redaction_act_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_redaction")),
    )
    op.create_index("ix_audit_redaction_act_id", "audit_redaction", ["act_id"])
    if is_postgresql():
        seal_acts_on_postgresql()
        refuse_on_postgresql()
        return
    seal_acts_on_sqlite()
    refuse_on_sqlite()
    known = [(name, statistics) for name, _columns, statistics in INDEXES]
    for name, statistics in [*known, *STATISTICS_BEFORE]:
        op.execute(f"INSERT INTO sqlite_stat1 VALUES ('audit_entry', '{name}', '{statistics}')")


def new_columns() -> list[sa.Column]:
    return [
        sa.Column("topic", sa.String(length=20), nullable=False, server_default="records"),
        sa.Column("channel", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("address", sa.String(length=45), nullable=False, server_default=""),
        sa.Column("device", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("session_id", KEY, nullable=True),
        sa.Column("personal", sa.JSON(), nullable=False, server_default='["*"]'),
        sa.Column("salt", sa.String(length=32), nullable=False, server_default=""),
    ]


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def fill() -> None:
    op.execute(f"UPDATE audit_entry SET salt = {SALTS[op.get_bind().dialect.name]}")
    for topic, which in TOPICS.items():
        op.execute(f"UPDATE audit_entry SET topic = '{topic}' WHERE {which}")


def seal_acts_on_postgresql() -> None:
    op.execute("ALTER TABLE seal DROP CONSTRAINT uq_seal_last_movement_id")
    for name, default in (("first_entry_id", 1), ("last_entry_id", 0)):
        op.execute(f"ALTER TABLE seal ADD COLUMN {name} BIGINT NOT NULL DEFAULT {default}")
    op.execute(r"ALTER TABLE seal ADD COLUMN entry_marks BYTEA NOT NULL DEFAULT ''::bytea")


def seal_acts_on_sqlite() -> None:
    """SQLite drops no constraint: the seals move to a new table, and so do their triggers."""
    op.execute(
        "CREATE TABLE seal_with_acts (id INTEGER NOT NULL, first_movement_id INTEGER NOT NULL,"
        " last_movement_id INTEGER NOT NULL, hash VARCHAR NOT NULL, marks BLOB NOT NULL,"
        " sealed_at DATETIME NOT NULL, first_entry_id INTEGER DEFAULT 1 NOT NULL,"
        " last_entry_id INTEGER DEFAULT 0 NOT NULL, entry_marks BLOB DEFAULT x'' NOT NULL,"
        " CONSTRAINT pk_seal PRIMARY KEY (id))"
    )
    copy_seals("seal_with_acts")
    refuse_rewriting_on_sqlite("seal", "the stock ledger is append-only: post a reversal")


def copy_seals(target: str) -> None:
    columns = "id, first_movement_id, last_movement_id, hash, marks, sealed_at"
    op.execute(f"INSERT INTO {target} ({columns}) SELECT {columns} FROM seal")
    op.execute("DROP TABLE seal")
    op.execute(f"ALTER TABLE {target} RENAME TO seal")


def refuse_rewriting_on_sqlite(table: str, refusal: str) -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )


def only_taken_out(differs: str, text: str) -> str:
    """The SQL condition under which a changed entry is one that a person was taken out of."""
    same = [f"NOT (NEW.{name} {differs} OLD.{name})" for name in FIXED]
    same += [f"NOT (NEW.{name}{text} {differs} OLD.{name}{text})" for name in AS_TEXT]
    same += [f"(NEW.{name} = '' OR NEW.{name} = OLD.{name})" for name in BLANKED]
    kept = "EXISTS (SELECT 1 FROM audit_redaction WHERE entry_id = OLD.id)"
    return " AND ".join([*same, "NEW.salt = ''", kept])


def refuse_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry"
        f" WHEN NOT ({only_taken_out('IS NOT', '')})"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    refuse_rewriting_on_sqlite("audit_redaction", REFUSAL)


def refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_rewriting_acts() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION refuse_changing_acts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {only_taken_out('IS DISTINCT FROM', '::text')} THEN RETURN NEW; END IF;"
        f" RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_append_only BEFORE DELETE OR TRUNCATE ON audit_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_acts()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION refuse_changing_acts()"
    )
    op.execute(
        "CREATE TRIGGER audit_redaction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON audit_redaction FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_acts()"
    )


def downgrade() -> None:
    """Seals that cover acts cannot be checked without them: what they sealed is sealed anew."""
    if is_postgresql():
        downgrade_on_postgresql()
    else:
        downgrade_on_sqlite()
    op.drop_table("audit_redaction")
    for name, _columns, _statistics in INDEXES:
        op.execute(f"DROP INDEX {name}")
    for column in new_columns():
        op.drop_column("audit_entry", column.name)


def downgrade_on_postgresql() -> None:
    op.execute("DROP TRIGGER audit_entry_append_only ON audit_entry")
    op.execute("DROP TRIGGER audit_entry_no_update ON audit_entry")
    op.execute("DROP TRIGGER audit_redaction_append_only ON audit_redaction")
    op.execute("DROP FUNCTION refuse_changing_acts()")
    op.execute("DROP FUNCTION refuse_rewriting_acts()")
    op.execute("ALTER TABLE seal DISABLE TRIGGER seal_append_only")
    op.execute(UNSEALED)
    op.execute("ALTER TABLE seal ENABLE TRIGGER seal_append_only")
    for name in ("first_entry_id", "last_entry_id", "entry_marks"):
        op.drop_column("seal", name)
    op.create_unique_constraint("uq_seal_last_movement_id", "seal", ["last_movement_id"])


def downgrade_on_sqlite() -> None:
    for name in ("audit_entry_no_delete", "audit_entry_no_update"):
        op.execute(f"DROP TRIGGER {name}")
    op.execute(
        "CREATE TABLE seal_of_movements (id INTEGER NOT NULL, first_movement_id INTEGER NOT NULL,"
        " last_movement_id INTEGER NOT NULL, hash VARCHAR NOT NULL, marks BLOB NOT NULL,"
        " sealed_at DATETIME NOT NULL, CONSTRAINT pk_seal PRIMARY KEY (id),"
        " CONSTRAINT uq_seal_last_movement_id UNIQUE (last_movement_id))"
    )
    op.execute("DROP TRIGGER seal_no_delete")
    op.execute(UNSEALED)
    copy_seals("seal_of_movements")
    refuse_rewriting_on_sqlite("seal", "the stock ledger is append-only: post a reversal")
    op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'audit_entry'")
