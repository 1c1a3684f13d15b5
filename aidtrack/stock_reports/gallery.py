"""Every report by its name: what it is called, why one would read it, and who makes it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.permissions import Actor
from aidtrack.stock_reports import ageing, card, counted, expiring, journal, lost, on_hand, turnover
from aidtrack.stock_reports.shown import PAGE_ROWS, Report, Row
from aidtrack.stock_reports.wanted import Wanted

FILE_ROWS_MAX = 100_000
PAPER_ROWS_MAX = 10_000


class TooLong(RuleBroken):
    """More rows than a file or a paper is given."""

    code = "too_long"


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a report is read: from a cursor on, at most so many rows; None reads all."""

    cursor: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A report in the list of reports. `why` says what question it answers.

    One that `turns_pages` reads a part by itself; of the others all is counted, then cut.
    """

    name: str
    title: object
    why: object
    icon: str
    make: Callable[[Wanted, Actor, Part], Report]
    turns_pages: bool = False


def _whole(make: Callable[[Wanted, Actor], Report]) -> Callable[[Wanted, Actor, Part], Report]:
    return lambda wanted, actor, _part: make(wanted, actor)


ENTRIES = {
    entry.name: entry
    for entry in (
        Entry(
            on_hand.NAME,
            lazy("Stock on hand"),
            lazy("What lies where, and what it is worth, now or at the end of any day."),
            "box",
            _whole(on_hand.report),
        ),
        Entry(
            card.NAME,
            lazy("Stock card"),
            lazy("Every line of one item at a place, with the balance after each; to print."),
            "list",
            lambda wanted, actor, part: card.report(wanted, actor, part.cursor, part.limit),
            turns_pages=True,
        ),
        Entry(
            journal.NAME,
            lazy("Movements"),
            lazy("What came, left or was moved, when, by which paper and who recorded it."),
            "sort",
            lambda wanted, actor, part: journal.report(wanted, actor, part.cursor, part.limit),
            turns_pages=True,
        ),
        Entry(
            turnover.NAME,
            lazy("Opening, in, out, closing"),
            lazy("Whether a time adds up: for each item, place, lot or donor."),
            "chart",
            _whole(turnover.report),
        ),
        Entry(
            ageing.NAME,
            lazy("Age and time in stock"),
            lazy("What lies too long, and how long goods stay before they leave."),
            "hour",
            _whole(ageing.report),
        ),
        Entry(
            expiring.NAME,
            lazy("Expiring goods"),
            lazy("What expired, and what will in 3 or 9 months: send it first."),
            "day",
            _whole(expiring.report),
        ),
        Entry(
            lost.NAME,
            lazy("Losses by stage and cause"),
            lazy("Where in the chain goods are lost, why, and how large a part of them."),
            "alert",
            _whole(lost.report),
        ),
        Entry(
            counted.NAME,
            lazy("Count accuracy"),
            lazy("How far the books can be believed, by what the counts found."),
            "check",
            _whole(counted.report),
        ),
    )
}


def entry(name: str) -> Entry:
    """Raises NotFound."""
    found = ENTRIES.get(name)
    if found is None:
        raise NotFound(_("There is no such report."))
    return found


def page(name: str, wanted: Wanted, actor: Actor, cursor: str | None = None) -> Report:
    """A part of a report that a page shows, with the sums of all of it."""
    wanted_entry = entry(name)
    part = Part(cursor, PAGE_ROWS)
    report = wanted_entry.make(wanted, actor, part)
    return report if wanted_entry.turns_pages else _cut(report, cursor)


def whole(name: str, wanted: Wanted, actor: Actor, most: int = FILE_ROWS_MAX) -> Report:
    """All of a report for a file or a paper. Its rows raise TooLong beyond `most`."""
    report = entry(name).make(wanted, actor, Part())
    if report.total is not None and report.total > most:
        _refuse(most)
    return replace(report, rows=_at_most(report, most))


def _at_most(report: Report, most: int) -> Iterator[Row]:
    for number, row in enumerate(report.rows):
        # Sums stand between the lines, never more of them than lines.
        if number > 2 * most + 2:
            _refuse(most)
        yield row


def _refuse(most: int) -> None:
    raise TooLong(
        _(
            "This holds at most %(most)s rows, and the report is longer."
            " Choose fewer with the filters, or take the file for spreadsheets.",
            most=f"{most:,}",
        )
    )


def _cut(report: Report, cursor: str | None) -> Report:
    """So many rows from the one that the cursor counts to; the total stays on every page."""
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 9):
        raise Invalid(_("This page link is not valid."), field="cursor")
    start = int(cursor or 0)
    shown = list(islice(report.rows, start, start + PAGE_ROWS + 1))
    more = len(shown) > PAGE_ROWS
    return replace(
        report,
        rows=shown[:PAGE_ROWS],
        next_cursor=str(start + PAGE_ROWS) if more else None,
    )
