"""Where goods may be put: an open bin of the site where they lie, with room, not quarantine."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.places import capacity
from aidtrack.places.capacity import Change
from aidtrack.places.models import IN_STOCK, Place, Purpose
from aidtrack.stock.ledger import Transfer
from aidtrack.stock.models import Lot

Aim = tuple[str, Transfer]
"""(path of the field that names the bin, what is put there)"""


def expect(site: Place, aims: Sequence[Aim], *, even_if_full: bool) -> None:
    """Raises Invalid naming every line whose bin cannot be, and WouldOverfill."""
    wanted = {each.to_place_id for _field, each in aims}
    known = {
        place.id: place for place in db.session.scalars(select(Place).where(Place.id.in_(wanted)))
    }
    found = dict.fromkeys(
        (field, wrong)
        for field, each in aims
        if (wrong := _wrong(site, known.get(each.to_place_id), each))
    )
    problems = [{"field": field, "message": message} for field, message in found]
    if problems:
        raise Invalid(problems[0]["message"], field=problems[0]["field"], problems=problems)
    capacity.expect_room(site, _changed(each for _field, each in aims), even_if_full=even_if_full)


def _wrong(site: Place, target: Place | None, aim: Transfer) -> str | None:
    if target is None or target.kind not in IN_STOCK or not target.is_active:
        return _("Choose where the goods go.")
    if target.site_id != site.id:
        return _("Goods go to another site by a shipment, with a waybill.")
    if target.id == aim.from_place_id:
        return _("They lie there already.")
    if keeps_apart(target):
        return _("Only held goods lie in quarantine. Hold these first.")
    return None


def keeps_apart(place: Place) -> bool:
    """Only held goods lie there; whoever holds goods puts them there."""
    return place.purpose == Purpose.QUARANTINE


def _changed(transfers: Iterable[Transfer]) -> dict[int, list[Change]]:
    """What comes to each place and what goes."""
    moved = list(transfers)
    lots = {each.lot_id for each in moved}
    rows = db.session.execute(select(Lot.id, Lot.item_id, Lot.pack_id).where(Lot.id.in_(lots)))
    goods = {row.id: (row.item_id, row.pack_id) for row in rows}
    changed: dict[int, list[Change]] = defaultdict(list)
    for each in moved:
        changed[each.from_place_id].append(Change(*goods[each.lot_id], -each.quantity))
        changed[each.to_place_id].append(Change(*goods[each.lot_id], each.quantity))
    return changed
