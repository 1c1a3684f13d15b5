"""Hostile files at every door: none runs, none is believed, none fills memory or disk."""

import io
import struct
import zipfile
import zlib
from uuid import uuid4

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from aidtrack.web.forms import LineList
from aidtrack.web.inputs import UploadField
from tests.factories.world import make_item
from tests.privacy.test_names import every_form, fields
from tests.remarks import samples

# Every form with an upload, and the field it comes in; the styleguide takes nothing in.
DOORS = {"RemarkForm": {"photo", "file"}, "UploadForm": {"file"}}
EVIL = b"<script>alert(31337)</script>"
SAFE_TYPES = {
    "image/jpeg", "application/pdf", "text/plain", "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip


def bomb(part: str = "xl/worksheets/sheet1.xml", megabytes: int = 120) -> bytes:
    """A workbook of a few hundred kilobytes that unpacks to more than a hundred megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open(part, "w", force_zip64=True) as inside:
            for _megabyte in range(megabytes):
                inside.write(bytes(1024 * 1024))
    return file.getvalue()


def lying_bomb() -> bytes:
    """The same, whose directory says that it unpacks to ten bytes."""
    content = bytearray(bomb())
    entry = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, entry + 24, 10)
    return bytes(content)


def exif_with_script() -> bytes:
    file = io.BytesIO()
    notes = Image.Exif()
    notes[0x010E] = EVIL.decode()
    notes[0x8298] = EVIL.decode()
    Image.new("RGB", (40, 40), "red").save(file, "JPEG", exif=notes, comment=EVIL)
    return file.getvalue()


def png_with_bomb_in_text() -> bytes:
    """A small picture whose comment unpacks to a hundred megabytes."""
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    plain = file.getvalue()
    data = b"x\x00\x00" + zlib.compress(bytes(100 * 1024 * 1024))
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return plain[:33] + chunk + plain[33:]


HOSTILE = {
    "empty.jpg": b"",
    "page.html": b"<!doctype html>" + EVIL,
    "drawing.svg": samples.SVG,
    "photo.jpg.php": b"<?php system($_GET['c']); ?>",
    "pdf-and-html.pdf": b"%PDF-1.7\n" + EVIL + b"\n%%EOF",
    "pdf-and-zip.pdf": b"%PDF-1.7\n" + samples.workbook() + b"\n%%EOF",
    "zip-in-jpeg.jpg": samples.jpeg() + samples.workbook(),
    "html-in-jpeg.jpg": samples.jpeg() + EVIL,
    "exif.jpg": exif_with_script(),
    "huge.png": samples.png_claiming(60_000, 60_000),
    "text-bomb.png": png_with_bomb_in_text(),
    "bomb.xlsx": bomb(),
    "lying.xlsx": lying_bomb(),
    "macros.xlsx": samples.workbook("xl/vbaProject.bin"),
    "climbing.xlsx": samples.workbook("../../../../tmp/evil"),
    "formulas.csv": b"Code,Item,Unit\n=cmd|'/C calc'!A0,+SUM(1),piece\n@x,-1,piece\n",
    "nul.csv": b"Code,Item\x00,Unit\n1,2,3\n",
    "wide.csv": b"," * 200_000 + b"\n",
    "entities.xlsx": samples.packed(
        "[Content_Types].xml", "xl/workbook.xml",
        content=b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
    ),
    "program.exe": b"MZ\x90\x00" + EVIL,
}  # fmt: skip
NAMES = (
    "../../../etc/cron.d/evil", "..\\..\\evil.jpg", "/etc/passwd", "a\x00.php.jpg",
    'x"; filename="evil.html', "a%0d%0aContent-Type: text/html", "photo.jpg.html", "\u202egpj.exe",
    "CON", "." * 300, "<img src=x onerror=alert(1)>.jpg",
)  # fmt: skip


@pytest.fixture
def item(world) -> int:
    return make_item()


def test_every_door_for_files_is_known(application):
    found: dict[str, set[str]] = {}
    for form in every_form():
        if form.__module__ == "aidtrack.web.styleguide":
            continue
        for field in fields(application, form):
            assert not isinstance(field, LineList) or not any(
                isinstance(each, UploadField) for each in field.line_form()
            )
            if isinstance(field, UploadField):
                found.setdefault(form.__name__, set()).add(field.short_name)
    assert found == DOORS, "add the new door to DOORS, and try the hostile files on it below"


def remark(browser, item, name: str, content: bytes, field: str = "file"):
    sent = {"words": "x", "key": str(uuid4()), field: FileStorage(io.BytesIO(content), name)}
    # Put together in memory: the client leaves the file open that it writes a long body to.
    boundary, body = encode_multipart(sent)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.post(f"/remarks/item/{item}", data=body, content_type=kind)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_beside_a_record_is_refused_or_made_harmless(world, item, signed_in, name):
    browser = signed_in(world.logistician)
    answer = remark(browser, item, name, HOSTILE[name])
    assert answer.status_code in {303, 422}
    if answer.status_code == 303:
        is_harmless(browser.get("/remarks/files/1"))


def is_harmless(kept) -> None:
    """It is saved, not opened, unless we drew it ourselves; and never as a page."""
    assert kept.status_code == 200
    assert kept.mimetype in SAFE_TYPES
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in kept.headers["Content-Security-Policy"]
    if kept.mimetype == "image/jpeg":
        assert EVIL not in kept.data
        assert b"PK\x03\x04" not in kept.data
    else:
        assert kept.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_list_is_refused_in_a_sentence_and_takes_nothing_in(world, signed_in, name):
    kind = ("items", "places", "stock")[len(name) % 3]
    browser = signed_in(world.admin)
    answer = browser.post(
        "/imports", data={"kind": kind, "file": (io.BytesIO(HOSTILE[name]), name)}
    )
    assert answer.status_code in {303, 422}
    assert EVIL.decode() not in answer.text
    if answer.status_code == 303:
        page = browser.get(answer.location)
        assert page.status_code == 200
        assert EVIL.decode() not in page.text


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_names_no_place_and_no_other_type(world, item, signed_in, name):
    browser = signed_in(world.logistician)
    assert remark(browser, item, name, samples.jpeg()).status_code == 303
    said = browser.get("/remarks/files/1").headers["Content-Disposition"]
    for sign in ("/", "\\", "\r", "\n", "<", "\x00", "\u202e"):
        assert sign not in said.split("filename*=")[0]
    assert said.endswith((".jpg", ".jpeg"))
    assert len(said) < 700
    page = browser.get(f"/remarks/item/{item}").text
    assert "<img src=x" not in page


def test_too_much_is_refused_before_it_is_read(world, item, signed_in):
    browser = signed_in(world.logistician)
    answer = remark(browser, item, "big.jpg", b"\xff\xd8\xff" + bytes(21 * 1024 * 1024))
    assert answer.status_code == 413
    assert "too large" in answer.text
