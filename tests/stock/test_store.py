"""Moving, writing off, giving back and undoing in a store: rule, page and API."""

from datetime import date
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import Place, PlaceKind
from aidtrack.sealing import verification
from aidtrack.stock import lots, services, storekeeping
from aidtrack.stock.ledger import InsufficientStock
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.models import Reason
from aidtrack.stock.services import Taking
from tests.factories.world import (
    held,
    make_item,
    make_person,
    make_stock,
    make_world,
)


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), 100)


def move(world, lot, quantity, to_place_id, *, key=None, actor=None, from_id=None):
    return services.move(
        [Taking(lot, from_id or world.bin_id, quantity)],
        to_place_id=to_place_id,
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=clock.now(),
    )


def write_off(world, lot, quantity, *, key=None, actor=None, note="Rain came in"):
    return storekeeping.write_off(
        [Taking(lot, world.bin_id, quantity)],
        reason=Reason.WET,
        note=note,
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=clock.now(),
    )


def movement_of(write_off_id):
    return db.session.get_one(WriteOff, write_off_id).movement_id


class TestMove:
    def test_goods_go_to_another_bin_of_the_site(self, world, lot):
        move(world, lot, 30, world.warehouse_id)
        assert (held(world.bin_id, lot), held(world.warehouse_id, lot)) == (70, 30)

    def test_the_same_key_moves_once(self, world, lot, key):
        first = move(world, lot, 30, world.warehouse_id, key=key)
        assert move(world, lot, 30, world.warehouse_id, key=key) == first
        assert held(world.warehouse_id, lot) == 30

    def test_the_same_key_for_another_quantity_is_refused(self, world, lot, key):
        move(world, lot, 30, world.warehouse_id, key=key)
        with pytest.raises(KeyReused):
            move(world, lot, 31, world.warehouse_id, key=key)

    def test_another_site_is_reached_by_a_shipment_only(self, world, lot):
        with pytest.raises(Invalid, match="by a shipment"):
            move(world, lot, 30, world.point_id)
        assert held(world.point_id, lot) == 0

    def test_more_than_is_there_is_refused_by_name(self, world, lot):
        with pytest.raises(InsufficientStock, match="1 short"):
            move(world, lot, 101, world.warehouse_id)

    def test_an_auditor_may_not_move(self, world, lot):
        with pytest.raises(NotAllowed):
            move(world, lot, 1, world.warehouse_id, actor=world.auditor)

    def test_a_stranger_does_not_learn_that_the_place_exists(self, world, lot):
        stranger = make_world("Strangers").logistician
        with pytest.raises(NotFound):
            move(world, lot, 1, world.warehouse_id, actor=stranger)

    def test_someone_of_one_site_may_not_move_at_another(self, world, lot):
        keeper = make_person(
            Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id
        )
        with pytest.raises(NotFound):
            move(world, lot, 1, world.warehouse_id, actor=keeper)


class TestWriteOff:
    def test_lost_goods_are_counted_as_lost_in_the_warehouse(self, world, lot):
        write_off(world, lot, 7)
        assert lots.lot_detail(lot, world.logistician).lost == 7
        lost = places.outside_place(PlaceKind.LOST_IN_WAREHOUSE, world.organisation_id)
        assert held(lost, lot) == 7

    def test_it_needs_an_explanation(self, world, lot):
        with pytest.raises(Invalid, match="donor will ask"):
            write_off(world, lot, 7, note=" ")

    def test_undone_from_its_message_the_goods_are_back(self, world, lot):
        movement = movement_of(write_off(world, lot, 7))
        services.undo(movement, reason="found again", key=uuid4(), actor=world.logistician)
        assert held(world.bin_id, lot) == 100
        assert verification.verify().holds

    def test_a_double_click_on_undo_undoes_once(self, world, lot, key):
        movement = movement_of(write_off(world, lot, 7))
        first = services.undo(movement, reason="again", key=key, actor=world.logistician)
        assert services.undo(movement, reason="x", key=key, actor=world.logistician) == first


class TestReturnToDonor:
    def test_goods_that_nobody_gave_cannot_be_given_back(self, world, lot):
        with pytest.raises(Invalid, match="Nobody is known"):
            storekeeping.give_back(
                [Taking(lot, world.bin_id, 1)],
                note="Not asked for",
                key=uuid4(),
                actor=world.logistician,
                at=clock.now(),
            )

    def test_goods_do_not_leave_without_a_reason(self, world, lot):
        with pytest.raises(Invalid, match="Say why"):
            storekeeping.give_back(
                [Taking(lot, world.bin_id, 1)],
                note=" ",
                key=uuid4(),
                actor=world.logistician,
                at=clock.now(),
            )


class TestPages:
    def test_the_list_shows_packs_and_pieces(self, world, signed_in):
        make_stock(world, make_item("Family tent", pack=24), 29)
        page = signed_in(world.logistician).get("/stock")
        assert page.status_code == 200
        assert "Family tent" in page.text

    def test_an_expired_lot_says_so(self, world, signed_in):
        make_stock(world, make_item(), 5, expires_on=date(2020, 1, 1))
        page = signed_in(world.logistician).get("/stock?view=expired")
        assert "Expired" in page.text
        assert "B-12" in page.text

    def test_words_find_a_lot_by_item_batch_or_number(self, world, lot, signed_in):
        browser = signed_in(world.logistician)
        for words in ("blanket", "b-12", f"L{lot:06d}", "THERM blank"):
            assert "Thermal blanket" in browser.get(f"/stock?words={words}").text, words
        assert "Nothing matches" in browser.get("/stock?words=nothing-such").text

    def test_a_ticked_lot_is_moved_and_the_message_offers_to_undo(self, world, lot, signed_in, key):
        browser = signed_in(world.logistician)
        url = f"/stock/move?pick={lot}-{world.bin_id}"
        assert "free to take" in browser.get(url).text
        answer = browser.post(
            url,
            data={
                "key": key,
                "to_place_id": world.warehouse_id,
                "lines-0-lot_id": lot,
                "lines-0-place_id": world.bin_id,
                "lines-0-quantity": "30",
            },
        )
        assert (answer.status_code, answer.location) == (303, "/stock")
        assert held(world.warehouse_id, lot) == 30
        assert "/undo" in browser.get("/stock").text

    def test_a_refusal_keeps_what_was_typed(self, world, lot, signed_in, key):
        answer = signed_in(world.logistician).post(
            f"/stock/write-off?pick={lot}-{world.bin_id}",
            data={
                "key": key,
                "reason": "wet",
                "note": "Rain came in",
                "lines-0-lot_id": lot,
                "lines-0-place_id": world.bin_id,
                "lines-0-quantity": "1000",
            },
        )
        assert answer.status_code == 422
        assert "900 short" in answer.text
        assert "Rain came in" in answer.text

    def test_a_lot_shows_its_equation_and_its_card(self, world, lot, signed_in):
        write_off(world, lot, 7)
        page = signed_in(world.auditor).get(f"/lots/{lot}")
        assert page.status_code == 200
        assert "Lost in the warehouse" in page.text

    def test_a_stranger_finds_no_lot(self, world, lot, signed_in):
        stranger = make_world("Strangers").logistician
        assert signed_in(stranger).get(f"/lots/{lot}").status_code == 404

    def test_a_driver_may_not_look_at_stock(self, world, signed_in):
        assert signed_in(world.driver).get("/stock").status_code == 403

    def test_it_requires_signing_in(self, world, client):
        assert client.get("/stock").status_code == 303

    def test_the_list_takes_the_same_statements_for_one_row_and_for_forty(
        self, world, signed_in, statements
    ):
        browser = signed_in(world.logistician)
        make_stock(world, make_item("Item 0"), 5)
        counts = []
        for more in (0, 40):
            for number in range(more):
                make_stock(world, make_item(f"Item {number}"), 5)
            with statements() as seen:
                browser.get("/stock")
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 9


class TestApi:
    def test_pages_follow_each_other_without_gap_or_repeat(self, world, api):
        made = {make_stock(world, make_item(f"Item {n % 3}"), 5) for n in range(7)}
        client = api(world.logistician)
        seen, cursor = [], ""
        while cursor is not None:
            answer = client.get(f"/api/v1/stock?limit=3&cursor={cursor}").json
            seen += [row["lot_id"] for row in answer["rows"]]
            cursor = answer["next_cursor"]
        assert sorted(seen) == sorted(made)

    def test_a_forged_cursor_is_refused_by_name(self, world, api):
        answer = api(world.logistician).get("/api/v1/stock?cursor=abc")
        assert (answer.status_code, answer.json["error"]["field"]) == (422, "cursor")

    def test_a_shortage_names_the_lot(self, world, lot, api, key):
        answer = api(world.logistician).post(
            "/api/v1/stock/write-offs",
            json={
                "reason": "wet",
                "note": "Rain",
                "lines": [{"lot_id": lot, "place_id": world.bin_id, "quantity": 101}],
            },
            headers={"Idempotency-Key": str(key)},
        )
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "insufficient_stock")
        assert answer.json["error"]["shortages"][0]["missing"] == 1

    def test_without_a_token_nothing_is_told(self, client, world):
        assert client.get("/api/v1/stock").status_code == 401


class TestLanguage:
    def test_places_stand_under_their_name_in_the_readers_language(self, world, signed_in):
        place = db.session.get_one(Place, world.warehouse_id)
        place.names = {"ru": "Главный склад Ош"}
        db.session.commit()
        lot = make_stock(world, make_item(), 5, place_id=world.warehouse_id)
        browser = signed_in(world.logistician)
        browser.post("/language", data={"language": "ru", "next": "/stock"})
        assert "Главный склад Ош" in browser.get("/stock?view=all").text
        assert "Главный склад Ош" in browser.get(f"/lots/{lot}").text


def test_a_filter_by_a_number_beyond_every_record_is_refused_in_words(api, world):
    for number in (2**31, 2**63 - 1, 10**30):
        answer = api(world.logistician).get(f"/api/v1/stock?donor_id={number}&item_id={number}")
        assert answer.status_code == 422
        assert api(world.logistician).get(f"/api/v1/lots/{number}").status_code == 404
    assert api(world.logistician).get(f"/api/v1/lots/{2**31 - 1}").status_code == 404
