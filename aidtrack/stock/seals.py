"""Seals the ledger: a chain of hashes over movements in the order they were committed.

Sealing is done off the hot path, so that nobody who posts waits for a hash. A seal
covers every movement since the one before it; changing any of them, or a line of them,
breaks the chain at a row that can be named.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select, text

from aidtrack.core import clock
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.stock.models import Seal, StockLine, StockMovement

GENESIS = "0" * 64
BATCH = 5_000
MARK_BYTES = 8


def seal_now() -> Seal | None:
    """Seal what is not sealed yet; the newest seal, or None for an empty ledger.

    Takes the writers' place for a moment, so that no movement with a lower id is still
    to be committed when its neighbours are sealed.
    """
    with transaction() as session:
        if is_postgresql():
            session.execute(text("LOCK TABLE stock_movement IN SHARE ROW EXCLUSIVE MODE"))
        latest = latest_seal()
        after = latest.last_movement_id if latest else 0
        ids = session.scalars(
            select(StockMovement.id).where(StockMovement.id > after).order_by(StockMovement.id)
        ).all()
        if not ids:
            return latest
        last, marks = "", bytearray()
        for _movement_id, link in chain(latest.hash if latest else GENESIS, ids[0], ids[-1]):
            last = link
            marks += mark(link)
        seal = Seal(
            first_movement_id=ids[0],
            last_movement_id=ids[-1],
            hash=last,
            marks=bytes(marks),
            sealed_at=clock.now(),
        )
        session.add(seal)
        session.flush()
        return seal


def latest_seal() -> Seal | None:
    return db.session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))


def seal_in_words(seal: Seal | None) -> str:
    """One line for a paper: "Seal 18 · 3f9a c21e 77b0 d5e4 · 2026-11-14 05:58 UTC"."""
    if seal is None:
        return ""
    start = " ".join(seal.hash[at : at + 4] for at in range(0, 16, 4))
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
