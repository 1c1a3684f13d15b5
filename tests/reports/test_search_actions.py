"""The palette: what may be done is found by its words, by permission and in every language."""

import pytest

from tests.factories.reports import make_story
from tests.factories.world import make_item


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("send", "/shipments/new"),
        ("dispatch", "/shipments/new"),
        ("new item", "/items/new"),
        ("receive goods", "/donations"),
        ("hand out", "/distributions/new"),
        ("Excel", "/imports"),
        ("stock", "/stock"),
    ],
)
def test_what_is_done_is_found_by_what_people_call_it(world, signed_in, typed, path):
    browser = signed_in(world.logistician)
    for page in ("/search", "/search/suggestions"):
        answer = browser.get(page, query_string={"q": typed})
        assert f'href="{path}"' in answer.text.split("<main")[-1], page


def test_only_what_one_may_do_is_offered(world, signed_in):
    may, may_not = signed_in(world.logistician), signed_in(world.auditor)
    assert 'href="/shipments/new"' in may.get("/search/suggestions?q=").text
    assert 'href="/shipments/new"' not in may_not.get("/search/suggestions?q=").text
    assert 'href="/shipments/new"' not in may_not.get("/search/suggestions?q=send").text
    assert 'href="/people"' not in may.get("/search/suggestions?q=people").text
    assert 'href="/people"' in signed_in(world.admin).get("/search/suggestions?q=people").text


def test_one_who_reads_russian_finds_it_in_both_languages(world, signed_in):
    browser = signed_in(world.logistician)
    browser.post("/language", data={"language": "ru", "next": "/home"})
    for typed in ("shipment", "отпр"):
        assert 'href="/shipments/new"' in browser.get(f"/search/suggestions?q={typed}").text, typed


def test_nothing_typed_offers_what_is_done_and_no_records(world, signed_in):
    make_item("Blanket")
    page = signed_in(world.logistician).get("/search/suggestions").text
    assert 'id="action-1"' in page
    assert "Blanket" not in page
    assert 'href="/stock"' not in page


def test_the_palette_tells_records_as_options_with_their_facts(world, signed_in):
    story = make_story(world)
    page = signed_in(world.logistician).get("/search/suggestions?q=school").text
    assert f'id="shipment-{story.shipment_id}"' in page
    assert "Osh warehouse to School 4" in page
    assert 'role="option"' in page
    assert "/search?q=school" in page
    assert "Nothing was found" in signed_in(world.auditor).get("/search/suggestions?q=zzzz").text


@pytest.mark.parametrize("role", ["driver", "donor"])
def test_those_with_pages_of_their_own_have_no_palette(world, signed_in, role):
    assert signed_in(getattr(world, role)).get("/search/suggestions?q=a").status_code == 403
