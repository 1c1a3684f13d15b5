"""Pages on which goods are received, and receipts read and undone."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations import choices, queries
from aidtrack.donations.models import DonationStatus, GoodsReceipt
from aidtrack.donations.services import PledgedLine, ReceivedLot
from aidtrack.identity.permissions import Role
from aidtrack.stock.models import Lot
from tests.factories.donations import (
    expiring,
    lines_of,
    make_donation,
    make_pledge,
    make_receipt,
    move,
)
from tests.factories.world import held, make_item, make_person


def arrival(world, *lots, **more):
    """What the form of a receipt sends; each lot is a dict."""
    sent = {
        "key": str(uuid4()),
        "site_id": world.warehouse_id,
        "arrived_at": (clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M+00:00"),
        "transport": "road",
        "documents_complete": "true",
    }
    for index, lot in enumerate(lots):
        sent |= {f"lines-{index}-{name}": value for name, value in lot.items()}
    return sent | more


class TestReceive:
    @pytest.fixture
    def donation(self, world, item):
        pack = choices.packs_of_donation([item])[0].id
        soup = make_item("Soup", pack=24, has_expiry=True)
        return make_pledge(world, PledgedLine(item, 400, pack), PledgedLine(soup, 100))

    @pytest.fixture
    def lines(self, donation):
        return lines_of(donation)

    @pytest.fixture
    def page(self, donation):
        return f"/donations/{donation}/receive"

    def test_the_form_holds_what_is_still_to_come(self, world, browser, donation, lines, page):
        make_receipt(world, donation, ReceivedLot(lines[0], 100, 100))
        shown = browser.get(page).text
        assert re.search(r'name="lines-0-good"[^>]*', shown)
        assert re.findall(r'value="(\d+)"[^>]*name="lines-\d-good"', shown) == ["30", "100"]
        assert "Still to come:" in shown
        assert "bales" in shown
        assert shown.count("Another lot of this line") == 2

    def test_two_people_who_receive_the_same_goods_are_told(
        self, world, browser, donation, lines, page
    ):
        seen = re.search(r'name="version_seen" value="(\w+)"', browser.get(page).text)[1]
        make_receipt(world, donation, ReceivedLot(lines[0], 100, 100))
        sent = arrival(world, {"donation_line_id": lines[0], "good": 100}, version_seen=seen)
        told = browser.post(page, data=sent)
        assert told.status_code == 422
        assert "received after you opened this page" in told.text
        sent["version_seen"] = re.search(r'name="version_seen" value="(\w+)"', told.text)[1]
        again = [browser.post(page, data=sent).status_code for _twice in range(2)]
        assert again == [303, 303]
        assert db.session.scalar(select(func.count()).select_from(GoodsReceipt)) == 2

    def test_goods_are_received_with_an_undo_in_the_toast(self, world, item, browser, lines, page):
        pack = choices.packs_of_donation([item])[0].id
        lot = {
            "donation_line_id": lines[0],
            "stated": 40,
            "good": 39,
            "damaged": 1,
            "pack_id": pack,
        }
        sent = arrival(world, lot, bin_id="A-01")
        answer = browser.post(page, data=sent, follow_redirects=True)
        assert "The goods are received." in answer.text
        assert "/receipts/1/undo" in answer.text
        assert held(world.bin_id, db.session.scalars(select(Lot.id)).one()) == 390

    def test_a_lot_may_name_another_bin(self, world, browser, lines, page):
        lots = [
            {"donation_line_id": lines[0], "good": 5, "batch_number": "A"},
            {"donation_line_id": lines[0], "good": 6, "place_id": "Osh warehouse"},
        ]
        assert browser.post(page, data=arrival(world, *lots, bin_id="A-01")).status_code == 303
        first, second = db.session.scalars(select(Lot.id).order_by(Lot.id))
        assert (held(world.bin_id, first), held(world.warehouse_id, second)) == (5, 6)

    def test_empty_rows_are_left_out(self, world, browser, lines, page):
        lots = [
            {"donation_line_id": lines[0], "stated": "", "good": "", "damaged": ""},
            {"donation_line_id": lines[1], "good": 3, "expires_on": expiring(90).isoformat()},
        ]
        assert browser.post(page, data=arrival(world, *lots)).status_code == 303
        assert len(db.session.scalars(select(Lot)).all()) == 1

    def test_everything_wrong_is_shown_and_what_was_typed_is_kept(
        self, world, browser, lines, page
    ):
        lots = [
            {"donation_line_id": lines[0], "stated": 7, "good": "", "note": "wet boxes"},
            {"donation_line_id": lines[1], "good": 3, "expires_on": "0026-05-01"},
        ]
        sent = arrival(world, *lots, arrived_at="soon", delivered_by="Aibek")
        answer = browser.post(page, data=sent)
        assert answer.status_code == 422
        for words in ("0 is an answer", "between 1990", "Enter a day and a time", "wet boxes"):
            assert words in answer.text
        assert 'value="Aibek"' in answer.text
        assert db.session.scalar(select(func.count(GoodsReceipt.id))) == 0

    def test_what_only_the_service_knows_is_shown_beside_its_field(
        self, world, browser, lines, page
    ):
        lots = [
            {"donation_line_id": lines[0], "good": 0},
            {"donation_line_id": lines[1], "good": 3},
        ]
        answer = browser.post(page, data=arrival(world, *lots))
        assert answer.status_code == 422
        assert 'id="lines-0-good-error"' in answer.text
        assert 'id="lines-1-expires_on-error"' in answer.text

    def test_nothing_at_all_is_refused(self, world, browser, page):
        answer = browser.post(page, data=arrival(world))
        assert answer.status_code == 422
        assert "fill in at least one line" in answer.text

    def test_another_lot_without_javascript_keeps_the_rest(self, world, browser, lines, page):
        lot = {"donation_line_id": lines[0], "good": 7, "batch_number": "A"}
        sent = arrival(world, lot, add_lines=lines[0])
        answer = browser.post(page, data=sent)
        assert answer.status_code == 200
        rows = re.findall(r'name="lines-(\d)-donation_line_id" value="(\d+)"', answer.text)
        assert sorted(line for _index, line in rows) == sorted(
            str(line) for line in (lines[0], lines[1], lines[0])
        )
        assert 'value="A"' in answer.text

    def test_more_than_promised_is_done_with_a_warning(self, world, browser, lines, page):
        lot = {"donation_line_id": lines[0], "good": 410}
        answer = browser.post(page, data=arrival(world, lot), follow_redirects=True)
        assert "10 more than was promised" in answer.text

    def test_a_double_click_receives_once(self, world, browser, lines, page):
        sent = arrival(world, {"donation_line_id": lines[0], "good": 7})
        assert {browser.post(page, data=sent).location for _again in range(3)} == {"/receipts/1"}

    def test_who_works_at_one_place_is_offered_only_that(self, world, signed_in, page):
        bound = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
        shown = signed_in(bound).get(f"{page}?site_id={world.warehouse_id}").text
        assert "Arrival at School 4" in shown
        assert "Osh warehouse" not in shown
        sent = arrival(world, {"donation_line_id": 1, "good": 7})
        assert signed_in(bound).post(page, data=sent).status_code == 422

    @pytest.mark.parametrize("who", ["coordinator", "auditor", "driver", "donor"])
    def test_others_may_not_open_it(self, world, signed_in, page, who):
        assert signed_in(getattr(world, who)).get(page).status_code == 403


class TestReceipt:
    def test_it_shows_lots_bins_and_paper(self, world, item, browser):
        _donation, receipt_id = make_donation(world, item, 10, batch_number="XY-9")
        page = browser.get(f"/receipts/{receipt_id}").text
        for words in ("XY-9", "A-01", "L000001", "GRN/KG", "Lantern Foundation", "Valid"):
            assert words in page
        assert "XY-9" not in browser.get("/receipts").text
        assert "GRN/KG" in browser.get("/receipts").text

    def test_it_is_undone_from_the_toast_with_a_key_alone(self, world, item, browser):
        donation_id, receipt_id = make_donation(world, item, 10)
        sent = {"key": str(uuid4())}
        answer = browser.post(f"/receipts/{receipt_id}/undo", data=sent, follow_redirects=True)
        assert "its paper is void" in answer.text
        assert "was undone" in browser.get(f"/receipts/{receipt_id}").text
        found = queries.donation(donation_id, world.logistician)
        assert found.status == DonationStatus.PLEDGED

    def test_goods_that_went_on_are_named_with_a_way_out(self, world, item, browser):
        _donation, receipt_id = make_donation(world, item, 10)
        lot = db.session.scalars(select(Lot.id)).one()
        move(world, lot, 4)
        answer = browser.post(f"/receipts/{receipt_id}/undo", data={"key": str(uuid4())})
        assert answer.status_code == 422
        assert "4 short of Thermal blanket" in answer.text
        assert f"/lots/{lot}" in answer.text

    def test_one_that_was_undone_says_so(self, world, item, browser):
        _donation, receipt_id = make_donation(world, item, 10)
        browser.post(f"/receipts/{receipt_id}/undo", data={"key": str(uuid4())})
        answer = browser.post(f"/receipts/{receipt_id}/undo", data={"key": str(uuid4())})
        assert (answer.status_code, "undone already" in answer.text) == (422, True)
