"""Pages of the stock reports, their papers and files: what they show, and to whom."""

import csv
import io

import pytest
from pypdf import PdfReader

from aidtrack.identity.permissions import Role
from aidtrack.stock_reports import gallery
from aidtrack.stock_reports.forms import FORMS
from tests.factories.counts import approve, count_all, make_count
from tests.factories.world import make_item, make_person, make_stock, make_world
from tests.lists.reading import xlsx_at

NAMES = tuple(gallery.ENTRIES)


@pytest.fixture
def tents(world):
    """29 tents in a bin; their lot."""
    return make_stock(world, make_item("Family tent", pack=24), 29)


def address(name, tents, world):
    """A report that has something to say of the tents."""
    return f"/stock/reports/{name}?lot_id={tents}&site_id={world.warehouse_id}"


def test_the_list_says_of_each_report_why_one_would_read_it(world, signed_in):
    page = signed_in(world.auditor).get("/stock/reports")
    for entry in gallery.ENTRIES.values():
        assert str(entry.why) in page.text
        assert f"/stock/reports/{entry.name}" in page.text


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_a_page_a_paper_and_files(name, world, tents, signed_in):
    browser = signed_in(world.auditor)
    url = address(name, tents, world)
    page = browser.get(url)
    assert page.status_code == 200
    for kind, start in (("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = browser.get(f"{url}&format={kind}")
        assert (answer.status_code, answer.data[: len(start)]) == (200, start)


def test_page_paper_files_and_json_say_the_same(world, tents, signed_in, api):
    browser = signed_in(world.logistician)
    url = address("on-hand", tents, world)
    page = browser.get(url).text
    assert "Family tent" in page
    assert "29.00" in page
    (line,) = csv.DictReader(io.StringIO(browser.get(f"{url}&format=csv").data.decode("utf-8-sig")))
    assert (line["Item"], line["In stock"], line["Value, USD"]) == ("Family tent", "29", "29.00")
    assert xlsx_at(browser, f"{url}&format=xlsx")[1][2:] == [29, "pieces", 43.5, 29]
    row = api(world.logistician).get(f"/api/v1{url}").json["rows"][0]
    assert (row["item"], row["quantity"], row["value_usd"]) == ("Family tent", 29, "29.00")
    paper = PdfReader(io.BytesIO(browser.get(f"{url}&format=pdf").data))
    text = paper.pages[0].extract_text()
    for words in ("Family tent", "29.00", "Osh warehouse", "When it happened", "Page 1 of 1"):
        assert words in text


def test_a_card_is_not_to_be_destroyed_and_repeats_its_head(world, tents, signed_in):
    item = make_item("Soap")
    for number in range(60):
        make_stock(world, item, number + 1)
    url = f"/stock/reports/card?item_id={item}&site_id={world.warehouse_id}&format=pdf"
    paper = PdfReader(io.BytesIO(signed_in(world.logistician).get(url).data))
    texts = [page.extract_text() for page in paper.pages]
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert "Not to be destroyed" in text
        assert "What happened" in text
        assert f"Page {number} of {len(texts)}" in text
    assert "1\u202f830" in texts[-1] or "1,830" in texts[-1]


def test_counts_say_how_far_the_books_can_be_believed(world, tents, signed_in, api):
    soap = make_stock(world, make_item("Soap"), 10)
    count_id = make_count(world)
    count_all(count_id, {tents: 29, soap: 8}, world.logistician)
    approve(count_id, make_person(Role.ADMINISTRATOR, world.organisation_id))
    row = api(world.auditor).get("/api/v1/stock/reports/count-accuracy").json["rows"][0]
    assert (row["lines"], row["right"], row["share"]) == (2, 1, "50.00")
    assert (row["value_usd"], row["off_value_usd"]) == ("39.00", "2.00")
    page = signed_in(world.auditor).get("/stock/reports/count-accuracy").text
    assert f"/counts/{count_id}" in page


@pytest.mark.parametrize("name", NAMES)
def test_a_strangers_place_and_lot_are_not_there(name, world, tents, signed_in, api):
    strangers = make_world("Strangers")
    stranger = strangers.logistician
    narrowed = [f"site_id={world.warehouse_id}"]
    fields = set(FORMS[name](None).data)
    narrowed += [f"bin_id={world.bin_id}"] if "bin_id" in fields else []
    narrowed += [f"lot_id={tents}"] if "lot_id" in fields else []
    both = f"bin_id={strangers.bin_id}&site_id={world.warehouse_id}"
    narrowed += [both] if "bin_id" in fields else []
    for words in narrowed:
        for browser, start in ((signed_in(stranger), ""), (api(stranger), "/api/v1")):
            answer = browser.get(f"{start}/stock/reports/{name}?item_id=1&{words}")
            assert answer.status_code == 404, words


def test_whoever_works_at_one_site_counts_no_other(world, signed_in):
    make_stock(world, make_item("Family tent"), 29)
    make_stock(world, make_item("Soap"), 5, place_id=world.other_warehouse_id)
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id)
    browser = signed_in(keeper)
    for name in ("on-hand?by=bin", "movements", "turnover", "ageing", "expiring"):
        page = browser.get(f"/stock/reports/{name}").text
        rows = page[page.index("<tbody") :]
        assert "Soap" in rows
        assert "Family tent" not in rows


def test_a_driver_may_not_look_and_nobody_unknown(world, signed_in, client):
    assert signed_in(world.driver).get("/stock/reports").status_code == 403
    assert signed_in(world.driver).get("/stock/reports/on-hand").status_code == 403
    assert client.get("/stock/reports/on-hand").status_code == 303
    assert signed_in(world.auditor).get("/stock/reports/nothing-such").status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_statements_do_not_grow_with_the_rows(name, world, signed_in, statements):
    browser = signed_in(world.logistician)
    item = make_item("Item 0")
    url = f"/stock/reports/{name}?site_id={world.warehouse_id}"
    url += f"&item_id={item}" if name == "card" else ""
    counts = []
    make_stock(world, item, 5)
    browser.get(url)
    for more in (0, 12):
        for number in range(more):
            make_stock(world, item if name == "card" else make_item(f"Item {number}"), 5)
        with statements() as seen:
            browser.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 22
