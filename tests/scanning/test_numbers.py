"""Numbers of boxes and pallets: one for each, once for ever, and found wherever they are read."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from aidtrack.catalogue import queries as catalogue
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound
from aidtrack.identity.permissions import Actor, Role
from aidtrack.scanning import numbered_labels, numbers, prefixes, services
from aidtrack.scanning.codes import box_code, lot_code
from aidtrack.scanning.finding import read
from aidtrack.scanning.goods_labels import Wanted
from aidtrack.scanning.models import Sscc, SsccRun
from aidtrack.scanning.numbers import NoCompanyPrefix, Packed, Run
from aidtrack.scanning.prefixes import NumbersUsedUp
from tests.factories.shipments import make_dispatched, make_ready
from tests.factories.world import World, make_item, make_person, make_stock, make_world
from tests.races import all_at_once
from tests.statements import Statements

SignedIn = Callable[[Any], FlaskClient]
PREFIX = "4012345"
PIECE, CARTON = "4006381333931", "14006381333938"
HOME = "https://aid.example.org"


@pytest.fixture
def numbering(world: World) -> World:
    prefixes.change(world.organisation_id, PREFIX, actor=world.admin)
    return world


def give(world: World, wanted: Wanted, **more: Any) -> Run:
    more = {"key": uuid4(), "actor": world.logistician} | more
    return numbers.run(numbers.give(wanted, **more), world.logistician)


def picked(world: World, lot_id: int) -> Wanted:
    return Wanted(picks=((lot_id, world.bin_id),))


def make_packed(world: World, quantity: int, *, pack: int = 24, **more: Any) -> int:
    """A lot that came in packs."""
    item_id = more.pop("item_id", None) or make_item("Blanket", pack=pack)
    (known,) = catalogue.item(item_id).packs
    return make_stock(world, item_id, quantity, pack_id=known.id, **{"batch_number": "", **more})


def held(run: Run) -> list[tuple[int | None, int | None]]:
    return [(each.lot_id, each.quantity) for each in run.numbers]


def test_every_box_gets_a_number_and_so_does_what_is_left_over(numbering: World) -> None:
    lot_id = make_packed(numbering, 50)
    run = give(numbering, picked(numbering, lot_id))
    assert held(run) == [(lot_id, 24), (lot_id, 24), (lot_id, 2)]
    assert [x.sscc for x in run.numbers] == [prefixes.sscc(PREFIX, each) for each in (1, 2, 3)]
    named = give(numbering, Wanted(of=(box_code(lot_id, 7), lot_code(lot_id))))
    assert held(named) == [(lot_id, 7), (lot_id, 24)]
    assert named.numbers[0].sscc == prefixes.sscc(PREFIX, 4)


def test_pallets_hold_so_many_boxes_of_one_lot(numbering: World) -> None:
    lot_id = make_packed(numbering, 24 * 5)
    run = give(numbering, picked(numbering, lot_id), boxes_each=2)
    assert held(run) == [(lot_id, 48), (lot_id, 48), (lot_id, 24)]


def test_pallets_of_mixed_goods_are_numbered_on_their_shipment(numbering: World) -> None:
    item_id = make_item()
    make_stock(numbering, item_id, 20)
    shipment_id = make_ready(numbering, (item_id, 20))
    wanted = Wanted(shipment_id=shipment_id)
    run = give(numbering, wanted, packed=Packed.MIXED, pallets=2)
    assert [(x.lot_id, x.shipment_id) for x in run.numbers] == [(None, shipment_id)] * 2
    label, _second = numbered_labels.labels(run.id, numbering.logistician, HOME)
    assert label.title == "Mixed goods"
    with pytest.raises(Invalid) as refused:
        give(numbering, Wanted(), packed=Packed.MIXED)
    assert refused.value.field == "packed"


def test_the_same_key_gives_the_same_numbers(numbering: World) -> None:
    lot_id, key = make_packed(numbering, 50), uuid4()
    first = give(numbering, picked(numbering, lot_id), key=key)
    assert give(numbering, picked(numbering, lot_id), key=key) == first
    with pytest.raises(KeyReused):
        give(numbering, picked(numbering, lot_id), boxes_each=2, key=key)
    assert db.session.scalar(select(func.count(Sscc.id))) == 3


def test_many_at_once_get_numbers_that_no_other_has(app: Flask, numbering: World) -> None:
    lots = [make_packed(numbering, 50, pack=10) for _each in range(6)]
    elsewhere = make_world("Sister office")
    prefixes.change(elsewhere.organisation_id, PREFIX, actor=elsewhere.admin)
    theirs = [make_packed(elsewhere, 50, pack=10) for _each in range(2)]
    twice = uuid4()
    acts = [
        *(_giving(numbering, each, uuid4()) for each in lots[:4]),
        *(_giving(elsewhere, each, uuid4()) for each in theirs),
        *(_giving(numbering, lots[5], twice) for _again in range(2)),
    ]
    runs = all_at_once(app, acts)
    assert len(set(runs)) == 7
    assert runs[-1] == runs[-2]
    given = list(db.session.scalars(select(Sscc.number)))
    assert sorted(given) == sorted(prefixes.sscc(PREFIX, each) for each in range(1, 36))


def _giving(world: World, lot_id: int, key: Any) -> Callable[[], int]:
    return partial(numbers.give, picked(world, lot_id), key=key, actor=world.logistician)


def test_the_last_number_is_given_and_the_one_after_it_is_not(world: World) -> None:
    prefix = "401234512345"
    prefixes.change(world.organisation_id, prefix, "99998", actor=world.admin)
    lot_id = make_packed(world, 20, pack=10)
    with pytest.raises(NumbersUsedUp, match=prefix):
        give(world, Wanted(of=(*[box_code(lot_id, 1)] * 3,)))
    assert not db.session.scalar(select(func.count(SsccRun.id)))
    run = give(world, picked(world, lot_id))
    assert run.numbers[-1].sscc == prefixes.sscc(prefix, 99_999)
    with pytest.raises(NumbersUsedUp):
        give(world, Wanted(of=(box_code(lot_id, 1),)))


def test_without_a_prefix_nothing_is_numbered_and_labels_are_as_ever(
    world: World, signed_in: SignedIn
) -> None:
    lot_id = make_packed(world, 50)
    with pytest.raises(NoCompanyPrefix):
        give(world, picked(world, lot_id))
    client = signed_in(world.logistician)
    query = f"pick={lot_id}-{world.bin_id}&boxes=yes"
    page = client.get(f"/labels?{query}").text
    assert "once your organisation has a GS1 company prefix" in page
    assert "Give numbers" not in page
    assert client.get(f"/labels.pdf?{query}").status_code == 200
    sent = client.post(f"/labels/numbers?{query}", data={"key": str(uuid4()), "packed": "one_lot"})
    assert sent.status_code == 422
    assert "no GS1 company prefix yet" in sent.text


def test_who_handles_no_goods_gives_no_numbers(numbering: World, signed_in: SignedIn) -> None:
    lot_id = make_packed(numbering, 50)
    for reader in (numbering.auditor, numbering.coordinator, numbering.driver):
        with pytest.raises(NotAllowed):
            give(numbering, picked(numbering, lot_id), actor=reader)
    page = signed_in(numbering.auditor).get(f"/labels?of={lot_code(lot_id)}").text
    assert "Give numbers" not in page
    keeper = make_person(
        Role.LOGISTICIAN, numbering.organisation_id, site_id=numbering.other_warehouse_id
    )
    with pytest.raises(Invalid, match="Choose the lots"):
        give(numbering, picked(numbering, lot_id), actor=keeper)


def test_numbers_of_others_are_not_there(numbering: World, signed_in: SignedIn) -> None:
    item_id = make_item(pack=24)
    lot_id = make_packed(numbering, 50, item_id=item_id)
    shipment_id = make_ready(numbering, (item_id, 50))
    run = give(numbering, Wanted(shipment_id=shipment_id))
    assert held(run) == [(lot_id, 24), (lot_id, 24), (lot_id, 2)]
    stranger = make_world("Other")
    prefixes.change(stranger.organisation_id, "5012345", actor=stranger.admin)
    with pytest.raises(NotFound):
        numbers.run(run.id, stranger.logistician)
    for packed in Packed:
        with pytest.raises(NotFound):
            give(stranger, Wanted(shipment_id=shipment_id), packed=packed,
                 actor=stranger.logistician)  # fmt: skip
    with pytest.raises(Invalid):
        give(stranger, picked(numbering, lot_id), actor=stranger.logistician)
    assert not read(run.numbers[0].sscc, stranger.logistician).hits
    assert not read(run.numbers[0].sscc, numbering.driver).hits
    assert signed_in(stranger.logistician).get(f"/labels?run_id={run.id}").status_code == 404
    assert signed_in(stranger.logistician).get(f"/labels.pdf?run_id={run.id}").status_code == 404


def test_the_page_gives_numbers_once_and_prints_them_again(
    numbering: World, signed_in: SignedIn
) -> None:
    lot_id = make_packed(numbering, 50)
    client, query = signed_in(numbering.logistician), f"pick={lot_id}-{numbering.bin_id}"
    assert "Give numbers" in client.get(f"/labels?{query}").text
    sent = {"key": str(uuid4()), "boxes_each": "1"}  # As the page sends it.
    there = [client.post(f"/labels/numbers?{query}", data=sent).location for _twice in range(2)]
    assert there[0] == there[1]
    page = client.get(there[0]).text
    assert "3 labels" in page
    assert "Give numbers" not in page
    assert 'name="boxes"' not in page
    for _again in range(2):
        assert client.get(there[0].replace("/labels", "/labels.pdf")).status_code == 200
    assert client.get(there[0].replace("/labels", "/labels/picture.svg")).status_code == 200
    assert db.session.scalar(select(func.count(Sscc.id))) == 3
    assert "Boxes were numbered" in client.get(f"/lots/{lot_id}").text
    assert signed_in(numbering.auditor).get(there[0]).status_code == 200


def test_programs_number_and_print(numbering: World, api: SignedIn) -> None:
    lot_id = make_packed(numbering, 50)
    client, sent = api(numbering.logistician), {"key": str(uuid4()), "packed": "one_lot"}
    address = f"/api/v1/labels/numbers?of={box_code(lot_id, 24)}"
    answer = client.post(address, json=sent)
    assert answer.status_code == 201
    assert client.post(address, json=sent).json == answer.json
    (number,) = answer.json["numbers"]
    assert (number["sscc"], number["lot_id"]) == (prefixes.sscc(PREFIX, 1), lot_id)
    assert client.get(f"/api/v1/labels.pdf?run_id={answer.json['id']}").status_code == 200
    found = client.get(f"/api/v1/scan?code={number['sscc']}").json
    assert (found["sscc"], found["quantity"]) == (number["sscc"], 24)
    assert client.post("/api/v1/labels/numbers", json=sent).status_code == 409
    mixed = client.post(address, json={"key": str(uuid4()), "packed": "mixed"})
    assert (mixed.status_code, mixed.json["error"]["field"]) == (422, "packed")
    wrong = client.post(address, json={"key": str(uuid4()), "boxes_each": 0})
    assert wrong.status_code == 422
    assert api(numbering.auditor).post(address, json=sent).status_code == 403


def test_a_number_leads_to_its_lot_wherever_it_is_read(
    numbering: World, signed_in: SignedIn
) -> None:
    lot_id = make_packed(numbering, 50)
    sscc = give(numbering, picked(numbering, lot_id)).numbers[0].sscc
    client = signed_in(numbering.logistician)
    for written in (sscc, f"00{sscc}", f"(00){sscc}", f"]C100{sscc}"):
        reading = read(written, numbering.logistician)
        assert [(hit.kind, hit.id, hit.pack_size) for hit in reading.hits] == [("lot", lot_id, 24)]
        assert client.get("/search", query_string={"q": written}).location == f"/lots/{lot_id}"
    assert client.get(f"/s/00{sscc}").location == f"/lots/{lot_id}"
    assert "holds 24 pieces" in client.get(f"/scan?code={sscc}").text
    unknown = prefixes.sscc(PREFIX, 77)
    assert f"No pallet here has the number {unknown}" in client.get(f"/scan?code={unknown}").text


def test_a_number_on_a_shipment_leads_to_both_and_to_what_one_may_see(numbering: World) -> None:
    item_id = make_item(pack=24)
    lot_id = make_packed(numbering, 24, item_id=item_id)
    receiver = make_world("Partner")
    shipment_id = make_dispatched(numbering, (item_id, 24), destination_id=numbering.point_id)
    run = give(numbering, Wanted(shipment_id=shipment_id))
    mixed = give(numbering, Wanted(shipment_id=shipment_id), packed=Packed.MIXED)

    def seen(actor: Actor, of: Run) -> list[tuple[str, int]]:
        return [(hit.kind, hit.id) for hit in read(of.numbers[0].sscc, actor).hits]

    assert seen(numbering.logistician, run) == [("lot", lot_id), ("shipment", shipment_id)]
    assert read(mixed.numbers[0].sscc, numbering.logistician).goes_to == f"/shipments/{shipment_id}"
    keeper = make_person(Role.LOGISTICIAN, numbering.organisation_id, site_id=numbering.point_id)
    assert seen(keeper, run) == [("shipment", shipment_id)]
    assert read(run.numbers[0].sscc, keeper).code.quantity is None
    assert seen(receiver.logistician, run) == []


def test_bars_say_what_is_in_a_box_of_one_lot(numbering: World) -> None:
    item_id = make_item(pack=24, has_expiry=True)
    (pack,) = catalogue.item(item_id).packs
    lot_id = make_packed(
        numbering, 48, item_id=item_id, batch_number="AB-12", expires_on=date(2031, 12, 31)
    )
    plain = give(numbering, picked(numbering, lot_id))
    assert bars(plain, numbering) == [[f"(00){each.sscc}"] for each in plain.numbers]
    services.add_barcode(item_id, CARTON, pack_id=pack.id, actor=numbering.logistician)
    pallet = give(numbering, picked(numbering, lot_id), boxes_each=2)
    assert bars(pallet, numbering)[0][0] == f"(02){CARTON}(17)311231(37)2(10)AB-12"
    services.add_barcode(item_id, PIECE, actor=numbering.logistician)
    said, number = bars(plain, numbering)[0]
    assert said == f"(02)0{PIECE}(17)311231(37)24(10)AB-12"
    assert number == f"(00){plain.numbers[0].sscc}"


def bars(run: Run, world: World) -> list[list[str]]:
    found = numbered_labels.labels(run.id, world.logistician, HOME)
    return [[each.said for each in label.bars] for label in found]


def test_it_takes_as_many_statements_for_many_as_for_one(
    numbering: World, statements: Statements
) -> None:
    lot_id = make_packed(numbering, 500, pack=10)

    def asked(boxes: int) -> tuple[int, int]:
        with statements() as giving:
            run_id = numbers.give(
                Wanted(of=(box_code(lot_id, 10),) * boxes), key=uuid4(), actor=numbering.logistician
            )
        with statements() as printing:
            numbered_labels.labels(run_id, numbering.logistician, HOME)
        return len(giving), len(printing)

    asked(1)
    assert asked(1) == asked(200)
