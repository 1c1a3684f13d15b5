"""Small groups of people cannot be seen, nor computed from what is shown."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidtrack.documents.layouts.suppression import Counts, added, suppress


def counts(*groups: int) -> Counts:
    households, women, men, girls, boys = groups
    return Counts(households=households, women=women, men=men, girls=girls, boys=boys)


LARGE = counts(100, 120, 110, 90, 95)
LARGER = counts(200, 240, 220, 180, 190)
SMALL = counts(14, 17, 15, 11, 8)


def equations(areas, hidden):
    """What a reader knows of the hidden points: rows of coefficients and a sum, per group."""
    unknown = [
        (area, point)
        for area, flags in enumerate(hidden.points)
        for point, is_hidden in enumerate(flags)
        if is_hidden
    ]
    known = []
    for area, points in enumerate(areas):
        if not hidden.areas[area]:
            below = [(area, point) for point in range(len(points))]
            known.append([int(cell in below) for cell in unknown])
    if not hidden.total:
        known.append([1] * len(unknown))
    return unknown, known


def reduced(rows):
    """Row echelon form, without rows of zeros."""
    rows = [[Fraction(value) for value in row] for row in rows]
    done = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        done = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in done]
        done.append(pivot)
    return done


def given_away(areas, hidden):
    """Sums that can be computed and belong to one point or to fewer than ten people."""
    unknown, known = equations(areas, hidden)
    found = []
    for row in reduced(known):
        cells = [cell for cell, factor in zip(unknown, row, strict=True) if factor]
        for group in range(5):
            sizes = [areas[area][point].groups[group] for area, point in cells]
            if len([size for size in sizes if size]) == 1 or 0 < sum(sizes) < 10:
                found.append((cells, group))
    return found


points = st.builds(
    counts,
    *[st.one_of(st.integers(0, 12), st.integers(10, 2000))] * 5,
)
tables = st.lists(st.lists(points, min_size=1, max_size=5), min_size=0, max_size=6)


@given(tables)
def test_no_small_group_is_shown(areas):
    hidden = suppress(areas)
    shown = [
        point
        for table, flags in zip(areas, hidden.points, strict=True)
        for point, is_hidden in zip(table, flags, strict=True)
        if not is_hidden
    ]
    shown += [added(table) for table, out in zip(areas, hidden.areas, strict=True) if not out]
    if not hidden.total:
        shown.append(added(point for table in areas for point in table))
    assert not any(row.has_small_group for row in shown)


@given(tables)
def test_nothing_hidden_can_be_computed_from_the_totals(areas):
    assert given_away(areas, suppress(areas)) == []


@given(tables)
def test_a_hidden_total_of_an_area_has_hidden_points(areas):
    hidden = suppress(areas)
    assert all(
        any(flags)
        for flags, is_hidden in zip(hidden.points, hidden.areas, strict=True)
        if is_hidden
    )


def test_nothing_is_hidden_where_all_groups_are_large():
    hidden = suppress([[LARGE, LARGER], [LARGE]])
    assert not any(map(any, hidden.points))
    assert not any(hidden.areas)
    assert not hidden.total


def test_a_small_point_takes_the_smallest_of_its_area_with_it():
    hidden = suppress([[SMALL, LARGER, LARGE]])
    assert hidden.points == ((True, False, True),)
    assert hidden.areas == (False,)
    assert not hidden.total


def test_an_area_with_one_small_point_takes_the_smallest_area_with_it():
    hidden = suppress([[LARGER], [SMALL], [LARGE]])
    assert hidden.areas == (False, True, True)
    assert hidden.points == ((False,), (True,), (True,))
    assert not hidden.total


def test_a_report_of_one_small_point_shows_no_count_at_all():
    hidden = suppress([[SMALL]])
    assert (hidden.points, hidden.areas, hidden.total) == (((True,),), (True,), True)


def test_two_small_points_that_are_fewer_than_ten_together_need_a_third():
    tiny = counts(2, 3, 2, 1, 1)
    assert suppress([[tiny, tiny, LARGE, LARGER]]).points == ((True, True, True, False),)


def test_few_households_hide_a_point_of_many_people():
    assert suppress([[counts(9, 30, 30, 30, 30), LARGE, LARGER]]).points == ((True, True, False),)


def test_nobody_is_not_a_group():
    without_boys = counts(100, 120, 110, 90, 0)
    hidden = suppress([[without_boys, without_boys]])
    assert not any(hidden.points[0])


@pytest.mark.parametrize("areas", [[], [[]]])
def test_no_points_are_nothing_to_hide(areas):
    assert not suppress(areas).total
