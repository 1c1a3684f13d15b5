"""How often something that can be guessed was tried: counted for all processes and machines.

A count begins with the first try and ends a fixed time later, in one row of the database that
every server of the installation shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from sqlalchemy import (
    Connection,
    Index,
    String,
    TextualSelect,
    bindparam,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core import clock
from aidtrack.core.db import Model, UtcDateTime, db, transaction

KEY_LETTERS_MAX = 300
# Whoever is online by IPv6 has this much of an address, and chooses the rest at will.
NETWORK_BITS = 64


class GuessCount(Model):
    """Tries of one kind by one address or at one person, until `expires_at`."""

    __tablename__ = "guess_count"
    __table_args__ = (Index("ix_guess_count_expires_at", "expires_at"),)

    key: Mapped[str] = mapped_column(String(KEY_LETTERS_MAX), primary_key=True)
    number: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


RUNNING = select(GuessCount.number, GuessCount.expires_at).where(
    GuessCount.key == bindparam("key"), GuessCount.expires_at > bindparam("now")
)


@dataclass(frozen=True, slots=True)
class Count:
    """How often it was tried, and when counting begins anew."""

    number: int
    expires_at: datetime


def place_of(address: str) -> str:
    """What counts as one address: of IPv6 the network, or a guesser had billions of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), NETWORK_BITS), strict=False))


def add(spans: Mapping[str, timedelta]) -> dict[str, Count]:
    """Count one more try under each key, in one statement that no other can come between."""
    with transaction() as session:
        return count(session.connection(), spans)


def count(
    connection: Connection, spans: Mapping[str, timedelta], number: int = 1
) -> dict[str, Count]:
    """The same for `number` tries on a connection of the caller's."""
    now = clock.now()
    facts: dict[str, object] = {"now": now, "number": number}
    # In one order always, so that two that count the same keys never wait for each other.
    for position, (key, span) in enumerate(sorted(spans.items())):
        facts |= {f"key_{position}": key[:KEY_LETTERS_MAX], f"ends_{position}": now + span}
    found = connection.execute(_counting(len(spans)), facts).all()
    return {row.key: Count(row.number, row.expires_at) for row in found}


@cache
def _counting(rows: int) -> TextualSelect:
    """The statement for so many keys, written once: building it would cost more than it does."""
    values = ", ".join(f"(:key_{row}, :number, :ends_{row})" for row in range(rows))
    ends = [bindparam(f"ends_{row}", type_=UtcDateTime) for row in range(rows)]
    asked = text(
        f"INSERT INTO guess_count (key, number, expires_at) VALUES {values}"  # noqa: S608 - names that are numbered here
        " ON CONFLICT (key) DO UPDATE SET"
        " number = CASE WHEN guess_count.expires_at <= :now THEN excluded.number"
        " ELSE guess_count.number + excluded.number END,"
        " expires_at = CASE WHEN guess_count.expires_at <= :now THEN excluded.expires_at"
        " ELSE guess_count.expires_at END"
        " RETURNING key, number, expires_at"
    )
    return asked.bindparams(bindparam("now", type_=UtcDateTime), *ends).columns(
        GuessCount.key, GuessCount.number, GuessCount.expires_at
    )


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
    row = db.session.connection().execute(RUNNING, {"key": key, "now": clock.now()}).first()
    return Count(row.number, row.expires_at) if row else None


def forget(key: str | None = None) -> int:
    """Begin to count anew: under one key, or under every one."""
    with transaction() as session:
        which = [GuessCount.key == key] if key else []
        return session.connection().execute(delete(GuessCount).where(*which)).rowcount


def forget_old() -> int:
    """Take out counts that have ended; how many."""
    with transaction() as session:
        ended = delete(GuessCount).where(GuessCount.expires_at <= clock.now())
        return session.connection().execute(ended).rowcount
