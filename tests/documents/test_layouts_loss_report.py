"""The loss report: what was lost where and why, its value, what came back, and the claim."""

from __future__ import annotations

import pytest

from aidtrack.documents.layouts import loss_report
from tests.documents import papers


def text_of(**facts) -> str:
    pdf = loss_report.render(papers.loss_report(**facts), papers.STAMP)
    return " ".join(papers.pages(pdf)).replace("\u202f", " ")


def test_every_fact_is_on_the_paper():
    text = text_of(languages=("en",))
    for fact in (
        "WO/KG/2026/000014", "Osh central warehouse", "2026-11-12 08:15 UTC+6", "Night guard",
        "Aigul Toktogulova", "Daniyar Saidov", "bay 4 leaked", "Bay 9, apart", "recycler",
        "Fire inspector", "Owner of the building", "2 500.00 USD", "mended in May", "LOT-1",
        "SHTF-0401", "2027-03-31", "Nordlys Aid Fund", "Wet", "3 100.00 USD", "9 300.00 USD",
        "REPORTED BY", "WITNESS", "APPROVED BY", "Seal 18 243",
    ):  # fmt: skip
        assert fact in text


def test_what_came_back_is_taken_off_and_the_paper_says_so():
    text = text_of(lines=(papers.loss_line(quantity=100, found=30),), languages=("en",))
    assert "100 30 70" in text
    assert "Found: what came back is in stock again" in text
    assert "Found: what came back" not in text_of(languages=("en",))


def test_an_unknown_value_is_owned_up_to():
    lines = (papers.loss_line(), papers.loss_line(1, value_minor=None))
    assert "+ 1 without value" in text_of(lines=lines, languages=("en",))


@pytest.mark.parametrize("change", [{"stage": "transport"}, {"claim": "none"}])
def test_what_is_ticked_follows_the_facts(change):
    def drawn(**facts) -> bytes:
        return loss_report.render(papers.loss_report(**facts), papers.STAMP)

    assert drawn() != drawn(**change)


def test_lines_flow_under_a_repeated_head_and_long_stories_are_not_cut():
    story = " ".join(f"word{number}" for number in range(1500))
    facts = papers.loss_report(40, languages=("en",), story=story)
    texts = papers.pages(loss_report.render(facts, papers.STAMP))
    words = " ".join(texts).split()
    assert all(words.count(f"word{number}") == 1 for number in range(1500))
    assert sum("Still lost" in text for text in texts) > 1
    assert "APPROVED BY" in texts[-1]
