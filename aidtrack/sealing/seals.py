"""Seals the ledger and the audit: a chain of hashes over movements and acts.

Sealing is done off the hot path, so that nobody who posts waits for a hash. A seal covers every
movement and then every entry of the audit since the one before it, in the order of their
numbers; changing any of them breaks the chain at a row that can be named.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import InstrumentedAttribute, Session

from aidtrack.core import audit, clock
from aidtrack.core.audit import SEALED, AuditEntry, AuditRedaction
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.sealing import signatures
from aidtrack.sealing.models import Seal
from aidtrack.stock.models import StockLine, StockMovement

GENESIS = "0" * 64
BATCH = 5_000
# How many rows of a kind one seal covers: writers wait meanwhile.
ROWS_MAX = 20_000
MARK_BYTES = 8
# Less than PostgreSQL waits before it looks for a deadlock: we give way before anybody fails.
PATIENCE = "SET LOCAL lock_timeout = '500ms'"
LOCK = "LOCK TABLE stock_movement, audit_entry IN SHARE ROW EXCLUSIVE MODE"


def seal_now() -> Seal | None:
    """Seal what is not sealed yet; the newest seal, or None when nothing happened so far.

    Takes the writers' place for a moment, so that no row with a lower id is still to be
    committed when its neighbours are sealed. While a long transaction writes it gives up:
    there is another time.
    """
    while True:
        with transaction() as session:
            latest = latest_seal()
            if not _is_anything_new(latest):
                return latest
            if not _lock(session):
                return latest
            if not _seal_some(session, latest_seal()):
                return latest_seal()


def _is_anything_new(latest: Seal | None) -> bool:
    return any(
        db.session.scalar(select(key).where(key > after).limit(1)) is not None
        for key, after in (
            (StockMovement.id, latest.last_movement_id if latest else 0),
            (AuditEntry.id, latest.last_entry_id if latest else 0),
        )
    )


def _lock(session: Session) -> bool:
    """Whether nobody writes now; SQLite knows one writer at a time anyway."""
    if not is_postgresql():
        return True
    try:
        with session.begin_nested():
            session.execute(text(PATIENCE))
            session.execute(text(LOCK))
    except OperationalError:
        return False
    return True


def _seal_some(session: Session, latest: Seal | None) -> bool:
    """Make one seal; whether rows are left for another."""
    movements = _next(StockMovement.id, latest.last_movement_id if latest else 0)
    entries = _next(AuditEntry.id, latest.last_entry_id if latest else 0)
    last = latest.hash if latest else GENESIS
    marks, entry_marks = bytearray(), bytearray()
    for _movement_id, link in chain(last, *movements):
        last = link
        marks += mark(link)
    for _entry_id, link in act_chain(last, *entries):
        last = link
        entry_marks += mark(link)
    if not marks and not entry_marks:
        return False
    seal = Seal(
        first_movement_id=movements[0],
        last_movement_id=movements[1],
        first_entry_id=entries[0],
        last_entry_id=entries[1],
        hash=last,
        marks=bytes(marks),
        entry_marks=bytes(entry_marks),
        sealed_at=clock.now(),
    )
    session.add(seal)
    session.flush()
    signatures.sign(seal)
    session.flush()
    return ROWS_MAX in (len(marks) // MARK_BYTES, len(entry_marks) // MARK_BYTES)


def _next(key: InstrumentedAttribute[int], after: int) -> tuple[int, int]:
    """The first and last id of those to be sealed next; the last before the first for none."""
    ids = db.session.scalars(select(key).where(key > after).order_by(key).limit(ROWS_MAX)).all()
    return (ids[0], ids[-1]) if ids else (after + 1, after)


def latest_seal() -> Seal | None:
    return db.session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))


def seal_in_words(seal: Seal | None) -> str:
    """One line for a paper: "Seal 18 · 3f9a c21e 77b0 d5e4 · 2026-11-14 05:58 UTC"."""
    if seal is None:
        return ""
    start = signatures.in_fours(seal.hash[:16])
    return f"Seal {seal.id} · {start} · {seal.sealed_at:%Y-%m-%d %H:%M} UTC"


def mark(link: str) -> bytes:
    """The first eight bytes of a link."""
    return bytes.fromhex(link[: 2 * MARK_BYTES])


def chain(previous: str, first_id: int, last_id: int) -> Iterator[tuple[int, str]]:
    """Each movement's id and link: SHA-256 over the link before, the movement and its lines."""
    for start in range(first_id, last_id + 1, BATCH):
        end = min(start + BATCH - 1, last_id)
        lines = _lines(start, end)
        for movement in _movements(start, end):
            rows = [list(movement), *lines.get(movement.id, [])]
            content = json.dumps(rows, default=str, separators=(",", ":"))
            previous = hashlib.sha256(f"{previous}{content}".encode()).hexdigest()
            yield movement.id, previous


def act_chain(previous: str, first_id: int, last_id: int) -> Iterator[tuple[int, str]]:
    """Each act's id and link: SHA-256 over the link before and the digest of the entry."""
    for start in range(first_id, last_id + 1, BATCH):
        entries = db.session.execute(
            select(*SEALED, AuditRedaction.digest.label("kept"))
            .outerjoin(AuditRedaction, AuditRedaction.entry_id == AuditEntry.id)
            .where(AuditEntry.id.between(start, min(start + BATCH - 1, last_id)))
            .order_by(AuditEntry.id)
        )
        for entry in entries:
            content = audit.digest(entry, entry.kept)
            previous = hashlib.sha256(previous.encode() + content).hexdigest()
            yield entry.id, previous


def _movements(start: int, end: int) -> Iterable[Any]:
    return db.session.execute(
        select(
            StockMovement.id,
            StockMovement.organisation_id,
            StockMovement.kind,
            StockMovement.source_kind,
            StockMovement.source_id,
            StockMovement.occurred_at,
            StockMovement.recorded_at,
            StockMovement.recorded_by_id,
            StockMovement.note,
            StockMovement.reverses_id,
        )
        .where(StockMovement.id.between(start, end))
        .order_by(StockMovement.id)
    )


def _lines(start: int, end: int) -> dict[int, list[list[object]]]:
    found: dict[int, list[list[object]]] = {}
    rows = db.session.execute(
        select(
            StockLine.movement_id,
            StockLine.id,
            StockLine.lot_id,
            StockLine.from_place_id,
            StockLine.to_place_id,
            StockLine.quantity,
            StockLine.reason,
        )
        .where(StockLine.movement_id.between(start, end))
        .order_by(StockLine.id)
    )
    for row in rows:
        found.setdefault(row.movement_id, []).append(list(row))
    return found
