"""New lots of a batch and a recall of it, one after the other, so that neither misses the other.

Whoever makes lots never waits here, for they may hold what the recall is going to lock: they are
asked to try again. SQLite lets one writer in at a time anyway.
"""

from collections.abc import Iterable
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.orm import Session

from aidtrack.core.db import is_postgresql
from aidtrack.core.errors import Busy
from aidtrack.core.i18n import _

Batch = tuple[int, int, str]
"""(owner, item, batch number)"""

# A long import makes lots of thousands of batches, and the database has room for fewer locks.
TURNS = 64
_SHARE = text("""
SELECT bool_and(pg_try_advisory_xact_lock_shared(k.owner, k.turn))
FROM unnest(CAST(:owners AS integer[]), CAST(:turns AS integer[])) AS k (owner, turn)
""")
_TAKE = text("SELECT pg_advisory_xact_lock(:owner, :turn)")


def share(session: Session, batches: Iterable[Batch]) -> None:
    """Before lots of these are made, until the commit. Raises Busy while one is recalled."""
    if not is_postgresql():
        return
    turns = sorted({_turn(batch) for batch in batches})
    if not turns:
        return
    owners, numbers = zip(*turns, strict=True)
    asked = {"owners": list(owners), "turns": list(numbers)}
    if not session.connection().execute(_SHARE, asked).scalar_one():
        raise Busy(
            _("This batch is just being recalled. Nothing was saved: try again in a minute.")
        )


def take(session: Session, batch: Batch) -> None:
    """Before a batch is recalled, until the commit: waits for whoever makes lots of it.

    Call it while nothing else is locked.
    """
    if is_postgresql():
        owner, turn = _turn(batch)
        session.connection().execute(_TAKE, {"owner": owner, "turn": turn})


def _turn(batch: Batch) -> tuple[int, int]:
    owner, item_id, batch_number = batch
    return owner, crc32(f"{item_id} {batch_number}".encode()) % TURNS
