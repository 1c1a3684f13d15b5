"""Mail until it is sent: the one door through which a letter leaves, whatever it says.

A letter is written in the transaction of what it tells about, and leaves later: a mail server
that is down delays letters and nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ForeignKey, Index, Text, delete, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core import clock
from aidtrack.core.db import Key, Model, UtcDateTime, db, transaction
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _

# Words joined by single dots, as header fields can hold it (RFC 5322, dot-atom).
ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
ADDRESS_LETTERS_MAX = 254
SUBJECT_LETTERS_MAX = 200
ERROR_LETTERS_MAX = 500
# How long to wait after each failure, in minutes; after the last the letter is given up.
WAITS = (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440)
# Whoever took a letter and fell over has lost it after this long: another takes it.
LEASE = timedelta(minutes=15)
KEPT = timedelta(days=30)
WAITING = text("sent_at IS NULL AND given_up_at IS NULL")


class Mail(Model):
    """One letter to one address. Kept for a while after it left, without its text then.

    `message_id` stays the same however often it is tried, so that one that was sent twice
    because we fell over in between is shown once. `organisation_id` is whose affairs it tells,
    where it tells those of one.
    """

    __tablename__ = "mail_outbox"
    __table_args__ = (
        Index(
            "ix_mail_outbox_waiting",
            "next_at",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_mail_outbox_sent_at", "sent_at"),
        Index("ix_mail_outbox_given_up_at", "given_up_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    to_address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    unsubscribe_url: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True, slots=True)
class Letter:
    """What the mail server is given."""

    id: int
    user_id: int | None
    organisation_id: int | None
    to_address: str
    language: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str
    message_id: str


def is_address(address: str) -> bool:
    """Whether mail can be sent there: one plain address, nothing that a header could hide."""
    return len(address) <= ADDRESS_LETTERS_MAX and ADDRESS.fullmatch(address) is not None


def post(
    to_address: str,
    *,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    user_id: int | None = None,
    organisation_id: int | None = None,
    not_before: datetime | None = None,
    unsubscribe_url: str = "",
) -> int:
    """Put a letter into the outbox, in the caller's transaction. Returns its id.

    Raises Invalid for an address that cannot be one. A letter to a person names them: it is
    dropped when they may no longer sign in.
    """
    if not is_address(to_address):
        raise Invalid(_("Mail cannot be sent to this address."), field="email")
    now = clock.now()
    with transaction() as session:
        mail = Mail(
            user_id=user_id,
            organisation_id=organisation_id,
            to_address=to_address,
            language=language,
            subject=" ".join(subject.split())[:SUBJECT_LETTERS_MAX],
            body_text=text,
            body_html=html,
            unsubscribe_url=unsubscribe_url,
            message_id=uuid4().hex,
            created_at=now,
            next_at=max(not_before or now, now),
        )
        session.add(mail)
        session.flush()
        return mail.id


def claim(limit: int) -> list[Letter]:
    """Letters whose time has come, the longest waiting first, held from other workers."""
    now = clock.now()
    with transaction() as session:
        found = session.scalars(
            select(Mail)
            .where(WAITING, Mail.next_at <= now)
            .order_by(Mail.next_at, Mail.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for mail in found:
            mail.attempts += 1
            mail.next_at = now + LEASE
        return [_letter(mail) for mail in found]


def sent(letter_id: int) -> None:
    """It left. What it said is of no use here any more, and may be secret."""
    _change(letter_id, sent_at=clock.now(), error="", body_text="", body_html="")


def failed(letter_id: int, words: str, *, for_good: bool = False) -> bool:
    """Try again later, each time after longer. True when it is given up instead."""
    now = clock.now()
    with transaction() as session:
        mail = session.get_one(Mail, letter_id, with_for_update=True)
        mail.error = words[:ERROR_LETTERS_MAX]
        if for_good or mail.attempts > len(WAITS):
            mail.given_up_at = now
            mail.body_text = mail.body_html = ""
            return True
        mail.next_at = now + timedelta(minutes=WAITS[mail.attempts - 1])
        return False


def forget_old() -> int:
    """Take out letters that left or were given up long ago; how many."""
    before = clock.now() - KEPT
    with transaction() as session:
        gone = session.connection().execute(
            delete(Mail).where((Mail.sent_at < before) | (Mail.given_up_at < before))
        )
        return gone.rowcount


def drop(letter_ids: Iterable[int], words: str) -> None:
    """Letters that must not leave any more, and why."""
    for letter_id in letter_ids:
        _change(letter_id, given_up_at=clock.now(), error=words, body_text="", body_html="")


def _change(letter_id: int, **values: object) -> None:
    with transaction():
        db.session.execute(update(Mail).where(Mail.id == letter_id).values(**values))


def _letter(mail: Mail) -> Letter:
    return Letter(
        id=mail.id,
        user_id=mail.user_id,
        organisation_id=mail.organisation_id,
        to_address=mail.to_address,
        language=mail.language,
        subject=mail.subject,
        text=mail.body_text,
        html=mail.body_html,
        unsubscribe_url=mail.unsubscribe_url,
        message_id=mail.message_id,
    )
