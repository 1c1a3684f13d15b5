"""What the address asks of a list, and the addresses of everything next to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode

from aidtrack.core.paging import Sorting
from aidtrack.lists.columns import Column, ListPage

SORT, COLUMN, CURSOR, LIMIT, FORMAT, ALL = "sort", "column", "cursor", "limit", "format", "all"
Pairs = tuple[tuple[str, str], ...]


def lasting(query: str) -> str:
    """What of an address a saved view keeps: not the place in the list, nor a file."""
    passing = {CURSOR, LIMIT, FORMAT, ALL}
    return urlencode([pair for pair in parse_qsl(query) if pair[0] not in passing])


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters, the sorting and the columns of one look at a list.

    `has_default` says that the bare address shows a saved view, so that everything needs a
    word of its own.
    """

    page: ListPage
    filters: Pairs
    sorting: Sorting
    columns: frozenset[str]
    cursor: str | None = None
    limit: str | None = None
    has_default: bool = False

    @classmethod
    def read(cls, page: ListPage, said: Iterable[tuple[str, str]], fields: Iterable[str]) -> Self:
        """Take from the address what this list knows; the rest counts as not said."""
        pairs = [(name, value.strip()) for name, value in said if value.strip()]
        first = dict(reversed(pairs))
        known = set(fields)
        chosen = {value for name, value in pairs if name == COLUMN}
        fixed = {column.name for column in page.columns if column.is_fixed}
        chosen &= {column.name for column in page.columns}
        return cls(
            page=page,
            filters=tuple(pair for pair in pairs if pair[0] in known),
            sorting=page.sorting(first.get(SORT)),
            columns=frozenset(chosen | fixed) if chosen else page.usual_columns,
            cursor=first.get(CURSOR),
            limit=first.get(LIMIT),
        )

    @property
    def shown(self) -> list[Column]:
        """The columns shown, in the order of the list."""
        return [column for column in self.page.columns if column.name in self.columns]

    def sort_pairs(self) -> Pairs:
        return () if self.sorting == self.page.usual else ((SORT, str(self.sorting)),)

    def column_pairs(self) -> Pairs:
        if self.columns == self.page.usual_columns:
            return ()
        return tuple((COLUMN, column.name) for column in self.shown)

    def limit_pairs(self) -> Pairs:
        return ((LIMIT, self.limit),) if self.limit else ()

    def query(self) -> str:
        """What a saved view keeps, and what makes two addresses the same view."""
        return urlencode([*self.filters, *self.sort_pairs(), *self.column_pairs()])

    def url(self, *more: tuple[str, str]) -> str:
        """The first page of this look, or with more in its address: a file, the next page."""
        pairs = [*self.filters, *self.sort_pairs(), *self.column_pairs(), *self.limit_pairs()]
        pairs += more
        if not pairs and self.has_default:
            pairs = [(ALL, "1")]
        return f"{self.page.path}?{urlencode(pairs)}" if pairs else self.page.path

    def sorted_by(self, sorting: Sorting) -> Self:
        return replace(self, sorting=sorting)

    def known_default(self, has_default: bool) -> Self:
        return replace(self, has_default=has_default)

    def filtered(self, changes: dict[str, str | None]) -> Self:
        """With these filters said anew; None takes one out."""
        kept = tuple(pair for pair in self.filters if pair[0] not in changes)
        said = tuple((name, str(value)) for name, value in changes.items() if value is not None)
        return replace(self, filters=kept + said)
