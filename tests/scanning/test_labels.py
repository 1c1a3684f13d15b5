"""Labels: whole, readable by eyes and scanners, and placed where there is a label left."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select

from aidtrack.catalogue import queries as catalogue
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.documents.kit import POINTS
from aidtrack.documents.marks import code_128, square
from aidtrack.kits import services as kits
from aidtrack.scanning import goods_labels, printing
from aidtrack.scanning.codes import box_code, lot_code, place_code
from aidtrack.scanning.formats import FORMATS
from aidtrack.scanning.goods_labels import Wanted
from aidtrack.scanning.labels import BAR_MIN, MODULE_MIN, Label, drawn
from aidtrack.stock.models import Lot
from tests.factories.world import World, make_item, make_stock, make_world

SignedIn = Callable[[Any], FlaskClient]
HOME = "https://aid.example.org"
BOX = Label(
    code="L000123-24",
    address=f"{HOME}/s/L000123-24",
    title="Одеяло шерстяное тёплое 150 × 200 см",
    strong="24 pieces",
    facts=(("Lot", "L000123"), ("Batch", "Ж-12"), ("Donor", "مؤسسة الفانوس للإغاثة")),
)


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def stream_of(content: bytes) -> str:
    return PdfReader(BytesIO(content)).pages[0].get_contents().get_data().decode("latin-1")


def make_pdf(*labels: Label, form: str = "3x8", start: int = 1, copies: int = 1) -> bytes:
    return printing.pdf(
        labels, FORMATS[form], start=start, copies=copies, title="Labels", language="en"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_word_stands_on_every_size(form: str) -> None:
    content = make_pdf(BOX, form=form)
    (text,) = pages_of(content)
    for word in ("Одеяло", "шерстяное", "тёплое", "24 pieces", "L000123", "Ж-12", BOX.code):
        assert word in text
    # What is drawn in Arabic are glyphs; beside them stands what they say.
    said = re.findall(r"ActualText <FEFF([0-9A-F]+)>", stream_of(content))
    letters = {letter for part in said for letter in bytes.fromhex(part).decode("utf-16-be")}
    assert letters >= set("مؤسسة الفانوس للإغاثة") - {" "}


@settings(deadline=None, max_examples=25)
@given(
    st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=200),
    st.sampled_from(list(FORMATS.values())),
)
def test_nothing_runs_over_the_edge_however_long_a_name_is(title: str, form: Any) -> None:
    laid = drawn(Label("L000123", f"{HOME}/s/L000123", title, facts=(("Donor", title),)),
                 form.width, form.height)  # fmt: skip
    for words in laid.words:
        assert words.line.width / POINTS <= words.room + 0.01
        assert 0 <= words.x <= words.x + words.room <= form.width + 0.01
        assert 0 < words.baseline < form.height
    for x, y, width, height in laid.areas:
        assert 0 <= x <= x + width <= form.width
        assert 0 <= y <= y + height <= form.height


@pytest.mark.parametrize("form", FORMATS)
def test_bars_and_squares_are_large_enough_for_a_scanner(form: str) -> None:
    found = FORMATS[form]
    areas = drawn(BOX, found.width, found.height).areas
    narrowest = min(width for _x, _y, width, _height in areas)
    assert narrowest >= min(BAR_MIN, MODULE_MIN) - 1e-9


def bars_of(text: str) -> list[int]:
    """Widths of bar and gap in turn, from the drawing."""
    _modules, stretches = code_128(text)
    widths: list[int] = []
    for (start, width), (following, _width) in zip(
        stretches, [*stretches[1:], (0, 0)], strict=True
    ):
        widths += [width, following - start - width]
    return widths[:-1]


def test_the_bars_follow_code_128() -> None:
    # Start B is 211214 and Stop 2331112; each sign between has six widths, eleven modules.
    widths = bars_of("L000123")
    assert widths[:6] == [2, 1, 1, 2, 1, 4]
    assert widths[-7:] == [2, 3, 3, 1, 1, 1, 2]
    signs = widths[:-7]
    assert {sum(signs[at : at + 6]) for at in range(0, len(signs), 6)} == {11}
    assert code_128("L000123")[0] == sum(widths)


def test_the_square_has_its_three_corners() -> None:
    size, stretches = square(BOX.address)
    assert {(0, 0, 7), (size - 7, 0, 7), (0, size - 1, 7)} <= set(stretches)


def test_used_labels_of_a_sheet_are_spared_and_the_rest_goes_on() -> None:
    content = make_pdf(BOX, start=23, copies=4)
    assert [text.count("L000123-24") for text in pages_of(content)] == [2, 2]
    stream = PdfReader(BytesIO(content)).pages[0].get_contents().get_data().decode("latin-1")
    xs = [
        float(x) / POINTS
        for x in re.findall(r"^([\d.]+) [\d.]+ [\d.]+ [\d.]+ re$", stream, re.MULTILINE)
    ]
    assert min(xs) > FORMATS["3x8"].corner(22)[0]


def test_a_roll_has_a_page_for_each() -> None:
    assert len(pages_of(make_pdf(BOX, form="roll-62x29", start=5, copies=3))) == 3


def test_the_same_labels_are_the_same_bytes() -> None:
    assert make_pdf(BOX) == make_pdf(BOX)


def test_far_too_many_are_refused() -> None:
    with pytest.raises(Invalid):
        make_pdf(*[BOX] * 30, copies=100)


def test_goods_bins_and_boxes_get_labels(world: World) -> None:
    item_id = make_item("Blanket", pack=24)
    lot_id = make_stock(world, item_id, 50, batch_number="B-77")
    wanted = Wanted(
        of=(lot_code(lot_id), box_code(lot_id, 24), place_code(world.bin_id)),
        bins_of=world.warehouse_id,
    )
    found = goods_labels.labels(wanted, world.logistician, HOME)
    assert {label.code for label in found} == set(wanted.of)
    box = next(label for label in found if label.code == box_code(lot_id, 24))
    assert box.strong == "24 pieces"
    assert ("Weight", "36 kg") in box.facts
    assert box.address == f"{HOME}/s/{box.code}"


def test_ticked_rows_become_lots(world: World) -> None:
    lot_id = make_stock(world, make_item(), 25)
    wanted = Wanted(picks=((lot_id, world.bin_id),))
    codes = [label.code for label in goods_labels.labels(wanted, world.logistician, HOME)]
    assert codes == [lot_code(lot_id)]


def test_others_print_no_labels_of_ours(world: World, signed_in: SignedIn) -> None:
    lot_id = make_stock(world, make_item(), 25)
    stranger = make_world("Other").logistician
    wanted = Wanted(of=(lot_code(lot_id), place_code(world.bin_id)), bins_of=world.warehouse_id)
    assert goods_labels.labels(wanted, stranger, HOME) == []
    assert signed_in(world.driver).get("/labels").status_code == 403
    assert signed_in(world.driver).get("/labels.pdf").status_code == 403


def test_the_page_shows_one_and_prints_all(
    world: World, signed_in: SignedIn, api: SignedIn
) -> None:
    lot_id = make_stock(world, make_item("Blanket & <b>rug</b>"), 25)
    client, query = signed_in(world.auditor), f"of={lot_code(lot_id)}&format=5x13&copies=3"
    assert "3 labels" in client.get(f"/labels?{query}").text
    picture = client.get(f"/labels/picture.svg?{query}")
    assert picture.mimetype == "image/svg+xml"
    assert "&lt;b&gt;" in picture.text
    for asked in (
        client.get(f"/labels.pdf?{query}"),
        api(world.auditor).get(f"/api/v1/labels.pdf?{query}"),
    ):
        (text,) = pages_of(asked.data)
        assert text.count(lot_code(lot_id)) == 3
    assert "Choose what to label" in client.get("/labels").text
    assert client.get("/labels.pdf?copies=1000").status_code == 422


def test_a_lot_that_was_packed_anew_names_the_lot_it_was(world: World) -> None:
    item_id = make_item(pack=24)
    lot_id = make_stock(world, item_id, 100)
    kits.repack(
        lot_id,
        2,
        pack_id=catalogue.item(item_id).packs[0].id,
        place_id=world.bin_id,
        to_place_id=world.bin_id,
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    anew = db.session.scalar(select(Lot.id).where(Lot.item_id == item_id, Lot.id != lot_id))
    wanted = Wanted(of=(lot_code(lot_id), lot_code(anew), box_code(anew, 24)))
    told = {each.code: dict(each.facts) for each in labels_of(wanted, world)}
    assert told[lot_code(anew)]["From lot"] == lot_code(lot_id)
    assert told[box_code(anew, 24)]["From lot"] == lot_code(lot_id)
    assert told[lot_code(lot_id)]["From lot"] == ""


def labels_of(wanted: Wanted, world: World) -> list[Label]:
    return goods_labels.labels(wanted, world.logistician, HOME)
