"""Looks into a file to say what it is. A name or a browser's word counts for nothing."""

import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from aidtrack.core.i18n import _
from aidtrack.remarks import photos
from aidtrack.remarks.photos import Photo
from aidtrack.remarks.refusals import Unwelcome

FILE_BYTES_MAX = 10 * 1024 * 1024
NAME_MAX = 100
UNPACKED_BYTES_MAX = 100 * 1024 * 1024
PACKED_FILES_MAX = 2_000
PACKED_HOW = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # All that office programs write.
PDF_END_WITHIN = 2_048
MARKUP = re.compile(rb"<\s*(!doctype|html|svg|script|body|head|iframe|\?xml|\?php)", re.IGNORECASE)
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"GIF8", b"BM", b"Rar!", b"7z\xbc\xaf")
UNREADABLE = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
# The part that makes a zip a document, and what the document then is.
OFFICE = {
    "xl/workbook.xml": (
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "word/document.xml": (
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}
DAMAGES = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError,
    OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be kept: its bytes, what it is, and a name that says so."""

    file_name: str
    media_type: str
    content: bytes
    photo: Photo | None = None


def examine(name: str | None, content: bytes) -> Examined:
    """Raises Unwelcome with what to do about it. Every picture is drawn anew."""
    if not content:
        raise Unwelcome(_("This file is empty."))
    if len(content) > FILE_BYTES_MAX:
        raise Unwelcome(_("This file is too large. Send one of at most 10 MB."))
    if photos.is_photo(content):
        photo = photos.drawn_anew(content)
        return Examined(clean_name(name, ".jpg", ".jpeg"), "image/jpeg", photo.content, photo)
    if photos.is_other_photo(content):
        raise Unwelcome(
            _(
                "This photo is HEIC, which many computers cannot open. In the settings of the"
                " camera choose “Most compatible”, or send the photo as JPEG."
            )
        )
    if content.startswith(b"%PDF-"):
        return _pdf(name, content)
    if content.startswith(b"PK\x03\x04"):
        return _office(name, content)
    return _text(name, content)


def clean_name(name: str | None, *endings: str) -> str:
    """The last part of a path, without what cannot be seen, ending as what it is.

    The first of `endings` is added when the name ends with none of them.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    shown = "".join(x for x in last if unicodedata.category(x)[0] not in "CZ" or x == " ")
    shown = re.sub(r'["<>|:*?]', "", shown).strip(" .") or _("file")
    ending = next((each for each in endings if shown.lower().endswith(each)), None)
    if ending is None:
        return shown[: NAME_MAX - len(endings[0])].rstrip(" .") + endings[0]
    return shown[: -len(ending)][: NAME_MAX - len(ending)].rstrip(" .") + ending


def _pdf(name: str | None, content: bytes) -> Examined:
    if b"%%EOF" not in content[-PDF_END_WITHIN:]:
        raise Unwelcome(_("This PDF is damaged: its end is missing."))
    return Examined(clean_name(name, ".pdf"), "application/pdf", content)


def _office(name: str | None, content: bytes) -> Examined:
    """A workbook or a document without macros, which unpacks to a bearable size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            parts = {entry.filename for entry in entries}
            bearable = (
                len(entries) <= PACKED_FILES_MAX
                and sum(entry.file_size for entry in entries) <= UNPACKED_BYTES_MAX
            )
            if not bearable:
                raise Unwelcome(_("This file unpacks to more than we can keep."))
            if len(parts) != len(entries) or any(_leads_out(part) for part in parts):
                raise _unknown()
            if any(entry.compress_type not in PACKED_HOW for entry in entries):
                raise _unknown()
            if archive.testzip() is not None:
                raise _damaged()
    except DAMAGES as error:
        raise _damaged() from error
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise Unwelcome(_("This file has macros. Save it without them, then send it again."))
    for part, (ending, media_type) in OFFICE.items():
        if part in parts and "[Content_Types].xml" in parts:
            return Examined(clean_name(name, ending), media_type, content)
    raise _unknown()


def _text(name: str | None, content: bytes) -> Examined:
    """Plain text in whatever letters, with no markup a browser could run."""
    readable = content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            readable = content.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise _unknown() from error
    if UNREADABLE.search(readable) or readable.startswith(PROGRAMS) or MARKUP.search(readable):
        raise _unknown()
    if clean_name(name, ".txt").lower().endswith(".csv.txt"):
        return Examined(clean_name(name, ".csv"), "text/csv", content)
    return Examined(clean_name(name, ".txt"), "text/plain", content)


def _leads_out(part: str) -> bool:
    return part.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", part)


def _damaged() -> Unwelcome:
    return Unwelcome(_("This file is damaged or locked by a password."))


def _unknown() -> Unwelcome:
    return Unwelcome(
        _(
            "Files of this kind are not kept. Send a photo (JPEG, PNG or WebP), PDF, XLSX, DOCX,"
            " CSV or plain text."
        )
    )
