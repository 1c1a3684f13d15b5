"""What a list is: its columns, its orders, and where its rows come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity.permissions import Actor


@dataclass(frozen=True, slots=True)
class Cell:
    """What a file holds of a row: text, a whole number, a Decimal, a day, a moment, yes or no.

    A `value` of None leaves the cell empty. Numbers go as numbers: never formatted here.
    """

    heading: object
    value: Callable[[Any], object]
    is_moment: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the page. What one shows together goes into several `cells` of a file.

    `kind` is the class of its cells: "num", "wide", "tight" or nothing. One that `is_fixed`
    cannot be hidden; one that is not `is_usual` shows once it is chosen.
    """

    name: str
    heading: object
    cells: Sequence[Cell]
    kind: str = ""
    order: Order | None = None
    is_fixed: bool = False
    is_usual: bool = True


# Reads one page of a list: for whom, what its form asks, sorted how, after which cursor, and
# how many rows.
ReadRows = Callable[[Actor, Any, Sorting, str | None, int], Page[Any]]

# Every list of the product by its name: saved views and tests look here.
KNOWN: dict[str, "ListPage"] = {}


@dataclass(frozen=True, slots=True, eq=False)
class ListPage:
    """One list, declared once: the page and its files both follow it.

    `count` says how many rows there are, when that is cheap: it may stop at `most`.
    """

    name: str
    path: str
    heading: object
    columns: Sequence[Column]
    usual: Sorting
    rows: ReadRows
    count: Callable[[Actor, Any, int], int] | None = None
    orders: dict[str, Order] = field(init=False)
    usual_columns: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        orders = {column.order.name: column.order for column in self.columns if column.order}
        assert self.usual.order.name in orders, "a column must show the usual order"
        assert self.name not in KNOWN, "two lists of one name"
        usual_columns = frozenset(x.name for x in self.columns if x.is_fixed or x.is_usual)
        object.__setattr__(self, "orders", orders)
        object.__setattr__(self, "usual_columns", usual_columns)
        KNOWN[self.name] = self

    def sorting(self, said: str | None) -> Sorting:
        """The sorting of an address; what cannot be meant counts as not said."""
        order = self.orders.get((said or "").removeprefix("-"))
        if order is None:
            return self.usual
        return Sorting(order, is_descending=(said or "").startswith("-"))


def amount(minor: int | None, currency: str) -> Decimal | None:
    """Minor units as a cell holds them: 123450, USD is 1234.50."""
    return None if minor is None else Decimal(minor).scaleb(-get_currency_precision(currency))
