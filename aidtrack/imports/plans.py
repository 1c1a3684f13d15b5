"""What an import would do, row by row: plain data that a page, JSON or a terminal can show."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aidtrack.core.formulas import harmless
from aidtrack.core.i18n import _
from aidtrack.imports.cells import BadCell, Reader, tidy
from aidtrack.imports.headings import ListName
from aidtrack.imports.recognise import Recognised, Record
from aidtrack.imports.spreadsheets import Cell

VALUE_LETTERS = 80
ROWS_SHOWN = 200


class Outcome(StrEnum):
    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one cell: where it stands, what it says, and why that cannot be."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What happens to one row: `what` names the thing, `detail` says the rest."""

    row: int
    outcome: Outcome
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that the rows need and that does not exist yet, such as a category."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole import. `work` is what carrying it out reads; its repr is its identity."""

    list_name: ListName
    rows: tuple[RowPlan, ...]
    troubles: tuple[Trouble, ...]
    notes: tuple[str, ...]
    extras: tuple[Extra, ...]
    unused_columns: tuple[str, ...]
    work: Any

    @property
    def counts(self) -> dict[Outcome, int]:
        counted = Counter(row.outcome for row in self.rows)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def has_work(self) -> bool:
        return not self.troubles and any(
            row.outcome in (Outcome.CREATE, Outcome.CHANGE) for row in self.rows
        )

    @property
    def fingerprint(self) -> str:
        """The same for two plans that would change the same things in the same way."""
        told = repr((self.list_name, self.work, [(row.row, row.outcome) for row in self.rows]))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(slots=True)
class TypedRow:
    """One row after its cells were read: values by field, without the blank and the bad."""

    number: int
    values: Mapping[str, Any]
    troubles: list[Trouble]

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self.values.get(name, otherwise)


@dataclass(slots=True)
class Draft:
    """A plan while its rows are looked at one after the other."""

    recognised: Recognised
    rows: list[RowPlan] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)

    def add(
        self, row: int, outcome: Outcome, what: str, detail: str | Callable[[], str] = ""
    ) -> None:
        """Decide a row. A detail that takes time to word is worded for the rows shown only."""
        if not isinstance(detail, str):
            detail = detail() if len(self.rows) < ROWS_SHOWN else ""
        self.rows.append(RowPlan(row, outcome, what, detail))

    def refuse(self, row: TypedRow, what: str) -> None:
        """Everything wrong with the row, which then does nothing."""
        self.troubles.extend(row.troubles)
        reasons = "; ".join(
            f"{trouble.column}: {trouble.reason}" if trouble.column else trouble.reason
            for trouble in row.troubles
        )
        self.add(row.number, Outcome.PROBLEM, what, reasons)

    def blame(self, row: TypedRow, field_name: str, reason: str, value: object = None) -> None:
        """Note a fault of one cell of the row."""
        shown = row.values.get(field_name) if value is None else value
        row.troubles.append(
            Trouble(
                row.number,
                self.recognised.heading(field_name) if field_name else "",
                _shown(str(shown if shown is not None else "")),
                reason,
            )
        )

    def finish(self, work: Any) -> Plan:
        passed = [RowPlan(row, Outcome.SKIP, reason) for row, reason in self.recognised.passed_over]
        return Plan(
            list_name=self.recognised.list_name,
            rows=tuple(sorted([*self.rows, *passed], key=lambda row: row.row)),
            troubles=tuple(sorted(self.troubles, key=lambda trouble: trouble.row)),
            notes=tuple(self.notes),
            extras=tuple(self.extras),
            unused_columns=self.recognised.unused,
            work=work,
        )


def read_rows(recognised: Recognised, readers: Mapping[str, Reader]) -> list[TypedRow]:
    """Every record with its cells read, a column at a time, by the reader of their column."""
    in_order = sorted(recognised.columns, key=lambda name: recognised.columns[name].index)
    names = [name for name in in_order if name in readers]
    columns = [_read_column(recognised, name, readers[name]) for name in names]
    return [
        _typed_row(recognised, record, list(zip(names, values, strict=True)))
        for record, values in zip(recognised.records, zip(*columns, strict=True), strict=True)
    ]


def _read_column(recognised: Recognised, name: str, reader: Reader) -> list[Any]:
    """The values from top to bottom, with a BadCell where one cannot be read."""
    cells = list(recognised.column(name))
    read: dict[Cell, Any] = {}
    for cell in set(cells):  # Lists repeat themselves.
        try:
            read[cell] = reader(cell)
        except BadCell as bad:
            read[cell] = bad
    return [read[cell] for cell in cells]


def _typed_row(
    recognised: Recognised, record: Record, values: Sequence[tuple[str, Any]]
) -> TypedRow:
    good = {name: value for name, value in values if value is not None}
    bad = [name for name, value in good.items() if isinstance(value, BadCell)]
    troubles = [
        Trouble(
            record.number,
            recognised.heading(name),
            _shown(tidy(record.cell(name))),
            good.pop(name).reason,
        )
        for name in bad
    ]
    if record.beyond:
        troubles.append(
            Trouble(
                record.number,
                "",
                _shown(record.beyond),
                _("stands to the right of the last heading: is there a stray separator?"),
            )
        )
    return TypedRow(record.number, good, troubles)


def troubles_csv(troubles: tuple[Trouble, ...]) -> str:
    """Every problem as CSV that a spreadsheet can open without running anything in it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Row"), _("Column"), _("As written"), _("Problem")])
    for trouble in troubles:
        writer.writerow(
            [trouble.row, *map(harmless, (trouble.column, trouble.value, trouble.reason))]
        )
    return out.getvalue()


def _shown(value: str) -> str:
    """A cell short enough for a page, with what cannot be printed made visible."""
    visible = "".join(sign if sign.isprintable() else "\ufffd" for sign in value)
    return visible if len(visible) <= VALUE_LETTERS else f"{visible[:VALUE_LETTERS]}…"
