"""Recomputes the ledger from its lines, and names the first row that disagrees."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import undefer

from aidtrack.core.db import db
from aidtrack.stock import seals
from aidtrack.stock.models import Seal, StockBalance, StockLine, StockMovement


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A row that is not what the ledger says: table, its key, and what is wrong."""

    table: str
    key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read, and every disagreement found (at most a hundred a check)."""

    movements: int
    lines: int
    balances: int
    seals: int
    disagreements: tuple[Disagreement, ...]

    @property
    def holds(self) -> bool:
        return not self.disagreements


DISAGREEMENTS_MAX = 100

# Every (place, lot) of the lines beside the balance kept for it, where they differ.
_DIFFERENT_BALANCES = text("""
SELECT place_id, lot_id, sum(kept) AS kept, sum(counted) AS counted
FROM (
    SELECT place_id, lot_id, quantity AS kept, 0 AS counted FROM stock_balance
    UNION ALL
    SELECT to_place_id, lot_id, 0, quantity FROM stock_line
    UNION ALL
    SELECT from_place_id, lot_id, 0, -quantity FROM stock_line
) AS both_sides
GROUP BY place_id, lot_id
HAVING sum(kept) <> sum(counted)
ORDER BY place_id, lot_id
LIMIT :limit
""")
# What shipments that are ready have been promised, beside what balances keep for them.
_DIFFERENT_PROMISES = text("""
SELECT place_id, lot_id, sum(kept) AS kept, sum(promised) AS promised
FROM (
    SELECT place_id, lot_id, reserved AS kept, 0 AS promised FROM stock_balance
    UNION ALL
    SELECT load.place_id, load.lot_id, 0, load.quantity
    FROM shipment_load AS load JOIN shipment ON shipment.id = load.shipment_id
    WHERE shipment.status = 'ready'
) AS both_sides
GROUP BY place_id, lot_id
HAVING sum(kept) <> sum(promised)
ORDER BY place_id, lot_id
LIMIT :limit
""")


def verify(progress: Callable[[str], None] = lambda _sentence: None) -> Verdict:
    """Check balances, promises, movements without lines, and the chain of seals."""
    found: list[Disagreement] = []
    for sentence, check in (
        ("balances", _balances),
        ("promises", _promises),
        ("movements", _movements),
        ("seals", _seals),
    ):
        progress(sentence)
        found += check()
    return Verdict(
        movements=_count(StockMovement.id),
        lines=_count(StockLine.id),
        balances=_count(StockBalance.lot_id),
        seals=_count(Seal.id),
        disagreements=tuple(found),
    )


def _balances() -> list[Disagreement]:
    return [
        Disagreement(
            "stock_balance",
            f"place {row.place_id}, lot {row.lot_id}",
            f"the balance says {int(row.kept)}, the lines add up to {int(row.counted)}",
        )
        for row in db.session.execute(_DIFFERENT_BALANCES, {"limit": DISAGREEMENTS_MAX})
    ]


def _promises() -> list[Disagreement]:
    return [
        Disagreement(
            "stock_balance",
            f"place {row.place_id}, lot {row.lot_id}",
            f"{int(row.kept)} are reserved, ready shipments hold {int(row.promised)}",
        )
        for row in db.session.execute(_DIFFERENT_PROMISES, {"limit": DISAGREEMENTS_MAX})
    ]


def _movements() -> list[Disagreement]:
    empty = db.session.scalars(
        select(StockMovement.id)
        .outerjoin(StockLine, StockLine.movement_id == StockMovement.id)
        .where(StockLine.id.is_(None))
        .limit(DISAGREEMENTS_MAX)
    )
    return [
        Disagreement("stock_movement", f"movement {movement_id}", "the movement has no lines")
        for movement_id in empty
    ]


def _seals() -> list[Disagreement]:
    """The first movement that breaks the chain: those after it cannot be trusted either."""
    previous, after = seals.GENESIS, 0
    for seal in db.session.scalars(select(Seal).order_by(Seal.id).options(undefer(Seal.marks))):
        skipped = db.session.scalar(
            select(StockMovement.id)
            .where(StockMovement.id > after, StockMovement.id < seal.first_movement_id)
            .limit(1)
        )
        if skipped is not None:
            return [Disagreement("stock_movement", f"movement {skipped}", "it was never sealed")]
        broken = _first_break(seal, previous)
        if broken is not None:
            return [broken]
        previous, after = seal.hash, seal.last_movement_id
    return []


def _first_break(seal: Seal, previous: str) -> Disagreement | None:
    marks = [
        seal.marks[at : at + seals.MARK_BYTES] for at in range(0, len(seal.marks), seals.MARK_BYTES)
    ]
    read, last = 0, previous
    for movement_id, link in seals.chain(previous, seal.first_movement_id, seal.last_movement_id):
        if read == len(marks) or seals.mark(link) != marks[read]:
            return Disagreement(
                "stock_movement",
                f"movement {movement_id}",
                f"the movement or one of its lines is not what seal {seal.id} sealed",
            )
        read, last = read + 1, link
    if read != len(marks) or last != seal.hash:
        return Disagreement("seal", f"seal {seal.id}", "a movement that it sealed is gone")
    return None


def _count(column: object) -> int:
    return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]
