"""The pages of a count: blind, light, whole without a script, and told by JSON alike."""

import json
import re
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.counting.models import CountLine, StockCount
from aidtrack.holds.services import release
from aidtrack.identity.permissions import Role
from aidtrack.shipments.models import Shipment
from aidtrack.stock.models import Lot
from tests.factories.counts import approve, count_all, enter, finish, kept, line_of, make_count
from tests.factories.holds import hold
from tests.factories.shipments import make_ready
from tests.factories.world import held, make_item, make_person, make_stock, make_world

BOOK = 4_711


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), BOOK)


@pytest.fixture
def approver(world):
    return make_person(Role.LOGISTICIAN, world.organisation_id)


def save(client, count_id, line_id, counted, key=None, **more):
    return client.post(
        f"/api/v1/counts/{count_id}/figures",
        json={"line_id": line_id, "counted": counted, **more},
        headers={"Idempotency-Key": str(key or uuid4())},
    )


class TestBlind:
    @pytest.mark.parametrize(
        "path", ["/counts/{}", "/counts/{}/count", "/api/v1/counts/{}", "/api/v1/counts/{}/lines"]
    )
    def test_nothing_tells_a_blind_counter_what_the_books_have(self, world, lot, signed_in, path):
        count = make_count(world)
        page = signed_in(world.logistician).get(path.format(count))
        assert page.status_code == 200
        assert str(BOOK) not in re.sub(r"[\s,\u00a0\u202f]", "", page.text)

    def test_nor_does_it_show_what_the_other_counted(self, world, lot, signed_in):
        second = make_person(Role.LOGISTICIAN, world.organisation_id)
        count = make_count(world, second=second, number=2)
        enter(count, line_of(count, lot), 3_333, actor=world.logistician)
        for path in (f"/counts/{count}/count", f"/api/v1/counts/{count}/lines"):
            page = signed_in(second).get(path)
            assert page.status_code == 200
            assert "3333" not in re.sub(r"[\s,\u00a0\u202f]", "", page.text)

    def test_the_review_tells_nothing_before_all_is_counted(self, world, lot, signed_in):
        count = make_count(world)
        enter(count, line_of(count, lot), 5, actor=world.logistician)
        assert signed_in(world.admin).get(f"/api/v1/counts/{count}/review").json is None

    def test_an_open_count_shows_the_books(self, world, lot, signed_in):
        count = make_count(world, is_blind=False)
        page = signed_in(world.logistician).get(f"/counts/{count}/count")
        assert "books: 4,711" in page.text


class TestCounting:
    def test_packs_and_pieces_are_reckoned(self, world, lot, signed_in):
        count = make_count(world)
        answer = save(signed_in(world.logistician), count, line_of(count, lot), "3x24+5")
        assert (answer.status_code, answer.json["quantity"]) == (200, 77)
        page = signed_in(world.logistician).get(f"/counts/{count}/count")
        assert 'value="3x24+5"' in page.text

    def test_what_cannot_be_read_is_refused_in_words(self, world, lot, signed_in):
        count = make_count(world)
        answer = save(signed_in(world.logistician), count, line_of(count, lot), "many")
        assert answer.status_code == 422
        assert "whole number" in answer.json["error"]["problems"][0]["message"]

    def test_without_a_script_the_page_goes_whole(self, world, lot, signed_in):
        other = make_stock(world, make_item("Rice"), 5)
        count = make_count(world)
        browser = signed_in(world.logistician)
        answer = browser.post(
            f"/counts/{count}/count",
            data={
                "key": str(uuid4()),
                "act": "save",
                f"q-{line_of(count, lot)}": str(BOOK),
                f"q-{line_of(count, other)}": "five",
            },
        )
        assert answer.status_code == 422
        assert 'value="five"' in answer.text
        answer = browser.post(
            f"/counts/{count}/count",
            data={"key": str(uuid4()), "act": "finish", f"q-{line_of(count, other)}": "5"},
        )
        assert (answer.status_code, kept(count).status) == (303, "review")

    def test_a_bin_is_said_to_be_empty_without_a_script(self, world, lot, signed_in):
        count = make_count(world)
        signed_in(world.logistician).post(
            f"/counts/{count}/count", data={"key": str(uuid4()), "act": f"empty-{world.bin_id}"}
        )
        assert finish(count, world.logistician) == "recounting"

    def test_goods_that_are_not_on_the_list_are_added(self, world, lot, signed_in):
        count = make_count(world)
        data = {"place_id": world.warehouse_id, "code": f"L{lot:06d}", "counted": "7"}
        answer = signed_in(world.logistician).post(
            f"/counts/{count}/found", data={"key": str(uuid4()), **data}
        )
        assert answer.status_code == 303
        line = db.session.get(CountLine, line_of(count, lot, world.warehouse_id))
        assert line.is_added

    def test_saving_a_line_takes_few_statements(self, world, lot, signed_in, statements):
        count = make_count(world)
        browser, line = signed_in(world.logistician), line_of(count, lot)
        save(browser, count, line, 5)
        with statements() as seen:
            assert save(browser, count, line, 6).status_code == 200
        assert len(seen) <= 11, seen

    def test_the_pages_take_the_same_statements_for_one_line_and_for_forty(
        self, world, signed_in, statements, approver
    ):
        make_stock(world, make_item("Item 0"), 5)
        seen_by_path = []
        for more in (0, 0, 40):
            for number in range(more):
                make_stock(world, make_item(f"Item {number}"), 5)
            count = make_count(world)
            browser, numbers = signed_in(world.logistician), []
            pages = [f"/counts/{count}/count", f"/counts/{count}", "/counts"]
            for path in pages:
                with statements() as seen:
                    browser.get(path)
                numbers.append(len(seen))
            lots = db.session.query(CountLine.lot_id).filter_by(count_id=count).all()
            found = 4 - len(seen_by_path)
            count_all(count, {lot_id: found for (lot_id,) in lots}, world.logistician)
            with statements() as seen:
                browser.get(f"/counts/{count}")
            numbers.append(len(seen))
            with statements() as seen:
                approve(count, approver)
            numbers.append(len(seen))
            seen_by_path.append(numbers)
        _places_of_the_outside_are_made, one, forty = seen_by_path
        assert one == forty
        assert max(one) <= 27


class TestDecision:
    def test_the_review_shows_what_differs_and_is_approved_as_it_was_seen(
        self, world, lot, signed_in, approver
    ):
        count = make_count(world)
        count_all(count, {lot: BOOK - 11}, world.logistician)
        browser = signed_in(approver)
        page = browser.get(f"/counts/{count}")
        assert "−11" in page.text
        assert "$11.00" in page.text
        (seen,) = re.findall(r'name="seen" value="(\w+)"', page.text)
        stale = browser.post(
            f"/counts/{count}/approve", data={"key": str(uuid4()), "seen": "0" * 16}
        )
        assert stale.status_code == 409
        answer = browser.post(f"/counts/{count}/approve", data={"key": str(uuid4()), "seen": seen})
        assert answer.status_code == 303
        assert held(world.bin_id, lot) == BOOK - 11
        assert "−11" in browser.get(f"/counts/{count}").text

    def test_what_hinders_is_listed_with_its_papers_and_nothing_typed_is_lost(
        self, world, lot, signed_in, approver
    ):
        hold_id, shipment_id = hold(world, lot, 60), make_ready(world, (lot, BOOK - 65))
        number = db.session.get_one(Shipment, shipment_id).number
        count = make_count(world)
        count_all(count, {lot: BOOK - 11}, world.logistician)
        browser = signed_in(approver)
        page = browser.get(f"/counts/{count}").text
        (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
        said = {"key": str(uuid4()), "seen": seen, "note": "Looked twice"}
        refused = browser.post(f"/counts/{count}/approve", data=said)
        assert (refused.status_code, held(world.bin_id, lot)) == (409, BOOK)
        assert "There is a problem" in refused.text
        assert ">Looked twice</textarea>" in refused.text
        for text in (page, refused.text):
            assert f'<a href="/stock/holds/{hold_id}">A hold</a> (60): release it' in text
            assert f'<a href="/shipments/{shipment_id}">{number}</a>' in text
        release(hold_id, note="Dry again", key=uuid4(), actor=world.logistician, at=clock.now())
        assert "Cannot be approved yet" not in browser.get(f"/counts/{count}").text
        answer = browser.post(f"/counts/{count}/approve", data=said)
        assert (answer.status_code, kept(count).decision_note) == (303, "Looked twice")
        assert held(world.bin_id, lot) == BOOK - 11

    def test_what_hinders_is_told_in_as_many_statements_however_much_it_is(
        self, world, signed_in, approver, statements
    ):
        browser, counted = signed_in(approver), []
        for how_many in (1, 12):
            lots = [make_stock(world, make_item(), 10) for _each in range(how_many)]
            for each in lots:
                hold(world, each, 10)
            items = tuple(db.session.get_one(Lot, each).item_id for each in lots)
            count = make_count(world, item_ids=items)
            count_all(count, dict.fromkeys(lots, 4), world.logistician)
            with statements() as counting:
                page = browser.get(f"/counts/{count}")
            assert page.text.count("A hold</a>") == how_many
            counted.append(len(counting))
        assert counted[0] == counted[1]

    def test_others_are_made_counters_on_a_page_and_by_json(
        self, world, lot, signed_in, api, approver
    ):
        count = make_count(world, number=2)
        browser, at = signed_in(world.admin), f"/counts/{count}/counters"
        assert at in browser.get(f"/counts/{count}").text
        said = {"first_counter_id": approver.user_id}
        assert browser.post(at, data={"first_counter_id": "7000"}).status_code == 422
        assert (browser.post(at, data=said).status_code, kept(count).first_counter_id) == (
            303, approver.user_id,
        )  # fmt: skip
        assert "Others count" in browser.get(f"/counts/{count}").text
        enter(count, line_of(count, lot), BOOK, actor=approver)
        page = browser.get(at).text
        assert f'<option value="{world.logistician.user_id}"' not in page.split("second_counter")[0]
        answer = api(world.admin).post(
            f"/api/v1/counts/{count}/counters",
            json=said | {"second_counter_id": world.logistician.user_id},
        )
        assert answer.json["second_counter_id"] == world.logistician.user_id
        for person, status in ((world.driver, 403), (make_world("Other").admin, 404)):
            assert signed_in(person).post(at, data=said).status_code == status

    def test_one_who_may_not_approve_reads_why_on_the_page(self, world, lot, signed_in):
        count = make_count(world)
        count_all(count, {lot: BOOK - 1}, world.logistician)
        answer = signed_in(world.logistician).post(
            f"/counts/{count}/approve", data={"key": str(uuid4())}
        )
        assert (answer.status_code, kept(count).status) == (409, "review")
        assert "You counted here yourself" in answer.text

    def test_lines_are_ticked_and_counted_again(self, world, lot, signed_in, approver):
        count = make_count(world)
        count_all(count, {lot: 5}, world.logistician)
        answer = signed_in(approver).post(
            f"/counts/{count}/again", data={"line_ids": line_of(count, lot)}
        )
        assert (answer.status_code, kept(count).status) == (303, "recounting")

    def test_refusing_cancelling_and_undoing_need_a_reason(self, world, lot, signed_in, approver):
        browser = signed_in(approver)
        for what, status in (("refuse", "refused"), ("cancel", "cancelled"), ("undo", "undone")):
            count = make_count(world)
            count_all(count, {lot: BOOK - 1}, world.logistician)
            if what == "undo":
                approve(count, approver)
            assert browser.get(f"/counts/{count}/{what}").status_code == 200
            assert browser.post(f"/counts/{count}/{what}", data={}).status_code == 422
            answer = browser.post(f"/counts/{count}/{what}", data={"reason": "It was dark"})
            assert (answer.status_code, kept(count).status) == (303, status)

    def test_accuracy_is_told_of_what_was_approved(self, world, lot, api, approver):
        make_stock(world, make_item("Rice"), 5, unit_value_minor=None)
        count = make_count(world)
        lots = db.session.query(CountLine.lot_id).filter_by(count_id=count).all()
        count_all(count, {x: BOOK - 11 if x == lot else 5 for (x,) in lots}, world.logistician)
        approve(count, approver)
        (row,) = api(world.auditor).get("/api/v1/counts/accuracy").json["rows"]
        assert (row["lines_counted"], row["lines_right"]) == (2, 1)
        assert (row["value_counted_minor"], row["value_off_minor"]) == (BOOK * 100, 1_100)


class TestPlanning:
    def test_a_count_is_planned_on_its_page(self, world, lot, signed_in):
        browser = signed_in(world.admin)
        assert "Choose where" in browser.get("/counts/plan").text
        url = f"/counts/plan?site_id={world.warehouse_id}"
        assert "A-01" in browser.get(url).text
        answer = browser.post(
            url,
            data={
                "key": str(uuid4()),
                "site_id": world.warehouse_id,
                "place_ids": world.bin_id,
                "counters": "2",
                "first_counter_id": world.logistician.user_id,
                "second_counter_id": "",
                "is_blind": "true",
                "value_above": "10.00",
            },
        )
        assert answer.status_code == 303, answer.text
        count = db.session.query(StockCount).one()
        assert (count.counters, count.is_blind) == (2, True)
        assert count.scope == {"place_ids": [world.bin_id], "value_above_minor": 1_000}
        assert count.number in browser.get("/counts").text

    def test_it_is_planned_by_json(self, world, lot, api):
        answer = api(world.admin).post(
            "/api/v1/counts",
            json={
                "site_id": world.warehouse_id,
                "counters": 1,
                "first_counter_id": world.logistician.user_id,
            },
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert answer.status_code == 201, json.dumps(answer.json)
        assert answer.json["is_blind"]


class TestWho:
    def test_strangers_find_nothing_and_drivers_may_nothing(self, world, lot, signed_in):
        count = make_count(world)
        stranger = make_world("Strangers").admin
        for path in ("", "/count", "/found", "/refuse", "/cancel", "/undo"):
            assert signed_in(stranger).get(f"/counts/{count}{path}").status_code == 404, path
            assert signed_in(world.driver).get(f"/counts/{count}{path}").status_code == 403, path
        assert signed_in(world.auditor).get(f"/counts/{count}").status_code == 200
        assert signed_in(world.auditor).get(f"/counts/{count}/count").status_code == 403

    def test_a_count_that_waits_for_long_says_so(self, world, lot, signed_in):
        from datetime import timedelta

        with clock.telling(clock.now() - timedelta(days=9)):
            make_stock(world, make_item("Rice"), 5)
            make_count(world)
        assert "Waits too long" in signed_in(world.admin).get("/counts").text


def text_of(answer) -> str:
    pages = PdfReader(BytesIO(answer.data)).pages
    return " ".join(page.extract_text() for page in pages)


class TestPaper:
    def test_the_count_sheet_says_what_to_count_and_never_how_much(
        self, world, lot, signed_in, key
    ):
        count = make_count(world, is_blind=False)
        browser = signed_in(world.logistician)
        answer = browser.post(f"/counts/{count}/sheet", data={"key": str(key)})
        assert answer.status_code == 303
        again = browser.post(f"/counts/{count}/sheet", data={"key": str(key)})
        assert again.location == answer.location
        text = text_of(browser.get(answer.location))
        assert "Thermal blanket" in text
        assert "B-12" in text
        assert kept(count).number in text
        assert str(BOOK) not in text.replace(" ", "").replace("\u00a0", "")

    def test_figures_from_paper_are_entered_for_who_counted(self, world, lot, signed_in):
        count = make_count(world)
        browser = signed_in(world.admin)
        by = world.logistician.user_id
        assert "wrote on paper" in browser.get(f"/counts/{count}/count?by={by}").text
        answer = save(browser, count, line_of(count, lot), BOOK, counted_by_id=by)
        assert answer.status_code == 200
        finish_url = f"/counts/{count}/count?by={by}"
        browser.post(finish_url, data={"key": str(uuid4()), "act": "finish"})
        assert kept(count).status == "review"
