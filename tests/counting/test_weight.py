"""The page that counts is light, however many lines it has."""

import gzip
from datetime import date, timedelta

from aidtrack.core.bulk import insert_many
from aidtrack.core.db import transaction
from aidtrack.counting.models import CountLine
from aidtrack.places import services as places
from aidtrack.stock.models import Lot
from tests.factories.counts import make_count
from tests.factories.world import make_item, make_stock


def test_nine_hundred_lines_are_a_light_page(world, signed_in):
    items = [make_item(f"{n} goods of kind {i}", pack=24) for i, n in enumerate(NAMES)]
    make_stock(world, items[0], 5)
    count = make_count(world)
    bins = [
        places.add_bin(world.warehouse_id, name=f"C-{n:02d}", actor=world.logistician)
        for n in range(45)
    ]
    rows = [
        {
            "item_id": items[n * 7 % len(items)],
            "organisation_id": world.organisation_id,
            "batch_number": f"{'ABKZ'[n % 4]}{n * 7919 % 10_000:04d}" if n % 3 else "",
            "expires_on": date(2027, 1, 1) + timedelta(n * 37 % 900) if n % 2 else None,
        }
        for n in range(900)
    ]
    with transaction() as session:
        lots = insert_many(session, Lot, rows)
        insert_many(
            session,
            CountLine,
            [
                {
                    "count_id": count,
                    "place_id": bins[n // 20],
                    "item_id": rows[n]["item_id"],
                    "lot_id": lot_id,
                    "batch_number": rows[n]["batch_number"],
                    "expires_on": rows[n]["expires_on"],
                    "is_added": False,
                    "round": 1,
                }
                for n, lot_id in enumerate(lots)
            ],
        )
    page = signed_in(world.logistician).get(f"/counts/{count}/count").data
    assert page.count(b'name="q-') == 901
    assert len(gzip.compress(page, 6)) < 20_000


NAMES = (
    "Family tent",
    "Tarpaulin",
    "Rope",
    "Thermal blanket",
    "Sleeping mat",
    "Jerrycan",
    "Bucket",
    "Soap",
    "Hygiene kit",
    "Wheat flour",
    "Rice",
    "Lentils",
    "Oil",
    "Sugar",
    "Salt",
    "Tea",
    "Paracetamol 500 mg",
    "Amoxicillin 250 mg",
    "Oral rehydration salts",
    "Bandage",
    "Syringe 5 ml",
    "Gloves",
    "Mask",
    "Lamp",
    "Stove",
    "Coal",
    "Shovel",
    "Wheelbarrow",
    "Hammer",
    "Boots",
)
