"""How often something that can be guessed was tried: counted for all processes and machines.

A count begins with the first try and ends a fixed time later, in one row of the database that
every server of the installation shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core import clock
from aidtrack.core.db import Model, UtcDateTime, db, is_postgresql, transaction

KEY_LETTERS_MAX = 300


class GuessCount(Model):
    """Tries of one kind by one address or at one person, until `expires_at`."""

    __tablename__ = "guess_count"
    __table_args__ = (Index("ix_guess_count_expires_at", "expires_at"),)

    key: Mapped[str] = mapped_column(String(KEY_LETTERS_MAX), primary_key=True)
    number: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Count:
    """How often it was tried, and when counting begins anew."""

    number: int
    expires_at: datetime


def add(spans: Mapping[str, timedelta]) -> dict[str, Count]:
    """Count one more try under each key, in one statement that no other can come between."""
    with transaction() as session:
        found = session.connection().execute(counting(spans)).all()
    return {row.key: Count(row.number, row.expires_at) for row in found}


def counting(spans: Mapping[str, timedelta], number: int = 1) -> Any:
    """The statement that counts, and gives back key, number and expires_at of each row."""
    now = clock.now()
    insert: Any = insert_on_postgresql if is_postgresql() else insert_on_sqlite
    # In one order always, so that two that count the same keys never wait for each other.
    rows = [
        {"key": key[:KEY_LETTERS_MAX], "number": number, "expires_at": now + span}
        for key, span in sorted(spans.items())
    ]
    new = insert(GuessCount).values(rows)
    over = GuessCount.expires_at <= now
    both = GuessCount.number + new.excluded.number
    return new.on_conflict_do_update(
        index_elements=[GuessCount.key],
        set_={
            "number": case((over, new.excluded.number), else_=both),
            "expires_at": case((over, new.excluded.expires_at), else_=GuessCount.expires_at),
        },
    ).returning(GuessCount.key, GuessCount.number, GuessCount.expires_at)


def take_back(keys: list[str]) -> None:
    """What was tried was right: it does not count."""
    with transaction() as session:
        session.connection().execute(
            update(GuessCount)
            .where(GuessCount.key.in_(keys), GuessCount.number > 0)
            .values(number=GuessCount.number - 1)
        )


def read(key: str) -> Count | None:
    """The count that runs now, if one does."""
    asked = select(GuessCount.number, GuessCount.expires_at).where(
        GuessCount.key == key, GuessCount.expires_at > clock.now()
    )
    row = db.session.connection().execute(asked).first()
    return Count(row.number, row.expires_at) if row else None


def forget(key: str | None = None) -> int:
    """Begin to count anew: under one key, or under every one."""
    with transaction() as session:
        gone = session.execute(delete(GuessCount).where(*([GuessCount.key == key] if key else [])))
        return gone.rowcount  # type: ignore[attr-defined]


def forget_old() -> int:
    """Take out counts that have ended; how many."""
    with transaction() as session:
        gone = session.execute(delete(GuessCount).where(GuessCount.expires_at <= clock.now()))
        return gone.rowcount  # type: ignore[attr-defined]
