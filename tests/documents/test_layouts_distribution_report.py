"""The distribution report of a site: true counts, and a line that does not add up is marked."""

from __future__ import annotations

from datetime import date

from aidtrack.documents.layouts import distribution_report
from tests.documents import papers
from tests.documents.test_layouts_donor_report import has_red


def text_of(**facts) -> str:
    pdf = distribution_report.render(papers.distribution_report(**facts), papers.STAMP)
    return " ".join(papers.pages(pdf)).replace("\u202f", " ")


def test_every_fact_is_on_the_paper():
    text = text_of(languages=("en",))
    for fact in (
        "School no. 3", "Sports hall", "Batken", "KG05214", "2026-11-15", "2 a household",
        "500 480 470 7 3", "250", "235", "310", "290", "260", "255", "1 115",
        "Seven families had moved.", "SITE", "WITNESS", "MANAGER", "Households served",
    ):  # fmt: skip
        assert fact in text


def test_a_line_that_does_not_add_up_is_marked_in_words_and_red(tmp_path):
    line = papers.distribution_line(handed_out=468)
    pdf = distribution_report.render(papers.distribution_report(lines=(line,)), papers.STAMP)
    assert "NOT ACCOUNTED FOR: +2" in papers.pages(pdf)[0]
    assert has_red(papers.pictures(pdf, tmp_path)[0])


def test_days_of_a_longer_distribution_are_both_printed():
    assert "2026-11-15 – 2026-11-17" in text_of(finished_on=date(2026, 11, 17))


def test_without_reasons_there_are_lines_to_write_on(tmp_path):
    assert "Reasons for divergence" in text_of(reasons="")


def test_many_items_flow_under_a_repeated_head():
    facts = papers.distribution_report(60)
    texts = papers.pages(distribution_report.render(facts, papers.STAMP))
    assert len(texts) > 2
    assert all("Handed out" in text for text in texts[:3])
