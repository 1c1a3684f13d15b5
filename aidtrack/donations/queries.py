"""Reads donations: the list, and one with its lines and receipts."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.catalogue.units import Pack
from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.full_text import WORDS_MAX, Index, all_words, are_few, words_of
from aidtrack.core.i18n import _, listed, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.donations import shared
from aidtrack.donations.counted import NOTHING, Counted, CountedLine, received
from aidtrack.donations.models import Donation, DonationLine, DonationStatus
from aidtrack.donations.receipts import ReceiptRow, receipts_of, seen_by
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor
from aidtrack.partners.models import Partner
from aidtrack.places.models import Area
from aidtrack.sharing.queries import OpenShare

INDEX = Index("donation")
ITEMS = Index("item")


class DonationView(StrEnum):
    """Ready-made views of the list."""

    ALL = "all"
    EXPECTED = "expected"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CLOSED = "closed"
    SHARED = "shared"


S = DonationStatus
STATUSES: dict[DonationView, tuple[DonationStatus, ...]] = {
    DonationView.ALL: tuple(DonationStatus),
    DonationView.EXPECTED: (S.PLEDGED,),
    DonationView.PARTLY_RECEIVED: (S.RECEIVING,),
    DonationView.RECEIVED: (S.RECEIVED,),
    DonationView.CLOSED: (S.CLOSED, S.CANCELLED),
}


@dataclass(frozen=True, slots=True)
class DonationFilter:
    """What the list is narrowed to; empty means every donation the actor may see."""

    words: str = ""
    donor_id: int | None = None
    view: DonationView = DonationView.ALL


@dataclass(frozen=True, slots=True)
class DonationRow:
    """A donation as lists show it. `percent_received` is the mean over its lines."""

    id: int
    number: str
    status: DonationStatus
    donor_id: int
    donor: str
    goods: str
    lines: int
    pledged_on: date
    expected_on: date | None
    grant_reference: str
    value_minor: int | None
    currency: str
    percent_received: int


@dataclass(frozen=True, slots=True)
class LineDetail(CountedLine):
    """One item promised and what came of it, in base units."""

    id: int
    line_number: int
    item_id: int
    item_code: str
    item_name: str
    item_names: dict[str, str]
    base_unit: str
    has_expiry: bool
    pack_id: int | None
    pack_name: str | None
    pack_size: int | None
    pack: Pack | None
    quantity: int
    unit_value_minor: int | None
    note: str
    good: int
    damaged: int
    missing: int
    to_come: int
    surplus: int


@dataclass(frozen=True, slots=True)
class DonationDetail:
    """A donation, whole. `shared` says how it is open to a reader of another organisation."""

    id: int
    number: str
    status: DonationStatus
    organisation_id: int
    organisation: str
    donor_id: int
    donor: str
    pledged_on: date
    expected_on: date | None
    eligible_until: date | None
    grant_reference: str
    earmark: str
    earmark_area_id: int | None
    earmark_area: str | None
    earmark_pcode: str | None
    value_minor: int | None
    currency: str
    note: str
    lines: list[LineDetail]
    receipts: list[ReceiptRow]
    shared: OpenShare | None = None

    @property
    def is_open(self) -> bool:
        return self.status in {S.PLEDGED, S.RECEIVING, S.RECEIVED}


# One that nobody expects on a day stands behind all others; as in the index, to the letter.
EXPECTED: ColumnElement[date] = literal_column(
    "coalesce(donation.expected_on, '9999-12-31')", Date()
)
BY_NUMBER = Order("number", (Donation.id,), (int,), lambda row: (row.id,))
BY_EXPECTED = Order(
    "expected",
    (EXPECTED, Donation.id),
    (date, int),
    lambda row: (row.expected_on or date(9999, 12, 31), row.id),
)
BY_PLEDGED = Order(
    "pledged",
    (Donation.pledged_on, Donation.id),
    (date, int),
    lambda row: (row.pledged_on, row.id),
)


def donations(
    actor: Actor,
    wanted: DonationFilter,
    *,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[DonationRow]:
    """Donations, newest first: a keyset page in three statements."""
    rows = db.session.execute(
        select(
            Donation.id,
            Donation.number,
            Donation.status,
            Donation.donor_id,
            Partner.name.label("donor_name"),
            Partner.names.label("donor_names"),
            Donation.pledged_on,
            Donation.expected_on,
            Donation.grant_reference,
            Donation.value_minor,
            Donation.currency,
        )
        .join(Partner, Partner.id == Donation.donor_id)
        .where(*_narrowed(actor, wanted), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    lines = _lines_of([row.id for row in rows])
    counted = received([row.id for row in rows])
    found = [_row(row, lines.get(row.id, []), counted) for row in rows]
    if wanted.view == DonationView.SHARED:
        found = [shared.row_as_shared(row) for row in found]
    return sorting.page(found, limit)


def how_many(actor: Actor, wanted: DonationFilter, most: int) -> dict[DonationView, int]:
    """How many donations each view holds, whichever is chosen; none is counted beyond `most`."""
    counts = {
        view: select(Donation.id)
        .join(Partner, Partner.id == Donation.donor_id)
        .where(*_narrowed(actor, replace(wanted, view=view)))
        .limit(most)
        .subquery()
        for view in DonationView
    }
    row = db.session.execute(
        select(*(select(func.count()).select_from(x).scalar_subquery() for x in counts.values()))
    ).one()
    return dict(zip(counts, row, strict=True))


def donation(donation_id: int, actor: Actor) -> DonationDetail:
    """One donation with its lines and receipts, in five statements. Raises NotFound."""
    return _found(donation_id, Donation.organisation_id.in_(seen_by(actor)))


def readable(donation_id: int, actor: Actor) -> DonationDetail:
    """The same, or as much as its owner shares with the actor's organisation."""
    try:
        return donation(donation_id, actor)
    except NotFound:
        share = shared.shared(actor, donation_id)
        if share is None:
            raise
    return shared.as_shared(_found(donation_id, true()), share)


def _found(donation_id: int, seen: ColumnElement[bool]) -> DonationDetail:
    row = db.session.execute(
        select(
            Donation.id,
            Donation.number,
            Donation.status,
            Donation.organisation_id,
            Organisation.name.label("organisation"),
            Donation.donor_id,
            Partner.name.label("donor_name"),
            Partner.names.label("donor_names"),
            Donation.pledged_on,
            Donation.expected_on,
            Donation.eligible_until,
            Donation.grant_reference,
            Donation.earmark,
            Donation.earmark_area_id,
            Area.name.label("area_name"),
            Area.names.label("area_names"),
            Area.pcode.label("earmark_pcode"),
            Donation.value_minor,
            Donation.currency,
            Donation.note,
        )
        .join(Organisation, Organisation.id == Donation.organisation_id)
        .join(Partner, Partner.id == Donation.donor_id)
        .outerjoin(Area, Area.id == Donation.earmark_area_id)
        .where(Donation.id == donation_id, seen)
    ).first()
    if row is None:
        raise NotFound(_("There is no such donation."))
    values = dict(row._mapping)
    donor = name_in(values.pop("donor_name"), values.pop("donor_names"))
    area_name, area_names = values.pop("area_name"), values.pop("area_names")
    return DonationDetail(
        **values,
        donor=donor,
        earmark_area=name_in(area_name, area_names) if area_name else None,
        lines=lines_of(donation_id),
        receipts=receipts_of(donation_id),
    )


def lines_of(donation_id: int) -> list[LineDetail]:
    """The lines of a donation and what came of each, in two statements."""
    rows = db.session.execute(
        select(
            DonationLine.id,
            DonationLine.line_number,
            DonationLine.item_id,
            Item.code.label("item_code"),
            Item.name.label("item_name"),
            Item.names.label("item_names"),
            Item.base_unit,
            Item.has_expiry,
            DonationLine.pack_id,
            ItemPack.name.label("pack_name"),
            ItemPack.size.label("pack_size"),
            nesting.pack(DonationLine.pack_id),
            DonationLine.quantity,
            DonationLine.unit_value_minor,
            DonationLine.note,
        )
        .join(Item, Item.id == DonationLine.item_id)
        .outerjoin(ItemPack, ItemPack.id == DonationLine.pack_id)
        .where(DonationLine.donation_id == donation_id)
        .order_by(DonationLine.line_number)
    )
    counted = received([donation_id])
    return [_line(row, counted.get(row.id, NOTHING)) for row in rows]


def _line(row: Any, came: Counted) -> LineDetail:
    return LineDetail(
        **row._mapping,
        good=came.good,
        damaged=came.damaged,
        missing=came.missing,
        to_come=max(0, row.quantity - came.given),
        surplus=max(0, came.given - row.quantity),
    )


def _lines_of(donation_ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(
        select(
            DonationLine.donation_id, DonationLine.id, DonationLine.quantity, Item.name, Item.names
        )
        .join(Item, Item.id == DonationLine.item_id)
        .where(DonationLine.donation_id.in_(donation_ids))
        .order_by(DonationLine.donation_id, DonationLine.line_number)
    ):
        found.setdefault(row.donation_id, []).append(row)
    return found


def _row(row: Any, lines: list[Any], came: dict[int, Counted]) -> DonationRow:
    values = dict(row._mapping)
    percents = [
        min(came.get(line.id, NOTHING).given, line.quantity) * 100 // line.quantity
        for line in lines
    ]
    return DonationRow(
        donor=name_in(values.pop("donor_name"), values.pop("donor_names")),
        goods=listed(name_in(line.name, line.names) for line in lines[:2]),
        lines=len(lines),
        percent_received=sum(percents) // len(percents) if percents else 0,
        **values,
    )


def _narrowed(actor: Actor, wanted: DonationFilter) -> list[ColumnElement[bool]]:
    words = wanted.words.split()[:WORDS_MAX]
    if wanted.view == DonationView.SHARED:
        # By the number only: what is not shown must not be guessed at.
        return [
            shared.shown(actor),
            *(Donation.number.icontains(word, autoescape=True) for word in words),
        ]
    narrowed: list[ColumnElement[bool]] = [
        Donation.organisation_id.in_(seen_by(actor)),
        *(_found_by(word) for word in words),
    ]
    if wanted.view != DonationView.ALL:
        narrowed.append(Donation.status.in_(STATUSES[wanted.view]))
    if wanted.donor_id is not None:
        narrowed.append(Donation.donor_id == wanted.donor_id)
    return narrowed


def _found_by(word: str) -> ColumnElement[bool]:
    """A word may be of the number, the donor, the grant, the earmark or an item."""
    looked = all_words(words_of(word))
    if not looked:
        return false()
    items = ITEMS.ids(looked)
    lines = select(DonationLine.donation_id).where(DonationLine.item_id.in_(items))
    ids: CompoundSelect[int] = union_all(INDEX.ids(looked), lines)
    if are_few(ids):
        return Donation.id.in_(ids)
    gives_it = exists(DonationLine.id).where(
        DonationLine.donation_id == Donation.id, ITEMS.holds(DonationLine.item_id, looked)
    )
    return or_(INDEX.holds(Donation.id, looked), gives_it)
