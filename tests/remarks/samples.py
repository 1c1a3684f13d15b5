"""Files that people send, good and hostile, made here byte by byte."""

import io
import struct
import zipfile
import zlib

from PIL import Image

CONTENT_TYPES = "[Content_Types].xml"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
GIF_AND_SCRIPT = b"GIF89a/*" + b"\x00" * 8 + b"*/=1;alert(1)//"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def jpeg(width: int = 64, height: int = 32, **saved: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(file, "JPEG", **saved)
    return file.getvalue()


def jpeg_of_a_phone(width: int = 64, height: int = 32) -> bytes:
    """A photo that says where and by what it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x010F] = "Phones of Osh"
    exif[0x0112] = 6  # Turned a quarter to the right when shown.
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(width, height, exif=exif.tobytes(), comment=b"secret note")


def png(mode: str = "RGBA", size: tuple[int, int] = (20, 10)) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, "PNG")
    return file.getvalue()


def webp() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(file, "WEBP")
    return file.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A picture of a few bytes whose head claims to be enormous."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data = b"IDAT" + zlib.compress(b"\0" * 10)
    tail = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return b"\x89PNG\r\n\x1a\n" + head + tail


def packed(*parts: str, content: bytes = b"<x/>", how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts, each with the content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for part in parts:
            archive.writestr(part, content)
    return file.getvalue()


def workbook(*more: str) -> bytes:
    return packed(CONTENT_TYPES, "xl/workbook.xml", *more)


def workbook_packed_oddly(how: int) -> bytes:
    """One whose packed bytes are damaged behind a head that says how they were packed."""
    whole = packed(CONTENT_TYPES, "xl/workbook.xml", content=b"<x/>" * 50, how=how)
    start = 30 + len(CONTENT_TYPES) + 9
    return whole[:start] + b"\xff" * 8 + whole[start + 8 :]


def document() -> bytes:
    return packed(CONTENT_TYPES, "word/document.xml")
