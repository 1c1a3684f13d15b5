"""What came off the truck, what must hold of it, and how it is posted. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from aidtrack.core.i18n import _
from aidtrack.core.measured import measure
from aidtrack.donations.pledges import QUANTITY_MAX, Problem, problem
from aidtrack.places.models import SITES
from aidtrack.stock.ledger import Transfer
from aidtrack.stock.models import Reason

LOTS_MAX = 500
MODES = ("road", "air", "sea", "rail", "hand")
# Beyond these an expiry date is a slip of the pen: the year 0026, or 2226.
EXPIRED_YEARS_MAX = 10
KEPT_YEARS_MAX = 30

LotKey = tuple[int, str, date | None]
"""(donation line id, batch number, expiry): what makes two rows the same lot."""


@dataclass(frozen=True, slots=True)
class ReceivedLot:
    """One lot of a donation line as it came, in base units.

    `stated` is what the donor's paper says. Good goods go to the place, a bin or the site
    itself (None). The pack is the one they came in; None means the one they were promised in.
    """

    donation_line_id: int
    stated: int
    good: int
    damaged: int = 0
    place_id: int | None = None
    batch_number: str = ""
    expires_on: date | None = None
    pack_id: int | None = None
    is_claimed: bool = False
    note: str = ""

    @property
    def key(self) -> LotKey:
        return self.donation_line_id, self.batch_number, self.expires_on

    @property
    def missing(self) -> int:
        """Stated, but neither good nor damaged. A surplus is simply more good."""
        return max(0, self.stated - self.good - self.damaged)

    @property
    def lost(self) -> int:
        """What has to be written off."""
        return self.damaged + self.missing

    @property
    def given(self) -> int:
        """What the donor has given with it: good, damaged on the way, and missing."""
        return self.good + self.damaged + self.missing


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods that arrived together at one site of ours."""

    site_id: int
    arrived_at: datetime
    lots: tuple[ReceivedLot, ...]
    delivered_by: str = ""
    received_by: str = ""
    transport: str = "road"
    transport_reference: str = ""
    documents_complete: bool = True
    note: str = ""
    languages: tuple[str, ...] = ()  # Of its note; as the organisation has it when empty.


@dataclass(frozen=True, slots=True)
class Ground:
    """What an arrival refers to, read under the lock: rows and ids by id. `road_place_id` is
    where missing goods are until they are written off; None as long as nothing was missing.
    """

    lines: Mapping[int, Any]
    packs: Mapping[int, Any]
    places: Mapping[int, Any]
    donor_place_id: int
    road_place_id: int | None


def problems_of(arrival: Arrival, ground: Ground, now: datetime) -> Iterator[Problem]:
    """Everything wrong with it, each with the path of its field."""
    if arrival.arrived_at > now:
        yield problem("arrived_at", _("Goods cannot have arrived in the future."))
    if arrival.transport not in MODES:
        yield problem("transport", _("Choose one from the list."))
    if not arrival.lots:
        yield problem("lines", _("Say what came: fill in at least one line."))
    if len(arrival.lots) > LOTS_MAX:
        yield problem("lines", _("At most %(most)d lines fit here.", most=LOTS_MAX))
    site = ground.places.get(arrival.site_id)
    if site is None or site.kind not in SITES or not site.is_active:
        yield problem("site_id", _("Choose a place of the organisation that the goods are for."))
    for index, lot in enumerate(arrival.lots):
        yield from _problems_of_lot(lot, f"lines-{index}", arrival, ground)


def _problems_of_lot(
    lot: ReceivedLot, at: str, arrival: Arrival, ground: Ground
) -> Iterator[Problem]:
    line = ground.lines.get(lot.donation_line_id)
    if line is None:
        yield problem(f"{at}-donation_line_id", _("This line is not of this donation."))
        return
    for name, quantity in (("stated", lot.stated), ("good", lot.good), ("damaged", lot.damaged)):
        if not 0 <= quantity <= QUANTITY_MAX:
            yield problem(f"{at}-{name}", _("Give a quantity between 0 and a million million."))
    if not (lot.stated or lot.good or lot.damaged):
        sentence = _("Nothing is stated and nothing came. Leave this line empty instead.")
        yield problem(f"{at}-good", sentence)
    pack = ground.packs.get(lot.pack_id) if lot.pack_id else None
    if lot.pack_id is not None and (pack is None or pack.item_id != line.item_id):
        yield problem(f"{at}-pack_id", _("This item does not come in such a pack."))
    if lot.is_claimed and not lot.lost:
        sentence = _("Nothing of this line is damaged or missing: there is nothing to claim.")
        yield problem(f"{at}-is_claimed", sentence)
    place = ground.places.get(lot.place_id) if lot.place_id else None
    if lot.place_id and (place is None or place.site_id != arrival.site_id or not place.is_active):
        yield problem(f"{at}-place_id", _("This bin is not in the place where the goods arrived."))
    yield from _problems_of_expiry(lot, at, line, arrival)


def _problems_of_expiry(
    lot: ReceivedLot, at: str, line: Any, arrival: Arrival
) -> Iterator[Problem]:
    field, arrived_on = f"{at}-expires_on", arrival.arrived_at.date()
    if lot.expires_on is None:
        if line.has_expiry and (lot.good or lot.damaged):
            yield problem(field, _("Write the expiry date: these goods have one."))
    elif not (
        arrived_on - timedelta(days=366 * EXPIRED_YEARS_MAX)
        <= lot.expires_on
        <= arrived_on + timedelta(days=366 * KEPT_YEARS_MAX)
    ):
        yield problem(field, _("Check the year of this expiry date."))
    elif lot.expires_on < arrived_on and lot.good and not lot.note:
        yield problem(
            field,
            _(
                "These goods have expired. Count them as damaged, or write a note saying why"
                " they are kept; they will not be offered for shipments."
            ),
        )


def weighed(lot: ReceivedLot, ground: Ground) -> int | None:
    """What came of it weighs, in whole packs as they were measured; None when nobody knows."""
    line = ground.lines[lot.donation_line_id]
    size, of_pack = line.pack_size, line.pack_weight_mg
    if lot.pack_id is not None:
        size, of_pack = ground.packs[lot.pack_id].size, ground.packs[lot.pack_id].weight_mg
    return measure(lot.good + lot.damaged, line.weight_mg, size, of_pack)


def transfers(
    arrival: Arrival, lot_ids: Mapping[LotKey, int], ground: Ground
) -> Sequence[Transfer]:
    """What is posted: good to its place, damaged to the floor of the site, and missing, which
    never came, to the road; from there both are written off.
    """
    posted = []
    for lot in arrival.lots:
        lot_id = lot_ids[lot.key]
        for quantity, to_place_id, reason in (
            (lot.good, lot.place_id or arrival.site_id, None),
            (lot.damaged, arrival.site_id, Reason.DAMAGED),
            (lot.missing, ground.road_place_id, Reason.MISSING),
        ):
            if quantity:
                assert to_place_id is not None
                posted.append(
                    Transfer(lot_id, ground.donor_place_id, to_place_id, quantity, reason)
                )
    return posted
