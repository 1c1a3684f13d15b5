"""A bin or zone is described anew, or laid into another zone with everything in it."""

from typing import Any

from sqlalchemy import column, select, table

from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.history import changes
from aidtrack.identity.permissions import Actor
from aidtrack.places import tree
from aidtrack.places.details import BinDetails, measures_said
from aidtrack.places.models import Place, PlaceKind, Purpose
from aidtrack.places.services import expect_free_name, expect_plain_names, own

OWN = ("name", "code", "purpose", "is_cold_chain", "capacity_mm3", "capacity_mg", "note")
# Stock stands above places: its table is named here, not imported.
stock_balance = table("stock_balance", column("place_id"), column("quantity"), column("reserved"))


class InItself(RuleBroken):
    """A zone would lie in itself, or deeper than anyone could follow."""

    code = "in_itself"


class HoldsFreeGoods(RuleBroken):
    """Only held goods lie in quarantine."""

    code = "holds_free_goods"


def change_bin(bin_id: int, details: BinDetails, *, actor: Actor) -> None:
    """Name it, say what it is for and what fits, and lay it into a zone or the warehouse.

    What lies in it goes with it. Bins inside that are for the same, follow when that changes.
    """
    with transaction():
        place = own(bin_id, actor)
        if place.kind != PlaceKind.BIN:
            raise NotFound(_("There is no such place."))
        bins = tree.bins_of(place.site_id or 0)
        before = _described(place)
        parent = _parent(place, details.parent_id, bins)
        _expect_name(place, details.name, parent)
        within = tree.inside(bins, place.id)
        if details.purpose == Purpose.QUARANTINE != place.purpose:
            _expect_held([place, *within])
        _follow(place, within, details)
        for name in OWN:
            setattr(place, name, getattr(details, name))
        place.parent_id = parent.id
        place.path = tree.path_in(parent, place.name)
        tree.rename_inside(bins, place)
        audit.record(
            actor,
            "place.changed",
            kind="place",
            record_id=place.id,
            facts=changes(before, _described(place)),
        )


def _parent(place: Place, parent_id: int, bins: list[Place]) -> Place:
    """What it shall lie in: open, of the same warehouse, not in itself, not too deep."""
    parent = db.session.get(Place, parent_id)
    if parent is None or parent.site_id != place.site_id:
        raise Invalid(_("Choose a zone of the same warehouse."), field="parent_id")
    if parent.id == place.parent_id:
        return parent
    if not parent.is_active:
        raise Invalid(_("This zone is closed."), field="parent_id")
    within = tree.inside(bins, place.id)
    if parent.id in {place.id, *(each.id for each in within)}:
        raise InItself(_("%(name)s cannot lie in itself.", name=place.label), field="parent_id")
    height = max((tree.depth_of(each) for each in within), default=tree.depth_of(place))
    if tree.depth_of(parent) + 1 + height - tree.depth_of(place) > tree.DEPTH_MAX:
        raise InItself(
            _("Bins lie at most %(most)d deep in each other.", most=tree.DEPTH_MAX),
            field="parent_id",
        )
    return parent


def _expect_name(place: Place, name: str, parent: Place) -> None:
    expect_plain_names([name])
    if (name, parent.id) != (place.name, place.parent_id):
        expect_free_name(place.organisation_id, PlaceKind.BIN, parent.id, name)


def _follow(place: Place, within: list[Place], details: BinDetails) -> None:
    for each in within:
        if each.purpose == place.purpose:
            each.purpose = details.purpose
        if each.is_cold_chain == place.is_cold_chain:
            each.is_cold_chain = details.is_cold_chain


def _expect_held(places: list[Place]) -> None:
    free = select(stock_balance.c.place_id).where(
        stock_balance.c.place_id.in_([each.id for each in places]),
        stock_balance.c.quantity > stock_balance.c.reserved,
    )
    if db.session.execute(free.limit(1)).first():
        raise HoldsFreeGoods(
            _("Goods that are not held lie here. Move or hold them first."), field="purpose"
        )


def _described(place: Place) -> dict[str, Any]:
    described: dict[str, Any] = {name: getattr(place, name) for name in OWN}
    fits = measures_said(described.pop("capacity_mm3"), described.pop("capacity_mg"))
    return described | fits | {"purpose": str(place.purpose), "path": place.label}
