"""How right the books were: what the approved counts of each place found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from aidtrack.core.i18n import _
from aidtrack.counting import accuracy as counts
from aidtrack.counting.accuracy import Accuracy
from aidtrack.identity.permissions import Actor
from aidtrack.stock_reports import scope, shown, told
from aidtrack.stock_reports.shown import Cell, Column, Kind, Report, Row, RowKind
from aidtrack.stock_reports.wanted import Span, Wanted, span

NAME = "count-accuracy"
USUAL_DAYS = 365
READ_ROWS = 500
HUNDRED = Decimal(100)
CENT = Decimal("0.01")


def report(wanted: Wanted, actor: Actor) -> Report:
    scope.check(wanted, actor)
    asked = span(wanted, actor, usual_days=USUAL_DAYS)
    rows = list(_every(wanted, asked, actor))
    rows.sort(key=lambda row: (row.site.casefold(), row.site_id, row.counted_at))
    table = _Table(sorted({row.currency for row in rows}))
    return Report(
        name=NAME,
        title=_("Count accuracy"),
        told=told.about(wanted, actor, span=asked),
        columns=table.columns(),
        rows=table.rows(rows),
        totals=table.totals(rows),
        notes=[
            _("Counts that were approved in this time. Right is a lot in a bin of which as much"
              " was found as the books said. Both what was missing and what was over is wrong."),
        ],
        total=len(rows),
    )  # fmt: skip


def _every(wanted: Wanted, asked: Span, actor: Actor) -> Iterator[Accuracy]:
    cursor = None
    while True:
        page = counts.accuracy(
            actor, site_id=wanted.site_id, since=asked.start, until=asked.end, cursor=cursor,
            limit=READ_ROWS,
        )  # fmt: skip
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


@dataclass(frozen=True, slots=True)
class _Table:
    currencies: Sequence[str]

    def columns(self) -> list[Column]:
        return [
            Column("site", _("Place")),
            Column("count", _("Stock count"), Kind.CODE),
            Column("counted", _("Counted on"), Kind.DAY),
            Column("lines", _("Lines counted"), Kind.NUMBER),
            Column("right", _("Lines right"), Kind.NUMBER),
            Column("share", _("Right, %"), Kind.AMOUNT, 2),
            *shown.value_columns(self.currencies, _("Value counted")),
            *[
                Column(f"off_{column.name}", column.heading, column.kind, column.places)
                for column in shown.value_columns(self.currencies, _("Value wrong"))
            ],
        ]

    def rows(self, rows: Sequence[Accuracy]) -> Iterator[Row]:
        groups = [list(each) for _site, each in groupby(rows, lambda row: row.site_id)]
        for group in groups:
            for row in group:
                yield Row(
                    (
                        Cell(row.site),
                        Cell(row.number, f"/counts/{row.count_id}"),
                        Cell(row.counted_at),
                        *self._figures([row]),
                    )
                )
            if len(group) > 1:
                label = _("Total %(name)s", name=group[0].site)
                yield Row((Cell(label), Cell(), Cell(), *self._figures(group)), RowKind.SUM)

    def totals(self, rows: Sequence[Accuracy]) -> list[Row]:
        cells = (Cell(_("Total")), Cell(), Cell(), *self._figures(rows))
        return [Row(cells, RowKind.TOTAL)] if rows else []

    def _figures(self, rows: Sequence[Accuracy]) -> list[Cell]:
        right, lines = counts.share_right(rows)
        share = (HUNDRED * right / lines).quantize(CENT) if lines else None
        return [
            Cell(lines),
            Cell(right),
            Cell(share),
            *self._worth([(row.currency, row.value_counted_minor) for row in rows]),
            *self._worth([(row.currency, row.value_off_minor) for row in rows]),
        ]

    def _worth(self, values: Sequence[tuple[str, int]]) -> list[Cell]:
        return [
            Cell(shown.amount(sum(minor for known, minor in values if known == each), each))
            if any(known == each for known, _minor in values)
            else Cell()
            for each in self.currencies
        ]
