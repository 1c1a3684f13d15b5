"""Pages and JSON of losses: destroy, correct, find, claim, the list, and the reasons."""

from uuid import uuid4

import pytest

from aidtrack.core.db import db, transaction
from aidtrack.places.models import Place
from aidtrack.stock import loss_reasons, written_off
from aidtrack.stock.loss_models import LossAct
from tests.factories.world import held, make_item, make_stock, make_world
from tests.factories.write_offs import kept, write_off


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), 1_000)


def taking(world, lot, quantity, **more):
    return {
        "key": uuid4(),
        "reason": "expired",
        "note": "Past its date",
        "lines-0-lot_id": lot,
        "lines-0-place_id": world.bin_id,
        "lines-0-quantity": quantity,
        **more,
    }


def line_of(write_off_id, world) -> int:
    return written_off.write_off(write_off_id, world.admin).lines[0].id


def test_goods_are_destroyed_on_a_page_with_how_and_where(world, lot, signed_in):
    browser = signed_in(world.logistician)
    url = f"/stock/destroy?pick={lot}-{world.bin_id}"
    assert browser.post(url, data=taking(world, lot, 5)).status_code == 422
    answer = browser.post(
        url, data=taking(world, lot, 5, disposal="Burnt", location="Municipal plant")
    )
    page = browser.get(answer.location).text
    for fact in ("Goods are destroyed", "Burnt", "Municipal plant", "Loss report"):
        assert fact in page


def test_the_very_same_sent_from_a_new_form_is_asked_about(world, lot, signed_in):
    browser = signed_in(world.logistician)
    url = f"/stock/write-off?pick={lot}-{world.bin_id}"
    assert browser.post(url, data=taking(world, lot, 5)).status_code == 303
    again = browser.post(url, data=taking(world, lot, 5))
    assert again.status_code == 422
    assert "the very same" in again.text
    assert 'name="again"' in again.text
    assert browser.post(url, data=taking(world, lot, 5, again="true")).status_code == 303
    assert held(world.bin_id, lot) == 990


def test_the_books_are_corrected_on_a_page(world, lot, signed_in):
    browser = signed_in(world.logistician)
    url = f"/stock/correct?pick={lot}-{world.bin_id}"
    assert "in the books:" in browser.get(url).text
    data = taking(world, lot, 995, reason="missing") | {"lines-0-book": 1_000}
    answer = browser.post(url, data=data)
    assert "The books are corrected" in browser.get(answer.location).text
    assert held(world.bin_id, lot) == 995


def test_what_was_found_goes_back_from_the_page_of_its_loss(world, lot, signed_in):
    lost = write_off(world, lot, 10)
    browser = signed_in(world.logistician)
    page = f"/stock/write-offs/{lost}"
    assert "It was found" in browser.get(page).text
    assert "still lost" in browser.get(f"{page}/find").text
    answer = browser.post(
        f"{page}/find",
        data={
            "key": uuid4(),
            "note": "Behind the racks",
            "lines-0-line_id": line_of(lost, world),
            "lines-0-quantity": 4,
            "lines-0-place_id": world.bin_id,
        },
    )
    assert answer.location == page
    shown = browser.get(page).text
    assert "Partly found" in shown
    assert "Behind the racks" in shown
    assert "Replaced" in shown
    assert "Partly found" in browser.get("/stock/write-offs?found=1").text


def test_it_is_found_where_it_lay_unless_that_bin_is_gone(world, lot, signed_in):
    url = f"/stock/write-offs/{write_off(world, lot, 10)}/find"
    browser = signed_in(world.logistician)
    chosen = f'<option value="{world.bin_id}" selected'
    assert chosen in browser.get(url).text
    with transaction() as session:
        session.get_one(Place, world.bin_id).is_active = False
    page = browser.get(url).text
    assert chosen not in page
    assert "still lost" in page


def test_a_claim_is_open_until_it_is_paid(world, lot, signed_in):
    lost = write_off(world, lot, 10)
    browser = signed_in(world.logistician)
    url = f"/stock/write-offs/{lost}/claim"
    assert browser.get(url).status_code == 200
    data = {"state": "open", "against": "Silk Road Haulage", "amount": "10.50", "currency": "USD"}
    assert browser.post(url, data=data).status_code == 303
    assert kept(lost).claim_minor == 10_50
    assert kept(lost).number in browser.get("/stock/write-offs?claims=1").text
    assert browser.post(url, data=data | {"state": "paid"}).status_code == 303
    assert kept(lost).number not in browser.get("/stock/write-offs?claims=1").text


def test_the_list_is_narrowed_by_stage_and_cause(world, lot, signed_in):
    number = kept(write_off(world, lot, 10)).number
    browser = signed_in(world.auditor)
    for narrowed, is_there in (
        ("stage=lost_in_warehouse&cause=wet", True),
        ("stage=lost_in_transport", False),
        ("cause=stolen", False),
    ):
        assert (number in browser.get(f"/stock/write-offs?{narrowed}").text) == is_there


def test_the_report_is_a_pdf_for_who_may_read_the_loss(world, lot, signed_in):
    paper = kept(write_off(world, lot, 10)).paper_id
    answer = signed_in(world.auditor).get(f"/papers/{paper}.pdf")
    assert answer.data.startswith(b"%PDF")
    assert signed_in(make_world("Strangers").admin).get(f"/papers/{paper}.pdf").status_code == 404


@pytest.mark.parametrize("page", ["find", "claim"])
def test_who_only_reads_is_refused_and_a_stranger_finds_nothing(world, lot, signed_in, page):
    url = f"/stock/write-offs/{write_off(world, lot, 10)}/{page}"
    assert signed_in(world.auditor).get(url).status_code == 403
    assert signed_in(world.driver).get(url).status_code == 403
    assert signed_in(make_world("Strangers").logistician).get(url).status_code == 404


def test_an_administrator_keeps_the_list_of_reasons(world, lot, signed_in):
    browser = signed_in(world.admin)
    url = f"/organisations/{world.organisation_id}/reasons"
    assert "Damaged" in browser.get(url).text
    data = {"name": "Eaten by rats", "code": "rats", "cause": "damaged", "acts": ["loss"]}
    assert browser.post(f"{url}/new", data=data).status_code == 303
    assert browser.post(f"{url}/new", data=data).status_code == 422
    form = browser.get(f"/stock/write-off?pick={lot}-{world.bin_id}").text
    assert "Eaten by rats" in form
    changed = {"name": "Mice and rats", "cause": "damaged", "acts": ["loss", "destruction"]}
    assert browser.get(f"{url}/rats").status_code == 200
    assert browser.post(f"{url}/rats", data=changed).status_code == 303
    assert browser.post(f"{url}/wet/switch", data={}).status_code == 303
    db.session.rollback()
    offered = dict(loss_reasons.offered_at({world.warehouse_id}, LossAct.DESTRUCTION))
    assert offered["rats"] == "Mice and rats"
    assert "wet" not in offered
    assert signed_in(world.logistician).get(url).status_code == 403
    assert signed_in(make_world("Strangers").admin).get(url).status_code == 404


def test_a_program_destroys_corrects_finds_and_claims(world, lot, api):
    client = api(world.logistician)
    line = {"lot_id": lot, "place_id": world.bin_id, "quantity": 5}

    def send(path, **body):
        return client.post(
            f"/api/v1/stock/{path}", json=body, headers={"Idempotency-Key": str(uuid4())}
        )

    said = {"reason": "expired", "note": "Past its date", "lines": [line]}
    made = send("destructions", **said, disposal="Burnt", location="Plant")
    assert (made.status_code, made.json["act"]) == (201, "destruction")
    lost = send("write-offs", **said).json
    assert send("write-offs", **said).json["error"]["code"] == "said_already"
    came = [{"line_id": lost["lines"][0]["id"], "quantity": 2, "place_id": world.bin_id}]
    found = send(f"write-offs/{lost['id']}/finds", note="There", lines=came)
    assert found.json["lines"][0]["found"] == 2
    claimed = send(f"write-offs/{lost['id']}/claim", state="open", against="Insurer")
    assert claimed.json["claim"] == "open"
    fixed = send(
        "corrections", reason="missing", note="Typo", lines=[line | {"quantity": 990, "book": 992}]
    )
    assert (fixed.status_code, fixed.json["find_id"]) == (201, None)
    assert held(world.bin_id, lot) == 990
    reasons = client.get(f"/api/v1/organisations/{world.organisation_id}/reasons").json
    assert "stolen" in {row["code"] for row in reasons}
