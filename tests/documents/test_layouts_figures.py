"""Figures as they are printed: exact, and unknown is never nothing."""

from __future__ import annotations

from datetime import date

import pytest

from aidtrack.documents.layouts import figures


@pytest.mark.parametrize(
    ("weight_mg", "text"),
    [
        (None, "–"),
        (0, "0.0"),
        (1, "< 0.1"),
        (49_999, "< 0.1"),
        (50_000, "0.1"),
        (24_295_200_000, "24\u202f295.2"),
    ],
)
def test_a_weight_is_printed_in_kilograms(weight_mg, text):
    assert figures.kilograms(weight_mg) == text


def test_a_volume_is_printed_in_cubic_metres():
    assert figures.cubic_metres(80_170_000_000) == "80.17"
    assert figures.cubic_metres(None) == "–"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(31_200, "USD", "312.00"), (31_200, "JPY", "31\u202f200"), (31_200, "KWD", "31.200")],
)
def test_money_has_the_digits_of_its_currency(amount, currency, text):
    assert figures.money(amount, currency) == text


def test_a_difference_shows_its_sign():
    assert [figures.signed(value) for value in (-1_200, 0, 3)] == ["−1\u202f200", "0", "+3"]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 10, "0%"),
        (10, 10, "100%"),
        (1, 100_000, "0.1%"),
        (99_999, 100_000, "99.9%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 0, "0%"),
    ],
)
def test_a_share_never_rounds_something_to_nothing(part, whole, text):
    assert figures.percent(part, whole) == text


def test_one_day_is_not_printed_as_a_stretch():
    first, last = date(2026, 10, 6), date(2026, 11, 20)
    assert figures.days(first, first) == figures.days(first, None) == "2026-10-06"
    assert figures.days(first, last) == "2026-10-06 – 2026-11-20"
    assert figures.days(None, None) == "–"
