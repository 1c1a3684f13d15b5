"""Corrections on their pages and over JSON: seen first, then done, then listed."""

import re
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.corrections import queries, services
from aidtrack.corrections.models import CorrectionKind
from aidtrack.corrections.plans import Change, Part
from tests.factories.gifts import make_gift
from tests.factories.world import held, make_donor, make_item

K = CorrectionKind


@pytest.fixture
def item(world):
    return make_item("Soap", unit_value_minor=10, currency="USD")


@pytest.fixture
def gift(world, item):
    return make_gift(world, item, 100)


@pytest.fixture
def right(world, item):
    donor = make_donor(world.organisation_id, "Nordlys")
    return make_gift(world, item, 0, pledged=100, donor_id=donor)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def shown_first(browser, path, **said):
    """Post a correction: it is shown. Post it again as the page has it: it is done."""
    first = browser.post(path, data=said | {"seen": ""})  # as a browser sends it
    assert first.status_code == 200, first.text
    assert "Nothing is done yet" in first.text
    seen = {"seen": hidden(first.text, "seen"), "key": hidden(first.text, "key")}
    return first.text, browser.post(path, data=said | seen)


def test_a_lot_leads_to_what_may_be_wrong_with_it(world, gift, signed_in):
    browser = signed_in(world.logistician)
    assert f"/lots/{gift.lot_id}/correct" in browser.get(f"/lots/{gift.lot_id}").text
    page = browser.get(f"/lots/{gift.lot_id}/correct").text
    for kind in K:
        assert f"/lots/{gift.lot_id}/correct/{kind}" in page
        assert browser.get(f"/lots/{gift.lot_id}/correct/{kind}").status_code == 200
    assert browser.get(f"/lots/{gift.lot_id}/correct/colour").status_code == 404
    assert (
        f"/lots/{gift.lot_id}/correct"
        not in signed_in(world.auditor).get(f"/lots/{gift.lot_id}").text
    )


def test_what_changes_is_shown_before_it_is_done(world, gift, signed_in):
    browser = signed_in(world.logistician)
    page, answer = shown_first(
        browser,
        f"/lots/{gift.lot_id}/correct/facts",
        batch_number="B-13",
        reason="Misread the label",
    )
    assert "B-12" in page
    assert "GRN/" in page  # the note that keeps what it said
    assert answer.status_code == 303
    shown = browser.get(answer.location).text
    assert "Misread the label" in shown
    assert "B-13" in browser.get(f"/lots/{gift.lot_id}").text


def test_what_was_typed_since_is_shown_again(world, gift, signed_in):
    browser = signed_in(world.logistician)
    path = f"/lots/{gift.lot_id}/correct/facts"
    first = browser.post(path, data={"batch_number": "B-13", "reason": "Label"}).text
    said = {"batch_number": "B-14", "reason": "Label", "seen": hidden(first, "seen")}
    assert "Nothing is done yet" in browser.post(path, data=said).text


def test_a_wrong_donor_is_put_right_on_the_page(world, gift, right, signed_in):
    browser = signed_in(world.logistician)
    page, answer = shown_first(
        browser,
        f"/lots/{gift.lot_id}/correct/donor",
        donation_line_id=right.line_id,
        reason="The truck was Nordlys'",
        **{"lines-0-place_id": world.bin_id, "lines-0-quantity": "60"},
    )
    assert "Nordlys" in page
    assert answer.status_code == 303
    assert held(world.bin_id, gift.lot_id) == 40
    listed = browser.get("/stock/corrections").text
    assert "Lantern Foundation" in listed
    assert "Nordlys" in listed


def test_mistakes_are_said_beside_their_fields(world, gift, signed_in):
    browser = signed_in(world.logistician)
    path = f"/lots/{gift.lot_id}/correct"
    lines = {"lines-0-place_id": world.bin_id, "lines-0-quantity": "5"}
    for kind, said in (
        ("facts", {"batch_number": "B-12", "reason": "Same"}),
        ("facts", {"batch_number": "B-13", "reason": ""}),
        ("donor", {"reason": "Who?", **lines}),
        ("quantity", {"reason": "None", "lines-0-place_id": world.bin_id}),
    ):
        answer = browser.post(f"{path}/{kind}", data=said)
        assert answer.status_code in (409, 422), kind
        assert "There is a problem" in answer.text


def test_a_correction_is_taken_back_on_its_page(world, gift, signed_in):
    browser = signed_in(world.logistician)
    done = services.correct(
        gift.lot_id,
        Change(K.QUANTITY, (Part(world.bin_id, 20),)),
        reason="Miscounted",
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    where = f"/stock/corrections/{done}"
    assert "Nothing depends on it" in browser.get(f"{where}/take-back").text
    sent = {"reason": "They were behind the door", "key": str(uuid4())}
    assert browser.post(f"{where}/take-back", data=sent).status_code == 303
    assert "They were behind the door" in browser.get(where).text
    assert held(world.bin_id, gift.lot_id) == 100


def test_the_list_is_searched_and_taken_out_as_a_file(world, gift, signed_in):
    services.correct(
        gift.lot_id,
        Change(K.FACTS, batch_number="B-13"),
        reason="Misread",
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    browser = signed_in(world.auditor)
    assert "Misread" in browser.get("/stock/corrections?words=misread").text
    assert "No correction fits" in browser.get("/stock/corrections?words=nobody").text
    assert "No correction fits" in browser.get("/stock/corrections?kind=donor").text
    assert "B-12 → B-13" in browser.get("/stock/corrections?format=csv").text


def test_programs_correct_and_take_back(world, gift, right, api):
    program = api(world.logistician)
    path = f"/api/v1/lots/{gift.lot_id}/correct"
    ground = program.get(path).json
    assert (ground["free"], ground["in_stock"][0]["quantity"]) == (100, 100)
    body = {
        "key": str(uuid4()),
        "reason": "Nordlys gave it",
        "donation_line_id": right.line_id,
        "lines": [{"place_id": world.bin_id, "quantity": 100}],
    }
    made = program.post(f"{path}/donor", json=body)
    assert made.status_code == 201, made.json
    assert made.json["quantity"] == 100
    assert program.post(f"{path}/donor", json=body).json["id"] == made.json["id"]
    done = f"/api/v1/stock/corrections/{made.json['id']}"
    back = program.post(f"{done}/take-back", json={"key": str(uuid4()), "reason": "No"})
    assert back.json["undone_at"]
    assert len(program.get("/api/v1/stock/corrections").json["rows"]) == 1
    for kind, more in (
        ("facts", {"batch_number": "B-77"}),
        ("part", {"batch_number": "B-78", "lines": [{"place_id": world.bin_id, "quantity": 3}]}),
        ("item", {"item_id": make_item("Shampoo"),
                  "lines": [{"place_id": world.bin_id, "quantity": 3}]}),
        ("quantity", {"lines": [{"place_id": world.bin_id, "quantity": 3}]}),
    ):  # fmt: skip
        answer = program.post(
            f"{path}/{kind}", json={"key": str(uuid4()), "reason": "Wrong"} | more
        )
        assert answer.status_code == 201, (kind, answer.json)


def test_the_list_asks_no_more_for_many(world, gift, statements):
    counts = []
    for number in range(12):
        services.correct(
            gift.lot_id,
            Change(K.FACTS, batch_number=f"B-{number + 20}"),
            reason="Again",
            key=uuid4(),
            actor=world.logistician,
            at=clock.now(),
        )
        if number in (1, 11):
            queries.corrections(world.logistician, queries.CorrectionFilter())
            with statements() as seen:
                queries.corrections(world.logistician, queries.CorrectionFilter())
                queries.ground(gift.lot_id, world.logistician)
            counts.append(len(seen))
    assert counts[0] == counts[1]
