"""Hides the counts of small groups of people so that nothing printed gives them away.

A reader who sees totals can subtract. So when a point has a group of 1 to 9 people, all of its
counts are hidden, and with them the counts of other points, until no sum that can be worked out
belongs to a single point or to fewer than ten people; where that is not enough the total of the
area, and at last the total of the report, is hidden too.

What a reader can work out: each total shown minus the rows shown below it is the sum of the
rows hidden below it. A hidden row lies below exactly one such total: that of its area where it
is shown, else that of the report. So the hidden rows fall into separate sets, and each set is
safe or not by itself. Nobody (0 people) is not a group: a count that is 0 in a whole set may
be worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SMALLEST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Households and people of one point, or of points together."""

    households: int
    women: int
    men: int
    girls: int
    boys: int

    @property
    def people(self) -> int:
        return self.women + self.men + self.girls + self.boys

    @property
    def groups(self) -> tuple[int, ...]:
        return self.households, self.women, self.men, self.girls, self.boys

    @property
    def has_small_group(self) -> bool:
        return any(0 < group < SMALLEST_SHOWN for group in self.groups)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What must not be printed: points[area][point], areas[area], and the total."""

    points: tuple[tuple[bool, ...], ...]
    areas: tuple[bool, ...]
    total: bool


def added(rows: Iterable[Counts]) -> Counts:
    """The counts of all rows together."""
    sums = [sum(column) for column in zip(*(row.groups for row in rows), strict=True)]
    households, women, men, girls, boys = sums or [0] * 5
    return Counts(households=households, women=women, men=men, girls=girls, boys=boys)


def suppress(areas: Sequence[Sequence[Counts]]) -> Hidden:
    """Which counts to hide, given the points of each area."""
    hidden = [_hide_within(points) for points in areas]
    covered = [_is_safe(_chosen(points, at)) for points, at in zip(areas, hidden, strict=True)]
    uncovered = {index for index, safe in enumerate(covered) if not safe}
    total = _hide_across(areas, hidden, uncovered)
    return Hidden(
        points=tuple(
            tuple(index in at for index in range(len(points)))
            for points, at in zip(areas, hidden, strict=True)
        ),
        areas=tuple(index in uncovered for index in range(len(areas))),
        total=total,
    )


def _hide_within(points: Sequence[Counts]) -> set[int]:
    """Points of an area to hide: the small ones, and the least others that cover them."""
    hidden = {index for index, point in enumerate(points) if point.has_small_group}
    for index in _smallest_first(points):
        if _is_safe(_chosen(points, hidden)):
            break
        hidden.add(index)
    return hidden


def _hide_across(
    areas: Sequence[Sequence[Counts]], hidden: list[set[int]], uncovered: set[int]
) -> bool:
    """Hide totals of further areas until the report's total gives nothing away.

    Adds to `hidden` and `uncovered`; returns whether the report's total must be hidden as well.
    """

    def set_below_total() -> list[Counts]:
        return [row for index in uncovered for row in _chosen(areas[index], hidden[index])]

    for index in _smallest_first([added(points) for points in areas]):
        if _is_safe(set_below_total()):
            return False
        if index in uncovered:
            continue
        uncovered.add(index)
        if not hidden[index]:
            hidden[index].add(_smallest_first(areas[index])[0])
    return not _is_safe(set_below_total())


def _is_safe(rows: Sequence[Counts]) -> bool:
    """Whether the sum of these rows may be known: of each group none, or ten of two points."""
    for column in zip(*(row.groups for row in rows), strict=True):
        contributors = sum(1 for group in column if group)
        if contributors == 1 or 0 < sum(column) < SMALLEST_SHOWN:
            return False
    return True


def _chosen(points: Sequence[Counts], indices: Iterable[int]) -> list[Counts]:
    return [points[index] for index in sorted(indices)]


def _smallest_first(rows: Sequence[Counts]) -> list[int]:
    """Indices of rows with people, fewest people first: the least is lost by hiding those."""
    peopled = [index for index, row in enumerate(rows) if any(row.groups)]
    return sorted(peopled, key=lambda index: (rows[index].people, rows[index].households, index))
