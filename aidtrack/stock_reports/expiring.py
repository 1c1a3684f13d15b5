"""What expires when: the lots in stock by the months that are left to them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from aidtrack.core import clock
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.permissions import Actor
from aidtrack.stock.models import lot_number
from aidtrack.stock_reports import on_hand, scope, shown, told
from aidtrack.stock_reports.on_hand import Amount, Words
from aidtrack.stock_reports.shown import Cell, Column, Kind, Report, Row, RowKind
from aidtrack.stock_reports.wanted import By, Left, Wanted, until

NAME = "expiring"
NEVER = date(9999, 12, 31)
LABELS = {
    Left.EXPIRED: lazy("Expired"),
    Left.THREE: lazy("Within 3 months"),
    Left.NINE: lazy("Within 9 months"),
    Left.LATER: lazy("Later"),
    Left.NONE: lazy("No expiry date"),
}


def left(expires: date | None, today: date) -> Left:
    """How much time is left to a lot. It may still be used on the day on which it expires."""
    if expires is None:
        return Left.NONE
    if expires < today:
        return Left.EXPIRED
    if expires <= months_after(today, 3):
        return Left.THREE
    return Left.NINE if expires <= months_after(today, 9) else Left.LATER


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def report(wanted: Wanted, actor: Actor) -> Report:
    scope.check(wanted, actor)
    today = wanted.as_of or clock.today()
    by_lot = replace(wanted, by=By.LOT)
    rows = on_hand.amounts_of(by_lot, until(wanted.as_of, actor), actor)
    rows = [row for row in rows if wanted.left in (None, left(row.key["expires"], today))]
    words = on_hand.words_for(rows, by_lot, actor)
    order = list(Left)
    rows.sort(
        key=lambda row: (
            order.index(left(row.key["expires"], today)),
            row.key["expires"] or NEVER,
            words.of("item", row.key).casefold(),
            row.key["lot"],
            row.key["bin"],
        )
    )
    currencies = sorted({currency for row in rows for currency in row.values})
    told_left = [(_("Time left"), str(LABELS[wanted.left]))] if wanted.left else []
    return Report(
        name=NAME,
        title=_("Expiring goods"),
        told=[*told.about(wanted, actor, as_of=True), *told_left],
        columns=_columns(currencies),
        rows=_rows(rows, words, today, currencies),
        totals=[_sum(rows, _("Total"), currencies, RowKind.TOTAL)] if rows else [],
        total=len(rows),
    )


def _columns(currencies: Iterable[str]) -> list[Column]:
    return [
        Column("left", _("Time left")),
        Column("expires", _("Expires"), Kind.DAY),
        Column("item", _("Item")),
        Column("code", _("Code"), Kind.CODE, joins=True),
        Column("lot", _("Lot"), Kind.CODE),
        Column("site", _("Place")),
        Column("bin", _("Bin"), Kind.CODE, joins=True),
        Column("quantity", _("In stock"), Kind.NUMBER),
        Column("unit", _("Counted in"), joins=True),
        *shown.value_columns(currencies),
    ]


def _rows(
    rows: Sequence[Amount], words: Words, today: date, currencies: Sequence[str]
) -> Iterator[Row]:
    groups = [
        (part, list(each)) for part, each in groupby(rows, lambda x: left(x.key["expires"], today))
    ]
    for part, group in groups:
        for row in group:
            yield _line(row, part, words, currencies)
        if len(group) > 1:
            label = _("Total %(name)s", name=str(LABELS[part]))
            yield _sum(group, label, currencies, RowKind.SUM)


def _line(row: Amount, part: Left, words: Words, currencies: Sequence[str]) -> Row:
    thing = words.item(row.key["item"])
    lot = row.key["lot"]
    bin_name = "" if row.key["bin"] == row.key["site"] else words.of("bin", row.key)
    return Row(
        (
            Cell(str(LABELS[part])),
            Cell(row.key["expires"]),
            Cell(thing.name, f"/items/{thing.id}"),
            Cell(thing.code),
            Cell(row.key["batch"] or lot_number(lot), f"/lots/{lot}"),
            Cell(words.of("site", row.key)),
            Cell(bin_name),
            Cell(row.quantity),
            Cell(thing.unit(row.quantity)),
            *_worth([row], currencies),
        )
    )


def _sum(rows: Sequence[Amount], label: str, currencies: Sequence[str], kind: RowKind) -> Row:
    return Row((Cell(label), *[Cell()] * 8, *_worth(rows, currencies)), kind)


def _worth(rows: Sequence[Amount], currencies: Sequence[str]) -> list[Cell]:
    values = [sum(row.values.get(currency, 0) for row in rows) for currency in currencies]
    return [
        Cell(shown.amount(value, currency) if value else None)
        for value, currency in zip(values, currencies, strict=True)
    ]
