"""Lots that come into a recall once their batch is put right, and leave when that goes back."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from aidtrack.core import acts, audit
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor
from aidtrack.stock import ledger
from aidtrack.stock.apart import RecallNote
from aidtrack.stock.models import Lot, lot_number
from aidtrack.stock.recall_tables import LIFTED, recall, recall_lot, recalls_of

KIND = "recall"
acts.register(
    {
        "recall.lots_joined": lazy("Lots were corrected into its batch, and are recalled too"),
        "recall.lots_left": lazy("Such a correction went back: its lots left the recall"),
    },
    acts.Topic.GOODS,
)

Lots = Mapping[int, Collection[int]]
"""By the id of a recall."""


def of_batch(organisation_id: int, item_id: int, batch_number: str) -> list[RecallNote]:
    """The recalls of a whole batch, open or closed."""
    if not batch_number:
        return []
    return _notes(
        recall.c.organisation_id == organisation_id,
        recall.c.item_id == item_id,
        recall.c.batch_number == batch_number,
        recall.c.status != LIFTED,
    )


def named(recall_ids: Collection[int]) -> list[RecallNote]:
    return _notes(recall.c.id.in_(recall_ids)) if recall_ids else []


def of_lots(lot_ids: Collection[int]) -> dict[int, list[int]]:
    """The lots on each recall that is not lifted, of some lots."""
    found: dict[int, list[int]] = {}
    for each in recalls_of(db.session(), lot_ids):
        found.setdefault(each.recall_id, []).append(each.lot_id)
    return found


def join(lots: Mapping[int, bool], recall_ids: Iterable[int], *, number: str, actor: Actor) -> Lots:
    """Put lots, each with whether it was made of another, on some recalls. Those that came to
    each. Their balances are locked by the caller; `number` is the correction's.
    """
    listed = of_lots(lots)
    came = {each: sorted(lots.keys() - set(listed.get(each, ()))) for each in recall_ids}
    rows: list[dict[str, Any]] = [
        {"recall_id": recall_id, "lot_id": lot_id, "is_made": lots[lot_id]}
        for recall_id, lot_ids in came.items()
        for lot_id in lot_ids
    ]
    if rows:
        db.session.execute(insert(recall_lot), rows)
        settle(lots)
        _note(actor, "recall.lots_joined", came, number)
    return {recall_id: lot_ids for recall_id, lot_ids in came.items() if lot_ids}


def leave(lots: Lots, *, number: str, actor: Actor) -> None:
    """Take them off the recalls that they had joined: they are free unless another has them."""
    for recall_id, lot_ids in lots.items():
        db.session.execute(
            delete(recall_lot).where(
                recall_lot.c.recall_id == recall_id, recall_lot.c.lot_id.in_(lot_ids)
            )
        )
    settle({lot_id for lot_ids in lots.values() for lot_id in lot_ids})
    _note(actor, "recall.lots_left", lots, number)


def settle(lot_ids: Collection[int]) -> None:
    """Let each lot be closed by the first recall that has it and is not lifted, or by none."""
    right: dict[int, int] = {}
    for recall_id, listed in sorted(of_lots(lot_ids).items(), reverse=True):
        right.update(dict.fromkeys(listed, recall_id))
    now = db.session.execute(select(Lot.id, Lot.recall_id).where(Lot.id.in_(lot_ids)))
    wrong: dict[int | None, list[int]] = {}
    for row in now:
        if right.get(row.id) != row.recall_id:
            wrong.setdefault(right.get(row.id), []).append(row.id)
    for owner, some in wrong.items():
        ledger.mark_recalled(some, owner)


def _notes(*asked: ColumnElement[bool]) -> list[RecallNote]:
    rows = db.session.execute(
        select(recall.c.id, recall.c.number, recall.c.reason).where(*asked).order_by(recall.c.id)
    )
    return [RecallNote(row.id, row.number, row.reason) for row in rows]


def _note(actor: Actor, action: str, lots: Lots, number: str) -> None:
    audit.record_many(
        actor,
        action,
        kind=KIND,
        records=[
            (recall_id, {"note": number, "lots": [lot_number(each) for each in lot_ids]})
            for recall_id, lot_ids in lots.items()
            if lot_ids
        ],
    )
