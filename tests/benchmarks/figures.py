"""A measured figure, what it should reach, and the table of all of them."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `limit` is the machine's own, in the same unit, in the same run.

    `ratio` is how many times the limit was measured: a time is best at 1 and grows, a rate
    is best at 1 and falls.
    """

    name: str
    database: str
    value: float
    unit: str
    target: str
    reached: bool
    limit: float | None = None
    limit_name: str = ""

    @property
    def ratio(self) -> float | None:
        return None if self.limit is None else self.value / self.limit


def median_ms(act: Callable[[], Any], times: int, *, warm: int = 3) -> float:
    """The median of `times` runs in milliseconds, after a warm-up."""
    return median_of((act for _ in range(warm + times)), warm=warm)


def median_of(acts: Iterable[Callable[[], Any]], *, warm: int = 3) -> float:
    """The same for acts that can each be done once."""
    took = []
    for act in acts:
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took[warm:])


def medians_ms(acts: Sequence[Callable[[], Any]], times: int, *, warm: int = 3) -> list[float]:
    """The medians of several acts done in turn, so that a busy moment slows all of them."""
    took: list[list[float]] = [[] for _ in acts]
    for _round in range(warm + times):
        for act, mine in zip(acts, took, strict=True):
            start = time.perf_counter()
            act()
            mine.append((time.perf_counter() - start) * 1000)
    return [statistics.median(mine[warm:]) for mine in took]


def at_most(
    name: str,
    database: str,
    value: float,
    most: float,
    unit: str = "ms",
    *,
    limit: float | None = None,
    limit_name: str = "",
) -> Figure:
    """A figure that should not exceed `most`."""
    return Figure(
        name, database, value, unit, f"≤ {most:g} {unit}", value <= most, limit, limit_name
    )


def rate(
    name: str, database: str, value: float, least: float, *, limit: float, limit_name: str
) -> Figure:
    """A rate a second that should reach a share of the machine's own."""
    reached = value / limit >= least
    return Figure(name, database, value, "/s", f"≥ {least:.2g} of it", reached, limit, limit_name)


HEAD = ("figure", "database", "measured", "to reach", "machine's own", "ratio", "")
WIDTHS = (52, 10, 11, 13, 36, 6, 11)


def printed(figures: Iterable[Figure]) -> Iterator[Figure]:
    """The same figures, each printed as a line of the table as soon as it is measured."""
    print(_line(HEAD))
    for figure in figures:
        print(_line(_row(figure)), flush=True)
        yield figure


def _line(cells: Sequence[str]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def as_json(figures: list[Figure]) -> list[dict[str, Any]]:
    return [asdict(figure) | {"ratio": figure.ratio} for figure in figures]


def _row(figure: Figure) -> tuple[str, ...]:
    limit = figure.limit
    return (
        figure.name,
        figure.database,
        f"{_amount(figure.value)} {figure.unit}",
        figure.target,
        "" if limit is None else f"{_amount(limit)} {figure.unit}, {figure.limit_name}",
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "reached" if figure.reached else "NOT reached",
    )


def _amount(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
