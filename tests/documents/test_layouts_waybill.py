"""The waybill: five copies, every line, every word, totals that own up to what is unknown."""

from __future__ import annotations

import re

import pytest

from aidtrack.documents.layouts import waybill
from tests.documents import papers

REMARK = " ".join(f"word{number}" for number in range(1, 400))
NAME = "Палатка " + "многоместная утеплённая " * 8


def drawn(facts: waybill.Waybill, *, copy: int | None = 1) -> bytes:
    return waybill.render(facts, papers.STAMP, copy=copy)


@pytest.mark.parametrize(
    ("lines", "pages"), [(0, 1), (1, 1), (14, 1), (15, 1), (40, 2), (1000, 36)]
)
def test_lines_flow_onto_as_many_pages_as_they_need(lines, pages):
    texts = papers.pages(drawn(papers.waybill(lines)))
    assert abs(len(texts) - pages) <= pages // 10
    assert all("Item" in text for text in texts if "SHTF-0401" in text)
    found = re.findall(r"LOT-(\d+)", " ".join(texts))
    assert [int(number) for number in found] == list(range(1, lines + 1))


def test_totals_and_signatures_never_stand_alone():
    for lines in range(8, 40):
        last = papers.pages(drawn(papers.waybill(lines)))[-1]
        assert "RECEIVED BY" in last
        assert f"LOT-{lines}" in last


def test_five_copies_stand_in_one_file_each_for_its_reader():
    texts = papers.pages(drawn(papers.waybill(40, ("en",)), copy=None))
    assert len(texts) == 10
    readers = ("consignee", "carrier", "sender, signed return", "warehouse", "file")
    for number, reader in enumerate(readers, start=1):
        for text in texts[2 * number - 2 : 2 * number]:
            assert f"Copy {number} of 5: {reader}" in text


def test_copies_cost_little_beside_the_first():
    facts = papers.waybill(100)
    assert len(drawn(facts, copy=None)) < 1.3 * len(drawn(facts))


def test_a_copy_can_be_had_alone():
    (text,) = papers.pages(drawn(papers.waybill(2), copy=3))
    assert "Copy 3 of 5: sender" in text
    assert "Экземпляр 3 из 5" in text


def test_every_fact_is_on_the_paper():
    text = papers.pages(drawn(papers.waybill()))[0]
    for fact in (
        "Osh central warehouse",
        "12 Depot Road, bay 4",
        "Batken district store",
        "Batken administration",
        "Ala-Too Freight",
        "Licence KG-T-0457",
        "Store manager",
        "+996 000 000 118",
        "Ramp north",
        "01 KG 417 ABT",
        "2217",
        "Driver 7",
        "+996 000 000 204",
        "CMR · KG-2026-004518",
        "2026-11-14 06:30",
        "2026-11-14 15:00",
        "OS-88127",
        "Hand over tents first.",
        "Nordlys Aid Fund",
        "2028-03-31",
        "LOADED BY",
        "TRANSPORTED BY",
        "RECEIVED BY",
        "Comments of receiver",
        "good",
        "damaged",
        "missing",
    ):
        assert fact in text
    assert "REQ/KG/2026/000118" in papers.squeezed(text)


@pytest.mark.parametrize(
    ("mode", "label"), [("road", "CMR"), ("air", "AWB"), ("sea", "B/L"), ("rail", "CIM")]
)
def test_the_reference_has_the_label_of_its_mode(mode, label):
    text = papers.pages(drawn(papers.waybill(mode=mode, reference="77")))[0]
    assert f"{label} · 77" in text


def test_a_reference_that_names_itself_gets_no_second_label():
    text = papers.pages(drawn(papers.waybill(reference="CMR 77")))[0]
    assert "CMR 77" in text
    assert "CMR · CMR" not in text


def test_totals_are_sums_of_what_is_known():
    lines = (
        papers.waybill_line(0, weight_mg=1_500_000_000, volume_mm3=2_000_000_000, units=1_100),
        papers.waybill_line(1, weight_mg=None, volume_mm3=None, units=200),
        papers.waybill_line(2, weight_mg=2_750_000_000, volume_mm3=None, units=5),
    )
    (text,) = papers.pages(drawn(papers.waybill(languages=("en",), lines=lines)))
    text = text.replace("\u202f", " ")
    assert "1 305" in text
    assert "4 250.0 2.00" in text
    assert "+ 1 line(s) without weight" in text
    assert "+ 2 line(s) without volume" in text


def test_an_unknown_weight_is_a_dash_and_not_a_nought():
    line = papers.waybill_line(weight_mg=None, volume_mm3=None)
    (text,) = papers.pages(drawn(papers.waybill(lines=(line,))))
    assert "10 pc – – REQ" in text


def test_what_travels_beside_full_packs_is_printed():
    line = papers.waybill_line(units=57, packs=5, pack_size=10)
    assert "5 × 10 + 7" in papers.pages(drawn(papers.waybill(lines=(line,))))[0]


def test_no_packs_are_a_dash():
    line = papers.waybill_line(units=57, packs=0, pack_size=0)
    assert "0 × 0" not in papers.pages(drawn(papers.waybill(lines=(line,))))[0]


def test_no_word_of_a_long_text_is_cut():
    line = papers.waybill_line(
        remarks=f"{REMARK} endofremarks",
        item_name=(NAME, NAME),
        donor=NAME,
        lot="L" * 200,
        requisition="REQ/" * 60,
    )
    facts = papers.waybill(
        lines=(papers.waybill_line(), line, papers.waybill_line(2)),
        comments=f"{REMARK} endofcomments",
        dock_instructions=REMARK,
        driver=NAME,
        destination=papers.Party(name=(NAME,), lines=(REMARK,)),
    )
    found = papers.joined(drawn(facts))
    for whole in (NAME, "L" * 200, "REQ/" * 60, "endofremarks", "endofcomments"):
        assert papers.squeezed(whole) in found
    words = " ".join(papers.pages(drawn(facts))).split()
    for number in range(1, 400):
        assert words.count(f"word{number}") == 4


def test_remarks_taller_than_pages_flow_over_them():
    line = papers.waybill_line(remarks=REMARK * 12)
    texts = papers.pages(drawn(papers.waybill(lines=(line,))))
    assert len(texts) > 3
    assert "".join(texts).count("word200 ") == 12


def test_huge_numbers_are_printed_whole():
    line = papers.waybill_line(
        units=9_223_372_036_854_775_807,
        packs=922_337_203_685_477_580,
        pack_size=10,
        weight_mg=9_223_372_036_854_775_807,
        volume_mm3=9_223_372_036_854_775_807,
    )
    found = papers.joined(drawn(papers.waybill(lines=(line,))))
    for figure in ("9223372036854775807", "922337203685477580×10", "9223372036854.8"):
        assert figure in found


def test_the_received_columns_are_left_blank_to_write_in(tmp_path):
    (picture,) = papers.pictures(drawn(papers.waybill(1)), tmp_path, resolution=100)
    millimetre = 100 / 25.4
    row = picture.convert("L").crop(
        tuple(int(edge * millimetre) for edge in (18 + 151, 80, 18 + 159, 85))
    )
    assert row.getextrema()[0] > 200
