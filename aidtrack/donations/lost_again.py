"""What a receipt missed and nobody has written off: it is on the road until it is said again.

A second person refused the loss, or whoever prepared it withdrew it. Goods that came after all
are found, once they are written off.
"""

from uuid import UUID

from sqlalchemy import case, func, select

from aidtrack.core import idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.donations import damage, receiving
from aidtrack.donations.counted import MISSING
from aidtrack.donations.models import GoodsReceipt, GoodsReceiptLine
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.loss_models import WriteOff, WriteOffLine, WriteOffStatus
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import Reason

LIVE = (WriteOffStatus.WAITING, WriteOffStatus.POSTED)


def lose_again(receipt_id: int, *, note: str, key: UUID, actor: Actor) -> int:
    """Say once more that what is on the road is lost. Returns the write-off's id."""
    request: dict[str, object] = {"receipt": receipt_id, "note": note}
    with transaction():
        receipt, parties = receiving.own_receipt(receipt_id, Permission.WRITE_OFF_STOCK, actor)
        earlier = idempotency.earlier_result(key, "receipt.lose_again", request)
        if earlier is not None:
            return earlier
        if not note.strip():
            raise Invalid(_("Say why, for whoever looks at it again."), field="reason")
        lots = left_on_the_road(receipt)
        if not lots:
            raise WrongStatus(_("Nothing of this receipt is on the road any more."))
        write_off_id = damage.write_off(
            receipt, lots, number=parties.donation.number, note=note, actor=actor
        )
        idempotency.remember(key, "receipt.lose_again", request, write_off_id)
        return write_off_id


def is_on_the_road(receipt_id: int) -> bool:
    """Whether somebody has to say once more what became of its missing goods."""
    return bool(left_on_the_road(db.session.get_one(GoodsReceipt, receipt_id)))


def left_on_the_road(receipt: GoodsReceipt) -> list[Lost]:
    """What was missing and was said to be lost, but is neither written off nor waits for it."""
    if receipt.undone_at is not None:
        return []
    live = case((WriteOff.status.in_(LIVE), WriteOffLine.quantity), else_=0)
    said = (
        select(
            WriteOffLine.lot_id,
            func.max(WriteOffLine.place_id).label("place_id"),
            func.sum(live).label("live"),
        )
        .join(WriteOff, WriteOff.id == WriteOffLine.write_off_id)
        .join(Place, Place.id == WriteOffLine.place_id)
        .where(WriteOff.receipt_id == receipt.id, Place.kind == PlaceKind.IN_TRANSIT)
        .group_by(WriteOffLine.lot_id)
        .subquery()
    )
    missing = func.sum(MISSING) - func.max(said.c.live)
    rows = db.session.execute(
        select(
            GoodsReceiptLine.lot_id,
            said.c.place_id,
            missing.label("left"),
            func.sum(case((GoodsReceiptLine.is_claimed, 1), else_=0)).label("claims"),
        )
        .join(said, said.c.lot_id == GoodsReceiptLine.lot_id)
        .where(GoodsReceiptLine.receipt_id == receipt.id)
        .group_by(GoodsReceiptLine.lot_id, said.c.place_id)
        .having(missing > 0)
        .order_by(GoodsReceiptLine.lot_id)
    )
    return [
        Lost(row.lot_id, row.place_id, int(row.left), Reason.MISSING, is_claimed=row.claims > 0)
        for row in rows
    ]
