"""Reads receipts: what came, when, into which bins, with which paper."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.catalogue.units import Pack
from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.documents.models import Paper, PaperStatus
from aidtrack.donations.counted import SUMS, CountedLine, counted
from aidtrack.donations.models import Donation, DonationLine, GoodsReceipt, GoodsReceiptLine
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place, called
from aidtrack.stock.models import Lot, StockMovement, lot_number

RECEIPTS_MAX = 1_000
WORDS_MAX = 6
# Written once: building a statement costs more than running it.
RECEIPT = (
    select(
        GoodsReceipt.id,
        Paper.number,
        GoodsReceipt.paper_id,
        Paper.code.label("paper_code"),
        Paper.status.label("paper_status"),
        GoodsReceipt.donation_id,
        Donation.number.label("donation_number"),
        GoodsReceipt.organisation_id,
        Partner.name.label("donor_name"),
        Partner.names.label("donor_names"),
        GoodsReceipt.site_id,
        Place.name.label("site_name"),
        Place.names.label("site_names"),
        GoodsReceipt.arrived_at,
        StockMovement.recorded_at,
        User.name.label("recorded_by"),
        GoodsReceipt.delivered_by,
        GoodsReceipt.received_by,
        GoodsReceipt.transport,
        GoodsReceipt.transport_reference,
        GoodsReceipt.documents_complete,
        GoodsReceipt.note,
        GoodsReceipt.movement_id,
        GoodsReceipt.undone_at,
    )
    .join(Paper, Paper.id == GoodsReceipt.paper_id)
    .join(StockMovement, StockMovement.id == GoodsReceipt.movement_id)
    .join(Donation, Donation.id == GoodsReceipt.donation_id)
    .join(Partner, Partner.id == Donation.donor_id)
    .join(Place, Place.id == GoodsReceipt.site_id)
    .join(User, User.id == GoodsReceipt.recorded_by_id)
    .where(GoodsReceipt.id == bindparam("receipt_id"))
)
RECEIPT_LINES = (
    select(
        GoodsReceiptLine.id,
        GoodsReceiptLine.line_number,
        GoodsReceiptLine.donation_line_id,
        DonationLine.item_id,
        Item.code.label("item_code"),
        Item.name.label("item_name"),
        Item.names.label("item_names"),
        Item.base_unit,
        Lot.pack_id,
        ItemPack.name.label("pack_name"),
        ItemPack.size.label("pack_size"),
        nesting.pack(Lot.pack_id),
        GoodsReceiptLine.lot_id,
        Lot.batch_number,
        Lot.expires_on,
        GoodsReceiptLine.place_id,
        called(Place).label("place"),
        GoodsReceiptLine.stated,
        GoodsReceiptLine.good,
        GoodsReceiptLine.damaged,
        GoodsReceiptLine.is_claimed,
        GoodsReceiptLine.note,
    )
    .join(DonationLine, DonationLine.id == GoodsReceiptLine.donation_line_id)
    .join(Item, Item.id == DonationLine.item_id)
    .join(Lot, Lot.id == GoodsReceiptLine.lot_id)
    .join(Place, Place.id == GoodsReceiptLine.place_id)
    .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
    .where(GoodsReceiptLine.receipt_id == bindparam("receipt_id"))
    .order_by(DonationLine.line_number, GoodsReceiptLine.line_number)
)


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt as lists show it. Sums in base units, over whatever items."""

    id: int
    number: str
    paper_id: int
    paper_status: PaperStatus
    donation_id: int
    donation_number: str
    donor: str
    site_id: int
    site: str
    arrived_at: datetime
    recorded_by: str
    undone_at: datetime | None
    lines: int
    good: int
    damaged: int
    missing: int


@dataclass(frozen=True, slots=True)
class ReceiptLineDetail(CountedLine):
    """One lot as it came, in base units."""

    id: int
    line_number: int
    donation_line_id: int
    item_id: int
    item_code: str
    item_name: str
    item_names: dict[str, str]
    base_unit: str
    pack_id: int | None
    pack_name: str | None
    pack_size: int | None
    pack: Pack | None
    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date | None
    place_id: int
    place: str
    stated: int
    good: int
    damaged: int
    missing: int
    is_claimed: bool
    note: str


@dataclass(frozen=True, slots=True)
class ReceiptDetail:
    """A receipt, whole. `number` is that of its goods received note."""

    id: int
    number: str
    paper_id: int
    paper_code: str
    paper_status: PaperStatus
    donation_id: int
    donation_number: str
    organisation_id: int
    donor: str
    site_id: int
    site: str
    arrived_at: datetime
    recorded_at: datetime
    recorded_by: str
    delivered_by: str
    received_by: str
    transport: str
    transport_reference: str
    documents_complete: bool
    note: str
    movement_id: int
    undone_at: datetime | None
    lines: list[ReceiptLineDetail]


def seen_by(actor: Actor) -> frozenset[int]:
    """Organisations whose donations the actor may see: also those who work at one site."""
    return frozenset(
        grant.organisation_id
        for grant in actor.grants
        if actor.may(Permission.VIEW_DONATIONS, organisation_id=grant.organisation_id)
    )


BY_NUMBER = Order("number", (GoodsReceipt.id,), (int,), lambda row: (row.id,))
BY_ARRIVAL = Order(
    "arrived",
    (GoodsReceipt.arrived_at, GoodsReceipt.id),
    (datetime, int),
    lambda row: (row.arrived_at, row.id),
)


def receipts(
    actor: Actor,
    *,
    words: str = "",
    site_id: int | None = None,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[ReceiptRow]:
    """Receipts of every donation the actor may see, newest first: a keyset page, two statements."""
    conditions = [
        GoodsReceipt.organisation_id.in_(seen_by(actor)),
        *([GoodsReceipt.site_id == site_id] if site_id is not None else []),
        *(_found_by(word) for word in words.split()[:WORDS_MAX]),
        *sorting.after(cursor),
    ]
    return sorting.page(_rows(*conditions, sorting=sorting, limit=limit + 1), limit)


def receipts_of(donation_id: int) -> list[ReceiptRow]:
    """The receipts of a donation, newest first, also those that were undone."""
    return _rows(
        GoodsReceipt.donation_id == donation_id, sorting=BY_NUMBER.down, limit=RECEIPTS_MAX
    )


def _found_by(word: str) -> ColumnElement[bool]:
    """A word may be of the note's number, the donation's, or the donor."""
    columns = (Paper.number, Donation.number, Partner.name)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _rows(*conditions: ColumnElement[bool], sorting: Sorting, limit: int) -> list[ReceiptRow]:
    """Rows without their lines first: summed up before the LIMIT, all of them would be."""
    rows = db.session.execute(
        select(
            GoodsReceipt.id,
            Paper.number,
            GoodsReceipt.paper_id,
            Paper.status.label("paper_status"),
            GoodsReceipt.donation_id,
            Donation.number.label("donation_number"),
            Partner.name.label("donor_name"),
            Partner.names.label("donor_names"),
            GoodsReceipt.site_id,
            Place.name.label("site_name"),
            Place.names.label("site_names"),
            GoodsReceipt.arrived_at,
            User.name.label("recorded_by"),
            GoodsReceipt.undone_at,
        )
        .join(Paper, Paper.id == GoodsReceipt.paper_id)
        .join(Donation, Donation.id == GoodsReceipt.donation_id)
        .join(Partner, Partner.id == Donation.donor_id)
        .join(Place, Place.id == GoodsReceipt.site_id)
        .join(User, User.id == GoodsReceipt.recorded_by_id)
        .where(*conditions)
        .order_by(*sorting.by())
        .limit(limit)
    ).all()
    sums = {
        row.receipt_id: row
        for row in db.session.execute(
            select(GoodsReceiptLine.receipt_id, func.count().label("lines"), *SUMS)
            .where(GoodsReceiptLine.receipt_id.in_([row.id for row in rows]))
            .group_by(GoodsReceiptLine.receipt_id)
        )
    }
    return [_receipt_row(row, sums[row.id]) for row in rows]


def receipt(receipt_id: int, actor: Actor) -> ReceiptDetail:
    """One receipt with its lots, in two statements. Raises NotFound."""
    row = db.session.connection().execute(RECEIPT, {"receipt_id": receipt_id}).first()
    if row is None or not actor.may(Permission.VIEW_DONATIONS, organisation_id=row.organisation_id):
        raise NotFound(_("There is no such receipt."))
    values = dict(row._mapping)
    return ReceiptDetail(
        donor=name_in(values.pop("donor_name"), values.pop("donor_names")),
        site=name_in(values.pop("site_name"), values.pop("site_names")),
        lines=_lines(receipt_id),
        **values,
    )


def to_touch(receipt_id: int, permission: Permission, actor: Actor) -> ReceiptDetail:
    """The same, for whoever has a permission where it came. Raises NotAllowed."""
    found = receipt(receipt_id, actor)
    require(
        actor,
        permission,
        organisation_id=found.organisation_id,
        site_id=found.site_id,
    )
    return found


def _lines(receipt_id: int) -> list[ReceiptLineDetail]:
    rows = db.session.connection().execute(RECEIPT_LINES, {"receipt_id": receipt_id})
    return [
        ReceiptLineDetail(
            **row._mapping,
            lot_number=lot_number(row.lot_id),
            missing=max(0, row.stated - row.good - row.damaged),
        )
        for row in rows
    ]


def _receipt_row(row: Any, sums: Any) -> ReceiptRow:
    values = dict(row._mapping)
    came = counted(sums)
    values |= {
        "lines": sums.lines,
        "good": came.good,
        "damaged": came.damaged,
        "missing": came.missing,
    }
    return ReceiptRow(
        donor=name_in(values.pop("donor_name"), values.pop("donor_names")),
        site=name_in(values.pop("site_name"), values.pop("site_names")),
        **values,
    )
