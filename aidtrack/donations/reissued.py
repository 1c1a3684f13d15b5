"""The goods received note issued anew, when fewer came than a receipt said."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import msgspec
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.documents import services as papers
from aidtrack.documents.layouts.goods_received_note import GoodsReceivedLine, GoodsReceivedNote
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.donations.models import Donation, GoodsReceipt, GoodsReceiptLine
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor
from aidtrack.stock.models import Lot

BETWEEN = " · "
_MARKED = re.compile(r"\S+: −\d+$")


def fewer(lot: Lot, quantity: int, *, number: str, actor: Actor) -> None:
    """So many fewer of the lot came than its notes say: what the correction `number` found.

    The newest receipt first. The caller has locked the donation and moved the goods.
    """
    left = quantity

    def counted(line: GoodsReceivedLine) -> GoodsReceivedLine:
        nonlocal left
        some = min(left, line.good)
        left -= some
        remarks = [*_remarks(line), f"{_mark(number)}{some}"]
        return _with(lot, line, line.good - some, remarks) if some else line

    _reissue(lot, counted, actor)


def as_many(lot: Lot, *, number: str, actor: Actor) -> None:
    """The correction `number` was taken back: the notes say again what they said before it."""

    def counted(line: GoodsReceivedLine) -> GoodsReceivedLine:
        mark = _mark(number)
        remarks = _remarks(line)
        back = sum(int(each.removeprefix(mark)) for each in remarks if each.startswith(mark))
        return _with(lot, line, line.good + back, [x for x in remarks if not x.startswith(mark)])

    _reissue(lot, counted, actor)


def corrected(paper_id: int) -> dict[str, tuple[str, ...]]:
    """What corrections took off each lot of a note, by the lot's number: what its paper says."""
    facts = db.session.scalars(select(Paper.facts).where(Paper.id == paper_id)).one()
    # Without its type, so that the page of a receipt opens whatever notes said in their time.
    said = {
        line["tracking"]: tuple(filter(_MARKED.match, line.get("remarks", "").split(BETWEEN)))
        for line in msgspec.json.decode(facts)["lines"]
    }
    return {number: remarks for number, remarks in said.items() if remarks}


def _reissue(
    lot: Lot, counted: Callable[[GoodsReceivedLine], GoodsReceivedLine], actor: Actor
) -> None:
    """A new edition of each note of which a line of the lot changes."""
    for receipt in _receipts(lot):
        earlier = db.session.get_one(Paper, receipt.paper_id)
        note = msgspec.json.decode(earlier.facts, type=GoodsReceivedNote)
        lines = tuple(counted(line) if line.tracking == lot.number else line for line in note.lines)
        if lines == note.lines:
            continue
        donation = db.session.get_one(Donation, receipt.donation_id)
        paper = papers.issue(
            PaperKind.GOODS_RECEIVED_NOTE,
            replace(note, lines=lines),
            source=("goods_receipt", receipt.id),
            organisation=db.session.get_one(Organisation, donation.organisation_id),
            actor=actor,
            donor_id=donation.donor_id,
            supersedes_id=earlier.id,
        )
        receipt.paper_id = paper.id


def _receipts(lot: Lot) -> Iterable[GoodsReceipt]:
    """Those that brought some of it and stand, by the line of the donation: that has an index."""
    brought = select(GoodsReceiptLine.receipt_id).where(
        GoodsReceiptLine.donation_line_id == lot.donation_line_id,
        GoodsReceiptLine.lot_id == lot.id,
    )
    return db.session.scalars(
        select(GoodsReceipt)
        .where(
            GoodsReceipt.id.in_(brought),
            GoodsReceipt.undone_at.is_(None),
            GoodsReceipt.paper_id.is_not(None),
        )
        .order_by(GoodsReceipt.id.desc())
    ).all()


def _with(lot: Lot, line: GoodsReceivedLine, good: int, remarks: list[str]) -> GoodsReceivedLine:
    """The line with so many good; it weighs as much each as it did."""
    before, after, weight = line.good + line.damaged, good + line.damaged, line.weight_mg
    if weight is not None:
        weight = weight * after // before if before else (lot.item.weight_mg or 0) * after
    return replace(line, good=good, weight_mg=weight, remarks=BETWEEN.join(remarks))


def _remarks(line: GoodsReceivedLine) -> list[str]:
    return line.remarks.split(BETWEEN) if line.remarks else []


def _mark(number: str) -> str:
    """What the remark of a correction begins with, in any language."""
    return f"{number}: −"
