"""Keep what people are told, and mail until it is sent.

The telling begins with what happens after this: nobody wants to be told years at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_outbox()
    create_alerts()
    create_choices()
    op.create_table(
        "alert_mark",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_alert_mark")),
    )
    op.create_table(
        "alert_cursor",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alert_cursor")),
    )
    op.execute(
        "INSERT INTO alert_cursor (name, entry_id)"
        " SELECT 'audit', id FROM audit_entry ORDER BY id DESC LIMIT 1"
    )


def create_outbox() -> None:
    op.create_table(
        "mail_outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("unsubscribe_url", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("given_up_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mail_outbox_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_mail_outbox_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_outbox")),
    )
    some(
        "ix_mail_outbox_waiting",
        "mail_outbox",
        ["next_at"],
        "sent_at IS NULL AND given_up_at IS NULL",
    )
    op.create_index("ix_mail_outbox_sent_at", "mail_outbox", ["sent_at"])
    op.create_index("ix_mail_outbox_given_up_at", "mail_outbox", ["given_up_at"])


def create_alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("in_digest", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_alert_user_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_alert_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("user_id", "key", name="uq_alert_once"),
    )
    op.create_index("ix_alert_user_id", "alert", ["user_id", "id"])
    some("ix_alert_unread", "alert", ["user_id", "id"], "read_at IS NULL")
    some("ix_alert_for_digest", "alert", ["user_id", "id"], "in_digest")
    op.create_index("ix_alert_created_at", "alert", ["created_at"])


def create_choices() -> None:
    op.create_table(
        "alert_choice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_alert_choice_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_alert_choice")),
    )
    op.create_table(
        "alert_times",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.String(length=40), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_alert_times_hour_exists")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_alert_times_weekday_exists")),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 23", name=op.f("ck_alert_times_quiet_from_exists")
        ),
        sa.CheckConstraint(
            "quiet_until BETWEEN 0 AND 23", name=op.f("ck_alert_times_quiet_until_exists")
        ),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)",
            name=op.f("ck_alert_times_quiet_begins_and_ends"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_alert_times_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_alert_times")),
    )


def some(name: str, table: str, columns: list[str], where: str) -> None:
    """An index of a few rows among very many."""
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_table("alert_cursor")
    op.drop_table("alert_mark")
    op.drop_table("alert_times")
    op.drop_table("alert_choice")
    op.drop_table("alert")
    op.drop_table("mail_outbox")
