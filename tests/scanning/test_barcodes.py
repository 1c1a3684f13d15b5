"""Giving items their bar codes: tested, one meaning each, and told in the history."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from aidtrack.catalogue import queries as catalogue
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.scanning import services
from aidtrack.scanning.barcodes import barcodes_of
from tests.factories.world import World, make_item, make_world

PIECE, CARTON = "4006381333931", "14006381333938"
SignedIn = Callable[[Any], FlaskClient]


def test_a_piece_and_its_carton_have_codes_of_their_own(world: World) -> None:
    item_id = make_item(pack=24)
    (pack,) = catalogue.item(item_id).packs
    services.add_barcode(item_id, PIECE, actor=world.logistician)
    services.add_barcode(item_id, CARTON, pack_id=pack.id, actor=world.logistician)
    known = [(row.code, row.pack_size) for row in barcodes_of(item_id, world.logistician)]
    assert sorted(known, key=str) == sorted([(PIECE, None), (CARTON, 24)], key=str)


def test_a_wrong_last_digit_is_refused_unless_the_code_is_our_own(world: World) -> None:
    item_id = make_item()
    with pytest.raises(Invalid, match=PIECE):
        services.add_barcode(item_id, "4006381333932", actor=world.logistician)
    services.add_barcode(item_id, "4006381333932", is_own=True, actor=world.logistician)
    assert barcodes_of(item_id, world.logistician)[0].is_gtin is False


def test_one_code_means_one_thing_in_an_organisation(world: World) -> None:
    services.add_barcode(make_item(), PIECE, actor=world.logistician)
    other = make_item()
    code = catalogue.item(other).code
    with pytest.raises(services.BarcodeTaken, match="belongs to ITEM-"):
        services.add_barcode(other, f"0{PIECE}", actor=world.logistician)
    elsewhere = make_world("Other")
    services.add_barcode(other, PIECE, actor=elsewhere.logistician)
    assert code
    assert not barcodes_of(other, world.logistician)


@pytest.mark.parametrize("code", ["L000123", "P000001", "WB/KG/2026/000123", " ", "x" * 81])
def test_what_means_something_else_is_no_code_of_an_item(world: World, code: str) -> None:
    with pytest.raises(Invalid):
        services.add_barcode(make_item(), code, actor=world.logistician)


def test_a_pack_of_another_item_is_refused(world: World) -> None:
    (pack,) = catalogue.item(make_item()).packs
    with pytest.raises(Invalid) as refused:
        services.add_barcode(make_item(), PIECE, pack_id=pack.id, actor=world.logistician)
    assert refused.value.field == "pack_id"


def test_who_only_reads_gives_and_takes_none(world: World) -> None:
    item_id = make_item()
    barcode_id = services.add_barcode(item_id, PIECE, actor=world.logistician)
    for reader in (world.coordinator, world.auditor, world.driver):
        with pytest.raises(NotAllowed):
            services.add_barcode(item_id, CARTON, actor=reader)
        with pytest.raises(NotAllowed):
            services.remove_barcode(item_id, barcode_id, actor=reader)
    with pytest.raises(NotFound):
        services.remove_barcode(item_id, barcode_id, actor=make_world("Other").logistician)


def test_the_page_gives_and_takes_away(world: World, signed_in: SignedIn) -> None:
    item_id, client = make_item(), signed_in(world.logistician)
    page = client.post(f"/items/{item_id}/barcodes/new", data={"code": "4006381333932"})
    assert page.status_code == 422
    assert PIECE in page.text
    client.post(f"/items/{item_id}/barcodes/new", data={"code": PIECE})
    (row,) = barcodes_of(item_id, world.logistician)
    assert PIECE in client.get(f"/items/{item_id}").text
    client.post(f"/items/{item_id}/barcodes/{row.id}/remove")
    assert not barcodes_of(item_id, world.logistician)
    assert "A bar code was taken away" in client.get(f"/items/{item_id}").text


def test_programs_give_list_and_take_away(world: World, api: SignedIn) -> None:
    item_id, client = make_item(), api(world.logistician)
    answer = client.post(f"/api/v1/items/{item_id}/barcodes", json={"code": PIECE})
    assert answer.status_code == 201
    (row,) = client.get(f"/api/v1/items/{item_id}/barcodes").json
    assert client.delete(f"/api/v1/items/{item_id}/barcodes/{row['id']}").json == []
    taken = api(world.auditor).post(f"/api/v1/items/{item_id}/barcodes", json={"code": PIECE})
    assert taken.status_code == 403
