"""Kits as people see them: the list, the page, building, taking apart, packing anew; and JSON."""

from uuid import uuid4

import pytest

from aidtrack.core.db import db
from aidtrack.kits import queries
from aidtrack.stock.models import Lot
from tests.factories.kits import build_lots, make_kit
from tests.factories.world import held, make_item, make_stock, make_world


@pytest.fixture
def soap(world) -> int:
    return make_stock(world, make_item("Soap"), 60)


@pytest.fixture
def kit(world, soap) -> int:
    return make_kit((db.session.get_one(Lot, soap).item_id, 2))


def build_data(world, soap, *, kits="5", take="10"):
    return {
        "key": uuid4(),
        "site_id": world.warehouse_id,
        "quantity": kits,
        "to_place_id": world.bin_id,
        "lines-0-lot_id": soap,
        "lines-0-place_id": world.bin_id,
        "lines-0-quantity": take,
    }


class TestPages:
    def test_the_list_leads_to_the_kit_which_says_what_could_be_built(self, world, kit, signed_in):
        browser = signed_in(world.logistician)
        assert f'href="/kits/{kit}"' in browser.get("/kits").text
        page = browser.get(f"/kits/{kit}").text
        assert "What could be built now" in page
        assert "Osh warehouse" in page
        assert "Soap" in page

    def test_a_kit_is_added_and_changed_by_who_keeps_the_item(self, world, soap, signed_in):
        browser = signed_in(world.admin)
        code = {"code": "KIT-9", "name": "Winter kit", "base_unit": "piece"}
        browser.post("/items/new", data=code | {"weight_unit": "kg", "volume_unit": "l"})
        part = db.session.get_one(Lot, soap).item.code
        line = {"lines-0-item_id": part, "lines-0-quantity": "2"}
        added = browser.post("/kits/new", data={"item_id": "KIT-9"} | line)
        assert added.status_code == 303
        changed = browser.post(
            f"{added.location}/contents", data=line | {"lines-0-quantity": "3", "note": "Bigger"}
        )
        assert changed.status_code == 303
        assert "Version 2" in browser.get(added.location).text

    def test_the_parts_are_filled_in_and_the_kits_are_built(self, world, soap, kit, signed_in):
        browser = signed_in(world.logistician)
        url = f"/kits/{kit}/build?site_id={world.warehouse_id}&quantity=5"
        assert 'value="10"' in browser.get(url).text
        answer = browser.post(url, data=build_data(world, soap))
        assert answer.status_code == 303
        assert held(world.bin_id, soap) == 50
        page = browser.get(answer.location).text
        assert "Made of" in page
        assert "is built" in page or "are built" in page

    def test_what_is_missing_is_said_and_what_was_typed_stays(self, world, soap, kit, signed_in):
        url = f"/kits/{kit}/build?site_id={world.warehouse_id}&quantity=5"
        answer = signed_in(world.logistician).post(url, data=build_data(world, soap, take="7"))
        assert answer.status_code == 422
        assert "Soap: 3 missing" in answer.text
        assert 'value="7"' in answer.text

    def test_kits_are_taken_apart_from_their_lot(self, world, soap, kit, signed_in):
        (lot,) = build_lots(world, kit, 10)
        browser = signed_in(world.logistician)
        assert "What comes out of each" in browser.get(f"/lots/{lot}/unbuild").text
        data = {
            "key": uuid4(),
            "place_id": world.bin_id,
            "quantity": "4",
            "to_place_id": world.bin_id,
        }
        assert browser.post(f"/lots/{lot}/unbuild", data=data).status_code == 303
        assert held(world.bin_id, soap) == 48
        assert "Went into" in browser.get(f"/lots/{soap}").text

    def test_goods_are_packed_anew(self, world, soap, signed_in):
        item = db.session.get_one(Lot, soap).item
        browser = signed_in(world.logistician)
        assert "Pack anew" in browser.get(f"/lots/{soap}/repack").text
        data = {
            "key": uuid4(),
            "place_id": world.bin_id,
            "packs": "3",
            "pack_id": item.packs[0].id,
            "to_place_id": world.bin_id,
        }
        assert browser.post(f"/lots/{soap}/repack", data=data).status_code == 303
        assert held(world.bin_id, soap) == 30

    def test_pages_of_kits_take_the_same_statements_however_many_there_are(
        self, world, kit, signed_in, statements
    ):
        browser = signed_in(world.logistician)
        counts = []
        for more in (0, 0, 12):
            for number in range(more):
                part = make_item(f"Part {number}")
                make_stock(world, part, 30)
                build_lots(world, make_kit((part, 1), name=f"Kit {number}"), 3)
            with statements() as seen:
                assert browser.get("/kits").status_code == 200
            counts.append(len(seen))
        assert counts[1] == counts[2]


class TestWhoMay:
    def test_a_stranger_sees_no_stock_of_it_and_cannot_build(self, world, soap, kit, signed_in):
        browser = signed_in(make_world("Strangers").logistician)
        assert "Osh warehouse" not in browser.get(f"/kits/{kit}").text
        browser.post(f"/kits/{kit}/build", data=build_data(world, soap))
        assert held(world.bin_id, soap) == 60
        assert browser.get(f"/lots/{soap}/repack").status_code == 404
        assert browser.get(f"/lots/{soap}/unbuild").status_code == 404

    def test_an_auditor_looks_and_does_not_build(self, world, soap, kit, signed_in):
        browser = signed_in(world.auditor)
        assert browser.get(f"/kits/{kit}").status_code == 200
        for url in (f"/kits/{kit}/build", f"/lots/{soap}/repack", f"/lots/{soap}/unbuild"):
            assert browser.get(url).status_code == 403, url

    def test_a_driver_sees_no_kits(self, world, signed_in):
        assert signed_in(world.driver).get("/kits").status_code == 403


class TestApi:
    def test_kits_are_built_and_taken_apart_over_json(self, world, soap, kit, api):
        program = api(world.logistician)
        built = program.post(
            f"/api/v1/kits/{kit}/builds",
            json={
                "key": str(uuid4()),
                "site_id": world.warehouse_id,
                "quantity": 5,
                "to_place_id": world.bin_id,
            },
        )
        assert built.status_code == 201
        (lot,) = built.json["lot_ids"]
        apart = program.post(
            f"/api/v1/lots/{lot}/unbuilds",
            json={
                "key": str(uuid4()),
                "place_id": world.bin_id,
                "quantity": 5,
                "to_place_id": world.bin_id,
            },
        )
        assert apart.status_code == 201
        assert held(world.bin_id, soap) == 60
        assert program.get(f"/api/v1/kits/{kit}").json["versions"][0]["number"] == 1

    def test_what_is_missing_is_named_in_json(self, world, kit, api):
        answer = api(world.logistician).post(
            f"/api/v1/kits/{kit}/builds",
            json={
                "key": str(uuid4()),
                "site_id": world.warehouse_id,
                "quantity": 31,
                "to_place_id": world.bin_id,
            },
        )
        assert answer.status_code == 409
        assert answer.json["error"]["code"] == "parts_missing"
        assert queries.kit(kit, world.logistician).lots == ()
