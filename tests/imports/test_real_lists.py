"""The real lists that the product must take as they are; see ../shared/data/README.md."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.imports import services
from aidtrack.imports.previews import Preview
from aidtrack.places.models import Area, Place
from aidtrack.sealing import verification
from aidtrack.stock.models import Lot, StockLine
from tests.factories.world import World

Look = Callable[..., Preview]
ReadList = Callable[[str], bytes]
Take = Callable[..., Preview]


@pytest.fixture
def take(look: Look, world: World, real_list: ReadList) -> Take:
    """Previews a real list, which must have no problem, and takes it in."""

    def take_in(kind: str, path: str, **options: Any) -> Preview:
        found = look(kind, real_list(path), path, **options)
        assert not found.problems
        services.apply(found.id, actor=world.logistician, key=uuid4(), seen=found.fingerprint)
        return found

    return take_in


def count(*where: Any) -> int:
    return db.session.scalar(select(func.count()).where(*where)) or 0


def test_ifrc_emergency_items(take: Take, look: Look, real_list: ReadList) -> None:
    path = "catalogue/ifrc_emergency_items.csv"
    found = take("items", path)
    assert found.counts.create == 2467
    assert "Windows-1252" in found.notes[0]
    assert count(Item.weight_mg.is_(None)) == 640
    assert count(Item.volume_mm3.is_(None)) == 655
    bag = db.session.scalars(select(Item).filter_by(code="APACBAGP100")).one()
    assert (bag.weight_mg, bag.volume_mm3) == (58_000, 769_500)
    flag = db.session.scalars(select(Item).filter_by(code="KADMIDEN03")).one()
    assert "mégaphone" in flag.name
    assert look("items", real_list(path)).counts.unchanged == 2467


def test_who_essential_medicines(take: Take, look: Look, real_list: ReadList) -> None:
    path = "catalogue/who_essential_medicines.csv"
    found = take("items", path)
    assert (found.counts.create, found.extras[0].count) == (729, 119)
    assert count(Item.has_expiry) == 725
    assert count(Item.is_cold_chain) == 37
    assert count(Item.code.startswith("MED-")) == 729
    assert look("items", real_list(path)).counts.unchanged == 729


def test_red_cross_warehouses(take: Take, look: Look, real_list: ReadList) -> None:
    path = "places/red_cross_warehouses.csv"
    assert take("places", path).counts.create == 30
    same = db.session.scalars(select(Place).filter_by(name="Same Warehouse")).one()
    assert (same.latitude_e6, same.longitude_e6) == (-8_987_880, 125_664_560)
    assert same.note.startswith("Timor-Leste Red Cross Society")
    anbar = db.session.scalars(select(Place).filter_by(name="Anbar Branch Warehouse")).one()
    assert anbar.note == "Iraqi Red Crescent Society, Anbar"
    assert look("places", real_list(path)).counts.unchanged == 30


def test_openboxes_locations_and_bins(take: Take, look: Look, world: World) -> None:
    found = take("places", "places/openboxes_locations.csv")
    assert (found.counts.create, found.counts.skip) == (8, 10)
    again = take("places", "places/openboxes_locations.csv", area_id=world.area_id)
    assert (again.counts.create, again.counts.unchanged) == (10, 8)
    bins = take("places", "places/openboxes_bins.csv")
    assert (bins.counts.create, bins.extras[0].names) == (40, ("Main Warehouse",))
    assert count(Place.kind == "bin") == 41


def test_pcodes_stay_text(take: Take, look: Look, real_list: ReadList) -> None:
    found = take("places", "areas/pcodes_region.csv")
    assert (found.counts.create, found.counts.unchanged) == (2567, 1)
    rudaki = db.session.scalars(select(Area).filter_by(pcode="3590401")).one()
    assert (rudaki.country, rudaki.level, rudaki.parent.pcode) == ("TJ", 2, "3590000")
    assert {len(x) for x in db.session.scalars(select(Area.pcode).filter_by(country="KG"))} == {13}
    assert take("places", "areas/iso_pcode_crosswalk.csv").counts.change == 58
    osh = db.session.scalars(select(Area).filter_by(pcode="KG06000000000")).one()
    assert osh.names == {"ky": "Ош", "ru": "Ошская область"}


def test_red_cross_stock(take: Take) -> None:
    found = take("stock", "stock/red_cross_stock.csv")
    assert found.counts.create == 42
    assert "Together they are worth 264,860.00 USD." in found.notes
    extras = {extra.kind: extra.count for extra in found.extras}
    assert extras == {
        "Item": 15, "Warehouse": 7, "Supplier": 1, "Donor": 2, "Bin": 2, "Category": 2
    }  # fmt: skip
    blankets = (
        select(func.sum(StockLine.quantity))
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(Item.name == "Blankets")
    )
    assert db.session.scalar(blankets) == 5000 + 150 + 500 + 150 + 600 + 500
    assert not verification.verify().disagreements


def test_openboxes_stock(take: Take, world: World) -> None:
    main = take("stock", "stock/openboxes_main_warehouse.csv", site_id=world.warehouse_id)
    assert (main.counts.create, main.counts.skip) == (48, 9)
    assert any("month/day/year" in note for note in main.notes)
    boston = take("stock", "stock/openboxes_boston_warehouse.csv", site_id=world.other_warehouse_id)
    assert (boston.counts.create, boston.counts.skip) == (43, 14)
    lot = db.session.scalars(select(Lot).filter_by(batch_number="00392/174")).first()
    assert lot is not None
    assert str(lot.expires_on) == "2025-06-30"
    assert not verification.verify().disagreements


@pytest.mark.parametrize(
    ("kind", "path"),
    [("items", "catalogue/kit_contents.csv"), ("stock", "stock/openboxes_inventory_levels.csv")],
)
def test_lists_for_later_are_declined_by_name(
    look: Look, real_list: ReadList, kind: str, path: str
) -> None:
    with pytest.raises(Invalid, match="cannot keep those yet"):
        look(kind, real_list(path))
