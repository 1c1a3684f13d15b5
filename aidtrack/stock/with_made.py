"""Lots with all that was made of them, held still for whoever changes what they say."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.places.models import IN_STOCK, Place, PlaceKind
from aidtrack.stock import ledger, queries
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.models import LotPart, StockBalance


class MadeMeanwhile(RuleBroken):
    """Something was made of a lot while it was about to change: ask again, and it is known."""

    code = "made_meanwhile"


def made_of(lot_ids: Collection[int]) -> set[int]:
    """The lots with some of these inside, however deep."""
    found = select(LotPart.lot_id).where(LotPart.part_lot_id.in_(lot_ids)).distinct()
    return set(db.session.scalars(found))


def with_made(lot_ids: Iterable[int]) -> dict[int, bool]:
    """The lots and what was made of them, by id; each with whether it was made of another."""
    wanted = set(lot_ids)
    made = made_of(wanted)
    return {lot_id: lot_id in made for lot_id in sorted(wanted | made)}


def hold_still(lot_ids: Collection[int], lots: Mapping[int, bool]) -> None:
    """Lock all balances of `lots`, which `with_made` read of some, until the commit.

    Whoever was about to send some, or to make something of it, has done so or waits. Raises
    MadeMeanwhile when what was done is not among `lots`, or lies where nothing is locked.
    """
    keys = set(_balances(lots))
    ledger.hold_still(keys)
    # From a bin that they came to meanwhile, something could be made unseen.
    stored = {key for key, kind in _balances(lots).items() if kind in IN_STOCK}
    if with_made(lot_ids) != lots or not stored <= keys:
        raise MadeMeanwhile(_("Something was just made of this lot. Try again."))


def hold_all_still(lot_id: int) -> None:
    """Nothing is made of a lot, or of what was made of it, while what it says changes."""
    hold_still([lot_id], with_made([lot_id]))


def _balances(lot_ids: Iterable[int]) -> dict[BalanceKey, PlaceKind]:
    rows = db.session.execute(
        select(StockBalance.place_id, StockBalance.lot_id, Place.kind)
        .join(Place, Place.id == StockBalance.place_id)
        .where(StockBalance.lot_id.in_(list(lot_ids)), queries.HELD)
    )
    return {(row.place_id, row.lot_id): row.kind for row in rows}
