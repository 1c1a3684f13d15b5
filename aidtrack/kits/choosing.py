"""Chooses the parts of kits at a site: the first to expire, or what somebody chose."""

from collections.abc import Sequence

from sqlalchemy import select

from aidtrack.catalogue.models import Item
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.i18n import _, counted
from aidtrack.kits import queries
from aidtrack.kits.models import KitVersion
from aidtrack.kits.needs import Need, plan
from aidtrack.places.models import Place
from aidtrack.stock import making
from aidtrack.stock import queries as stock
from aidtrack.stock.ledger import LINES_MAX
from aidtrack.stock.making import Part, Taking
from aidtrack.stock.models import Lot


class PartsMissing(RuleBroken):
    """Too little of some parts is there. Names every one."""

    code = "parts_missing"


class PartsDoNotFit(RuleBroken):
    """What was chosen is not what the kits need."""

    code = "parts_do_not_fit"


def groups(
    version: KitVersion, kits: int, chosen: Sequence[Taking], site: Place
) -> list[tuple[int, tuple[Part, ...]]]:
    """How many kits of which parts: of the chosen ones, or of the first to expire."""
    needs = queries.needs_of(version)
    found = _fitting(needs, kits, chosen, site) if chosen else _planned(version, needs, kits, site)
    alike = making.alike(
        kits, [(need.per_kit, some) for need, some in zip(needs, found, strict=True)]
    )
    if len(alike) * (len(needs) + 1) > LINES_MAX:
        raise PartsDoNotFit(_("Too many lots at once. Build fewer kits at a time."))
    return alike


def _planned(
    version: KitVersion, needs: Sequence[Need], quantity: int, site: Place
) -> list[Sequence[Taking]]:
    """The first to expire first; raises PartsMissing naming every part that is short."""
    offers = stock.offers(site.id, {item for need in needs for item in need.items})
    found = plan(needs, quantity, offers, on=clock.today())
    if not found.is_whole:
        short = [
            _(
                "%(item)s: %(missing)s missing",
                item=content.item.name_in(),
                missing=counted(missing),
            )
            for content, missing in zip(version.contents, found.missing, strict=True)
            if missing
        ]
        raise PartsMissing("; ".join(short) + ".", field="quantity", short=short)
    return list(found.takings)


def _fitting(
    needs: Sequence[Need], quantity: int, takings: Sequence[Taking], site: Place
) -> list[Sequence[Taking]]:
    """What was chosen, by need; raises PartsDoNotFit naming every part that is not right."""
    lots = {
        lot.id: lot
        for lot in db.session.scalars(select(Lot).where(Lot.id.in_({t.lot_id for t in takings})))
    }
    places = _places_of(site, {taking.place_id for taking in takings})
    if len(lots) != len({t.lot_id for t in takings}) or len(places) != len(
        {t.place_id for t in takings}
    ):
        raise NotFound(_("There is no such lot at this site."))
    turn = {lot.id: _turn(lot) for lot in lots.values()}
    rest = sorted(takings, key=lambda t: (turn[t.lot_id], t.place_id))
    chosen: list[list[Taking]] = [[] for _need in needs]
    missing = [need.per_kit * quantity for need in needs]
    spare: list[Taking] = []
    for taking in rest:
        item_id = lots[taking.lot_id].item_id
        left = taking.quantity
        for index in _which(needs, item_id):
            some = min(left, missing[index])
            if some:
                chosen[index].append(Taking(taking.lot_id, taking.place_id, some))
                missing[index] -= some
                left -= some
        if left:
            spare.append(Taking(taking.lot_id, taking.place_id, left))
    _refuse_misfits(needs, missing, [(lots[t.lot_id], t.quantity) for t in spare])
    return list(chosen)


def _turn(lot: Lot) -> tuple[bool, object, int]:
    """The first to expire first; what never expires last."""
    return (lot.expires_on is None, lot.expires_on or 0, lot.id)


def _which(needs: Sequence[Need], item_id: int) -> list[int]:
    """The needs that an item can meet: as itself first, then in place of another."""
    own = [index for index, need in enumerate(needs) if need.item_id == item_id]
    return own + [index for index, need in enumerate(needs) if item_id in need.substitutes]


def _refuse_misfits(
    needs: Sequence[Need], missing: Sequence[int], spare: Sequence[tuple[Lot, int]]
) -> None:
    names = {
        item.id: item.name_in()
        for item in db.session.scalars(
            select(Item).where(Item.id.in_([need.item_id for need in needs]))
        )
    }
    problems = [
        _("%(item)s: %(missing)s missing", item=names[need.item_id], missing=counted(some))
        for need, some in zip(needs, missing, strict=True)
        if some
    ] + [
        _("Lot %(lot)s: %(count)s too many", lot=lot.number, count=counted(quantity))
        for lot, quantity in spare
    ]
    if problems:
        raise PartsDoNotFit("; ".join(problems) + ".", field="lines")


def _places_of(site: Place, place_ids: set[int]) -> set[int]:
    return set(
        db.session.scalars(
            select(Place.id).where(Place.id.in_(place_ids), Place.site_id == site.id)
        )
    )
