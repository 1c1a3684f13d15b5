"""A report as its one description: columns and rows, from which page, paper and files are made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlencode

from babel.numbers import get_currency_precision

from aidtrack.core.i18n import _

PATH = "/stock/reports"
PAGE_ROWS = 100


class Kind(StrEnum):
    """How the values of a column are written. Amounts are Decimals, all others as they come."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    AMOUNT = "amount"
    DAY = "day"
    MOMENT = "moment"


NUMBERS = frozenset({Kind.NUMBER, Kind.AMOUNT})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `name` is its word in JSON, `places` the decimals of its amounts.

    One that `joins` stands below the one before it on page and paper, in a cell of its own in
    files: the code under the item, the unit under the quantity.
    """

    name: str
    heading: str
    kind: Kind = Kind.TEXT
    places: int = 2
    joins: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a file holds it, and where a page leads from it."""

    value: str | int | Decimal | object | None = None
    url: str = ""


class RowKind(StrEnum):
    LINE = "line"
    # What a card begins and ends with; files hold it too.
    OPENING = "opening"
    CLOSING = "closing"
    # Sums of the lines before; a file leaves summing to its reader.
    SUM = "sum"
    TOTAL = "total"


IN_FILES = frozenset({RowKind.LINE, RowKind.OPENING, RowKind.CLOSING})


@dataclass(frozen=True, slots=True)
class Row:
    """One cell for each column."""

    cells: Sequence[Cell]
    kind: RowKind = RowKind.LINE


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be shown.

    `told` says in pairs what it is about: filters, moment, clock. `rows` may be read once, and
    are made as they are read; the sums of all of them stand in `totals`.
    `notes` are what a reader must know to read it right. `total` counts its lines, if known.
    """

    name: str
    title: str
    told: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Iterable[Row]
    totals: Sequence[Row] = ()
    notes: Sequence[str] = ()
    next_cursor: str | None = None
    total: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    foot: str = ""

    @property
    def stacks(self) -> list[list[int]]:
        """The columns as page and paper show them: each with those that stand below it."""
        found: list[list[int]] = []
        for number, column in enumerate(self.columns):
            if column.joins and found:
                found[-1].append(number)
            else:
                found.append([number])
        return found


def url(report: str, **wanted: object) -> str:
    """The address of a report narrowed so; what is None is left out."""
    pairs = {name: value for name, value in wanted.items() if value not in (None, "")}
    return f"{PATH}/{report}?{urlencode(pairs)}" if pairs else f"{PATH}/{report}"


def amount(minor: int, currency: str) -> Decimal:
    """Minor units as an amount: 123450, USD is 1234.50."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def value_columns(currencies: Iterable[str], heading: str = "") -> list[Column]:
    """A column for each currency, so that no two are ever added."""
    words = heading or _("Value")
    return [
        Column(
            f"value_{currency.lower()}",
            f"{words}, {currency}",
            Kind.AMOUNT,
            get_currency_precision(currency),
        )
        for currency in sorted(currencies)
    ]
