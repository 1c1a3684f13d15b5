"""Where goods that arrive are put: the dock, or bins with room that are suggested."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.donations.arrivals import Arrival
from aidtrack.donations.models import DonationLine
from aidtrack.donations.pledges import Problem, problem, refuse
from aidtrack.places import capacity, tree
from aidtrack.places.capacity import Change
from aidtrack.places.models import Place, Purpose
from aidtrack.stock import suggestions
from aidtrack.stock.suggestions import Goods, Suggestion


class SiteFull(RuleBroken):
    """The site takes no more goods, unless whoever stands there says that these have room."""

    code = "site_full"


def expect(arrival: Arrival, *, even_if_full: bool) -> None:
    """Raises Invalid for quarantine, SiteFull and WouldOverfill unless `even_if_full`.

    What is no place of the site is left to others to refuse.
    """
    named = {arrival.site_id, *(lot.place_id for lot in arrival.lots if lot.place_id)}
    places = {
        place.id: place for place in db.session.scalars(select(Place).where(Place.id.in_(named)))
    }
    refuse(list(_quarantined(arrival, places)))
    site = places.get(arrival.site_id)
    if site is None or any(place.site_id != site.id for place in places.values()):
        return
    if site.is_full and not even_if_full:
        raise SiteFull(
            _("%(name)s says that it is full. Receive elsewhere, or say that there is room.",
              name=site.name_in()),
            field="even_if_full",
        )  # fmt: skip
    capacity.expect_room(site, _coming(arrival), even_if_full=even_if_full)


def _quarantined(arrival: Arrival, places: dict[int, Place]) -> Iterable[Problem]:
    for index, lot in enumerate(arrival.lots):
        place = places.get(lot.place_id or 0)
        if place is not None and place.purpose == Purpose.QUARANTINE:
            sentence = _("Only held goods lie in quarantine. Receive these elsewhere first.")
            yield problem(f"lines-{index}-place_id", sentence)


def _coming(arrival: Arrival) -> dict[int, list[Change]]:
    """What is put into each place."""
    lines = {lot.donation_line_id for lot in arrival.lots}
    rows = db.session.execute(
        select(DonationLine.id, DonationLine.item_id, DonationLine.pack_id).where(
            DonationLine.id.in_(lines)
        )
    )
    known = {row.id: row for row in rows}
    coming: dict[int, list[Change]] = defaultdict(list)
    for lot in arrival.lots:
        line = known.get(lot.donation_line_id)
        if line is not None:
            packed_in = lot.pack_id or line.pack_id
            coming[lot.place_id or arrival.site_id].append(
                Change(line.item_id, packed_in, lot.good)
            )
    return coming


def suggested(site_id: int | None, lines: Sequence[Any]) -> dict[int, Suggestion]:
    """A bin for what is still to come of each donation line, by the line's id."""
    awaited = [line for line in lines if line.to_come]
    goods = [Goods(line.item_id, line.to_come, pack=line.pack) for line in awaited]
    found = suggestions.suggest(site_id, goods) if site_id else []
    return {line.id: each for line, each in zip(awaited, found, strict=False) if each}


def bins(site_id: int | None) -> list[Place]:
    """The open bins of a site into which goods may be received, in the order of its tree."""
    if site_id is None:
        return []
    return tree.by_path(
        each
        for each in tree.bins_of(site_id)
        if each.is_active and each.purpose != Purpose.QUARANTINE
    )


def dock(bins: Iterable[Place]) -> Place | None:
    """The bin in which what arrives lies until it is put away; without one it is the floor."""
    return next((each for each in bins if each.purpose == Purpose.RECEIVING), None)
