"""Carries out a stock plan: what is missing is made, and the ledger takes the goods in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from aidtrack.imports.cells import same_name
from aidtrack.imports.donors import DonorRef
from aidtrack.imports.gazetteer import Gazetteer, Written, write_places
from aidtrack.imports.items import ItemWork, write_items, write_packs
from aidtrack.imports.stock import LineRef, PlannedLot, StockWork
from aidtrack.imports.watching import Stretch
from aidtrack.partners.models import PartnerKind
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import outside_place
from aidtrack.stock import ledger
from aidtrack.stock.ledger import NewLot, Source, Transfer
from aidtrack.stock.models import MovementKind

LINES_A_MOVEMENT = 500
LOTS_A_STEP = 2_000
_OUTSIDE_OF = {PartnerKind.DONOR: PlaceKind.DONOR, PartnerKind.SUPPLIER: PlaceKind.SUPPLIER}


def post_opening_stock(
    session: Session,
    work: StockWork,
    known: Gazetteer,
    *,
    source: Source,
    organisation_id: int,
    recorded_by_id: int,
    occurred_at: datetime,
    note: str,
    stretch: Stretch,
) -> None:
    """Post the lines, some hundred a movement, each lot from whoever gave it.

    Takes a fixed number of statements, and some for each movement, donor and 500 lots.
    """
    written = write_places(session, work.places, organisation_id)
    items = write_items(session, ItemWork(new=work.items), organisation_id)
    lots = _make_lots(session, work, known, written, items, stretch=stretch)
    sources = _sources(work.lots, known, written, organisation_id)
    transfers = [
        Transfer(
            lot_id=lots[line.lot],
            from_place_id=sources[work.lots[line.lot].donor],
            to_place_id=_place_id(line.place, written),
            quantity=line.quantity,
        )
        for line in work.lines
    ]
    whole = len(work.lots) + len(transfers)
    for start in range(0, len(transfers), LINES_A_MOVEMENT):
        stretch.step(len(work.lots) + start, whole)
        ledger.post(
            transfers[start : start + LINES_A_MOVEMENT],
            kind=MovementKind.OPENING,
            source=source,
            organisation_id=organisation_id,
            recorded_by_id=recorded_by_id,
            occurred_at=occurred_at,
            note=note,
        )


def _make_lots(
    session: Session,
    work: StockWork,
    known: Gazetteer,
    written: Written,
    new_items: dict[str, int],
    *,
    stretch: Stretch,
) -> list[int]:
    """The ids of the lots, in the order of the plan."""
    codes = {code.casefold(): item_id for code, item_id in new_items.items()}
    item_ids = [codes[x.item] if isinstance(x.item, str) else x.item for x in work.lots]
    wanted = [
        (item_id, (lot.pack,) if lot.pack else ())
        for item_id, lot in zip(item_ids, work.lots, strict=True)
    ]
    packs = write_packs(session, wanted)
    new_lots = [
        NewLot(
            item_id=item_id,
            organisation_id=lot.organisation_id,
            donor_id=_donor_id(lot.donor, known, written),
            batch_number=lot.batch_number,
            expires_on=lot.expires_on,
            pack_id=packs[item_id, lot.pack] if lot.pack else None,
            unit_value_minor=lot.unit_value_minor,
            currency=lot.currency,
        )
        for item_id, lot in zip(item_ids, work.lots, strict=True)
    ]
    lot_ids: list[int] = []
    for start in range(0, len(new_lots), LOTS_A_STEP):
        stretch.step(start, len(new_lots) + len(work.lines))
        lot_ids += ledger.create_lots(new_lots[start : start + LOTS_A_STEP])
    return lot_ids


def _sources(
    lots: Sequence[PlannedLot], known: Gazetteer, written: Written, organisation_id: int
) -> dict[DonorRef | None, int]:
    """The outside place that the goods of each donor come from."""
    return {
        donor: outside_place(
            _OUTSIDE_OF[donor[0]] if donor else PlaceKind.OPENING,
            organisation_id,
            partner_id=_donor_id(donor, known, written),
        )
        for donor in dict.fromkeys(lot.donor for lot in lots)
    }


def _donor_id(donor: DonorRef | None, known: Gazetteer, written: Written) -> int | None:
    if donor is None:
        return None
    return known.partners[donor] if donor in known.partners else written.partners[donor]


def _place_id(place: LineRef, written: Written) -> int:
    if isinstance(place, tuple):
        return written.bins[place[0], same_name(place[1])]
    return written.sites[place] if isinstance(place, str) else place
