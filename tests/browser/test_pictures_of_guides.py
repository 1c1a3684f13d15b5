"""Takes the pictures of the guides, and finds out when a page of them is gone.

`make pictures` runs this with --write-pictures, which keeps what was taken.
"""

import io
from pathlib import Path

import pytest
from PIL import Image

from aidtrack import config
from aidtrack.core.i18n import LANGUAGES
from aidtrack.help import pictures
from aidtrack.help.guides import FIRST_LANGUAGE
from aidtrack.identity import queries as identity
from tests.clients import session_cookie

FOLDER = config.PACKAGE / "static"
DOCS = config.ROOT / "docs" / "pictures"
# Main pages that no guide shows; docs/ has them too.
MAIN_PAGES = {
    "items": pictures.Picture("/items", "logistician"),
    "places": pictures.Picture("/places", "logistician"),
    "place": pictures.Picture("/places", "logistician", link="main tbody a.name"),
    "partners": pictures.Picture("/partners", "logistician"),
    "shipments": pictures.Picture("/shipments", "logistician"),
    "receive-goods": pictures.Picture("/donations/new", "logistician"),
    "search": pictures.Picture("/search?q=osh", "logistician"),
    "minimum-levels": pictures.Picture("/stock/minimums", "logistician"),
    "inbox": pictures.Picture("/inbox", "logistician"),
    "jobs": pictures.Picture("/jobs", "logistician"),
    "shortcuts": pictures.Picture("/shortcuts", "logistician"),
    "roles": pictures.Picture("/people/roles", "admin"),
    "sign-in": pictures.Picture("/sign-in", ""),
}
DESK = {"width": 1200, "height": 800}
PHONE = {"width": 390, "height": 260}

pytestmark = pytest.mark.pages


def test_every_picture_of_the_guides_can_be_taken(told, app, browser, server, pytestconfig):
    write = pytestconfig.getoption("--write-pictures")
    wrong = []
    for language in LANGUAGES if write else (FIRST_LANGUAGE,):
        for name, picture in (pictures.PICTURES | MAIN_PAGES).items():
            taken = take(app, browser, server, picture, language)
            if taken is None:
                wrong.append(f"{language}: {picture.path} is no page with one heading")
            elif write:
                if name in pictures.PICTURES:
                    keep(taken, FOLDER / "help" / language / f"{name}.webp", small=True)
                keep(taken, DOCS / language / f"{name}.webp")
            elif (
                name in pictures.PICTURES
                and not (FOLDER / "help" / "en" / f"{name}.webp").is_file()
            ):
                wrong.append(f"{name} has no picture: run `make pictures`")
    assert not wrong, "\n".join(["", *wrong])


def take(app, browser, server, picture, language):
    """The page as PNG, or None when it is not the page that the guide means."""
    window = browser.new_context(
        base_url=server,
        locale=language,
        viewport=PHONE if picture.is_phone else DESK,
        device_scale_factor=2 if picture.is_phone else 1,
    )
    if picture.who:
        person = identity.user_by_email(f"{picture.who}@demo.aidtrack.example")
        name, value = session_cookie(app, person, language=language)
        window.add_cookies([{"name": name, "value": value, "url": server}])
    page = window.new_page()
    try:
        answer = page.goto(picture.path)
        if picture.link:
            page.goto(page.locator(picture.link).first.get_attribute("href"))
        right = answer is not None and answer.status == 200 and page.locator("h1").count() == 1
        return page.screenshot() if right else None
    finally:
        window.close()


def keep(taken: bytes, path: Path, *, small: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    if small:
        size = (pictures.WIDTH, pictures.HEIGHT)
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.save(path, "WEBP", quality=70, method=6)
