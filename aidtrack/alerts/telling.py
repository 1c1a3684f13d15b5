"""Tells people: entries of the audit in turn, each once, whoever else is telling."""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from aidtrack.alerts import events, letters, people
from aidtrack.alerts.kinds import NEVER_MAILED
from aidtrack.alerts.models import Alert, AlertCursor, Way
from aidtrack.alerts.people import Notice, Person
from aidtrack.core import clock, outbox
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.core.mail import PostOffice

logger = logging.getLogger(__name__)
ENTRIES_A_TIME = 200
# PostgreSQL hands out numbers before the commit: a missing one may still come. By then a
# transaction has ended or failed.
GRACE = timedelta(minutes=10)


def tell_news(office: PostOffice) -> int:
    """Tell every entry since the last one told; how many alerts that made."""
    told, read = 0, ENTRIES_A_TIME
    while read == ENTRIES_A_TIME:
        read, made = _tell_some(office)
        told += made
    return told


def deliver(notices: Iterable[Notice], everyone: Sequence[Person], office: PostOffice) -> int:
    """Into the inbox of whom each concerns, once; and a letter to who wants one at once.

    In the caller's transaction. How many were told.
    """
    return sum(_deliver(notice, everyone, office) for notice in notices)


def _tell_some(office: PostOffice) -> tuple[int, int]:
    """(entries read, alerts made). The cursor's row lets one worker tell at a time."""
    with transaction() as session:
        cursor = _locked_cursor()
        entries = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.id > cursor.entry_id)
            .order_by(AuditEntry.id)
            .limit(ENTRIES_A_TIME)
        ).all()
        if not entries:
            return 0, 0
        everyone = people.everyone()
        told = sum(_tell(entry, everyone, office) for entry in entries)
        settled = _settled(cursor.entry_id, entries)
        is_stuck = settled == cursor.entry_id
        cursor.entry_id = settled
        return (0 if is_stuck else len(entries)), told


def _locked_cursor() -> AlertCursor:
    dialect = postgresql if is_postgresql() else sqlite
    first = dialect.insert(AlertCursor).values(name="audit", entry_id=0)
    db.session.execute(first.on_conflict_do_nothing())
    return db.session.get_one(AlertCursor, "audit", with_for_update=True, populate_existing=True)


def _settled(last: int, entries: Sequence[AuditEntry]) -> int:
    """The last entry before which none can be missing. What follows is read again, told once."""
    before = clock.now() - GRACE
    for entry in entries:
        if is_postgresql() and entry.id != last + 1 and entry.recorded_at > before:
            break
        last = entry.id
    return last


def _tell(entry: AuditEntry, everyone: Sequence[Person], office: PostOffice) -> int:
    """One entry. A fault of ours in telling it must not silence those after it."""
    if entry.action not in events.HANDLERS:
        return 0
    try:
        with db.session.begin_nested():
            return deliver(events.notices_of(entry), everyone, office)
    except Exception:
        logger.exception("Entry %s of the audit could not be told", entry.id)
        return 0


def _deliver(notice: Notice, everyone: Sequence[Person], office: PostOffice) -> int:
    concerned = {person.user_id: person for person in people.concerned(notice, everyone)}
    if not concerned:
        return 0
    now = clock.now()
    mailed = office.server is not None and notice.kind not in NEVER_MAILED
    ways = {
        person.user_id: person.way(notice.kind)
        if mailed and outbox.is_address(person.email)
        else Way.INBOX
        for person in concerned.values()
    }
    dialect = postgresql if is_postgresql() else sqlite
    made = db.session.scalars(
        dialect.insert(Alert)
        .values(
            [
                {
                    "user_id": user_id,
                    "organisation_id": concerned[user_id].organisation_of(notice),
                    "kind": notice.kind,
                    "key": notice.key,
                    "path": notice.path,
                    "facts": notice.facts,
                    "created_at": now,
                    "in_digest": way == Way.DIGEST,
                }
                for user_id, way in ways.items()
            ]
        )
        .on_conflict_do_nothing(index_elements=["user_id", "key"])
        .returning(Alert)
    ).all()
    for alert in made:
        if ways[alert.user_id] == Way.NOW:
            letters.post_now(alert, concerned[alert.user_id], office, now)
    return len(made)
