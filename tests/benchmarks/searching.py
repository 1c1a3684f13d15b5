"""Finding by words among 100,000 records: what the server's own time is."""

import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, update

from aidtrack.catalogue.models import Item
from aidtrack.core import clock, codes
from aidtrack.core.db import db, transaction
from aidtrack.donations.models import Donation, DonationStatus
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import Area, Place, PlaceKind
from aidtrack.reports.search import search
from aidtrack.shipments.models import Shipment, ShipmentStatus, TransportMode
from aidtrack.stock.models import Lot
from tests.benchmarks.figures import Figure, at_most
from tests.factories.world import World

BATCH = 5_000
GOODS = ("blanket", "tent", "stove", "soap", "flour", "bucket", "lantern", "tarpaulin", "rope")
GOODS_IN_RUSSIAN = ("одеяло", "палатка", "печь", "мыло", "мука", "ведро", "фонарь", "тент", "канат")
SORTS = ("thermal", "winter", "family", "small", "heavy", "light", "woollen", "plastic")
SYLLABLES = ("ba", "ke", "ti", "no", "sha", "lu", "mir", "gor", "dal", "ven", "rak", "sul")
TYPED = (
    ("common", "blanket"),
    ("rare", "tarpaulin 00457"),
    ("whole number", "SHP/KG/2020/000123"),
    ("mistyped", "blnaket"),
    ("Russian keys", "jltzkj"),
    ("nothing", "qwxzv jjkk"),
)


def fill(world: World, records: int) -> None:
    """Of all that is searched a fifth are lots, shipments and donations, and so on."""
    share = records // 20
    _write(Item, _items(share))
    items = _ids(Item)
    _write(Area, _areas(share))
    _write(Place, _places(share, world, _ids(Area)))
    with transaction() as session:
        own = update(Place).where(Place.kind == PlaceKind.WAREHOUSE)
        session.execute(own.values(site_id=Place.id))
    _write(Partner, _partners(share, world))
    _write(Lot, _lots(share * 6, world, items))
    _write(Donation, _donations(share * 4, world, _ids(Partner)))
    sites = list(db.session.scalars(select(Place.id).where(Place.kind == PlaceKind.WAREHOUSE)))
    _write(Shipment, _shipments(share * 6, world, sites))
    db.session.remove()


def searching(name: str, world: World, times: int) -> Iterator[Figure]:
    for what, typed in TYPED:
        search(typed, world.admin)
        took = []
        for _time in range(times):
            start = time.perf_counter()
            search(typed, world.admin)
            took.append((time.perf_counter() - start) * 1000)
        db.session.rollback()
        yield at_most(f"search, {what}", name, statistics.median(took), 50, "ms")


def _write(model: type, rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, BATCH)):
        with transaction() as session:
            session.execute(insert(model), some)


def _ids(model: Any) -> list[int]:
    return list(db.session.scalars(select(model.id)))


def called(number: int) -> str:
    """A name like no other, such as Batinosha."""
    parts = []
    for _part in range(4):
        number, at = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[at])
    return "".join(parts).title()


def _items(count: int) -> Iterator[dict[str, Any]]:
    for n in range(count):
        name = f"{SORTS[n // 9 % 8].title()} {GOODS[n % 9]} {n:05d}"
        yield {
            "code": f"X-{n:05d}",
            "name": name,
            "names": {"ru": f"{GOODS_IN_RUSSIAN[n % 9].title()} {n:05d}"},
            "base_unit": "piece",
            "has_expiry": False,
            "is_cold_chain": False,
            "is_active": True,
            "search_text": name.lower(),
        }


def _areas(count: int) -> Iterator[dict[str, Any]]:
    for n in range(count):
        yield {"pcode": f"XX{n:06d}", "name": called(n), "names": {}, "level": 3, "country": "KG"}


def _places(count: int, world: World, areas: list[int]) -> Iterator[dict[str, Any]]:
    for n in range(count):
        yield {
            "kind": PlaceKind.WAREHOUSE,
            "name": f"{called(n * 7)} warehouse",
            "names": {},
            "code": f"W{n:05d}",
            "is_outside": False,
            "organisation_id": world.organisation_id,
            "area_id": areas[n % len(areas)],
        }


def _partners(count: int, world: World) -> Iterator[dict[str, Any]]:
    for n in range(count):
        yield {
            "organisation_id": world.organisation_id,
            "kind": PartnerKind.DONOR,
            "name": f"{called(n * 11)} foundation",
            "names": {},
            "reference": f"XM-{n:05d}",
        }


def _lots(count: int, world: World, items: list[int]) -> Iterator[dict[str, Any]]:
    for n in range(count):
        yield {
            "item_id": items[n % len(items)],
            "organisation_id": world.organisation_id,
            "batch_number": f"{n * 2_654_435_761 % 2**32:08X}-{n % 7}",
            "expires_on": date(2027, 1, 1) + timedelta(days=n % 900),
        }


def _donations(count: int, world: World, donors: list[int]) -> Iterator[dict[str, Any]]:
    for n in range(count):
        yield {
            "organisation_id": world.organisation_id,
            "donor_id": donors[n % len(donors)],
            "number": f"DON/KG/2020/{n:06d}",
            "status": DonationStatus.PLEDGED,
            "pledged_on": date(2020, 1, 1),
            "grant_reference": f"G-{n:06d}",
            "currency": "USD",
        }


def _shipments(count: int, world: World, sites: list[int]) -> Iterator[dict[str, Any]]:
    for n in range(count):
        yield {
            "organisation_id": world.organisation_id,
            "number": f"SHP/KG/2020/{n:06d}",
            "code": codes.new_code(),
            "status": ShipmentStatus.DRAFT,
            "origin_id": sites[n % len(sites)],
            "destination_id": sites[(n * 13 + 1) % len(sites)],
            "transport": TransportMode.ROAD,
            "vehicle_plate": f"{n % 9:02d} KG {n % 999:03d} ABC",
            "created_at": clock.now(),
        }
