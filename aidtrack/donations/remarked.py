"""What a donation and a receipt tell those who remark on them."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.documents.models import Paper
from aidtrack.donations import history
from aidtrack.donations.models import Donation, GoodsReceipt
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind
from aidtrack.sharing import wording as sharing


def donation(donation_id: int, actor: Actor) -> Record:
    wanted = select(Donation.number, Donation.organisation_id).where(Donation.id == donation_id)
    return replace(_found(wanted, actor, _("There is no such donation.")), is_shareable=True)


def receipt(receipt_id: int, actor: Actor) -> Record:
    wanted = (
        select(Paper.number, GoodsReceipt.organisation_id, GoodsReceipt.site_id)
        .join(Paper, Paper.id == GoodsReceipt.paper_id)
        .where(GoodsReceipt.id == receipt_id)
    )
    return _found(wanted, actor, _("There is no such receipt."))


def _found(wanted: Any, actor: Actor, refusal: str) -> Record:
    row = db.session.execute(wanted).first()
    if row is None or not actor.may(Permission.VIEW_DONATIONS, organisation_id=row.organisation_id):
        raise NotFound(refusal)
    return Record(
        title=row.number,
        may_write=actor.may(
            Permission.WRITE_REMARKS,
            organisation_id=row.organisation_id,
            site_id=row._mapping.get("site_id"),
        ),
        organisation_id=row.organisation_id,
    )


record_kinds = (
    RecordKind("donation", "/donations/{id}", donation, sharing.too(history.tell)),
    RecordKind("goods_receipt", "/receipts/{id}", receipt, history.tell),
)
