"""The goods received note: stated, good, damaged, and the difference that follows."""

from __future__ import annotations

import pytest

from aidtrack.documents.layouts import goods_received_note
from tests.documents import papers


def text_of(**facts) -> str:
    pdf = goods_received_note.render(papers.goods_received_note(**facts), papers.STAMP)
    return " ".join(papers.pages(pdf)).replace("\u202f", " ")


def test_every_fact_is_on_the_paper():
    text = text_of(comments="Seal intact.")
    for fact in (
        "Osh central warehouse", "Nordlys Aid Fund", "Tromsø, Norway", "2026-10-09",
        "DN/KG/2026/000009", "Truck 01 KG 417 ABT", "CMR 4400", "Seal intact.", "DELIVERED BY",
        "RECEIVED BY", "Signature, stamp", "LOT-1", "SHTF-0401",
    ):  # fmt: skip
        assert fact in text


@pytest.mark.parametrize(
    ("stated", "good", "damaged", "figures"),
    [(100, 97, 1, "100 97 1 −2"), (1_200, 1_200, 0, "1 200 1 200 0 0"), (50, 60, 0, "50 60 0 +10")],
)
def test_the_difference_is_what_came_less_what_was_stated(stated, good, damaged, figures):
    line = papers.received_line(stated=stated, good=good, damaged=damaged)
    assert figures in text_of(lines=(line,))


def test_totals_add_up_and_own_up_to_unknown_weights():
    lines = (
        papers.received_line(stated=100, good=97, damaged=1, weight_mg=1_000_000_000),
        papers.received_line(1, stated=50, good=50, damaged=0, weight_mg=None),
    )
    text = text_of(lines=lines, languages=("en",))
    assert "150 147 1 −2 1 000.0" in text
    assert "+ 1 line(s) without weight" in text


def test_a_claim_is_said_in_words():
    assert "yes" in text_of(lines=(papers.received_line(claim=True),), languages=("en",))
    line = papers.received_line(claim=False)
    assert "1 800.0 no Total" in text_of(lines=(line,), languages=("en",))


def test_papers_that_did_not_come_are_crossed_as_such():
    def crossed(documents_received: bool) -> bytes:
        facts = papers.goods_received_note(documents_received=documents_received)
        return goods_received_note.render(facts, papers.STAMP)

    assert crossed(True) != crossed(False)


def test_lines_flow_under_a_repeated_head():
    facts = papers.goods_received_note(60)
    texts = papers.pages(goods_received_note.render(facts, papers.STAMP))
    assert len(texts) > 3
    assert all("Stated" in text for text in texts[:-1])
    assert "LOT-60" in texts[-1]
    assert "DELIVERED BY" in texts[-1]


def test_long_comments_are_not_cut():
    comments = " ".join(f"word{number}" for number in range(3000))
    words = text_of(comments=comments).split()
    assert all(words.count(f"word{number}") == 1 for number in range(3000))
