"""Stock on hand, now or at the end of any day: by item, site, bin, lot, donor or category."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Select, case, func, select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, lot_number
from aidtrack.stock_reports import amounts, names, scope, shown, told
from aidtrack.stock_reports.names import NO_THING, Thing
from aidtrack.stock_reports.shown import Cell, Column, Kind, Report, Row, RowKind
from aidtrack.stock_reports.wanted import By, Wanted, until

NAME = "on-hand"
MILLIGRAMS = Decimal(1_000_000)
# What a row stands for, and what its groups are summed up by: the first.
GRAINS: dict[By, tuple[str, ...]] = {
    By.ITEM: ("item",),
    By.SITE: ("site", "item"),
    By.BIN: ("site", "bin", "item"),
    By.LOT: ("item", "lot", "site", "bin"),
    By.DONOR: ("donor", "item"),
    By.CATEGORY: ("category", "item"),
}
COLUMNS = {
    "item": Lot.item_id,
    "site": Place.site_id,
    "bin": Place.id,
    "lot": Lot.id,
    "donor": Lot.donor_id,
    "category": Item.category_id,
}
OF_LOT = (Lot.batch_number, Lot.expires_on, Lot.donor_id)


@dataclass(slots=True)
class Amount:
    """What lies there of one row: base units, and what they are worth by currency."""

    key: dict[str, Any]
    quantity: int = 0
    values: dict[str, int] = field(default_factory=dict)
    without_value: int = 0

    def add(self, quantity: int, currency: str | None, worth: int | None, without: int) -> None:
        self.quantity += quantity
        self.without_value += without
        if currency and worth:
            self.values[currency] = self.values.get(currency, 0) + worth


def amounts_of(wanted: Wanted, at: datetime | None, actor: Actor) -> list[Amount]:
    """The rows in no order: one statement, two more to see which way to count."""
    grain = GRAINS[wanted.by]
    found: dict[tuple[Any, ...], Amount] = {}
    for row in db.session.execute(_statement(wanted, at, actor)):
        key = tuple(row[: len(grain)])
        amount = found.get(key)
        if amount is None:
            names_of_key = dict(zip(grain, key, strict=True))
            if wanted.by is By.LOT:
                names_of_key |= {
                    "batch": row.batch_number,
                    "expires": row.expires_on,
                    "donor": row.donor_id,
                }
            amount = found[key] = Amount(names_of_key)
        worth = None if row.worth is None else int(row.worth)
        amount.add(int(row.quantity), row.currency, worth, int(row.without))
    return [amount for amount in found.values() if amount.quantity]


def _statement(wanted: Wanted, at: datetime | None, actor: Actor) -> Select[*tuple[Any, ...]]:
    held = amounts.summed(amounts.held(wanted, at), "quantity").subquery("held")
    keys = [COLUMNS[each] for each in GRAINS[wanted.by]]
    more = [*OF_LOT] if wanted.by is By.LOT else []
    quantity = func.sum(held.c.quantity).label("quantity")
    nothing_known = case((Lot.unit_value_minor.is_(None), held.c.quantity), else_=0)
    return (
        select(
            *keys,
            Lot.currency.label("currency"),
            quantity,
            func.sum(held.c.quantity * Lot.unit_value_minor).label("worth"),
            func.sum(nothing_known).label("without"),
            *more,
        )
        .select_from(held)
        .join(Place, Place.id == amounts.PLACE_OF_HELD)
        .join(Lot, Lot.id == held.c.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(*scope.within(Place, wanted, actor), *scope.of_goods(wanted))
        .group_by(*keys, *more, Lot.currency)
        .having(func.sum(held.c.quantity) != 0)
    )


@dataclass(frozen=True, slots=True)
class Words:
    """The names of what the rows stand for."""

    items: dict[int, Thing]
    places: dict[int, str]
    donors: dict[int, str]
    categories: dict[int, str]

    def item(self, item_id: int) -> Thing:
        return self.items.get(item_id, NO_THING)

    def of(self, part: str, key: dict[str, Any]) -> str:
        """The name by which rows are sorted and grouped."""
        known = key[part]
        if part == "item":
            return self.item(known).name
        if part == "donor":
            return self.donors.get(known) or names.nobody()
        if part == "category":
            return self.categories.get(known) or _("No category")
        if part == "lot":
            return lot_number(known)
        return self.places.get(known, "")


def words_for(rows: Sequence[Amount], wanted: Wanted, actor: Actor) -> Words:
    """Three statements, fewer where nothing of a kind is named."""
    keys = [row.key for row in rows]
    has_places = any("site" in key for key in keys[:1])
    donor_ids = {key["donor"] for key in keys if key.get("donor")}
    return Words(
        items=names.items({key["item"] for key in keys}),
        places=names.places(wanted, actor) if has_places else {},
        donors=names.donors(donor_ids) if donor_ids else {},
        categories=names.categories() if wanted.by is By.CATEGORY else {},
    )


def report(wanted: Wanted, actor: Actor) -> Report:
    """Every row; whoever shows a page of it cuts it."""
    scope.check(wanted, actor)
    rows = amounts_of(wanted, until(wanted.as_of, actor), actor)
    words = words_for(rows, wanted, actor)
    grain = GRAINS[wanted.by]
    rows.sort(key=lambda row: [(words.of(part, row.key).casefold(), row.key[part] or 0)
                               for part in grain])  # fmt: skip
    currencies = sorted({currency for row in rows for currency in row.values})
    table = _Table(wanted, words, currencies, len(key_columns(wanted.by)))
    without = sum(1 for row in rows if row.without_value)
    notes = [_("In rows: %(num)s, some lots have no known value; it is not in the sums.",
               num=without)] if without else []  # fmt: skip
    if any(row.quantity < 0 for row in rows):
        notes.append(told.negative(wanted))
    return Report(
        name=NAME,
        title=_("Stock on hand"),
        told=told.about(wanted, actor, as_of=True),
        columns=table.columns(),
        rows=table.rows(rows),
        totals=table.totals(rows),
        notes=notes,
        total=len(rows),
    )


def key_columns(by: By) -> list[Column]:
    """The columns that say what a row stands for."""
    headings = {
        "site": [Column("site", _("Place"))],
        "bin": [Column("bin", _("Bin"), Kind.CODE)],
        "donor": [Column("donor", _("Donor"))],
        "category": [Column("category", _("Category"))],
        "lot": [
            Column("lot", _("Lot"), Kind.CODE),
            Column("batch", _("Batch"), Kind.CODE, joins=True),
            Column("expires", _("Expires"), Kind.DAY),
            Column("donor", _("Donor")),
        ],
        "item": [Column("item", _("Item")), Column("code", _("Code"), Kind.CODE, joins=True)],
    }
    return [each for part in GRAINS[by] for each in headings[part]]


def key_cells(key: dict[str, Any], words: Words, wanted: Wanted, url: str) -> list[Cell]:
    """The same as cells; its item leads to what the row is made of."""
    cells = []
    for part in GRAINS[wanted.by]:
        name = words.of(part, key)
        if part == "item":
            cells += [Cell(name, url), Cell(words.item(key["item"]).code)]
        elif part == "lot":
            donor = words.donors.get(key["donor"] or 0, "")
            cells += [Cell(name, f"/lots/{key['lot']}"), Cell(key["batch"])]
            cells += [Cell(key["expires"]), Cell(donor)]
        else:
            cells.append(Cell("" if part == "bin" and key["bin"] == key["site"] else name))
    return cells


@dataclass(frozen=True, slots=True)
class _Table:
    wanted: Wanted
    words: Words
    currencies: Sequence[str]
    key_width: int

    def columns(self) -> list[Column]:
        return [
            *key_columns(self.wanted.by),
            Column("quantity", _("In stock"), Kind.NUMBER),
            Column("unit", _("Counted in"), joins=True),
            Column("weight", _("Weight, kg"), Kind.AMOUNT, 1),
            *shown.value_columns(self.currencies),
        ]

    def rows(self, rows: Sequence[Amount]) -> Iterator[Row]:
        grain = GRAINS[self.wanted.by]
        groups = [list(each) for _key, each in groupby(rows, lambda row: row.key[grain[0]])]
        for group in groups:
            yield from (self._line(row) for row in group)
            if len(grain) > 1 and len(group) > 1:
                name = self.words.of(grain[0], group[0].key)
                yield self._sum(group, _("Total %(name)s", name=name), RowKind.SUM)

    def totals(self, rows: Sequence[Amount]) -> list[Row]:
        """Of all rows; where they are one group, it was summed up already."""
        first = GRAINS[self.wanted.by][0]
        groups = {row.key[first] for row in rows}
        return [self._sum(rows, _("Total"), RowKind.TOTAL)] if len(groups) > 1 else []

    def _line(self, row: Amount) -> Row:
        thing = self.words.item(row.key["item"])
        keys = key_cells(row.key, self.words, self.wanted, self._url_of(row.key))
        return Row((*keys, *self._amounts([row], thing)))

    def _url_of(self, key: dict[str, Any]) -> str:
        """The lines that made it: the card where the row is of one place, else the lots."""
        asked = self.wanted
        common = {"clock": asked.clock.value, "item_id": key["item"],
                  "donor_id": key.get("donor") or asked.donor_id}  # fmt: skip
        site_id = key.get("site") or asked.site_id
        if site_id is None:
            return shown.url(NAME, by=By.SITE.value, as_of=asked.as_of, **common)
        bin_id = key.get("bin") or asked.bin_id
        return shown.url("card", site_id=site_id, bin_id=bin_id, lot_id=key.get("lot"),
                         last=asked.as_of, **common)  # fmt: skip

    def _sum(self, rows: Sequence[Amount], label: str, kind: RowKind) -> Row:
        """Quantities are added only where all rows are of one item."""
        same = {row.key["item"] for row in rows}
        thing = self.words.item(same.pop()) if len(same) == 1 else None
        blank = [Cell()] * (self.key_width - 1)
        return Row((Cell(label), *blank, *self._amounts(rows, thing)), kind)

    def _amounts(self, rows: Sequence[Amount], thing: Thing | None) -> list[Cell]:
        quantity = sum(row.quantity for row in rows)
        values = [sum(row.values.get(currency, 0) for row in rows) for currency in self.currencies]
        worth = [
            Cell(shown.amount(value, currency) if value else None)
            for value, currency in zip(values, self.currencies, strict=True)
        ]
        counted = [Cell(quantity), Cell(thing.unit(quantity))] if thing else [Cell(), Cell()]
        return [*counted, Cell(self._weight(rows)), *worth]

    def _weight(self, rows: Sequence[Amount]) -> Decimal | None:
        weights = [
            row.quantity * each
            for row in rows
            if (each := self.words.item(row.key["item"]).weight_mg)
        ]
        return (Decimal(sum(weights)) / MILLIGRAMS).quantize(Decimal("0.1")) if weights else None
