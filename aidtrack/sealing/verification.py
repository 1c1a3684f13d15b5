"""Recomputes the ledger from its lines, and names the first row that disagrees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, undefer

from aidtrack.core.audit import AuditEntry, AuditRedaction
from aidtrack.core.db import db
from aidtrack.core.redaction import REDACTED
from aidtrack.sealing import checkpoints, seals, signatures
from aidtrack.sealing.models import Seal, SealSignature
from aidtrack.stock.models import StockBalance, StockLine, StockMovement


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
    signatures: int
    acts: int
    redacted: int
    disagreements: tuple[Disagreement, ...]

    @property
    def holds(self) -> bool:
        return not self.disagreements


Told = Callable[[str, int, int], None]
DISAGREEMENTS_MAX = 100
SEALS_AT_ONCE = 20
# Below every number that a row may have.
LOWEST = -(2**63)

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
# What ready shipments, waiting write-offs and open holds keep, beside what balances keep for them.
_DIFFERENT_PROMISES = text("""
SELECT place_id, lot_id, sum(kept) AS kept, sum(promised) AS promised
FROM (
    SELECT place_id, lot_id, reserved AS kept, 0 AS promised FROM stock_balance
    UNION ALL
    SELECT load.place_id, load.lot_id, 0, load.quantity
    FROM shipment_load AS load JOIN shipment ON shipment.id = load.shipment_id
    WHERE shipment.status = 'ready'
    UNION ALL
    SELECT line.place_id, line.lot_id, 0, line.quantity
    FROM write_off_line AS line JOIN write_off ON write_off.id = line.write_off_id
    WHERE write_off.status = 'waiting'
    UNION ALL
    SELECT place_id, lot_id, 0, quantity FROM stock_hold WHERE ended_at IS NULL
) AS both_sides
GROUP BY place_id, lot_id
HAVING sum(kept) <> sum(promised)
ORDER BY place_id, lot_id
LIMIT :limit
""")

# What was made of each lot that is made of nothing, beside what was put into it: what a made lot
# took out of MADE_INTO is owed there, unit by unit, by all the lots that are in it.
_DIFFERENT_INSIDES = text("""
SELECT lot_id, sum(put_in) AS put_in, sum(inside) AS inside
FROM (
    SELECT b.lot_id, b.quantity AS put_in, 0 AS inside
    FROM place AS p JOIN stock_balance AS b ON b.place_id = p.id
    WHERE p.kind = 'made_into'
      AND NOT EXISTS (SELECT 1 FROM lot_part AS part WHERE part.lot_id = b.lot_id)
    UNION ALL
    SELECT part.part_lot_id, 0, -b.quantity * part.quantity
    FROM place AS p JOIN stock_balance AS b ON b.place_id = p.id
    JOIN lot_part AS part ON part.lot_id = b.lot_id AND part.is_root
    WHERE p.kind = 'made_into'
) AS both_sides
GROUP BY lot_id
HAVING sum(put_in) <> sum(inside)
ORDER BY lot_id
LIMIT :limit
""")
# What a lot holds of each such lot, beside what was put in directly and lies in what was put in.
_DIFFERENT_PARTS = text("""
SELECT lot_id, part_lot_id, sum(said) AS said, sum(counted) AS counted
FROM (
    SELECT lot_id, part_lot_id, quantity AS said, 0 AS counted FROM lot_part WHERE is_root
    UNION ALL
    SELECT put.lot_id, put.part_lot_id, 0, put.quantity
    FROM lot_part AS put
    WHERE put.is_direct
      AND NOT EXISTS (SELECT 1 FROM lot_part AS part WHERE part.lot_id = put.part_lot_id)
    UNION ALL
    SELECT put.lot_id, deep.part_lot_id, 0, put.quantity * deep.quantity
    FROM lot_part AS put JOIN lot_part AS deep ON deep.lot_id = put.part_lot_id AND deep.is_root
    WHERE put.is_direct
) AS both_sides
GROUP BY lot_id, part_lot_id
HAVING sum(said) <> sum(counted)
ORDER BY lot_id, part_lot_id
LIMIT :limit
""")


def verify(progress: Told = lambda _step, _done, _total: None) -> Verdict:
    """Check balances, promises, what lots are made of, checkpoints, movements without lines,
    redactions, and the signed chain.

    `progress` is told each step by name, and how many of how many rows of it are done.
    """
    found: list[Disagreement] = []
    for step, check in (
        ("balances", _balances),
        ("promises", _promises),
        ("parts", _parts),
        ("checkpoints", _checkpoints),
        ("movements", _movements),
        ("redactions", _redactions),
        ("signatures", _signatures),
    ):
        progress(step, 0, 1)
        found += check()
        progress(step, 1, 1)
    found += _seals(lambda done, total: progress("seals", done, total))
    return Verdict(
        movements=_count(StockMovement.id),
        lines=_count(StockLine.id),
        balances=_count(StockBalance.lot_id),
        seals=_count(Seal.id),
        signatures=_count(SealSignature.seal_id),
        acts=_count(AuditEntry.id),
        redacted=_count(AuditRedaction.entry_id),
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
            f"{int(row.kept)} are reserved, {int(row.promised)} are promised to somebody",
        )
        for row in db.session.execute(_DIFFERENT_PROMISES, {"limit": DISAGREEMENTS_MAX})
    ]


def _parts() -> list[Disagreement]:
    """What lots are made of, against what was put into them and against itself."""
    different = db.session.execute(_DIFFERENT_INSIDES, {"limit": DISAGREEMENTS_MAX})
    found = [
        Disagreement(
            "lot_part",
            f"part {row.part_lot_id} of lot {row.lot_id}",
            f"one holds {int(row.said)} of it, what was put in adds up to {int(row.counted)}",
        )
        for row in db.session.execute(_DIFFERENT_PARTS, {"limit": DISAGREEMENTS_MAX})
    ]
    found += [
        Disagreement(
            "lot_part",
            f"part {row.lot_id}",
            f"{int(row.put_in)} went into other lots, they hold {int(row.inside)} of it",
        )
        for row in different
    ]
    return found[:DISAGREEMENTS_MAX]


def _checkpoints() -> list[Disagreement]:
    wrong = islice(checkpoints.wrong_balances(DISAGREEMENTS_MAX), DISAGREEMENTS_MAX)
    return [Disagreement("checkpoint_balance", key, sentence) for key, sentence in wrong]


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


def _redactions() -> list[Disagreement]:
    """Each redaction belongs to an act that says of how many entries it kept the digest."""
    acts = db.session.execute(
        select(
            AuditEntry.id,
            AuditEntry.action,
            AuditEntry.facts,
            func.count(AuditRedaction.entry_id).label("count"),
        )
        .outerjoin(AuditRedaction, AuditRedaction.act_id == AuditEntry.id)
        .where(
            or_(
                AuditEntry.action == REDACTED,
                AuditEntry.id.in_(select(AuditRedaction.act_id)),
            )
        )
        .group_by(AuditEntry.id)
        .order_by(AuditEntry.id)
    )
    unsaid = [
        _wrong_act(act.id, f"{act.count} redactions belong to it, which it does not say")
        for act in acts
        if act.action != REDACTED or act.facts.get("digests") != act.count
    ]
    silent = db.session.scalars(
        select(AuditEntry.id)
        .outerjoin(AuditRedaction, AuditRedaction.entry_id == AuditEntry.id)
        .where(AuditEntry.salt == "", AuditRedaction.entry_id.is_(None))
        .order_by(AuditEntry.id)
        .limit(DISAGREEMENTS_MAX)
    )
    gone = [_wrong_act(entry_id, "it has no salt, and nobody redacted it") for entry_id in silent]
    return (unsaid + gone)[:DISAGREEMENTS_MAX]


def _signatures() -> list[Disagreement]:
    wrong = islice(signatures.wrong_signatures(), DISAGREEMENTS_MAX)
    return [Disagreement("seal", f"seal {seal_id}", sentence) for seal_id, sentence in wrong]


def _seals(progress: Callable[[int, int], None]) -> list[Disagreement]:
    """The first row that breaks the chain: those after it cannot be trusted either."""
    previous, movement_id, entry_id = seals.GENESIS, LOWEST, LOWEST
    done, total = 0, _count(StockMovement.id) + _count(AuditEntry.id)
    wanted = select(Seal).order_by(Seal.id).options(undefer(Seal.marks), undefer(Seal.entry_marks))
    for seal in db.session.scalars(wanted).yield_per(SEALS_AT_ONCE):
        found = (
            _skipped(StockMovement.id, movement_id, seal.first_movement_id, _wrong_movement)
            or _skipped(AuditEntry.id, entry_id, seal.first_entry_id, _wrong_act)
            or _first_break(seal, previous)
        )
        if found is not None:
            return [found]
        previous, movement_id, entry_id = seal.hash, seal.last_movement_id, seal.last_entry_id
        done += (len(seal.marks) + len(seal.entry_marks)) // seals.MARK_BYTES
        progress(done, max(done, total))
    return []


def _wrong_movement(movement_id: int, sentence: str) -> Disagreement:
    return Disagreement("stock_movement", f"movement {movement_id}", sentence)


def _wrong_act(entry_id: int, sentence: str) -> Disagreement:
    return Disagreement("audit_entry", f"entry {entry_id}", sentence)


def _skipped(
    key: InstrumentedAttribute[int],
    after: int,
    before: int,
    wrong: Callable[[int, str], Disagreement],
) -> Disagreement | None:
    """A row between two seals."""
    skipped = db.session.scalar(select(key).where(key > after, key < before).order_by(key).limit(1))
    return None if skipped is None else wrong(skipped, "it was never sealed")


def _first_break(seal: Seal, previous: str) -> Disagreement | None:
    movements = seals.chain(previous, seal.first_movement_id, seal.last_movement_id)
    last, found = _walk(movements, seal.marks, previous)
    if found is not None:
        sentence = f"the movement or one of its lines is not what seal {seal.id} sealed"
        return _wrong_movement(found[1], sentence)
    if last is None:
        return _wrong_seal(seal, "a movement that it sealed is gone")
    entries = seals.act_chain(last, seal.first_entry_id, seal.last_entry_id)
    last, found = _walk(entries, seal.entry_marks, last)
    if found is not None:
        before, entry_id = found
        sentence = f"it is not what seal {seal.id} sealed"
        if before is not None and entry_id > before + 1:
            sentence += ", or an entry before it is gone"
        return _wrong_act(entry_id, sentence)
    if last is None:
        return _wrong_seal(seal, "an act that it sealed is gone")
    if last != seal.hash:
        return _wrong_seal(seal, "its hash is not that of what it sealed")
    return None


def _wrong_seal(seal: Seal, sentence: str) -> Disagreement:
    return Disagreement("seal", f"seal {seal.id}", sentence)


def _walk(
    links: Iterable[tuple[int, str]], marks: bytes, last: str
) -> tuple[str | None, tuple[int | None, int] | None]:
    """The last link, None when marks are left over; and of the first link that was not sealed,
    the id before it and its own.
    """
    read, before = 0, None
    for row_id, link in links:
        if seals.mark(link) != marks[read : read + seals.MARK_BYTES]:
            return last, (before, row_id)
        read, before, last = read + seals.MARK_BYTES, row_id, link
    return (last if read == len(marks) else None), None


def _count(column: InstrumentedAttribute[int]) -> int:
    return db.session.scalar(select(func.count(column))) or 0
