"""A picture on paper: the same figures, as vector, in either direction."""

import subprocess
from pathlib import Path

import pypdf
import pytest

from aidtrack.documents import picture_page
from aidtrack.documents.picture_page import PicturePage
from tests.documents import papers
from tests.pictures.samples import ARABIC, BODIES, picture


def page(**more: object) -> PicturePage:
    return PicturePage(
        **{
            "organisation": "Tian Shan Relief",
            "address": ("12 Depot Road, Osh",),
            "as_of": "As known on 2026-11-29 22:16 UTC+6.",
            "language": "en",
            "right_to_left": False,
            **more,
        }  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("shape", BODIES)
def test_the_paper_says_what_the_page_says(shape, app) -> None:
    with app.test_request_context():
        pdf = picture_page.render(picture(shape), page())
    text = papers.joined(pdf)
    for words in (f"Picture of {shape}", "Tian Shan Relief", "Depot Road", "Page 1 of", "Note."):
        assert "".join(words.split()) in text
    for cell in (cell.text for row in picture(shape).table.rows for cell in row):
        assert "".join(cell.split()) in text


def test_the_picture_is_drawn_and_not_photographed(app, tmp_path: Path) -> None:
    with app.test_request_context():
        pdf = picture_page.render(picture("flow"), page())
    file = tmp_path / "flow.pdf"
    file.write_bytes(pdf)
    assert not any(each.images for each in pypdf.PdfReader(file).pages)
    assert len(pdf) < 60_000


def test_a_long_table_flows_on_and_says_what_it_leaves_out(app) -> None:
    with app.test_request_context():
        pdf = picture_page.render(picture(rows=130), page())
    assert len(papers.pages(pdf)) > 2
    assert "30morerowsareinthelistforspreadsheets" in papers.joined(pdf)


def test_a_paper_read_from_the_right_is_mirrored(app, tmp_path: Path) -> None:
    places = []
    for mirrored in (False, True):
        file = tmp_path / "bars.pdf"
        with app.test_request_context():
            file.write_bytes(
                picture_page.render(picture(), page(right_to_left=mirrored, organisation=ARABIC))
            )
        places.append(place_of("pieces", file))
    (ahead, width), (back, _width) = places
    assert ahead > width / 2 > back, "figures stand at the end of a line"


def place_of(word: str, file: Path) -> tuple[float, float]:
    """(how far from the left a word begins at first, width of the page), in points."""
    listed = subprocess.run(
        ["pdftotext", "-bbox", str(file), "-"], check=True, capture_output=True, text=True
    ).stdout
    line = next(each for each in listed.splitlines() if f">{word}<" in each)
    width = float(listed.split('<page width="', 1)[1].split('"', 1)[0])
    return float(line.split('xMin="', 1)[1].split('"', 1)[0]), width
