"""The main warehouse is laid out in halls, with what fits in them, and a dock where goods wait."""

from typing import Any
from uuid import UUID, uuid5

from aidtrack.core import clock
from aidtrack.demo.cast import Cast
from aidtrack.identity import services as identity
from aidtrack.places import bins, services
from aidtrack.places.details import BinDetails
from aidtrack.places.models import Place, Purpose
from aidtrack.places.tree import bins_of
from aidtrack.stock import queries as stock
from aidtrack.stock import services as store
from aidtrack.stock.services import Taking

SITE = "Osh main warehouse"
DOCK = "Dock"
KEYS = UUID("5f0c7f0e-2f0b-4d53-8f5c-6d8f0a0c2b7e")
M3 = 10**9
KG = 10**6
# What was measured lately: cubic metres and kilograms by bin.
FITS = {
    "A-01": (280, 110_000),
    "A-02": (200, 80_000),
    "A-03": (200, 80_000),
    "B-01": (120, 60_000),
    "B-02": (120, 60_000),
    "Hall A": (700, 280_000),
    "Cold room": (40, 12_000),
}
HALLS = (("Hall A", ("A-01", "A-02", "A-03")), ("Hall B", ("B-01", "B-02")))


def lay_out(cast: Cast) -> None:
    boss = identity.system_actor(cast.organisations["TSR"])
    site_id = cast.sites[SITE]
    known = {each.name: each for each in bins_of(site_id)}
    for hall, names in HALLS:
        hall_id = services.add_bin(site_id, name=hall, actor=boss)
        for name in names:
            bins.change_bin(known[name].id, _inside(known[name], hall_id), actor=boss)
    cold = known["Cold room"]
    bins.change_bin(cold.id, _inside(cold, site_id, is_cold_chain=True), actor=boss)
    for name, purpose in ((DOCK, Purpose.RECEIVING), ("Quarantine", Purpose.QUARANTINE)):
        services.add_bins(site_id, [name], purpose=purpose, actor=boss)


def measure(cast: Cast) -> None:
    boss = identity.system_actor(cast.organisations["TSR"])
    for place in bins_of(cast.sites[SITE]):
        if place.name in FITS:
            cubic_metres, kilograms = FITS[place.name]
            fits = {"capacity_mm3": cubic_metres * M3, "capacity_mg": kilograms * KG}
            bins.change_bin(place.id, _inside(place, place.parent_id or 0, **fits), actor=boss)


def leave_at_dock(cast: Cast) -> None:
    """A few lots came off their shelves for a shipment that was cancelled."""
    site_id = cast.sites[SITE]
    dock = next(each for each in bins_of(site_id) if each.name == DOCK)
    rows = sorted(stock.stock_of_site(site_id), key=lambda row: (-row.free, row.lot_id))[2:5]
    store.move(
        [Taking(row.lot_id, row.place_id, max(row.free // 10, 1)) for row in rows],
        to_place_id=dock.id,
        key=uuid5(KEYS, "dock"),
        actor=cast.keeper(SITE),
        at=clock.now(),
    )


def _inside(place: Place, parent_id: int, **more: Any) -> BinDetails:
    known: dict[str, Any] = {
        "name": place.name,
        "code": place.code,
        "is_cold_chain": place.is_cold_chain,
    }
    return BinDetails(**known | {"parent_id": parent_id} | more)
