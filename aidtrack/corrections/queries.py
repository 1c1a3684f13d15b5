"""Reads corrections, and what one would leave as it is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.corrections import followers, plans, words
from aidtrack.corrections.followers import Follower
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.documents import queries as papers
from aidtrack.documents.queries import PaperRow
from aidtrack.donations.models import Donation, DonationLine, DonationStatus
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import IN_STOCK, PlaceKind
from aidtrack.stock import into_recalls, lots, reversal
from aidtrack.stock import queries as stock
from aidtrack.stock.apart import RecallNote
from aidtrack.stock.lots import Whereabouts
from aidtrack.stock.models import Lot, LotPart, StockLine, StockMovement, lot_number
from aidtrack.stock.reversal import Breakage, GoneOn

WORDS_MAX = 6
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
PAPERS_MAX = 50
CHOICES_MAX = 300
KITS_MAX = 20
Undoer = aliased(User, name="undoer")
BY_NUMBER = Order("number", (Correction.id,), (int,), lambda row: (row.id,))


@dataclass(frozen=True, slots=True)
class CorrectionFilter:
    words: str = ""
    lot_id: int | None = None
    kind: CorrectionKind | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact of a lot, as it was said and as it is; days as 2027-05-01."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction: what was said of a lot, what is right, why and by whom."""

    id: int
    number: str
    kind: CorrectionKind
    organisation_id: int
    lot_id: int
    lot_number: str
    new_lot_id: int | None
    new_lot_number: str
    item: str
    base_unit: str
    quantity: int
    reason: str
    movement_id: int | None
    recorded_at: datetime
    recorded_by: str
    undone_at: datetime | None
    undone_by: str
    undone_why: str
    differences: tuple[Difference, ...]

    @property
    def title(self) -> str:
        return str(words.KINDS[self.kind])

    @property
    def pairs(self) -> list[tuple[str, Any, Any]]:
        """The differences as pages compare them, days as days."""
        return [(each.what, _fact(each.before), _fact(each.after)) for each in self.differences]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a lot is and what speaks of it, for whoever corrects it.

    `stock` lies in stores. `elsewhere` cannot move by a correction. `kept` names who was promised
    some of it, `kits` what was made of it, `told` the papers that keep what they say, `gift` the
    donation that it came for.
    """

    lot: Lot
    stock: tuple[Whereabouts, ...]
    elsewhere: tuple[Whereabouts, ...]
    kept: tuple[GoneOn, ...]
    kits: tuple[tuple[int, str], ...]
    told: tuple[PaperRow, ...]
    gift: tuple[int, str] | None
    earlier: tuple[CorrectionRow, ...]

    @property
    def free(self) -> int:
        return sum(place.quantity - place.reserved for place in self.stock)


_ROWS: Select[*tuple[Any, ...]] = (
    select(
        Correction,
        Item.name.label("item"),
        Item.names.label("item_names"),
        Item.base_unit,
        User.name.label("recorded_by"),
        Undoer.name.label("undone_by"),
    )
    .join(Lot, Lot.id == Correction.lot_id)
    .join(Item, Item.id == Lot.item_id)
    .join(User, User.id == Correction.recorded_by_id)
    .outerjoin(Undoer, Undoer.id == Correction.undone_by_id)
)


def corrections(
    actor: Actor,
    wanted: CorrectionFilter,
    *,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[CorrectionRow]:
    """Corrections of lots that the actor may see, the newest first."""
    rows = db.session.execute(
        _ROWS.where(
            stock.lots_seen(actor, Permission.VIEW_STOCK),
            *_narrowed(wanted),
            *sorting.after(cursor),
        )
        .order_by(*sorting.by())
        .limit(limit + 1)
    )
    return sorting.page(_rows_of(rows), limit)


def correction(correction_id: int, actor: Actor) -> CorrectionRow:
    """One of a lot that the actor may see. Raises NotFound."""
    row = db.session.execute(
        _ROWS.where(Correction.id == correction_id, stock.lots_seen(actor, Permission.VIEW_STOCK))
    ).first()
    if row is None:
        raise NotFound(_("There is no such correction."))
    return _rows_of([row])[0]


def ground(lot_id: int, actor: Actor) -> Ground:
    """A lot with all that a correction of it would touch or leave as it is."""
    lot = stock.lot(lot_id, actor)
    everywhere = [place for place in lots.whereabouts(lot_id) if place.quantity > 0]
    in_stock = [place for place in everywhere if place.kind in IN_STOCK]
    promised = {(place.place_id, lot_id) for place in in_stock if place.reserved}
    return Ground(
        lot=lot,
        stock=tuple(in_stock),
        elsewhere=tuple(
            place
            for place in everywhere
            if place.kind not in IN_STOCK and place.kind != PlaceKind.MADE_INTO
        ),
        kept=tuple(reversal.promised(promised, actor)),
        kits=tuple(_made_of(lot_id)),
        told=tuple(_told(lot)),
        gift=_gift_of(lot),
        earlier=tuple(corrections(actor, CorrectionFilter(lot_id=lot_id), limit=5).rows),
    )


def along_with(correction_id: int) -> tuple[list[Follower], list[RecallNote]]:
    """What was made of its lot and got another day by it, and the recalls that took it in."""
    kept = db.session.get_one(Correction, correction_id)
    dates = followers.in_words(followers.read(kept.also("dates")))
    return dates, into_recalls.named([int(each) for each in kept.also("recalls")])


def dated_back(correction_id: int) -> list[Follower]:
    """What was made of its lot and gets another day when it is taken back."""
    kept = db.session.get_one(Correction, correction_id)
    if kept.kind != CorrectionKind.FACTS or kept.undone_at is not None:
        return []
    lot = db.session.get_one(Lot, kept.lot_id)
    return followers.in_words(plans.back(kept, lot).dates)


def breakage(it: CorrectionRow, actor: Actor) -> Breakage | None:
    """What taking it back would break; None where only facts change."""
    if it.movement_id is None:
        return None
    return reversal.breakage(db.session.get_one(StockMovement, it.movement_id), actor)


def gifts_of(lot: Lot) -> list[tuple[int, str]]:
    """Lines of gifts of the lot's item to its owner, other than its own, the newest first."""
    rows = db.session.execute(
        select(DonationLine.id, Donation.number, Partner.name, Partner.names, DonationLine.quantity)
        .join(Donation, Donation.id == DonationLine.donation_id)
        .join(Partner, Partner.id == Donation.donor_id)
        .where(
            DonationLine.item_id == lot.item_id,
            Donation.organisation_id == lot.organisation_id,
            Donation.status != DonationStatus.CANCELLED,
            DonationLine.id != lot.donation_line_id if lot.donation_line_id else true(),
        )
        .order_by(Donation.id.desc())
        .limit(CHOICES_MAX)
    )
    return [
        (row.id, f"{name_in(row.name, row.names)} · {row.number} · {row.quantity}") for row in rows
    ]


def givers_of(lot: Lot) -> list[tuple[int, str]]:
    """Donors and suppliers of the lot's owner, by name."""
    rows = db.session.scalars(
        select(Partner)
        .where(
            Partner.organisation_id == lot.organisation_id,
            Partner.kind.in_((PartnerKind.DONOR, PartnerKind.SUPPLIER)),
        )
        .order_by(Partner.name)
        .limit(CHOICES_MAX)
    )
    return [(partner.id, partner.name_in()) for partner in rows]


def packs_of(lot: Lot) -> list[tuple[int, str]]:
    """Packs of the lot's item in use, and its own."""
    rows = db.session.scalars(
        select(ItemPack)
        .where(ItemPack.item_id == lot.item_id, or_(ItemPack.is_active, ItemPack.id == lot.pack_id))
        .order_by(ItemPack.size.desc())
    )
    return [(pack.id, words.pack_name(pack)) for pack in rows]


def _told(lot: Lot) -> list[PaperRow]:
    """Papers of what happened to the lot, and reports to its donor since it came."""
    sources = (
        select(StockMovement.source_kind, StockMovement.source_id)
        .join(StockLine, StockLine.movement_id == StockMovement.id)
        .where(StockLine.lot_id == lot.id)
        .distinct()
        .limit(PAPERS_MAX)
    )
    found: dict[str, set[int]] = {}
    for kind, record_id in db.session.execute(sources):
        found.setdefault(kind, set()).add(record_id)
    rows = [paper for kind in sorted(found) for paper in papers.papers_of(kind, found[kind])]
    first = select(StockMovement.recorded_at).join(StockLine).where(StockLine.lot_id == lot.id)
    since = db.session.scalar(first.order_by(StockLine.id).limit(1))
    if since is not None:
        rows += reversal.reports_since(since, [lot.id])
    return rows[:PAPERS_MAX]


def _gift_of(lot: Lot) -> tuple[int, str] | None:
    row = db.session.execute(
        select(Donation.id, Donation.number)
        .join(DonationLine, DonationLine.donation_id == Donation.id)
        .where(DonationLine.id == lot.donation_line_id)
    ).first()
    return (row.id, row.number) if row else None


def _made_of(lot_id: int) -> list[tuple[int, str]]:
    made = db.session.scalars(
        select(LotPart.lot_id)
        .where(LotPart.part_lot_id == lot_id, LotPart.is_direct)
        .order_by(LotPart.lot_id.desc())
        .limit(KITS_MAX)
    )
    return [(each, lot_number(each)) for each in made]


def _narrowed(wanted: CorrectionFilter) -> list[ColumnElement[bool]]:
    narrowed = [
        or_(
            *(
                column.icontains(word, autoescape=True)
                for column in (Correction.number, Correction.reason, Item.name, Item.code)
            )
        )
        for word in wanted.words.split()[:WORDS_MAX]
    ]
    if wanted.lot_id is not None:
        narrowed.append(
            or_(Correction.lot_id == wanted.lot_id, Correction.new_lot_id == wanted.lot_id)
        )
    if wanted.kind is not None:
        narrowed.append(Correction.kind == wanted.kind)
    return narrowed


def _rows_of(rows: Iterable[Any]) -> list[CorrectionRow]:
    found = list(rows)
    kept = [row.Correction for row in found]
    names = words.names_in(facts for each in kept for facts in (each.before, each.right))
    return [_row(row, names) for row in found]


def _row(row: Any, names: words.Names) -> CorrectionRow:
    kept: Correction = row.Correction
    return CorrectionRow(
        id=kept.id,
        number=kept.number,
        kind=kept.kind,
        organisation_id=kept.organisation_id,
        lot_id=kept.lot_id,
        lot_number=lot_number(kept.lot_id),
        new_lot_id=kept.new_lot_id,
        new_lot_number=lot_number(kept.new_lot_id) if kept.new_lot_id else "",
        item=name_in(row.item, row.item_names),
        base_unit=row.base_unit,
        quantity=kept.quantity,
        reason=kept.reason,
        movement_id=kept.movement_id,
        recorded_at=kept.recorded_at,
        recorded_by=row.recorded_by,
        undone_at=kept.undone_at,
        undone_by=row.undone_by or "",
        undone_why=kept.undone_why,
        differences=tuple(
            Difference(what, str(before), str(after))
            for what, before, after in names.compared(kept.before, kept.right)
        ),
    )


def _fact(text: str) -> str | date:
    return date.fromisoformat(text) if ISO_DAY.fullmatch(text) else text
