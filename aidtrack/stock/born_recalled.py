"""New lots that are recalled from the start: of a batch that is, or more of a lot that is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from aidtrack.stock import batch_turns
from aidtrack.stock.recall_tables import LIFTED, recall, recall_lot, recalls_of


def recalls(
    session: Session, lots: Sequence[Mapping[str, Any]], like: Sequence[int] = ()
) -> list[set[int]]:
    """The recalls that have each new lot, open or closed: by its batch, or by what it is like.

    Raises Busy while one of the batches is recalled.
    """
    named = [(lot["organisation_id"], lot["item_id"], lot["batch_number"]) for lot in lots]
    batches = {batch for batch in named if batch[2]}
    batch_turns.share(session, batches)
    recalled = _of_batches(session, {owner for owner, _item, _number in batches})
    found = [set(recalled.get(batch, ())) for batch in named]
    if like:
        known: dict[int, set[int]] = defaultdict(set)
        for each in recalls_of(session, set(like)):
            known[each.lot_id].add(each.recall_id)
        for recall_ids, lot_id in zip(found, like, strict=True):
            recall_ids.update(known[lot_id])
    return found


def keep(session: Session, found: Iterable[tuple[int, set[int]]]) -> None:
    """On each recall, so that it lists the lot, and frees it when it is lifted."""
    rows = [
        {"recall_id": recall_id, "lot_id": lot_id, "is_made": False}
        for lot_id, recall_ids in found
        for recall_id in sorted(recall_ids)
    ]
    if rows:
        session.execute(insert(recall_lot), rows)


def _of_batches(
    session: Session, organisation_ids: set[int]
) -> dict[tuple[int, int, str], set[int]]:
    """Recalls of whole batches, by organisation, item and batch number: there are few."""
    found: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    if organisation_ids:
        rows = session.execute(
            select(recall).where(
                recall.c.organisation_id.in_(organisation_ids),
                recall.c.batch_number != "",
                recall.c.status != LIFTED,
            )
        )
        for row in rows:
            found[row.organisation_id, row.item_id, row.batch_number].add(row.id)
    return found
