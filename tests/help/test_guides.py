"""The guides: their words are those of the pages, in every language they are written in."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from aidtrack.help import guides, pictures

CATALOGUES = Path(__file__).parents[2] / "aidtrack" / "translations"
KEYS = {"?"}


WRITTEN = [(path.parent.name, path.stem) for path in sorted(guides.FOLDER.glob("*/*.md"))]


def words_of(language: str) -> set[str]:
    """Every sentence of the pages in a language."""
    with (CATALOGUES / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        english = {str(message.id) for message in read_po(file)}
    if language == guides.FIRST_LANGUAGE:
        return english
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(message.string) for message in read_po(file)}


@pytest.mark.parametrize(("language", "name"), WRITTEN)
def test_words_in_bold_stand_on_the_pages(language, name):
    known = words_of(language) | KEYS
    unknown = [word for word in guides.bold_words(guides.source(name, language)[0])
               if word not in known]  # fmt: skip
    assert not unknown, f"{language}/{name}: pages do not say {unknown}"


@pytest.mark.parametrize(("language", "name"), WRITTEN)
def test_every_guide_has_the_chapters_and_pictures_of_the_english_one(language, name):
    def bones(of):
        guide = guides.guide(name, of, lambda *_: "")
        return len(guide.headings), guide.pictures

    assert name in guides.NAMES
    assert bones(language) == bones(guides.FIRST_LANGUAGE)
    assert set(bones(language)[1]) <= set(pictures.PICTURES)


def test_every_picture_is_in_some_guide():
    used = {
        picture
        for name in guides.NAMES
        for picture in guides.guide(name, "en", lambda *_: "").pictures
    }
    assert used == set(pictures.PICTURES)


def test_a_reader_finds_their_own_guide_first_and_reads_it(world, signed_in):
    for person, name in ((world.logistician, "logistician"), (world.driver, "driver")):
        shelf = signed_in(person).get("/help").text
        assert re.findall(r'href="/help/([a-z-]+)"', shelf)[0] == name
        page = signed_in(person).get(f"/help/{name}")
        assert page.status_code == 200
        assert 'id="part-1"' in page.text
        assert 'loading="lazy"' in page.text


def test_a_guide_that_does_not_exist_is_not_found(world, signed_in):
    assert signed_in(world.logistician).get("/help/nothing").status_code == 404
    assert signed_in(world.logistician).get("/help/..%2f..%2fetc").status_code == 404


def test_raw_html_of_a_guide_is_text():
    text = "# Title\n\nLead.\n\n<script>alert(1)</script>\n"
    html = guides._read("first-hour", text, "en", lambda *_: "").html
    assert "<script>" not in html
