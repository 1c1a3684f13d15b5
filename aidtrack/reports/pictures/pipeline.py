"""Pipeline: opening + expected − planned − expired = closing, by item and month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain

from aidtrack.core.i18n import _, ngettext
from aidtrack.pictures.levels import Level, Levels, Row
from aidtrack.pictures.picture import Cell, Column, Picture, Rows, Table
from aidtrack.pictures.shapes import Key
from aidtrack.reports.pictures import expected, figures
from aidtrack.reports.pictures.expected import ByMonth
from aidtrack.reports.pictures.scope import ROWS, Scope
from aidtrack.reports.pictures.turnover import MONTHS_AHEAD, Thing, Turnover, items, turnover


@dataclass(frozen=True, slots=True)
class Step:
    """One month of one item, in base units; below zero means that so many are missing."""

    month: date
    opening: int
    expected: int
    planned: int
    expired: int

    @property
    def closing(self) -> int:
        return self.opening + self.expected - self.planned - self.expired


@dataclass(frozen=True, slots=True)
class Line:
    """An item over the months."""

    item: Thing
    steps: tuple[Step, ...]

    @property
    def breaks(self) -> int | None:
        """The number of the first month that ends below zero."""
        return next((n for n, step in enumerate(self.steps) if step.closing < 0), None)

    @property
    def is_used(self) -> bool:
        return any(step.expected or step.planned for step in self.steps)


@dataclass(frozen=True, slots=True)
class Ways:
    """What comes and goes, and what goes where no plan says it."""

    turnover: Turnover
    promised: ByMonth
    under_way: ByMonth
    planned: ByMonth

    def item_ids(self) -> set[int]:
        named = chain(self.promised, self.under_way, self.planned)
        return {*self.turnover.held, *self.turnover.issued, *(item_id for item_id, _m in named)}


def picture(scope: Scope, today: date) -> Picture:
    """What breaks first stands first. Nine statements."""
    promised, undated = expected.promised(scope, today)
    ways = Ways(
        turnover(scope, today),
        promised,
        expected.under_way(scope, today),
        expected.planned(scope, today),
    )
    lines = [line for line in _lines(ways, today) if line.is_used]
    months = [figures.first_of_month(today, later) for later in range(MONTHS_AHEAD)]
    return Picture(
        name="pipeline",
        title=_("Pipeline"),
        sentence=_sentence(lines),
        notes=_notes(undated, is_one_site=scope.site_id is not None),
        body=Levels(
            tuple((figures.month(month), figures.brief_month(month)) for month in months),
            _rows(lines),
            (Key("ok", _("left at the end of the month")), Key("bad", _("missing"))),
        ),
        table=_table(lines),
    )


def _lines(ways: Ways, today: date) -> list[Line]:
    known = items(ways.item_ids())
    lines = [Line(item, tuple(_steps(item.id, ways, today))) for item in known.values()]
    return sorted(lines, key=_urgency)


def _urgency(line: Line) -> tuple[int, int, str]:
    """What breaks first, then what loses most of itself."""
    most = max(step.opening + step.expected for step in line.steps)
    left = 1_000 * line.steps[-1].closing // most if most else 0
    return MONTHS_AHEAD if line.breaks is None else line.breaks, left, line.item.name


def _steps(item_id: int, ways: Ways, today: date) -> list[Step]:
    """The first to expire is used first: what is used is not there to expire."""
    steps: list[Step] = []
    opening = ways.turnover.held.get(item_id, 0)
    dated = gone = 0  # what expires until the end of the month, and what is used or expired
    for later in range(MONTHS_AHEAD):
        month = figures.first_of_month(today, later)
        key = (item_id, month)
        planned = ways.planned.get(key) or _usual(item_id, ways.turnover, today, later)
        dated += ways.turnover.expiring.get(key, 0)
        expired = max(0, dated - gone - planned)
        gone += planned + expired
        step = Step(
            month=month,
            opening=opening,
            expected=ways.promised.get(key, 0) + ways.under_way.get(key, 0),
            planned=planned,
            expired=expired,
        )
        steps.append(step)
        opening = step.closing
    return steps


def _usual(item_id: int, found: Turnover, today: date, later: int) -> int:
    """Average issues of a month, or of what is left of this one."""
    monthly = found.monthly(item_id)
    if later:
        return monthly
    left, days = figures.days_left_in_month(today)
    return (2 * monthly * left + days) // (2 * days)


def _sentence(lines: Sequence[Line]) -> str:
    if not lines:
        return _("Nothing is expected, planned or in use.")
    breaking = [line for line in lines if line.breaks is not None]
    if not breaking:
        return _("No item breaks in the next six months.")
    first = breaking[0]
    assert first.breaks is not None
    month = figures.month(first.steps[first.breaks].month)
    return ngettext(
        "%(num)s item breaks in the next six months: %(item)s in %(month)s.",
        "%(num)s items break in the next six months, the first of them in %(month)s: %(item)s.",
        len(breaking),
        item=first.item.name,
        month=month,
    )


def _notes(undated: int, *, is_one_site: bool) -> tuple[str, ...]:
    notes = [
        _(
            "What is in stock, plus what is promised or on the road, less what plans of hand-outs"
            " take; where there is no plan, less what left in a usual month."
        ),
        _("Expired goods are not counted."),
        _("Lots that expire first are taken first."),
    ]
    if is_one_site:
        notes.append(_("Promises of donors are not counted: they name no place."))
    if undated:
        notes.append(
            ngettext(
                "%(num)s donation says no day and is not counted.",
                "%(num)s donations say no day and are not counted.",
                undated,
            )
        )
    return tuple(notes)


def _rows(lines: Sequence[Line]) -> tuple[Row, ...]:
    rows = [_row(line) for line in lines[:ROWS]]
    rest = lines[ROWS:]
    if rest:
        words = ngettext(
            "%(num)s more item is in the table", "%(num)s more items are in the table", len(rest)
        )
        rows.append(Row(_("Others"), words, ()))
    return tuple(rows)


def _row(line: Line) -> Row:
    if line.breaks is None:
        detail = _("Enough for six months")
    else:
        detail = _("Breaks in %(month)s", month=figures.month(line.steps[line.breaks].month))
    levels = tuple(
        Level(step.closing, figures.signed(step.closing), figures.short(step.closing))
        for step in line.steps
    )
    return Row(line.item.name, detail, levels, line.breaks)


def _table(lines: Sequence[Line]) -> Table:
    columns = (
        Column(_("Code")),
        Column(_("Item")),
        Column(_("Unit")),
        Column(_("Month")),
        Column(_("Opening"), "number"),
        Column(_("Expected"), "number"),
        Column(_("Planned"), "number"),
        Column(_("Expired"), "number"),
        Column(_("Closing"), "number"),
    )
    steps = [(line, step) for line in lines for step in line.steps]
    return Table(columns, Rows(steps, lambda each: _cells(*each)))


def _cells(line: Line, step: Step) -> tuple[Cell, ...]:
    unit = line.item.base_unit
    return (
        Cell(line.item.code),
        Cell(line.item.name),
        Cell(unit, partial(figures.unit, unit)),
        Cell(f"{step.month:%Y-%m}", partial(figures.month, step.month)),
        Cell(step.opening, partial(figures.signed, step.opening)),
        figures.counted(step.expected),
        figures.counted(step.planned),
        figures.counted(step.expired),
        Cell(step.closing, partial(figures.signed, step.closing)),
    )
