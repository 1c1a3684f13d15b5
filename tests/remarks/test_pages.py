"""Remarks on pages, as people with each role open and send them."""

import io
import re
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select

from aidtrack.core import archive, files
from aidtrack.core.db import db
from aidtrack.remarks import contents
from aidtrack.remarks.models import Attachment, Remark
from tests.factories.distributions import hand_out
from tests.factories.donations import make_donation
from tests.factories.world import make_stock, make_world
from tests.remarks import samples
from tests.remarks.conftest import sent


def attachment():
    return db.session.scalar(select(Attachment).order_by(Attachment.id.desc()))


@pytest.fixture
def pages(world, item, lot, shipment):
    """A page of every kind of record, with the kind and the id."""
    donation, receipt = make_donation(world, item, 10)
    at_point = make_stock(world, item, 50, place_id=world.point_id)
    distribution = hand_out(world, at_point, 3)
    return {
        f"/shipments/{shipment}": ("shipment", shipment),
        f"/donations/{donation}": ("donation", donation),
        f"/receipts/{receipt}": ("goods_receipt", receipt),
        f"/distributions/{distribution}": ("distribution", distribution),
        f"/lots/{lot}": ("lot", lot),
        f"/items/{item}": ("item", item),
        f"/places/{world.warehouse_id}": ("place", world.warehouse_id),
        f"/partners/{world.donor_id}": ("partner", world.donor_id),
        f"/areas/{world.area_id}": ("area", world.area_id),
    }


def test_every_record_page_takes_and_shows_remarks(world, pages, browser, signed_in):
    auditor = signed_in(world.auditor)
    for path, (kind, record_id) in pages.items():
        action = f"/remarks/{kind}/{record_id}"
        assert f'action="{action}"' in browser.get(path).text
        form = sent("Mind the dog.", file=("list.pdf", samples.PDF)) | {"back": path}
        answer = browser.post(action, data=form)
        assert (answer.status_code, answer.location) == (303, f"{path}#remarks")
        for page in (browser.get(path).text, auditor.get(path).text):
            assert "Mind the dog." in page
            assert "list.pdf" in page
        assert action not in auditor.get(path).text


def test_a_photo_shows_small_with_its_caption_and_opens_whole(browser, shipment):
    browser.post(
        f"/remarks/shipment/{shipment}",
        data=sent("Torn bales", photo=("IMG_1.jpg", samples.jpeg_of_a_phone(400, 800))),
    )
    page = browser.get(f"/shipments/{shipment}").text
    photo = attachment()
    small = f"/remarks/thumbnails/{photo.id}"
    assert re.search(rf'<img src="{small}" width="120" height="60"[^>]*alt="Torn bales"', page)
    assert Image.open(io.BytesIO(browser.get(small).data)).size == (240, 120)
    whole = browser.get(f"/remarks/files/{photo.id}")
    assert whole.mimetype == "image/jpeg"
    assert b"Phones of Osh" not in whole.data


def test_no_two_things_on_a_page_have_one_id(browser, pages):
    for path in pages:
        ids = re.findall(r'<[^>]*? id="([^"]*)"', browser.get(path).text)
        assert "remark-key" in ids
        assert sorted(ids) == sorted(set(ids)), path


def test_a_phone_is_asked_for_its_camera(browser, shipment):
    page = browser.get(f"/shipments/{shipment}").text
    assert re.search(r'<input type="file" accept="image/jpeg[^>]*capture="environment"', page)
    assert 'enctype="multipart/form-data"' in page


def test_files_are_saved_and_run_nothing(browser, shipment):
    polyglot = samples.PDF[:-7] + samples.HTML + b"\n%%EOF\n"
    browser.post(
        f"/remarks/shipment/{shipment}", data=sent(file=("../../фото\u202egpj.exe", polyglot))
    )
    answer = browser.get(f"/remarks/files/{attachment().id}")
    assert answer.data == polyglot
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="gpj.exe.pdf"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "\u202e" not in browser.get(f"/shipments/{shipment}").text


def test_a_thumbnail_is_asked_for_again_and_sent_once(browser, shipment):
    browser.post(f"/remarks/shipment/{shipment}", data=sent(photo=("a.jpg", samples.jpeg())))
    path = f"/remarks/thumbnails/{attachment().id}"
    tag = browser.get(path).headers["ETag"]
    again = browser.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (samples.SVG, "not kept"),
        (b"", "This file is empty."),
        (b"x" * 200_000, "at most 10 MB"),
        (samples.png_claiming(50_000, 50_000), "50 million pixels"),
        (samples.HEIC, "Most compatible"),
    ],
    ids=["svg", "empty", "too large", "too many pixels", "heic"],
)
def test_a_file_that_is_refused_keeps_what_was_typed(
    browser, shipment, content, reason, monkeypatch
):
    monkeypatch.setattr(contents, "FILE_BYTES_MAX", 100_000)
    answer = browser.post(
        f"/remarks/shipment/{shipment}", data=sent("A long story", photo=("photo.jpg", content))
    )
    assert answer.status_code == 422
    assert reason in answer.text
    assert "A long story</textarea>" in answer.text
    assert 'href="#photo"' in answer.text
    assert db.session.scalar(select(Remark.id)) is None


def test_a_double_click_says_it_once(browser, shipment):
    key = uuid4()
    for _click in range(2):
        answer = browser.post(f"/remarks/shipment/{shipment}", data=sent("Once", key=key))
        assert answer.status_code == 303
    assert browser.get(f"/shipments/{shipment}").text.count(">Once<") == 1


def test_markup_in_words_stays_words(browser, shipment):
    browser.post(f"/remarks/shipment/{shipment}", data=sent("<script>alert(1)</script>"))
    page = browser.get(f"/shipments/{shipment}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<p class="words" dir="auto">' in page


def test_words_that_turn_the_line_around_are_refused(browser, shipment):
    answer = browser.post(f"/remarks/shipment/{shipment}", data=sent("abc\u202edef"))
    assert answer.status_code == 422


def test_an_author_changes_and_takes_back(browser, shipment):
    browser.post(f"/remarks/shipment/{shipment}", data=sent("First words"))
    remark = db.session.scalar(select(Remark.id))
    back = f"/shipments/{shipment}"
    assert "First words" in browser.get(f"/remarks/{remark}/edit").text
    form = {"words": "Second words", "back": back}
    answer = browser.post(f"/remarks/{remark}/edit", data=form)
    assert answer.location == f"{back}#remarks"
    assert "Second words" in browser.get(back).text
    elsewhere = {"back": "https://elsewhere.example"}
    answer = browser.post(f"/remarks/{remark}/take-back", data=elsewhere)
    assert answer.location == f"/remarks/shipment/{shipment}#remarks"
    page = browser.get(back).text
    assert "Second words" not in page
    assert "Taken back" in page


def test_donors_read_nothing_and_strangers_find_nothing(world, shipment, say, signed_in):
    remark = say("shipment", shipment, "Ours", ("a.jpg", samples.jpeg()))
    photo = attachment().id
    reading = (
        f"/remarks/shipment/{shipment}",
        f"/remarks/files/{photo}",
        f"/remarks/thumbnails/{photo}",
        f"/remarks/{remark}/edit",
    )
    donor = signed_in(world.donor)
    stranger = signed_in(make_world("Other Society").admin)
    for path in reading:
        assert donor.get(path).status_code == 403
        assert stranger.get(path).status_code == 404
    for browser, status in ((donor, 403), (stranger, 404)):
        sending = browser.post(f"/remarks/shipment/{shipment}", data=sent("Theirs"))
        assert sending.status_code == status
        assert browser.post(f"/remarks/{remark}/take-back").status_code == status


def test_a_colleague_may_not_open_another_ones_words_to_change_them(
    world, shipment, say, signed_in
):
    remark = say("shipment", shipment, "Ours")
    colleague = signed_in(world.admin)
    assert colleague.get(f"/remarks/{remark}/edit").status_code == 403
    assert "/edit" not in colleague.get(f"/remarks/shipment/{shipment}").text


def test_the_whole_story_leads_on_to_what_was_before(browser, world, shipment, say):
    for number in range(25):
        say("shipment", shipment, f"Remark {number:02}")
    page = browser.get(f"/shipments/{shipment}").text
    assert "Remark 24" in page
    assert "Remark 00" not in page
    older = re.search(r'href="(/remarks/shipment/[^"]*cursor=[^"]*)"', page)[1]
    assert "Remark 00" in browser.get(older).text
    assert browser.get(f"/remarks/shipment/{shipment}?cursor=nonsense").status_code == 422


def test_a_backup_holds_the_files(app, shipment, say, tmp_path):
    say("shipment", shipment, "", ("a.pdf", samples.PDF))
    kept = tmp_path / "kept.zip"
    archive.write(kept, revision="x", files=Path(app.instance_path) / "files")
    name = attachment().sha256
    with zipfile.ZipFile(kept) as written:
        assert written.read(f"files/{name[:2]}/{name}") == samples.PDF
        assert "tables/attachment.msgpack" in written.namelist()
    assert files.read(name) == samples.PDF


def test_a_file_that_changed_on_the_disk_is_not_sent(app, shipment, say, browser):
    say("shipment", shipment, "", ("a.txt", b"only here"))
    name = attachment().sha256
    (Path(app.instance_path) / "files" / name[:2] / name).write_bytes(b"something else")
    assert browser.get(f"/remarks/files/{attachment().id}").status_code == 404
