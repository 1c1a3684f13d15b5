"""Search: found by words, codes and numbers, in every language, and only what one may see."""

from datetime import date

import pytest

from aidtrack.catalogue import services as catalogue
from aidtrack.catalogue.models import Item
from aidtrack.core import codes
from aidtrack.core.db import db
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import Place, PlaceKind
from aidtrack.reports.search import SHOWN, Found, search
from aidtrack.reports.searched import Kind
from aidtrack.shipments.models import Shipment
from aidtrack.stock.models import lot_number
from tests.factories.reports import Story, make_story
from tests.factories.world import (
    World,
    make_item,
    make_person,
    make_site,
    make_stock,
    make_world,
)


@pytest.fixture
def story(world) -> Story:
    return make_story(world)


def kinds(found: Found) -> set[str]:
    return {str(group.kind) for group in found.groups}


def ids(found: Found, kind: Kind) -> list[int]:
    return [hit.id for group in found.groups for hit in group.hits if hit.kind == kind]


def test_words_find_an_item_in_any_language_and_order(world):
    item = make_item("Thermal blanket", names={"ru": "Тёплое одеяло"})
    make_item("Family tent")
    for typed in ("thermal", "BLANKET thermal", "одеяло", "ОДЕЯЛО тёплое"):
        assert ids(search(typed, world.coordinator), Kind.ITEM) == [item], typed


@pytest.mark.parametrize("typed", ["Баткен", "баткен", "БАТКЕН", "атке", "batk", "KG05", "kg05"])
def test_an_area_is_found_by_name_in_every_case_and_by_code(world, typed):
    assert world.area_id in ids(search(typed, world.coordinator), Kind.AREA)


@pytest.mark.parametrize("typed", ["ру", "ru", "u04", "0430", "\\u04"])
def test_how_names_are_kept_is_not_searched(world, typed):
    assert not ids(search(typed, world.coordinator), Kind.AREA)


def test_a_place_is_found_by_a_name_beyond_ascii_in_every_case(world):
    site = make_site(world.organisation_id, PlaceKind.WAREHOUSE, "Ошский склад")
    for typed in ("ошский", "ОШСКИЙ СКЛАД", "Склад"):
        assert ids(search(typed, world.coordinator), Kind.PLACE) == [site], typed


def test_a_lot_is_found_by_its_batch_and_by_its_number(world):
    item = make_item()
    lot = make_stock(world, item, 10, batch_number="LX-77-A")
    make_stock(world, item, 10, batch_number="A-LY-77")
    for typed in ("lx-77", "LX", "x-77", lot_number(lot), lot_number(lot).lower()):
        assert ids(search(typed, world.logistician), Kind.LOT) == [lot], typed


def test_a_batch_number_of_several_lots_lists_them(world):
    item = make_item()
    made = {make_stock(world, item, 10, batch_number="LX-77") for _ in range(2)}
    found = search("LX-77", world.logistician)
    assert set(ids(found, Kind.LOT)) == made
    assert found.exact is None


def test_a_bin_is_found_with_its_warehouse(world):
    (group,) = search("A-01", world.logistician).groups
    assert [(hit.id, hit.detail) for hit in group.hits] == [(world.bin_id, "Osh warehouse")]


def test_everything_that_a_word_names_is_found_by_kind(story):
    found = search("lantern", story.world.coordinator)
    assert kinds(found) == {"partner", "donation"}
    assert {"shipment", "paper", "donation", "distribution"} <= kinds(
        search("KG 000001", story.world.coordinator)
    )


def numbers(story: Story) -> dict[str, str]:
    """What people type, and the page where it leads."""
    shipment = db.session.get_one(Shipment, story.shipment_id)
    note = db.session.query(Paper).filter_by(kind=PaperKind.GOODS_RECEIVED_NOTE).one()
    waybill = db.session.query(Paper).filter_by(kind=PaperKind.WAYBILL).one()
    item = db.session.get_one(Item, story.item_id)
    shipment_page, waybill_page = f"/shipments/{shipment.id}", f"/papers/{waybill.id}.pdf"
    return {
        item.code: f"/items/{item.id}",
        item.code.lower(): f"/items/{item.id}",
        lot_number(story.lot_id): f"/lots/{story.lot_id}",
        "KG05000000000": f"/areas/{story.world.area_id}",
        shipment.number: shipment_page,
        shipment.number.lower(): shipment_page,
        codes.spoken(shipment.code): shipment_page,
        shipment.code.lower(): shipment_page,
        f"https://aid.example.org/t/{shipment.code}": shipment_page,
        note.number: f"/receipts/{story.receipt_id}",
        waybill.number: waybill_page,
        codes.spoken(waybill.code): waybill_page,
        f" https://aid.example.org/v/{codes.spoken(waybill.code)} ": waybill_page,
    }


def test_a_number_or_code_goes_straight_to_its_record(story, signed_in):
    browser = signed_in(story.world.logistician)
    for typed, page in numbers(story).items():
        answer = browser.get("/search", query_string={"q": typed})
        assert (answer.status_code, answer.location) == (303, page), typed
        assert browser.get(page).status_code == 200, page


def test_a_code_that_is_also_a_word_shows_what_else_it_means(world, signed_in):
    places.add_area(pcode="KG06", name="Osh", level=1, country="KG")
    place = db.session.get_one(Place, world.other_warehouse_id)
    place.code = "OSH"
    db.session.commit()
    found = search("osh", world.coordinator)
    assert found.exact is not None
    assert found.exact.id == place.id
    assert not found.goes_straight
    assert ids(found, Kind.PLACE)[0] == place.id, "the one with the code stands first"
    assert signed_in(world.coordinator).get("/search?q=osh").status_code == 200


def test_the_same_number_of_a_stranger_is_not_in_the_way(world):
    story, other = make_story(world), make_story(make_world_beside(world))
    number = db.session.get_one(Shipment, story.shipment_id).number
    assert number == db.session.get_one(Shipment, other.shipment_id).number
    found = search(number, world.coordinator)
    assert ids(found, Kind.SHIPMENT) == [story.shipment_id], "a stranger's is not there"
    assert found.goes_straight


def make_world_beside(world: World) -> World:
    """Another organisation of the same country."""
    place = db.session.get_one(Place, world.point_id)
    assert place.area is not None
    place.area.pcode = "KG05000000001"
    db.session.commit()
    return make_world("Stranger")


def test_what_belongs_to_strangers_is_not_found(story):
    stranger = make_world_beside(story.world)
    for typed in [*numbers(story), "School 4", "A-01", "Lantern", "B-", "KG/2026"]:
        found = search(typed, stranger.admin)
        mine = {"item", "area"}
        theirs = [hit for group in found.groups for hit in group.hits if str(hit.kind) not in mine]
        assert all(
            hit.id in {stranger.point_id, stranger.bin_id, stranger.donor_id} for hit in theirs
        ), (typed, theirs)


def test_one_who_works_at_a_site_finds_what_lies_or_comes_there(story):
    world = story.world
    at_the_point = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
    elsewhere = make_stock(world, story.item_id, 5, batch_number="FAR-1")
    assert ids(search(lot_number(story.lot_id), at_the_point), Kind.LOT) == [story.lot_id]
    assert not ids(search(lot_number(elsewhere), at_the_point), Kind.LOT)
    assert ids(search("SHP", at_the_point), Kind.SHIPMENT) == [story.shipment_id]
    assert ids(search("School", at_the_point), Kind.PLACE) == [world.point_id]
    assert not ids(search("Osh", at_the_point), Kind.PLACE)


def test_people_are_found_only_by_who_manages_them(world):
    assert ids(search("logistician", world.admin), Kind.PERSON) == [world.logistician.user_id]
    for actor in (world.logistician, world.coordinator, world.auditor):
        assert "person" not in kinds(search("logistician", actor))


def test_a_retired_item_is_found_by_its_whole_code_only(world):
    item = make_item("Oil lamp")
    catalogue.retire_item(item, actor=world.admin)
    code = db.session.get_one(Item, item).code
    assert not search("lamp", world.coordinator).groups
    assert ids(search(code, world.coordinator), Kind.ITEM) == [item]


def test_eight_are_shown_of_many_and_the_list_has_the_rest(world, signed_in):
    for number in range(SHOWN + 2):
        make_item(f"Rope {number}")
    (group,) = search("rope", world.coordinator).groups
    assert (group.total, len(group.hits), group.list_url) == (SHOWN + 2, SHOWN, "/items?q=rope")
    page = signed_in(world.coordinator).get("/search?q=rope").text
    assert "All 10 like this" in page
    assert "8 of 10" in page
    assert 'href="/items?q=rope"' in page


def test_the_list_gets_the_words_as_they_were_typed(world):
    for number in range(SHOWN + 1):
        make_item(f"Rope & pole {number}%")
    (group,) = search("& pole", world.coordinator).groups
    assert group.list_url == "/items?q=%26%20pole"


def test_the_lists_find_what_the_search_found(world, signed_in):
    site = db.session.get_one(Place, world.warehouse_id)
    site.names = {"ru": "Ошский склад"}
    db.session.commit()
    browser = signed_in(world.coordinator)
    for page in ("/places?q=СКЛАД", "/areas?words=баткен", "/areas?words=kg05", "/partners?q=LANT"):
        assert "Nothing matches" not in browser.get(page).text, page
        assert "<tbody><tr>" in browser.get(page).text.replace("\n", ""), page


def test_statements_do_not_grow(story, statements):
    world = story.world

    def sent_for(several: int) -> int:
        for number in range(several):
            item = make_item(f"Blanket {several} {number}")
            make_stock(world, item, 5, batch_number=f"blanket-{number}")
        with statements() as seen:
            search("blanket", world.admin)
        return len(seen)

    assert sent_for(5) == sent_for(20) < len(Kind)


HOSTILE = [
    "%%",
    "__",
    "'\"--",
    "/%/_",
    "\\\\",
    "'; DROP TABLE item; --",
    "<script>",
    "٣٤",
    "L" + "9" * 18,
    "L" + "9" * 40,
    "\U0010ffff\U0010ffff",
    '{"ru":',
    "ẞẞ",
    "http://x/t/%25",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_typed_breaks_it_or_finds_everything(story, signed_in, typed):
    page = signed_in(story.world.admin).get("/search", query_string={"q": typed})
    assert page.status_code == 200
    assert "Nothing was found" in page.text
    assert "<script>" not in page.text.replace("<script src", "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "What are you looking for?"),
        ("   ", "What are you looking for?"),
        ("b", "Type at least two letters"),
        ("%", "Type at least two letters"),
        ("x" * 500, "Use at most 200 characters"),
        ("b\x00lanket", "characters that cannot be read"),
    ],
)
def test_what_cannot_be_searched_says_why(story, signed_in, statements, typed, said):
    page = signed_in(story.world.admin).get("/search", query_string={"q": typed})
    assert page.status_code == 200
    assert said in page.text


def test_signs_that_databases_read_otherwise_are_letters_here(world):
    item = make_item("Chlorine 5% in 1_2 l")
    make_item("Chlorine 50 g, 1x2 l")
    for typed in ("5%", "1_2"):
        assert ids(search(typed, world.coordinator), Kind.ITEM) == [item], typed


def test_the_page_tells_each_thing_in_a_line(story, signed_in):
    make_stock(story.world, story.item_id, 3, batch_number="ZZ-1", expires_on=date(2031, 5, 1))
    make_stock(story.world, story.item_id, 3, batch_number="ZZ-2")
    browser = signed_in(story.world.logistician)
    lots = browser.get("/search?q=zz").text
    assert "ZZ-1 · expires 1\u00a0May\u00a02031" in lots
    assert "Osh warehouse to School 4" in browser.get("/search?q=shp/kg").text


def test_programs_find_the_same(story, api):
    shipment = db.session.get_one(Shipment, story.shipment_id)
    program = api(story.world.logistician)
    found = program.get("/api/v1/search", query_string={"q": shipment.number}).json
    assert found["total"] == 1
    assert found["exact"]["url"] == f"/shipments/{shipment.id}"
    assert [group["kind"] for group in found["groups"]] == ["shipment"]
    assert program.get("/api/v1/search").json["groups"] == []
    assert program.get("/api/v1/search", query_string={"q": "x" * 500}).status_code == 422


@pytest.mark.parametrize("role", ["driver", "donor"])
def test_those_with_pages_of_their_own_do_not_search(world, signed_in, api, role):
    actor = getattr(world, role)
    assert signed_in(actor).get("/search?q=tent").status_code == 403
    assert api(actor).get("/api/v1/search?q=tent").status_code == 403
    own_page = {"driver": "/d", "donor": "/donor"}[role]
    assert 'action="/search"' not in signed_in(actor).get(own_page).text


def test_nobody_searches_without_signing_in(database, client):
    assert client.get("/search?q=tent").location.startswith("/sign-in")
    assert client.get("/api/v1/search?q=tent").status_code == 401


def test_every_page_of_the_office_has_the_box(world, signed_in):
    page = signed_in(world.auditor).get("/home").text
    assert 'action="/search"' in page
    assert 'href="/search"' in page, "an icon on phones"
