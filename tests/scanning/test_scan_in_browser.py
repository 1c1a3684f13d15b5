"""The page that scans, with a scanner's keys and with a camera, and the receipt it fills."""

import base64
import json
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from aidtrack.catalogue import queries as catalogue
from aidtrack.donations import queries as donations
from aidtrack.donations.pledges import PledgedLine
from aidtrack.places import services as places
from aidtrack.scanning import gs1_bars, numbers, prefixes, printing, services
from aidtrack.scanning.codes import box_code, lot_code, place_code, understand
from aidtrack.scanning.formats import FORMATS
from aidtrack.scanning.goods_labels import Wanted
from aidtrack.scanning.labels import Label, drawn
from tests.browsers import CHROMIUM, CHROMIUM_ARGUMENTS, PATIENCE_MS
from tests.clients import session_cookie
from tests.documents import papers
from tests.factories.donations import make_pledge
from tests.factories.shipments import make_ready
from tests.factories.world import World, held, make_item, make_stock

GTIN = "4006381333931"
PIECE = GTIN[:-1]
COARSE = 40  # Millimetres; below, such dots are too coarse for bars, and the square is read.
WIDE_ENOUGH = 90  # Millimetres, for the bars that say what is inside.
SignedIn = Callable[[Any], Page]


def scan(page: Page, code: str) -> None:
    """As a scanner does that types while no box has the focus: every key at once, then Enter."""
    page.evaluate(
        """keys => { document.activeElement.blur(); keys.forEach(key => document.body.dispatchEvent(
          new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}))); }""",
        [*code, "Enter"],
    )


def test_goods_then_bin_are_scanned_kept_and_moved(world: World, signed_in_page: SignedIn) -> None:
    lot_id = make_stock(world, make_item("Blanket"), 100)
    target = places.add_bin(world.warehouse_id, name="B-02", actor=world.logistician)
    page = signed_in_page(world.logistician)
    page.goto("/scan?mode=move")
    for code in (box_code(lot_id, 24), box_code(lot_id, 24), place_code(target)):
        scan(page, code)
        expect(page.locator("[data-scan-said]")).not_to_be_empty()
    expect(page.locator("[data-scan-target]")).to_contain_text("B-02")
    page.reload()
    expect(page.locator("[data-scan-rows] input")).to_have_value("48")
    page.get_by_role("button", name="Move them").click()
    expect(page.get_by_text("Moved 1 lot.")).to_be_visible()
    expect(page.locator("[data-scan-rows] input")).to_have_count(0)
    assert (held(world.bin_id, lot_id), held(target, lot_id)) == (52, 48)


def test_a_scan_outside_of_any_box_opens_what_it_names(
    world: World, signed_in_page: SignedIn
) -> None:
    lot_id = make_stock(world, make_item("Blanket"), 100)
    page = signed_in_page(world.logistician)
    page.goto("/items")
    scan(page, lot_code(lot_id))
    expect(page).to_have_url(re.compile(f"/lots/{lot_id}$"))
    page.goto("/scan")
    scan(page, "NOTHING-LIKE-IT")
    expect(page.locator("[data-scan-said]")).to_contain_text("Nothing here is called")


def test_a_code_fills_the_receipt_and_another_batch_begins_another_lot(
    world: World, signed_in_page: SignedIn
) -> None:
    item_id = make_item("Tablets", pack=24, has_expiry=True)
    (pack,) = catalogue.item(item_id).packs
    services.add_barcode(item_id, GTIN, pack_id=pack.id, actor=world.logistician)
    donation_id = make_pledge(world, PledgedLine(item_id, 480, pack_id=pack.id))
    page = signed_in_page(world.logistician)
    page.goto(f"/donations/{donation_id}/receive")
    for batch in ("AB12", "AB12", "CD34"):
        page.locator("#receipt-code").fill(f"(01)0{GTIN}(17)271200(37)2(10){batch}")
        page.keyboard.press("Enter")
        expect(page.locator("[data-receipt-said]")).to_contain_text(batch)
    lots = page.locator("[data-line]")
    expect(lots).to_have_count(2)
    for at, (batch, good) in enumerate((("AB12", "4"), ("CD34", "2"))):
        expect(lots.nth(at).locator("[name$=batch_number]")).to_have_value(batch)
        expect(lots.nth(at).locator("[name$=expires_on]")).to_have_value("2027-12-31")
        expect(lots.nth(at).locator("[name$=good]")).to_have_value(good)
    assert donations.lines_of(donation_id)[0].to_come == 480


def test_a_load_is_checked_kept_and_what_is_missing_noted_on_the_shipment(
    world: World, signed_in_page: SignedIn
) -> None:
    blankets, soap = make_item("Blanket"), make_item("Soap")
    services.add_barcode(soap, GTIN, actor=world.logistician)
    lots = [make_stock(world, blankets, 48), make_stock(world, soap, 3, batch_number="S-1")]
    shipment_id = make_ready(world, (blankets, 48), (soap, 3))
    page = signed_in_page(world.logistician)
    page.goto(f"/scan?mode=check&shipment_id={shipment_id}")
    row = page.locator("tr[data-load]")
    scan(page, box_code(lots[0], 24))
    expect(row.filter(has_text="Blanket").locator("[data-checked]")).to_have_text("24")
    scan(page, GTIN)
    expect(row.filter(has_text="Soap").locator("[data-checked]")).to_have_text("1")
    page.reload()
    expect(row.filter(has_text="Blanket").locator("[data-checked]")).to_have_text("24")
    scan(page, box_code(lots[0], 24))
    missing = page.locator("[data-missing]")
    expect(missing).to_contain_text("Soap · S-1: 2")
    expect(missing).not_to_contain_text("Blanket")
    page.get_by_role("link", name="Note it on the shipment").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page).to_have_url(re.compile(f"/shipments/{shipment_id}#"))
    expect(page.get_by_text("Missing when the load was checked: Soap · S-1: 2")).to_be_visible()
    page.goto(f"/scan?mode=check&shipment_id={shipment_id}")
    for _piece in range(2):
        scan(page, GTIN)
    expect(page.locator("[data-scan-said]")).to_have_text("All of it is checked.")
    expect(missing).to_be_hidden()
    page.get_by_role("link", name="Go on to the shipment").click()
    expect(page).to_have_url(re.compile(f"/shipments/{shipment_id}$"))


def test_a_number_counts_once_and_a_long_list_keeps_its_tally(
    world: World, signed_in_page: SignedIn
) -> None:
    prefixes.change(world.organisation_id, "4012345", actor=world.admin)
    item_id = make_item("Blanket")
    lot_id = make_stock(world, item_id, 2000)
    shipment_id = make_ready(world, (item_id, 2000))
    run_id = numbers.give(Wanted(of=(box_code(lot_id, 24),)), key=uuid4(), actor=world.logistician)
    sscc = numbers.run(run_id, world.logistician).numbers[0].sscc
    page = signed_in_page(world.logistician)
    page.goto(f"/scan?mode=check&shipment_id={shipment_id}")
    tally = page.locator("[data-checked]")
    scan(page, f"(00){sscc}")
    expect(tally).to_have_text("24")
    scan(page, sscc)
    expect(page.locator("[data-scan-said]")).to_contain_text("on the list already")
    expect(page.locator("[data-scan-kept]")).to_contain_text("Another phone keeps a list")
    page.evaluate(FILL_THE_LIST)
    page.reload()
    expect(tally).to_have_text("524")
    scan(page, box_code(lot_id, 24))
    expect(tally).to_have_text("548")
    expect(page.locator("[data-scan-rows] li")).to_have_count(500)
    page.reload()
    expect(tally).to_have_text("548")
    scan(page, sscc)
    expect(page.locator("[data-scan-said]")).to_contain_text("on the list already")


FILL_THE_LIST = """() => {
  const lists = JSON.parse(localStorage.getItem("scanned"));
  const {entries} = Object.values(lists)[0];
  for (let at = 0; at < 500; at += 1) entries.push({...entries[0], quantity: 1, numbers: []});
  localStorage.setItem("scanned", JSON.stringify(lists));
}"""


def test_what_labels_print_is_read_again_by_our_reader(
    world: World, signed_in_page: SignedIn
) -> None:
    """Drawn as pixels, each size of label gives back its address and its code."""
    label = Label("L000123-24", "https://aid.example.org/s/L000123-24", "Одеяло", "24 pieces")
    page = signed_in_page(world.logistician)
    page.goto("/scan")
    pictures = [picture_of(label, form.width, form.height) for form in FORMATS.values()]
    page.evaluate(READER)
    for picture in pictures:
        read = json.loads(page.evaluate("picture => window.readAll(picture)", picture))
        assert label.address in read or label.code in read
        assert set(read) <= {label.address, label.code}


def test_numbers_are_read_again_from_the_printed_page(
    world: World, signed_in_page: SignedIn, tmp_path: Path
) -> None:
    """As a label printer sets its dots: the number on every size, what is inside on large ones."""
    sscc = prefixes.sscc("4012345", 1234567)
    inside = gs1_bars.of_content(f"1{PIECE}8", 20, date(2031, 12, 31), "AB-12/7")
    assert inside is not None
    both = (inside, gs1_bars.of_number(sscc))
    label = Label(f"00{sscc}", f"https://aid.example.org/s/00{sscc}", "Одеяло", bars=both)
    page = signed_in_page(world.logistician)
    page.goto("/scan")
    page.evaluate(READER)
    for form in FORMATS.values():
        pdf = printing.pdf([label], form, start=1, copies=1, title="Labels", language="en")
        (picture,) = papers.pictures(pdf, tmp_path, resolution=203)
        written = BytesIO()
        picture.save(written, "PNG")
        sent = base64.b64encode(written.getvalue()).decode()
        read = json.loads(page.evaluate("picture => window.readAll(picture)", sent))
        codes = [understand(text, {"aid.example.org"}) for text in read]
        assert {code.sscc for code in codes if not code.gtin} == {sscc}, form.key
        assert f"(00){sscc}" in read or form.width < COARSE, form.key
        said = {(x.gtin, x.count, x.batch_number, x.expires_on) for x in codes if x.gtin}
        assert said <= {(f"1{PIECE}8", 20, "AB-12/7", date(2031, 12, 31))}
        assert said or form.width < WIDE_ENOUGH, form.key


READER = """() => new Promise((done, failed) => {
  const page = document.querySelector("[data-scan]");
  const script = document.createElement("script");
  script.src = page.dataset.reader;
  script.onerror = failed;
  script.onload = () => {
    ZXingWASM.prepareZXingModule({overrides: {locateFile: () => page.dataset.wasm}});
    window.readAll = async picture => {
      const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0));
      const blob = new Blob([bytes], {type: "image/png"});
      const found = await ZXingWASM.readBarcodes(blob, {tryHarder: true});
      return JSON.stringify(found.map(each => each.text));
    };
    done();
  };
  document.head.append(script);
})"""


def picture_of(label: Label, width: float, height: float, dots: int = 12) -> str:
    return base64.b64encode(pixels(label, width, height, dots)).decode()


def pixels(label: Label, width: float, height: float, dots: int) -> bytes:
    image = Image.new("L", (round(width * dots), round(height * dots)), 255)
    draw = ImageDraw.Draw(image)
    for x, y, wide, tall in drawn(label, width, height).areas:
        right, low = (x + wide) * dots - 1, (y + tall) * dots - 1
        draw.rectangle((round(x * dots), round(y * dots), round(right), round(low)), fill=0)
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    """A film of one picture: a label held before the camera."""
    label = Image.open(BytesIO(pixels(Label("L000123", "", "Blanket"), 62.0, 29.0, 9)))
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(label, (40, 100))
    written = BytesIO()
    frame.save(written, "JPEG", quality=95)
    film = tmp_path / "label.mjpeg"
    film.write_bytes(written.getvalue() * 3)
    return film


@pytest.fixture
def camera_page(app: Flask, browser: Browser, server: str, world: World, camera: Path) -> Any:
    """The page that scans, in a browser whose camera shows the film."""
    seeing = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *CHROMIUM_ARGUMENTS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        ],
    )
    context = seeing.new_context(base_url=server)
    name, value = session_cookie(app, world.logistician)
    context.add_cookies([{"name": name, "value": value, "url": server}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    seeing.close()


def test_the_camera_reads_a_label(world: World, camera_page: Page) -> None:
    lot_id = make_stock(world, make_item("Blanket"), 100)
    assert lot_id
    camera_page.goto("/scan")
    camera_page.get_by_role("button", name="Use the camera").click()
    expect(camera_page.locator("[data-scan-said]")).to_contain_text("L000123")
    camera_page.get_by_role("button", name="Stop the camera").click()
    expect(camera_page.get_by_role("button", name="Use the camera")).to_be_visible()


def test_a_camera_that_is_refused_is_told_in_words(world: World, signed_in_page: SignedIn) -> None:
    page = signed_in_page(world.logistician)
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page.goto("/scan")
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("[data-scan-said]")).to_contain_text("type the code")
