"""Takes out what was kept long enough: a batch at a time, a fixed number of statements each.

Quantities, days, places and who did what are never touched: a report is the same afterwards.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update

from aidtrack.core import clock, files, redaction
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db, transaction
from aidtrack.core.redaction import Part
from aidtrack.donations.models import NAMES_SOMEBODY, GoodsReceipt
from aidtrack.identity.models import RoleAssignment
from aidtrack.identity.services import system_actor
from aidtrack.remarks.models import PHOTOS_KEPT, Attachment, Remark
from aidtrack.shipments.models import (
    IS_FULL,
    NAMES_A_DRIVER,
    NAMES_A_RECEIVER,
    WAITING,
    Delivery,
    FieldReport,
    Shipment,
    ShipmentStatus,
)

BATCH_ROWS = 500
# Acts whose facts repeat who drove or received.
NAMING_ACTS = ("shipment.delivered", "shipment.changed")
ENDED = (ShipmentStatus.DELIVERED, ShipmentStatus.CANCELLED)
# Why, as the digest of what was taken out of the audit says.
KEPT_LONG_ENOUGH = "kept long enough"


def names(organisation_id: int, before: datetime) -> int:
    """Drivers, receivers and those who brought goods, by name and phone."""
    count = 0
    with transaction():
        for model, wanted, values in _named(organisation_id, before):
            found = _emptied(model, wanted, values)
            count += len(found)
            if model is not GoodsReceipt:
                _take_out_of_audit(organisation_id, model, found)
    return count


def reports(organisation_id: int, before: datetime) -> int:
    """What phones sent, once it is dealt with. Its key stays: a phone may send it again."""
    theirs = select(RoleAssignment.user_id).filter_by(organisation_id=organisation_id)
    of_theirs = (
        select(FieldReport.id)
        .outerjoin(Shipment, Shipment.id == FieldReport.shipment_id)
        .where(
            IS_FULL,
            FieldReport.received_at < before,
            FieldReport.state.not_in(WAITING),
            or_(
                Shipment.organisation_id == organisation_id,
                # Nobody knows which shipment: it is of those whom the reporter works for.
                and_(FieldReport.shipment_id.is_(None), FieldReport.user_id.in_(theirs)),
            ),
        )
        .order_by(FieldReport.received_at)
    )
    with transaction():
        empty = {"content": {}, "refusal": "", "emptied_at": clock.now()}
        return len(_emptied(FieldReport, of_theirs, empty))


def photos(organisation_id: int, before: datetime) -> int:
    """Photos beside records. The comment stays, and says that there was one."""
    wanted = (
        select(Attachment.id)
        .join(Remark, Remark.id == Attachment.remark_id)
        .where(PHOTOS_KEPT, Remark.organisation_id == organisation_id, Remark.written_at < before)
        .order_by(Attachment.remark_id, Attachment.id)
        .limit(BATCH_ROWS)
    )
    return len(remove_photos(wanted))


def remove_photos(wanted: Any) -> list[int]:
    """Take out the photos that a statement finds, and their bytes unless others need them."""
    with transaction() as session:
        found = session.scalars(wanted).all()
        rows = session.execute(
            select(Attachment.sha256, Attachment.thumbnail_sha256).where(Attachment.id.in_(found))
        ).all()
        session.execute(
            update(Attachment).where(Attachment.id.in_(found)).values(removed_at=clock.now())
        )
        gone = {name for row in rows for name in row if name}
        unused = gone - _still_used(gone)
    # After the commit: bytes without a row are litter, a row without its bytes is a loss.
    for name in sorted(unused):
        files.remove(name)
    return list(found)


def _named(organisation_id: int, before: datetime) -> Iterable[tuple[Any, Any, dict[str, Any]]]:
    yield (
        Delivery,
        select(Delivery.id)
        .where(
            NAMES_A_RECEIVER,
            Delivery.delivered_at < before,
            # Not joined: the few that still have a name are looked at first.
            exists()
            .where(Shipment.id == Delivery.shipment_id)
            .where(Shipment.organisation_id == organisation_id),
        )
        .order_by(Delivery.delivered_at),
        # What they were there, such as a teacher, names nobody, and the donor's report prints it.
        {"receiver_name": ""},
    )
    yield (
        Shipment,
        select(Shipment.id).where(
            NAMES_A_DRIVER,
            Shipment.organisation_id == organisation_id,
            Shipment.created_at < before,
            Shipment.status.in_(ENDED),
            func.coalesce(Shipment.delivered_at, Shipment.created_at) < before,
        ),
        {"driver_name": "", "driver_phone": ""},
    )
    yield (
        GoodsReceipt,
        select(GoodsReceipt.id).where(
            NAMES_SOMEBODY,
            GoodsReceipt.organisation_id == organisation_id,
            GoodsReceipt.arrived_at < before,
        ),
        {"delivered_by": "", "received_by": ""},
    )


def _take_out_of_audit(organisation_id: int, model: Any, found: Sequence[int]) -> None:
    """The names that the acts on these shipments repeat."""
    shipments = select(Delivery.shipment_id).where(Delivery.id.in_(found))
    acts = select(AuditEntry.id).where(
        AuditEntry.record_kind == "shipment",
        AuditEntry.record_id.in_(found if model is Shipment else shipments),
        AuditEntry.action.in_(NAMING_ACTS),
    )
    if found:
        redaction.redact(
            db.session.scalars(acts).all(),
            reason=KEPT_LONG_ENOUGH,
            actor=system_actor(organisation_id),
            parts=frozenset({Part.FACTS}),
        )


def _emptied(model: Any, wanted: Any, values: dict[str, Any]) -> Sequence[int]:
    found = db.session.scalars(wanted.limit(BATCH_ROWS)).all()
    if found:
        db.session.execute(
            update(model)
            .where(model.id.in_(found))
            .values(values)
            .execution_options(synchronize_session=False)
        )
    return found


def _still_used(names_of_files: set[str]) -> set[str]:
    """The same picture may stand beside two records: its bytes are kept once."""
    rows = db.session.execute(
        select(Attachment.sha256, Attachment.thumbnail_sha256).where(
            Attachment.removed_at.is_(None),
            or_(
                Attachment.sha256.in_(names_of_files),
                Attachment.thumbnail_sha256.in_(names_of_files),
            ),
        )
    )
    return {name for row in rows for name in row if name}
