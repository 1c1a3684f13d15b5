"""Months of stock: how long each item lasts when it leaves as it left lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from aidtrack.catalogue.models import ItemPack
from aidtrack.catalogue.queries import packs_of
from aidtrack.core.i18n import _, ngettext
from aidtrack.pictures.bars import Bar, Bars, Part, Tick
from aidtrack.pictures.picture import ROWS_SHOWN, Cell, Column, Picture, Rows, Table
from aidtrack.pictures.shapes import Key
from aidtrack.pictures.tones import Tone
from aidtrack.reports.pictures import figures
from aidtrack.reports.pictures.scope import ROWS, Scope
from aidtrack.reports.pictures.turnover import Thing, items, turnover

SHORT, LOW = 10, 30  # tenths of months
SCALE = 120
TICKS = (0, 30, 60, 90, 120)


@dataclass(frozen=True, slots=True)
class Lasting:
    """An item, what there is of it, and for how many tenths of months that is enough."""

    item: Thing
    held: int
    issued: int
    monthly: int
    tenths: int | None


def picture(scope: Scope, today: date) -> Picture:
    """What runs out first stands first; what nobody asked for stands last. Six statements."""
    lasting = _lasting(scope, today)
    shown = lasting[:ROWS]
    rows = [_bar(each) for each in shown]
    if len(lasting) > ROWS:
        rows.append(_others(lasting[ROWS:]))
    return Picture(
        name="months",
        title=_("Months of stock"),
        sentence=_sentence(lasting),
        notes=(
            _("Stock divided by what left the stores in a month, on average since six months ago."),
            _("What is on the road is not counted."),
            _("Expired goods are not counted."),
        ),
        body=Bars(
            tuple(rows),
            SCALE,
            (
                Key("bad", _("less than 1 month")),
                Key("wait", _("1 to 3 months")),
                Key("ok", _("3 months and more")),
            ),
            tuple(Tick(value, _tick(value)) for value in TICKS),
        ),
        table=_table(lasting),
    )


def _lasting(scope: Scope, today: date) -> list[Lasting]:
    found = turnover(scope, today)
    known = items({*found.held, *found.issued})
    lasting = [
        Lasting(
            item=item,
            held=found.held.get(item.id, 0),
            issued=found.issued.get(item.id, 0),
            monthly=found.monthly(item.id),
            tenths=found.tenths_of_months(item.id),
        )
        for item in known.values()
    ]
    return sorted(lasting, key=lambda each: (each.tenths is None, each.tenths, each.item.name))


def _sentence(lasting: Sequence[Lasting]) -> str:
    if not lasting:
        return _("Nothing is in stock, and nothing left it.")
    short = sum(1 for each in lasting if each.tenths is not None and each.tenths < SHORT)
    if short:
        return ngettext(
            "%(num)s item lasts less than a month.",
            "%(num)s items last less than a month.",
            short,
        )
    if all(each.tenths is None for each in lasting):
        return _("Nothing left the stores in six months, so nobody can say how long stock lasts.")
    return _("Every item that is in use lasts a month or more.")


def _tone(tenths: int) -> Tone:
    if tenths < SHORT:
        return "bad"
    return "wait" if tenths < LOW else "ok"


def _bar(each: Lasting) -> Bar:
    name, unit = each.item.name, each.item.base_unit
    held = figures.quantity(each.held, unit)
    if each.tenths is None:
        return Bar(name, (), held, instead=_("Nothing left in six months"))
    detail = _("%(held)s, %(monthly)s a month", held=held, monthly=figures.number(each.monthly))
    return Bar(
        name=name,
        parts=(Part(min(each.tenths, SCALE), _tone(each.tenths)),),
        figure=_figure(each.tenths),
        detail=detail,
        whole=SCALE,
    )


def _figure(tenths: int) -> str:
    if not tenths:
        return _("used up")
    return _("12+ months") if tenths > SCALE else figures.months(tenths)


def _tick(tenths: int) -> str:
    return figures.months(tenths) if tenths == SCALE else figures.number(tenths // 10)


def _others(rest: Sequence[Lasting]) -> Bar:
    words = ngettext(
        "%(num)s more item is in the table", "%(num)s more items are in the table", len(rest)
    )
    return Bar(_("Others"), (), "", instead=words)


def _table(lasting: Sequence[Lasting]) -> Table:
    columns = (
        Column(_("Code")),
        Column(_("Item")),
        Column(_("In stock"), "number"),
        Column(_("Left in six months"), "number"),
        Column(_("A month"), "number"),
        Column(_("Months of stock"), "number"),
    )
    # Spreadsheets want bare pieces, so that only what is shown is put into packs.
    packs = packs_of({each.item.id for each in lasting[:ROWS_SHOWN]})
    return Table(columns, Rows(lasting, lambda each: _row(each, packs.get(each.item.id, ()))))


def _row(each: Lasting, packs: Sequence[ItemPack]) -> tuple[Cell, ...]:
    unit = each.item.base_unit
    if each.tenths is None:
        lasts = Cell(None, lambda: _("not known"))
    else:
        lasts = Cell(figures.bare_tenths(each.tenths), partial(figures.tenths, each.tenths))
    return (
        Cell(each.item.code),
        Cell(each.item.name),
        figures.in_packs(each.held, unit, packs),
        figures.measured(each.issued, unit),
        figures.measured(each.monthly, unit),
        lasts,
    )
