"""What people are told, how they want to be told, and how far the telling has come."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.core.outbox import Mail as Mail

UNREAD = text("read_at IS NULL")
FOR_DIGEST = text("in_digest")


class AlertKind(StrEnum):
    EXPIRY = "expiry"
    MINIMUM = "minimum"
    ARRIVAL = "arrival"
    LATE = "late"
    DIFFERENCE = "difference"
    PHONE_REPORT = "phone_report"
    PHONE_SILENT = "phone_silent"
    WRITE_OFF = "write_off"
    RECALL = "recall"
    COUNT = "count"
    DONATION = "donation"
    DISTRIBUTION = "distribution"
    PAPER = "paper"
    JOB = "job"
    RIGHTS = "rights"
    RIGHTS_OF_OTHERS = "rights_of_others"
    MAIL = "mail"
    SHARING = "sharing"


class Way(StrEnum):
    """How somebody wants to be told; everything stands in the inbox as well."""

    INBOX = "inbox"
    NOW = "now"
    DIGEST = "digest"


class Rhythm(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"


class Alert(Model):
    """One thing that one person is told. `facts` are worded in their language when read.

    `key` names what it tells, so that nobody is told the same twice. `path` leads to the record.
    `organisation_id` is where a role let the person know; None when it is about themselves.
    """

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("user_id", "key", name="uq_alert_once"),
        Index("ix_alert_user_id", "user_id", "id"),
        Index("ix_alert_unread", "user_id", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index(
            "ix_alert_for_digest",
            "user_id",
            "id",
            sqlite_where=FOR_DIGEST,
            postgresql_where=FOR_DIGEST,
        ),
        Index("ix_alert_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[AlertKind]
    key: Mapped[str]
    path: Mapped[str]
    facts: Mapped[dict[str, object]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_digest: Mapped[bool] = mapped_column(default=False)


class AlertChoice(Model):
    """How one person wants to be told of one kind, where it is not the usual way."""

    __tablename__ = "alert_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[AlertKind] = mapped_column(primary_key=True)
    way: Mapped[Way]


class AlertTimes(Model):
    """When one person wants mail, in hours of their own time zone.

    Quiet from an hour to another; both None when mail may come at any time. `weekday` 0 is
    Monday.
    """

    __tablename__ = "alert_times"
    __table_args__ = (
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="hour_exists"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        CheckConstraint("quiet_from BETWEEN 0 AND 23", name="quiet_from_exists"),
        CheckConstraint("quiet_until BETWEEN 0 AND 23", name="quiet_until_exists"),
        CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_begins_and_ends"
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(default=Rhythm.DAILY)
    weekday: Mapped[int] = mapped_column(default=0)
    digest_hour: Mapped[int] = mapped_column(default=7)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]


class AlertMark(Model):
    """Something that goes on for a while and was told when it began, such as a shortage."""

    __tablename__ = "alert_mark"

    kind: Mapped[AlertKind] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AlertCursor(Model):
    """The last entry of the audit that was told. Its row is the lock of who tells."""

    __tablename__ = "alert_cursor"

    name: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(Key)
