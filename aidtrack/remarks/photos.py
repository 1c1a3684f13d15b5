"""A photo as somebody's phone made it becomes one that tells nothing of the phone.

Every picture is decoded and drawn anew as JPEG: turned upright, without position, device,
date or preview, and without whatever else was hidden in the file.
"""

import io
import struct
from dataclasses import dataclass
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

from aidtrack.core.i18n import _
from aidtrack.remarks.refusals import Unwelcome

PIXELS_MAX = 50_000_000
SIDE_MAX = 2048
THUMBNAIL_SIDE = 240
QUALITY, THUMBNAIL_QUALITY = 82, 68
FORMATS = ("JPEG", "PNG", "WEBP")
# Brands of the container in which phones put HEIC and AVIF.
OTHER_PHOTOS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")
# What Pillow raises for the many ways a picture or its notes can be broken.
DAMAGES = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError,
    OverflowError, ZeroDivisionError, struct.error,
)  # fmt: skip
# One at a time: fifty million pixels are 150 MB while they are drawn.
_drawing = Lock()


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo drawn anew, and a small one for pages."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def is_photo(content: bytes) -> bool:
    """Whether it begins as a picture that we draw anew."""
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def is_other_photo(content: bytes) -> bool:
    """HEIC or AVIF, which iPhones and some others make."""
    return content[4:8] == b"ftyp" and content[8:12] in OTHER_PHOTOS


def drawn_anew(content: bytes) -> Photo:
    """Raises Unwelcome for what is damaged or has too many pixels."""
    try:
        with _drawing, Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise _too_many_pixels()
            # A JPEG can be read at half or a quarter of its size, in as little memory.
            opened.draft("RGB", (SIDE_MAX, SIDE_MAX))
            picture = _flat(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except DAMAGES as error:
        raise Unwelcome(_("This photo is damaged. Take it again, or send another.")) from error
    picture.thumbnail((SIDE_MAX, SIDE_MAX))
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Photo(
        content=_jpeg(picture, QUALITY),
        thumbnail=_jpeg(small, THUMBNAIL_QUALITY),
        width=picture.width,
        height=picture.height,
    )


def _flat(picture: Image.Image) -> Image.Image:
    """In colours that JPEG knows; what was see-through becomes white."""
    picture.load()
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture.thumbnail((SIDE_MAX, SIDE_MAX))
        layer = picture.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer)
        return white
    return picture.convert("RGB")


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    # A picture made of the pixels alone: nothing of the file's own notes is written along.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
    return file.getvalue()


def _too_many_pixels() -> Unwelcome:
    return Unwelcome(_("This picture is too large to show. Send one of at most 50 million pixels."))
