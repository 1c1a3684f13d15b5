"""Pages of donations, as people with each role open them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations import choices, queries
from aidtrack.donations.models import Donation, DonationStatus
from aidtrack.donations.services import PledgedLine, ReceivedLot
from tests.factories.donations import (
    lines_of,
    make_donation,
    make_pledge,
    make_receipt,
)
from tests.factories.world import make_item, make_world


def promise(world, item, **more):
    """What the form of a new donation sends."""
    sent = {
        "key": str(uuid4()),
        "donor_id": world.donor_id,
        "currency": "USD",
        "lines-0-item_id": item,
        "lines-0-quantity": "40",
        "lines-1-item_id": "",
        "lines-1-quantity": "",
    }
    return sent | more


class TestList:
    def test_it_shows_what_has_come_and_what_is_late(self, world, item, browser):
        make_donation(world, item, 10)
        make_pledge(world, PledgedLine(item, 5), expected_on=clock.today() - timedelta(days=3))
        page = browser.get("/donations").text
        assert "DON/KG" in page
        assert "100%" in page
        assert "late" in page
        assert "Received" in page

    @pytest.mark.parametrize(
        ("view", "shown"), [("expected", "000002"), ("received", "000001"), ("closed", "")]
    )
    def test_views_narrow_it(self, world, item, browser, view, shown):
        make_donation(world, item, 10)
        make_pledge(world, PledgedLine(item, 5))
        page = browser.get(f"/donations?view={view}").text
        numbers = set(re.findall(r"DON/KG/\d+/(\d+)", page))
        assert numbers == ({shown} if shown else set())

    @pytest.mark.parametrize("words", ["lantern", "000001", "LF-7", "snow boots", "widows"])
    def test_words_find_number_donor_grant_goods_and_wish(self, world, browser, words):
        make_pledge(
            world,
            PledgedLine(make_item("Snow boots"), 5),
            grant_reference="LF-7",
            earmark="for widows",
        )
        assert "DON/KG" in browser.get(f"/donations?words={words}").text
        assert "Nothing matches" in browser.get("/donations?words=zeppelin").text

    def test_an_empty_list_offers_the_first_step(self, browser):
        assert "No donation yet" in browser.get("/donations").text

    def test_a_page_leads_to_the_next_one(self, world, item):
        for _number in range(3):
            make_pledge(world, PledgedLine(item, 5))
        wanted = queries.DonationFilter()
        first = queries.donations(world.logistician, wanted, limit=2)
        second = queries.donations(world.logistician, wanted, cursor=first.next_cursor, limit=2)
        assert [row.id for row in [*first.rows, *second.rows]] == [3, 2, 1]
        assert second.next_cursor is None

    def test_nothing_of_other_organisations_is_on_it(self, item, world, signed_in):
        make_donation(world, item, 10)
        stranger = make_world("Other Society")
        assert "No donation yet" in signed_in(stranger.logistician).get("/donations").text

    def test_it_takes_the_same_statements_however_long(self, world, item, statements):
        counts = []
        for many in (1, 8):
            for _number in range(many):
                make_donation(world, item, 10)
            with statements() as seen:
                queries.donations(world.logistician, queries.DonationFilter())
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 4


class TestDonation:
    def test_it_shows_packs_pieces_and_what_became_of_them(self, world, item, browser):
        pack = choices.packs_of_donation([item])[0].id
        donation_id = make_pledge(world, PledgedLine(item, 400, pack))
        (line,) = lines_of(donation_id)
        make_receipt(world, donation_id, ReceivedLot(line, 100, 90, 4))
        page = browser.get(f"/donations/{donation_id}").text
        assert "Partly here" in page
        assert "bales" in page
        assert "GRN/KG" in page
        assert "Receive goods" in page
        assert 'aria-label="400 : 90 good, 4 damaged, 6 missing, 300 still to come"' in " ".join(
            page.split()
        )

    def test_it_takes_the_same_statements_however_long(self, world, statements):
        counts = []
        for many in (1, 20):
            lines = [PledgedLine(make_item(f"Item {n}"), 10) for n in range(many)]
            donation_id = make_pledge(world, *lines)
            for line in lines_of(donation_id):
                make_receipt(world, donation_id, ReceivedLot(line, 1, 1))
            db.session.rollback()
            with statements() as seen:
                queries.donation(donation_id, world.logistician)
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 6

    def test_a_stranger_finds_nothing(self, world, item, signed_in):
        donation_id, receipt_id = make_donation(world, item, 10)
        stranger = signed_in(make_world("Other Society").admin)
        for path in (
            f"/donations/{donation_id}",
            f"/donations/{donation_id}/edit",
            f"/donations/{donation_id}/receive",
            f"/receipts/{receipt_id}",
            f"/receipts/{receipt_id}/undo",
        ):
            assert stranger.get(path).status_code == 404

    def test_a_donor_and_a_driver_may_not_open_it(self, world, item, signed_in):
        donation_id, receipt_id = make_donation(world, item, 10)
        for who in (world.donor, world.driver):
            for path in ("/donations", f"/donations/{donation_id}", f"/receipts/{receipt_id}"):
                assert signed_in(who).get(path).status_code == 403

    def test_an_auditor_reads_and_is_offered_nothing_to_do(self, world, item, signed_in):
        donation_id = make_pledge(world, PledgedLine(item, 5))
        page = signed_in(world.auditor).get(f"/donations/{donation_id}").text
        assert "Promised by Lantern Foundation" in page
        assert "/receive" not in page
        assert "/edit" not in page

    def test_nobody_opens_it_without_signing_in(self, world, item, client):
        donation_id = make_pledge(world, PledgedLine(item, 5))
        assert client.get(f"/donations/{donation_id}").status_code == 303


class TestPledge:
    def test_it_is_written_down_in_packs(self, world, item, browser):
        pack = choices.packs_of_donation([item])[0].id
        sent = promise(world, item, **{"lines-0-pack_id": pack, "lines-0-unit_value": "6.50"})
        answer = browser.post("/donations/new", data=sent)
        assert (answer.status_code, answer.location) == (303, "/donations/1")
        (line,) = queries.donation(1, world.logistician).lines
        assert (line.quantity, line.pack_id, line.unit_value_minor) == (400, pack, 650)

    def test_an_item_is_found_by_what_is_typed(self, world, browser):
        make_item("Snow boots")
        for typed in ("snow", "Snow boots"):
            answer = browser.post("/donations/new", data=promise(world, typed))
            assert answer.status_code == 303

    def test_everything_wrong_is_shown_and_what_was_typed_is_kept(self, world, browser):
        sent = promise(
            world, "zeppelin", donor_id="", grant_reference="LF-7", **{"lines-0-quantity": "many"}
        )
        answer = browser.post("/donations/new", data=sent)
        assert answer.status_code == 422
        for words in ("Choose who gives.", "zeppelin", "LF-7", "many", "whole number"):
            assert words in answer.text
        assert db.session.scalar(select(func.count(Donation.id))) == 0

    def test_a_double_click_writes_one(self, world, item, browser):
        sent = promise(world, item)
        assert {browser.post("/donations/new", data=sent).location for _again in range(2)} == {
            "/donations/1"
        }

    def test_the_form_of_a_change_holds_what_was_said(self, world, item, browser):
        pack = choices.packs_of_donation([item])[0].id
        donation_id = make_pledge(
            world, PledgedLine(item, 400, pack, 1_234), grant_reference="LF-7", currency="EUR"
        )
        page = browser.get(f"/donations/{donation_id}/edit").text
        for value in ('value="LF-7"', 'value="40"', 'value="12.34"'):
            assert value in page
        sent = promise(world, item, grant_reference="LF-8")
        answer = browser.post(f"/donations/{donation_id}/edit", data=sent)
        assert answer.status_code == 303
        found = queries.donation(donation_id, world.logistician)
        assert (found.grant_reference, found.lines[0].quantity) == ("LF-8", 40)


class TestEnds:
    def test_cancelled_with_a_reason_and_undone_from_the_toast(self, world, item, browser):
        donation_id = make_pledge(world, PledgedLine(item, 5))
        page = f"/donations/{donation_id}/cancel"
        assert 'name="reason"' in browser.get(page).text
        assert browser.post(page, data={"reason": ""}).status_code == 422
        answer = browser.post(page, data={"reason": "budget"}, follow_redirects=True)
        assert "budget" in answer.text
        assert f"/donations/{donation_id}/reopen" in answer.text
        key = {"key": str(uuid4())}
        assert browser.post(f"/donations/{donation_id}/reopen", data=key).status_code == 303
        found = queries.donation(donation_id, world.logistician)
        assert found.status == DonationStatus.PLEDGED

    def test_closing_says_what_will_not_come(self, world, item, browser):
        donation_id = make_pledge(world, PledgedLine(item, 10))
        (line,) = lines_of(donation_id)
        make_receipt(world, donation_id, ReceivedLot(line, 4, 4))
        page = f"/donations/{donation_id}/close"
        assert "What will not come" in browser.get(page).text
        assert "Say why" in browser.post(page, data={}).text
        assert browser.post(page, data={"reason": "burnt"}).status_code == 303
