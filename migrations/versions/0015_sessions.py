"""Keep sessions, links that sign in once, and counted guesses.

A session is a row, so that it can be seen and ended by itself; the stamp that ended all of
someone's at once goes. A person may be without an e-mail address: a driver with a link.
"""

import sqlite3

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BETWEEN = 0x1F  # As core.letters has it: between the fields of a record that is searched.
STAMPS = {"sqlite": "lower(hex(randomblob(8)))", "postgresql": "md5(random()::text)"}
NO_ADDRESS = "UPDATE user_account SET email = 'nobody-' || id || '@invalid' WHERE email IS NULL"


def upgrade() -> None:
    create_sessions()
    create_links()
    op.create_table(
        "guess_count",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guess_count")),
    )
    op.create_index("ix_guess_count_expires_at", "guess_count", ["expires_at"])
    op.drop_column("user_account", "session_stamp")
    search_people("coalesce(r.email, '')")
    let_email_be_empty(True)


def create_sessions() -> None:
    op.create_table(
        "user_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("idle_minutes", sa.Integer(), nullable=False),
        sa.Column("proved_at", MOMENT, nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("journey_id", KEY, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["shipment.id"], name=op.f("fk_user_session_journey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_user_session_secret_hash")),
    )
    op.create_index("ix_user_session_user_id", "user_session", ["user_id", "id"])
    op.create_index("ix_user_session_expires_at", "user_session", ["expires_at"])


def create_links() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_sign_in_link_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_in_link_secret_hash")),
    )
    op.create_index("ix_sign_in_link_user_id", "sign_in_link", ["user_id", "id"])
    op.create_index("ix_sign_in_link_expires_at", "sign_in_link", ["expires_at"])


def search_people(email: str) -> None:
    """What is searched of a person; nothing, where one field of it were nothing."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    between = f"{'char' if is_sqlite else 'chr'}({BETWEEN})"
    if is_sqlite:
        op.execute("DROP VIEW searched_person")
    op.execute(
        f"{'CREATE' if is_sqlite else 'CREATE OR REPLACE'} VIEW searched_person AS"
        f" SELECT r.id AS id, folded({between} || r.name || {between} || {email} || {between})"
        " AS words FROM user_account r WHERE TRUE"
    )


def let_email_be_empty(may: bool) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.alter_column("user_account", "email", nullable=may)
        return
    # SQLite has no words for it, and to build the table anew would cut what refers to it. Its
    # manual's way for a NOT NULL is to write what the table is (sqlite.org/lang_altertable).
    refused, wanted = "email VARCHAR NOT NULL", "email VARCHAR"
    before, after = (refused, wanted) if may else (f"{wanted}, ", f"{refused}, ")
    raw = connection.connection.driver_connection
    if hasattr(raw, "setconfig"):
        raw.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?)"
        " WHERE type = 'table' AND name = 'user_account'",
        (before, after),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def downgrade() -> None:
    op.execute(NO_ADDRESS)
    let_email_be_empty(False)
    search_people("r.email")
    stamp = STAMPS[op.get_bind().dialect.name]
    op.add_column(
        "user_account",
        sa.Column("session_stamp", sa.String(), nullable=False, server_default=""),
    )
    op.execute(f"UPDATE user_account SET session_stamp = {stamp}")
    op.drop_table("guess_count")
    op.drop_table("sign_in_link")
    op.drop_table("user_session")
