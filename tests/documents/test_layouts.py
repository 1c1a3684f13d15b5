"""What holds for every paper: same bytes for ever, all scripts, clean margins, signs of status."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import msgspec
import pypdf
import pytest

from aidtrack.documents import kit
from aidtrack.documents.layouts import (
    distribution_report,
    donor_report,
    goods_received_note,
    loss_report,
    waybill,
)
from aidtrack.documents.layouts.facts import Party
from tests.documents import papers

LAYOUTS = {
    "waybill": (waybill, papers.waybill),
    "goods_received_note": (goods_received_note, papers.goods_received_note),
    "distribution_report": (distribution_report, papers.distribution_report),
    "donor_report": (donor_report, papers.donor_report),
    "loss_report": (loss_report, papers.loss_report),
}
every_paper = pytest.mark.parametrize("paper", LAYOUTS)
LANGUAGES = [("en",), ("en", "ru"), ("en", "ar"), ("ar", "en"), ("ru", "ar"), ("ru",)]
LONG_NAME = "Кыргыз Республикасынын Өзгөчө кырдаалдар министрлиги " * 4


def drawn(paper: str, *, stamp: kit.Stamp = papers.STAMP, **facts) -> bytes:
    layout, build = LAYOUTS[paper]
    return layout.render(build(**facts), stamp)


@every_paper
@pytest.mark.parametrize("languages", LANGUAGES)
def test_the_same_facts_give_the_same_bytes(paper, languages):
    assert drawn(paper, languages=languages) == drawn(paper, languages=languages)


def test_another_process_gives_the_same_bytes():
    program = (
        "import hashlib\n"
        "from tests.documents.test_layouts import LAYOUTS, drawn\n"
        "for paper in reversed(LAYOUTS):\n"
        "    pdf = drawn(paper, languages=('en', 'ar'))\n"
        "    print(paper, hashlib.sha256(pdf).hexdigest())\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Bishkek"},
    )
    there = dict(line.split() for line in answer.stdout.splitlines())
    here = {
        paper: hashlib.sha256(drawn(paper, languages=("en", "ar"))).hexdigest() for paper in LAYOUTS
    }
    assert there == here


def test_papers_drawn_at_the_same_time_do_not_disturb_each_other():
    alone = [drawn(paper, languages=("en", "ar")) for paper in LAYOUTS]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            together = pool.map(lambda paper: drawn(paper, languages=("en", "ar")), LAYOUTS)
            assert list(together) == alone


@every_paper
def test_a_long_seal_and_address_are_not_cut(paper):
    seal = " ".join(f"seal{number}" for number in range(80))
    address = "https://aidtrack.example/" + "/".join(f"part{number}" for number in range(40))
    found = papers.joined(drawn(paper, stamp=replace(papers.STAMP, seal=seal, verify_url=address)))
    assert papers.squeezed(seal) in found
    assert address.removeprefix("https://") in found


@every_paper
def test_facts_survive_being_stored_as_json(paper):
    layout, build = LAYOUTS[paper]
    facts = build()
    restored = msgspec.json.decode(msgspec.json.encode(facts), type=type(facts))
    assert restored == facts
    assert layout.render(restored, papers.STAMP) == layout.render(facts, papers.STAMP)


@every_paper
@pytest.mark.parametrize("page_size", ["A4", "Letter"])
@pytest.mark.parametrize("languages", [("en", "ru"), ("ar",)])
def test_nothing_is_drawn_in_the_margins(paper, page_size, languages, tmp_path):
    pdf = drawn(paper, languages=languages, page_size=page_size)
    for picture in papers.pictures(pdf, tmp_path):
        ink = picture.convert("L").point(lambda level: 255 if level < 200 else 0).getbbox()
        assert ink is not None
        left, top, right, bottom = (edge / 60 * 25.4 for edge in ink)
        width, height = kit.PAGE_SIZES[page_size]
        assert left > 11
        assert top > 11
        assert right < width - 11
        assert bottom < height - 9


@every_paper
def test_all_is_black_when_all_is_well(paper, tmp_path):
    for picture in papers.pictures(drawn(paper), tmp_path):
        red, green, blue = picture.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()


@every_paper
def test_each_page_carries_number_code_seal_and_its_place(paper):
    texts = papers.pages(drawn(paper, languages=("en",)))
    for number, text in enumerate(texts, start=1):
        count = len(texts) if paper != "waybill" else len(texts) // 5
        page = (number - 1) % count + 1
        assert papers.STAMP.number in text
        assert papers.STAMP.code in text
        assert "aidtrack.example/v/K7TM4WPX9R" in text
        assert "3f9a c21e 77b0 d5e4" in text
        assert f"Page {page} of {count}" in text


@every_paper
def test_a_void_paper_says_so_and_why_on_each_page(paper):
    stamp = replace(papers.STAMP, status="void", status_note="replaced by 000124")
    for text in papers.pages(drawn(paper, stamp=stamp, languages=("en",))):
        assert "VOID – not valid: replaced by 000124" in text


@every_paper
def test_a_draft_says_that_it_is_one(paper):
    stamp = replace(papers.STAMP, status="draft")
    assert all("DRAFT" in text for text in papers.pages(drawn(paper, stamp=stamp)))


@every_paper
def test_a_language_without_words_is_named_at_the_foot(paper):
    assert "“ky”" in papers.pages(drawn(paper, languages=("en", "ky")))[0]


@every_paper
def test_a_long_name_of_the_organisation_is_not_cut(paper):
    organisation = Party(name=(LONG_NAME,), lines=(LONG_NAME,) * 3)
    found = papers.joined(drawn(paper, organisation=organisation))
    assert found.count(papers.squeezed(LONG_NAME)) >= 4


@every_paper
def test_letters_of_the_region_come_out_as_they_went_in(paper):
    name = "Ңөүңөү Ғӣқӯҳҷ ғӣқӯҳҷ"
    assert name in papers.pages(drawn(paper, organisation=Party(name=(name,))))[0]


@every_paper
def test_arabic_can_be_read_back(paper, tmp_path):
    source = tmp_path / "paper.pdf"
    source.write_bytes(drawn(paper, languages=("ar",)))
    answer = subprocess.run(
        ["pdftotext", str(source), "-"], capture_output=True, check=True, text=True
    )
    letters = "".join(filter(str.isalpha, answer.stdout))
    assert "صفحة" in letters


TITLES = {
    "waybill": ("Накладная", "بوليصة شحن"),
    "goods_received_note": ("Акт приёмки груза", "إشعار استلام بضائع"),
    "distribution_report": ("Отчёт о выдаче", "تقرير التوزيع"),
    "donor_report": ("Отчёт донору", "تقرير التوزيع للمانح"),
    "loss_report": ("Акт об утрате", "تقرير فقدان"),
}


@every_paper
def test_two_scripts_side_by_side_can_be_read_back(paper, tmp_path):
    source = tmp_path / "paper.pdf"
    source.write_bytes(drawn(paper, languages=("ru", "ar")))
    answer = subprocess.run(
        ["pdftotext", str(source), "-"], capture_output=True, check=True, text=True
    )
    russian, arabic = TITLES[paper]
    assert russian in answer.stdout
    letters = "".join(filter(str.isalpha, answer.stdout))
    for word in arabic.split():
        assert word in letters


@every_paper
def test_only_the_letters_that_are_drawn_travel_in_the_file(paper):
    content = drawn(paper, languages=("ru", "ar"))
    names = re.findall(rb"/BaseFont /([A-Z]{6}\+)?Noto", content)
    assert names
    assert all(names), "a font stands in the file whole"
    assert len(content) < 100_000


@every_paper
def test_the_squares_of_the_code_are_written_once(paper):
    reader = pypdf.PdfReader(io.BytesIO(drawn(paper)))
    objects = map(reader.get_object, reader.xref[0])
    boxes = [thing["/BBox"] for thing in objects if isinstance(thing, dict) and "/BBox" in thing]
    assert len([box for box in boxes if box[2] < 100]) == 1
