"""What a file is, whatever it is called; and what is refused, with the reason."""

import io
import zipfile

import pytest
from PIL import Image

from aidtrack.remarks import contents, photos
from aidtrack.remarks.contents import clean_name, examine
from aidtrack.remarks.refusals import Unwelcome
from tests.remarks import samples

RIGHT_TO_LEFT = "\u202e"


@pytest.fixture(autouse=True)
def speaking(application):
    """Refusals are sentences, which need a language."""
    with application.test_request_context():
        yield


def opened(content):
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (samples.PDF, "waybill.pdf", "application/pdf"),
        (samples.jpeg(), "waybill.jpg", "image/jpeg"),
        (samples.png(), "waybill.jpg", "image/jpeg"),
        (samples.png("P"), "waybill.jpg", "image/jpeg"),
        (samples.png("LA"), "waybill.jpg", "image/jpeg"),
        (samples.webp(), "waybill.jpg", "image/jpeg"),
        (samples.workbook(), "waybill.xlsx", "spreadsheetml.sheet"),
        (samples.document(), "waybill.docx", "wordprocessingml.document"),
        (b"item;pieces\nblanket;4\n", "waybill.txt", "text/plain"),
        ("товар;штук\n".encode("cp1251"), "waybill.txt", "text/plain"),
        ("بطانية".encode("utf-16"), "waybill.txt", "text/plain"),
    ],
)
def test_a_file_is_what_it_contains(content, name, media_type):
    kept = examine("waybill", content)
    assert kept.file_name == name
    assert kept.media_type.endswith(media_type)


def test_a_table_is_called_one():
    assert examine("counts.CSV", b"a,b\n1,2\n").media_type == "text/csv"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"x" * (contents.FILE_BYTES_MAX + 1), "at most 10 MB"),
        (samples.SVG, "not kept"),
        (b"\xef\xbb\xbf \n" + samples.SVG, "not kept"),
        (samples.SVG.decode().encode("utf-16"), "not kept"),
        (samples.HTML, "not kept"),
        (b"plain at first\n" + samples.HTML, "not kept"),
        (samples.GIF_AND_SCRIPT, "not kept"),
        (b"GIF89a=1;alert(1)", "not kept"),
        (b"MZ\x90\x00program", "not kept"),
        (b"#!/bin/sh\necho\n", "not kept"),
        (samples.HEIC, "Most compatible"),
        (b"%PDF-1.7\nno end", "its end is missing"),
        (samples.png_claiming(50_000, 50_000), "50 million pixels"),
        (samples.png_claiming(10_000, 9_000), "50 million pixels"),
        (samples.png_claiming(40, 40), "damaged"),
        (samples.jpeg()[:60], "damaged"),
        (b"\xff\xd8\xff" + samples.HTML, "damaged"),
        (samples.packed("a.txt"), "not kept"),
        (samples.packed("xl/workbook.xml"), "not kept"),
        (samples.workbook("../../etc/passwd"), "not kept"),
        (samples.workbook("/etc/passwd"), "not kept"),
        (samples.workbook("xl/vbaProject.bin"), "macros"),
        (samples.workbook()[:-30], "damaged"),
        (samples.workbook_packed_oddly(zipfile.ZIP_LZMA), "not kept"),
        (samples.workbook_packed_oddly(zipfile.ZIP_BZIP2), "not kept"),
        (samples.workbook(*(f"xl/{n}" for n in range(2_001))), "unpacks"),
    ],
)
def test_what_is_not_welcome_is_refused_with_the_reason(content, reason):
    with pytest.raises(Unwelcome, match=reason):
        examine("photo.jpg", content)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused():
    zeros = b"\0" * 30_000_000
    bomb = samples.packed(samples.CONTENT_TYPES, "xl/workbook.xml", "xl/1", "xl/2", content=zeros)
    assert len(bomb) < contents.FILE_BYTES_MAX
    with pytest.raises(Unwelcome, match="unpacks"):
        examine("counts.xlsx", bomb)


def test_a_pdf_that_is_a_page_too_is_kept_as_a_pdf_only():
    kept = examine("photo.jpg", samples.PDF[:-7] + samples.HTML + b"\n%%EOF\n")
    assert (kept.media_type, kept.file_name) == ("application/pdf", "photo.jpg.pdf")
    assert kept.photo is None


def test_a_photo_is_drawn_anew_upright_and_tells_nothing_of_the_phone():
    sent = samples.jpeg_of_a_phone()
    assert b"Phones of Osh" in sent
    kept = examine("IMG_1.jpg", sent)
    shown = opened(kept.content)
    assert shown.size == (32, 64) == (kept.photo.width, kept.photo.height)
    assert not shown.getexif()
    for drawn in (kept.content, kept.photo.thumbnail):
        assert b"Phones of Osh" not in drawn
        assert b"secret note" not in drawn
        assert b"Exif" not in drawn


def test_what_hangs_behind_a_photo_is_not_kept():
    kept = examine("photo.jpg", samples.jpeg() + samples.HTML)
    assert b"<script>" not in kept.content


def test_large_photos_are_made_small_and_get_a_smaller_one():
    kept = examine("photo.jpg", samples.jpeg(4_000, 3_000))
    assert opened(kept.content).size == (photos.SIDE_MAX, photos.SIDE_MAX * 3 // 4)
    assert max(opened(kept.photo.thumbnail).size) == photos.THUMBNAIL_SIDE


def test_what_was_see_through_becomes_white():
    kept = examine("seal.png", samples.png())
    assert opened(kept.content).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\report.PDF", "report.pdf"),
        (f"invoice{RIGHT_TO_LEFT}fdp.exe", "invoicefdp.exe.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("накладная 12.pdf", "накладная 12.pdf"),
        ("\x00\u200b", "file.pdf"),
        ("..", "file.pdf"),
        (None, "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_names_hide_nothing_and_lead_nowhere(name, shown):
    assert clean_name(name, ".pdf") == shown
