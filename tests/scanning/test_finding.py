"""A code leads to what it names: from the search, the label and the API, as far as one may see."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient
from sqlalchemy import select

from aidtrack.catalogue import queries as catalogue
from aidtrack.core.db import db
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.scanning import codes, finding, services
from aidtrack.scanning.finding import read
from aidtrack.shipments.models import Shipment
from tests.factories.reports import make_story
from tests.factories.world import World, make_item, make_stock, make_world
from tests.statements import Statements

GTIN = "4006381333931"
SignedIn = Callable[[Any], FlaskClient]


def test_own_codes_lead_straight_to_their_record(world: World, signed_in: SignedIn) -> None:
    item_id = make_item()
    lot_id = make_stock(world, item_id, 20)
    client = signed_in(world.logistician)
    for code, url in (
        (codes.lot_code(lot_id), f"/lots/{lot_id}"),
        (codes.box_code(lot_id, 24), f"/lots/{lot_id}"),
        (codes.place_code(world.bin_id), f"/places/{world.bin_id}"),
        (codes.item_code(item_id), f"/items/{item_id}"),
    ):
        assert client.get(f"/s/{code}").location == url
        assert client.get(f"/search?q={code}").location == url


def test_a_bar_code_finds_its_item_from_any_page(world: World, signed_in: SignedIn) -> None:
    item_id, client = make_item(), signed_in(world.auditor)
    services.add_barcode(item_id, GTIN, actor=world.logistician)
    services.add_barcode(item_id, "OUR-77", actor=world.logistician)
    for code in (GTIN, f"0{GTIN}", "our-77", "]C1010" + GTIN, "]C1010" + GTIN + "10NEW"):
        assert client.get(f"/search?q={quote(code)}").location == f"/items/{item_id}"


def test_a_batch_that_is_here_leads_to_its_lot(world: World) -> None:
    item_id = make_item()
    services.add_barcode(item_id, GTIN, actor=world.logistician)
    lot_id = make_stock(world, item_id, 20, batch_number="AB12")
    make_stock(world, make_item(), 20, batch_number="AB12")
    found = read(f"(01)0{GTIN}(10)AB12", world.logistician)
    assert [(hit.kind, hit.id) for hit in found.hits] == [("lot", lot_id)]


def test_what_may_mean_several_things_gives_a_list(world: World, signed_in: SignedIn) -> None:
    first = make_stock(world, make_item(), 20, batch_number="SAME")
    second = make_stock(world, make_item(), 20, batch_number="SAME")
    page = signed_in(world.logistician).get("/scan?code=SAME")
    assert "Choose one" in page.text
    assert f'href="/lots/{first}"' in page.text
    assert f'href="/lots/{second}"' in page.text


def test_an_unknown_code_is_told_and_may_be_given(world: World, signed_in: SignedIn) -> None:
    item_id, client = make_item(), signed_in(world.logistician)
    there = client.get(f"/search?q={GTIN}").location
    page = client.get(there).text
    assert f"No item here has the GTIN {GTIN}" in page
    assert "Give this code to an item" in page
    code = catalogue.item(item_id).code
    given = client.get(f"/scan/give?code={GTIN}&item_id={code}")
    assert given.location == f"/items/{item_id}/barcodes/new?code={GTIN}"
    assert GTIN in client.get(given.location).text
    assert "Give this code" not in signed_in(world.auditor).get(there).text


def test_what_belongs_to_others_is_not_found(world: World) -> None:
    item_id = make_item()
    lot_id = make_stock(world, item_id, 20, batch_number="SECRET")
    services.add_barcode(item_id, GTIN, actor=world.logistician)
    stranger = make_world("Other").logistician
    for code in (codes.lot_code(lot_id), "SECRET", codes.place_code(world.bin_id), GTIN):
        assert not read(code, stranger).hits
    assert not read(GTIN, world.driver).hits


def test_programs_get_the_code_taken_apart(world: World, api: SignedIn) -> None:
    item_id = make_item(pack=24)
    (pack,) = catalogue.item(item_id).packs
    services.add_barcode(item_id, GTIN, pack_id=pack.id, actor=world.logistician)
    lot_id = make_stock(world, item_id, 48)
    gs1 = quote(f"]C1010{GTIN}1727120037" + "2\x1d10AB")
    found = api(world.logistician).get(f"/api/v1/scan?code={gs1}&moving=true").json
    assert (found["gtin"], found["batch_number"], found["count"]) == (GTIN, "AB", 2)
    assert found["expires_on"] == str(date(2027, 12, 31))
    assert [(hit["item_id"], hit["pack_size"]) for hit in found["hits"]] == [(item_id, 24)]
    lying = [(each["lot_id"], each["place_id"], each["free"]) for each in found["lying"]]
    assert lying == [(lot_id, world.bin_id, 48)]
    assert api(world.driver).get("/api/v1/scan?code=x").status_code == 403
    assert api(world.auditor).get(f"/api/v1/scan?code={GTIN}&moving=true").json["lying"] == []


def test_it_takes_as_many_statements_for_many_as_for_one(
    world: World, statements: Statements
) -> None:
    def asked() -> int:
        with statements() as seen:
            assert read("SAME", world.logistician).hits
        return len(seen)

    make_stock(world, make_item(), 20, batch_number="SAME")
    first = asked()
    for _lot in range(finding.HITS_MAX):
        make_stock(world, make_item(), 20, batch_number="SAME")
    assert asked() == first <= 6


def test_papers_and_shipments_are_found_by_number_and_code(world: World) -> None:
    story = make_story(world)
    shipment = db.session.get_one(Shipment, story.shipment_id)
    paper = db.session.scalars(select(Paper).where(Paper.kind == PaperKind.GOODS_RECEIVED_NOTE))
    note = paper.first()
    assert note is not None
    for code, url in (
        (note.number.lower(), f"/receipts/{note.source_id}"),
        (f"https://x.example/v/{note.code}", f"/receipts/{note.source_id}"),
        (shipment.number, f"/shipments/{shipment.id}"),
        (shipment.code, f"/shipments/{shipment.id}"),
    ):
        assert read(code, world.logistician).goes_to == url
    stranger = make_world("Other").logistician
    assert not read(note.number, stranger).hits
    assert not read(shipment.code, stranger).hits
    # What was printed for another address is a link: it is shown, never opened.
    assert not read(f"https://x.example/v/{note.code}", world.logistician, {"here"}).hits
