"""Pieces fill pages: nothing is lost, what belongs together stays together."""

from __future__ import annotations

import pytest

from aidtrack.documents.layouts.flow import Cell, Drawing, Flow, Gap, Row
from aidtrack.documents.text import Line, Style

TOP, BOTTOM = 30.0, 130.0
BODY = Style(7.5)


def row(lines: int, name: str = "") -> Row:
    texts = tuple(Line(f"{name}{index}", BODY, 10.0) for index in range(lines))
    return Row((Cell(0, 50, texts),), leading=4, above=1, below=1)


def paged(flow: Flow):
    return flow.pages(first_top=TOP, top=TOP, bottom=BOTTOM)


def texts(page) -> list[str]:
    return [
        line.text
        for placed in page
        if isinstance(placed.piece, Row)
        for cell in placed.piece.cells
        for line in cell.lines
    ]


def test_pieces_never_reach_below_the_page():
    flow = Flow()
    for number in range(60):
        flow.add(row(1 + number % 7, f"{number}."))
    for page in paged(flow):
        assert all(placed.top + placed.piece.height <= BOTTOM + 0.01 for placed in page)


def test_a_row_taller_than_a_page_goes_on_over_pages_without_losing_a_line():
    flow = Flow()
    flow.add(row(3, "before"))
    flow.add(row(100, "long"))
    found = [text for page in paged(flow) for text in texts(page)]
    assert found == [f"before{n}" for n in range(3)] + [f"long{n}" for n in range(100)]


def test_a_row_that_fits_on_a_page_is_not_split():
    flow = Flow()
    flow.add(row(20))
    flow.add(row(10, "whole"))
    assert texts(paged(flow)[1]) == [f"whole{n}" for n in range(10)]


def test_what_is_kept_together_moves_together():
    flow = Flow()
    flow.add(row(20))
    flow.add(row(1, "last line"), keep=True)
    flow.add(Drawing(20, lambda sheet, top: None))
    assert [len(page) for page in paged(flow)] == [1, 2]


def test_the_head_is_repeated_on_each_page_of_its_table():
    flow, head = Flow(), row(1, "head")
    flow.add(head, keep=True)
    for number in range(50):
        flow.add(row(1, f"{number}."), head=(head,))
    found = paged(flow)
    assert len(found) == 4
    assert all(page[0].piece is head for page in found)


def test_a_gap_vanishes_at_the_top_of_a_page():
    flow = Flow()
    flow.add(row(23))
    flow.add(Gap(40))
    flow.add(row(1))
    assert paged(flow)[1][0].top == TOP


def test_a_drawing_taller_than_a_page_is_our_mistake():
    flow = Flow()
    flow.add(Drawing(200, lambda sheet, top: None))
    with pytest.raises(ValueError, match="taller than a page"):
        paged(flow)
