"""Expiry calendar: what of the goods in stock expires in which month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from sqlalchemy import Numeric, case, cast, func, select

from aidtrack.catalogue.queries import packs_of
from aidtrack.core.db import db
from aidtrack.core.i18n import _, ngettext
from aidtrack.pictures.calendar import Calendar, Month
from aidtrack.pictures.picture import ROWS_SHOWN, Cell, Column, Picture, Rows, Table
from aidtrack.pictures.shapes import Key
from aidtrack.pictures.tones import Tone
from aidtrack.reports.pictures import figures
from aidtrack.reports.pictures.scope import Scope
from aidtrack.reports.pictures.turnover import Thing, held_by_lot, items
from aidtrack.stock.models import Lot
from aidtrack.stock.queries import EXPIRING_DAYS

MONTHS = 12
EXPIRED, LATER = 0, MONTHS + 1  # the cells before and after the months 1 to 12
LINES = 3


@dataclass(frozen=True, slots=True)
class Expiring:
    """What of one item expires in one cell. value_minor: 0 where no lot says what it is worth."""

    cell: int
    item: Thing
    lots: int
    quantity: int
    currency: str
    value_minor: int


def picture(scope: Scope, today: date) -> Picture:
    """Three statements."""
    found = _expiring(scope, today)
    by_cell = {cell: list(each) for cell, each in groupby(found, lambda each: each.cell)}
    cells = [_month(cell, by_cell.get(cell, []), today) for cell in range(LATER + 1)]
    return Picture(
        name="expiry",
        title=_("Expiry calendar"),
        sentence=_sentence(by_cell),
        notes=(
            _("Goods in stock by the month in which they expire. A bar compares how many lots."),
            _("What has no expiry date is left out."),
        ),
        body=Calendar(
            cells[EXPIRED],
            tuple(cells[1:LATER]),
            cells[LATER],
            (
                Key("bad", _("expired")),
                Key("wait", _("within %(days)s days", days=EXPIRING_DAYS)),
                Key("idle", _("later")),
            ),
        ),
        table=_table(found, today),
    )


def _expiring(scope: Scope, today: date) -> list[Expiring]:
    starts = [(cell, figures.first_of_month(today, cell)) for cell in range(1, LATER)]
    # Most goods expire later: they are asked about first.
    cell = case(
        (Lot.expires_on >= starts[-1][1], LATER),
        (Lot.expires_on < today, EXPIRED),
        *((Lot.expires_on < start, index) for index, start in starts),
    ).label("cell")
    by_lot = held_by_lot(scope).subquery("by_lot")
    value = func.sum(cast(by_lot.c.quantity, Numeric) * Lot.unit_value_minor)
    rows = db.session.execute(
        select(
            cell,
            Lot.item_id,
            Lot.currency,
            func.count().label("lots"),
            func.sum(by_lot.c.quantity).label("quantity"),
            func.coalesce(value, 0).label("value_minor"),
        )
        .join(by_lot, by_lot.c.lot_id == Lot.id)
        .where(Lot.expires_on.is_not(None))
        .group_by(cell, Lot.item_id, Lot.currency)
    ).all()
    known = items({row.item_id for row in rows})
    found = [
        Expiring(
            cell=row.cell,
            item=known[row.item_id],
            lots=row.lots,
            quantity=int(row.quantity),
            currency=row.currency or "",
            value_minor=int(row.value_minor),
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.cell, -each.lots, each.item.name))


def _sentence(by_cell: Mapping[int, Sequence[Expiring]]) -> str:
    if not by_cell:
        return _("Nothing in stock has an expiry date.")
    expired = sum(each.lots for each in by_cell.get(EXPIRED, ()))
    if expired:
        return ngettext(
            "%(num)s lot in stock has expired.", "%(num)s lots in stock have expired.", expired
        )
    soon = sum(each.lots for cell in (1, 2, 3) for each in by_cell.get(cell, ()))
    if soon:
        return ngettext(
            "%(num)s lot expires this month or in the two after it.",
            "%(num)s lots expire this month or in the two after it.",
            soon,
        )
    return _("Nothing expires this month or in the two after it.")


def _month(cell: int, several: Sequence[Expiring], today: date) -> Month:
    lots = sum(each.lots for each in several)
    return Month(
        title=_title(cell, today),
        value=lots,
        tone=_tone(cell, today),
        figure=ngettext("%(num)s lot", "%(num)s lots", lots),
        detail=_worth(several),
        lines=_lines(several),
    )


def _title(cell: int, today: date) -> str:
    if cell == EXPIRED:
        return _("Expired")
    if cell == LATER:
        return _("After %(month)s", month=figures.month(figures.first_of_month(today, MONTHS - 1)))
    return figures.month(figures.first_of_month(today, cell - 1))


def _tone(cell: int, today: date) -> Tone:
    if cell == EXPIRED:
        return "bad"
    starts = figures.first_of_month(today, cell - 1)
    return "wait" if starts <= today + timedelta(days=EXPIRING_DAYS) else "idle"


def _worth(several: Sequence[Expiring]) -> str:
    """The value in each currency; what has none adds nothing."""
    by_currency: dict[str, int] = {}
    for each in several:
        if each.value_minor:
            by_currency[each.currency] = by_currency.get(each.currency, 0) + each.value_minor
    return " + ".join(figures.money(value, name) for name, value in sorted(by_currency.items()))


def _lines(several: Sequence[Expiring]) -> tuple[str, ...]:
    """The items with the most lots, and how many more there are."""
    count = LINES if len(several) <= LINES else LINES - 1
    shown = [f"{figures.number(each.quantity)} {each.item.name}" for each in several[:count]]
    rest = len(several) - len(shown)
    if rest > 0:
        shown.append(ngettext("and %(num)s more item", "and %(num)s more items", rest))
    return tuple(shown)


def _table(found: Sequence[Expiring], today: date) -> Table:
    columns = (
        Column(_("Expires")),
        Column(_("Code")),
        Column(_("Item")),
        Column(_("Lots"), "number"),
        Column(_("In stock"), "number"),
        Column(_("Value"), "number"),
        Column(_("Currency")),
    )
    packs = packs_of({each.item.id for each in found[:ROWS_SHOWN]})
    titles = [_title(cell, today) for cell in range(LATER + 1)]

    def row(each: Expiring) -> tuple[Cell, ...]:
        unit = each.item.base_unit
        return (
            Cell(titles[each.cell]),
            Cell(each.item.code),
            Cell(each.item.name),
            figures.counted(each.lots),
            figures.in_packs(each.quantity, unit, packs.get(each.item.id, ())),
            _value(each),
            Cell(each.currency if each.value_minor else ""),
        )

    return Table(columns, Rows(found, row))


def _value(each: Expiring) -> Cell:
    if not each.value_minor:
        return Cell(None, lambda: "–")
    return Cell(
        figures.bare_money(each.value_minor, each.currency),
        partial(figures.money, each.value_minor, each.currency),
    )
