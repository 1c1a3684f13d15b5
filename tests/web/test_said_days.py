"""Days as people say and type them."""

from datetime import date

import pytest

from aidtrack.web import said_days

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("t", date(2026, 11, 29)),
        ("today", date(2026, 11, 29)),
        ("е", date(2026, 11, 29)),
        ("+3", date(2026, 12, 2)),
        ("-1", date(2026, 11, 28)),
        ("− 1", date(2026, 11, 28)),
        ("+2w", date(2026, 12, 13)),
        ("+3m", date(2027, 2, 28)),
        ("-9м", date(2026, 2, 28)),
        ("+1y", date(2027, 11, 29)),
        ("31.12.2026", date(2026, 12, 31)),
        ("31.12.26", date(2026, 12, 31)),
        ("31/12/2026", date(2026, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-2-3", date(2026, 2, 3)),
        ("2027-12", date(2027, 12, 31)),
        ("12/2027", date(2027, 12, 31)),
        ("02.2028", date(2028, 2, 29)),
        ("12/27", date(2027, 12, 31)),
        ("31.12", date(2026, 12, 31)),
        ("15.01", date(2027, 1, 15)),
        ("29.02", date(2028, 2, 29)),
        ("271200", date(2027, 12, 31)),
        ("271231", date(2027, 12, 31)),
        ("٣١.١٢.٢٠٢٦", date(2026, 12, 31)),
    ],
)
def test_a_day_is_read_as_it_is_said(speaking, said, meant):
    today = date(2027, 12, 1) if said == "29.02" else TODAY
    assert said_days.read(f" {said} ", today) == meant


@pytest.mark.parametrize(
    "said",
    ["", "soon", "32.12.2026", "31.02", "29.02.2027", "3/4", "03/04/2026", "12/31/2026", "13/2027",
     "+99999y", "+3q", "271331", "2026", "1.2.3.4", "0.0", "31.12.026", "+"],
)  # fmt: skip
def test_what_could_mean_two_days_or_none_is_refused(speaking, said):
    assert said_days.read(said, TODAY) is None
