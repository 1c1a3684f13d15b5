"""Gifts of donors: each line of a donation and where its goods are, now or as of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, Subquery, func, select, union_all

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item
from aidtrack.catalogue.units import Pack
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.donations.models import Donation, DonationLine, DonationStatus
from aidtrack.places.models import Place, PlaceKind
from aidtrack.reports.donor_equation import NOWHERE, Position, position
from aidtrack.reports.moments import AsOf, known
from aidtrack.stock.models import Lot, StockLine, StockMovement
from aidtrack.stock.presence import GivenLot, holders, presence

GiftKey = tuple[int | None, int]
"""(donation line, item); without a line: goods of the donor from before AidTrack."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose gifts: of some donors, or of one donation of theirs."""

    donor_ids: frozenset[int]
    donation_id: int | None = None

    def of_lots(self) -> list[ColumnElement[bool]]:
        """The WHERE on lots that were given."""
        conditions: list[ColumnElement[bool]] = [GivenLot.donor_id.in_(self.donor_ids)]
        if self.donation_id is not None:
            lines = select(DonationLine.id).where(DonationLine.donation_id == self.donation_id)
            conditions.append(GivenLot.donation_line_id.in_(lines))
        return conditions


@dataclass(frozen=True, slots=True)
class Gift:
    """One line of a donation: what was promised, and where what was given is. Base units.

    Without a donation: goods that the donor had given before AidTrack was used.
    """

    donation_id: int | None
    donation_number: str
    donation_status: DonationStatus | None
    pledged_on: date | None
    donor_id: int
    item_id: int
    item_code: str
    item_name: str
    item_names: dict[str, str]
    base_unit: str
    pack: Pack | None
    pledged: int
    position: Position

    @property
    def item(self) -> str:
        """The item in the reader's language."""
        return name_in(self.item_name, self.item_names)

    @property
    def still_to_come(self) -> int:
        is_open = self.donation_status not in {DonationStatus.CLOSED, DonationStatus.CANCELLED}
        return max(0, self.pledged - self.position.given) if is_open else 0


def gifts(scope: Scope, moment: AsOf) -> list[Gift]:
    """Every line of the donations, newest donation first; three statements."""
    placed = _positions(scope, moment)
    found = []
    donations = {}
    for row in _lines(scope):
        donations[row.DonationLine.id] = row.Donation
        _donor, where = placed.pop((row.DonationLine.id, row.Item.id), (0, NOWHERE))
        gift = _gift_of_line(row, where)
        if where.given or _is_promised(gift, moment):
            found.append(gift)
    return found + _gifts_beside(placed, donations)


def _is_promised(gift: Gift, moment: AsOf) -> bool:
    assert gift.pledged_on is not None
    # Now is now everywhere; the day may have ended already where the promise was made.
    was_made = moment.until is None or gift.pledged_on <= moment.day
    return gift.donation_status != DonationStatus.CANCELLED and was_made


def _lines(scope: Scope) -> Iterable[Any]:
    narrowed = [Donation.id == scope.donation_id] if scope.donation_id is not None else []
    return db.session.execute(
        select(DonationLine, Donation, Item, nesting.pack(DonationLine.pack_id))
        .join(Donation, Donation.id == DonationLine.donation_id)
        .join(Item, Item.id == DonationLine.item_id)
        .where(Donation.donor_id.in_(scope.donor_ids), *narrowed)
        .order_by(Donation.id.desc(), DonationLine.line_number)
    )


def _gifts_beside(
    placed: Mapping[GiftKey, tuple[int, Position]], donations: Mapping[int, Donation]
) -> list[Gift]:
    """Goods of a donor that no line promises: what a donation brought instead of what it says,
    and stock that AidTrack began with.
    """
    if not placed:
        return []
    wanted = {item_id for _line, item_id in placed}
    items = {item.id: item for item in db.session.scalars(select(Item).where(Item.id.in_(wanted)))}
    return [
        Gift(
            donation_id=donation.id if donation else None,
            donation_number=donation.number if donation else "",
            donation_status=donation.status if donation else None,
            pledged_on=donation.pledged_on if donation else None,
            donor_id=donor_id,
            item_id=item_id,
            item_code=items[item_id].code,
            item_name=items[item_id].name,
            item_names=items[item_id].names,
            base_unit=items[item_id].base_unit,
            pack=None,
            pledged=0 if donation else where.given,
            position=where,
        )
        for (line_id, item_id), (donor_id, where) in placed.items()
        for donation in [donations.get(line_id or 0)]
    ]


def _positions(scope: Scope, moment: AsOf) -> dict[GiftKey, tuple[int, Position]]:
    """Where the goods of each gift are, and whose they were."""
    statement = _balances(scope) if moment.until is None else _balances_then(scope, moment)
    by_key: dict[GiftKey, dict[PlaceKind, int]] = {}
    donors: dict[GiftKey, int] = {}
    for row in db.session.execute(statement):
        key = (row.donation_line_id, row.item_id)
        by_key.setdefault(key, {})[row.kind] = int(row.quantity)
        donors[key] = row.donor_id
    return {key: (donors[key], position(balances)) for key, balances in by_key.items()}


def _balances(scope: Scope) -> Executable:
    """What stands where now, from the balances."""
    return _by_gift(presence(*scope.of_lots()))


def _balances_then(scope: Scope, moment: AsOf) -> Executable:
    """What stood where by then, from the lines that had been recorded."""

    def ends(place_id: Any, quantity: Any) -> Select[Any]:
        held = holders(*scope.of_lots())
        return (
            select(
                held.c.given_id.label("lot_id"),
                place_id.label("place_id"),
                (quantity * held.c.per_unit).label("quantity"),
            )
            .select_from(held)
            .join(StockLine, StockLine.lot_id == held.c.lot_id)
            .join(StockMovement, StockMovement.id == StockLine.movement_id)
            .where(known(moment))
        )

    moved = union_all(
        ends(StockLine.to_place_id, StockLine.quantity),
        ends(StockLine.from_place_id, -StockLine.quantity),
    ).subquery("moved")
    return _by_gift(moved)


def _by_gift(found: Subquery) -> Executable:
    """What stands (place_id, lot_id, quantity) by gift and kind of place."""
    return (
        select(
            Lot.donation_line_id,
            Lot.item_id,
            func.min(Lot.donor_id).label("donor_id"),
            Place.kind,
            func.sum(found.c.quantity).label("quantity"),
        )
        .select_from(found)
        .join(Lot, Lot.id == found.c.lot_id)
        .join(Place, Place.id == found.c.place_id)
        .where(Place.kind != PlaceKind.MADE_INTO)
        .group_by(Lot.donation_line_id, Lot.item_id, Place.kind)
    )


def _gift_of_line(row: Any, found: Position) -> Gift:
    line, donation, item, pack = row
    return Gift(
        donation_id=donation.id,
        donation_number=donation.number,
        donation_status=donation.status,
        pledged_on=donation.pledged_on,
        donor_id=donation.donor_id,
        item_id=item.id,
        item_code=item.code,
        item_name=item.name,
        item_names=item.names,
        base_unit=item.base_unit,
        pack=pack,
        pledged=line.quantity,
        position=found,
    )
