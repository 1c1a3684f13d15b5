"""Write-offs on their pages and over JSON."""

from uuid import uuid4

import pytest

from aidtrack.identity.permissions import Role
from aidtrack.stock.loss_models import WriteOffStatus
from tests.factories.world import make_item, make_person, make_stock, make_world
from tests.factories.write_offs import kept, switch_off, write_off


@pytest.fixture
def lot(world) -> int:
    """A thousand, each worth a dollar: twice the limit of 500."""
    return make_stock(world, make_item(), 1_000)


@pytest.fixture
def other(world):
    return make_person(Role.LOGISTICIAN, world.organisation_id)


class TestPages:
    def send(self, browser, world, lot, quantity, key):
        return browser.post(
            f"/stock/write-off?pick={lot}-{world.bin_id}",
            data={
                "key": key,
                "reason": "wet",
                "note": "Rain came in",
                "lines-0-lot_id": lot,
                "lines-0-place_id": world.bin_id,
                "lines-0-quantity": str(quantity),
            },
        )

    def test_above_the_limit_its_page_opens_and_names_who_may_approve(
        self, world, lot, other, signed_in, key
    ):
        browser = signed_in(world.logistician)
        assert (
            "someone else approves it first"
            in browser.get(f"/stock/write-off?pick={lot}-{world.bin_id}").text
        )
        answer = self.send(browser, world, lot, 600, key)
        page = browser.get(answer.location).text
        assert "A write-off waits for approval" in page
        assert other.name in page
        assert "Withdraw" in page
        assert "Refuse" not in page

    def test_another_approves_on_the_page_and_may_undo_it(self, world, lot, other, signed_in, key):
        write_off_id = write_off(world, lot, 600)
        browser = signed_in(other)
        url = f"/stock/write-offs/{write_off_id}"
        assert "Refuse" in browser.get(url).text
        answer = browser.post(f"{url}/approve", data={"key": key})
        assert (answer.status_code, answer.location) == (303, url)
        page = browser.get(url).text
        assert "Goods are written off" in page
        assert "/undo" in page

    def test_refusing_asks_why_and_shows_it(self, world, lot, other, signed_in, key):
        write_off_id = write_off(world, lot, 600)
        browser = signed_in(other)
        url = f"/stock/write-offs/{write_off_id}"
        assert browser.post(f"{url}/refuse", data={"key": key}).status_code == 422
        browser.post(f"{url}/refuse", data={"key": key, "reason": "They are dry"})
        assert "They are dry" in signed_in(world.logistician).get(url).text

    def test_the_preparer_withdraws_it(self, world, lot, signed_in, key):
        write_off_id = write_off(world, lot, 600)
        url = f"/stock/write-offs/{write_off_id}"
        signed_in(world.logistician).post(f"{url}/withdraw", data={"key": key})
        assert kept(write_off_id).status == WriteOffStatus.WITHDRAWN

    def test_the_page_of_a_time_with_one_hand_says_so(self, world, lot, signed_in):
        switch_off(world)
        write_off_id = write_off(world, lot, 600)
        page = signed_in(world.auditor).get(f"/stock/write-offs/{write_off_id}").text
        assert "One person prepared this and approved it" in page
        assert "could approve their own write-offs" in page

    def test_a_stranger_finds_no_write_off(self, world, lot, signed_in):
        url = f"/stock/write-offs/{write_off(world, lot, 600)}"
        assert signed_in(make_world("Strangers").admin).get(url).status_code == 404
        assert signed_in(world.driver).get(url).status_code == 403


class TestApi:
    def write_off(self, client, world, lot, quantity, key):
        return client.post(
            "/api/v1/stock/write-offs",
            json={
                "reason": "wet",
                "note": "Rain",
                "lines": [{"lot_id": lot, "place_id": world.bin_id, "quantity": quantity}],
            },
            headers={"Idempotency-Key": str(key)},
        )

    def test_what_waits_answers_202_and_the_same_again(self, world, lot, api, key):
        client = api(world.logistician)
        first = self.write_off(client, world, lot, 600, key)
        assert (first.status_code, first.json["status"]) == (202, "waiting")
        assert first.json["movement_id"] is None
        assert self.write_off(client, world, lot, 600, key).json == first.json

    def test_what_is_within_the_limit_answers_201(self, world, lot, api, key):
        answer = self.write_off(api(world.logistician), world, lot, 6, key)
        assert (answer.status_code, answer.json["status"]) == (201, "posted")

    def test_a_program_decides_nothing_that_two_people_must(self, world, lot, other, api, key):
        made = self.write_off(api(world.logistician), world, lot, 600, key).json
        url = f"/api/v1/stock/write-offs/{made['id']}/approve"
        refused = api(other).post(url, json={}, headers={"Idempotency-Key": str(uuid4())})
        assert (refused.status_code, kept(made["id"]).status) == (403, WriteOffStatus.WAITING)

    def test_the_preparer_is_refused_and_another_approves(self, world, lot, other, signed_in):
        made = self.write_off(signed_in(world.logistician), world, lot, 600, uuid4()).json
        url = f"/api/v1/stock/write-offs/{made['id']}/approve"
        headers = {"Idempotency-Key": str(uuid4())}
        refused = signed_in(world.logistician).post(url, json={}, headers=headers)
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "same_hands")
        assert signed_in(other).post(url, json={}, headers=headers).json["status"] == "posted"
        listed = signed_in(world.auditor).get("/api/v1/stock/write-offs").json["rows"]
        assert [row["number"] for row in listed] == [made["number"]]


def test_a_problem_with_a_box_to_tick_says_only_what_is_wrong(world, lot, signed_in):
    browser = signed_in(world.logistician)
    address = f"/stock/write-off?pick={lot}-{world.bin_id}"
    sent = {
        "lines-0-lot_id": lot,
        "lines-0-place_id": world.bin_id,
        "lines-0-quantity": 1,
        "reason": "damaged",
        "note": "Torn",
    }
    assert browser.post(address, data={**sent, "key": str(uuid4())}).status_code == 303
    page = browser.post(address, data={**sent, "key": str(uuid4())})
    assert page.status_code == 422
    assert "You recorded the very same a few minutes ago" in page.text
    assert "record it once more: You recorded" not in page.text


def test_a_page_about_no_goods_has_nothing_to_send(world, signed_in):
    browser = signed_in(world.logistician)
    for address in ("move", "hold", "write-off", "destroy", "correct", "return"):
        page = browser.get(f"/stock/{address}").text
        assert "No lot is chosen" in page
        assert "entry-end" not in page
