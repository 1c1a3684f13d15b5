"""The stock card: every line of an item at a place, with the balance after each."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, MinimumLevel
from aidtrack.stock_reports import amounts, lines, names, scope, told, windows
from aidtrack.stock_reports.lines import IN, OUT
from aidtrack.stock_reports.names import Thing
from aidtrack.stock_reports.shown import Cell, Column, Kind, Report, Row, RowKind
from aidtrack.stock_reports.wanted import Span, Wanted, span

NAME = "card"


def report(wanted: Wanted, actor: Actor, cursor: str | None, limit: int | None) -> Report:
    """A page of a card, or all of it as it is printed: the oldest line first."""
    scope.check(wanted, actor)
    thing = _thing(wanted, actor)
    if thing is None:
        return _without_item()
    asked = span(wanted, actor)
    card = _Card(wanted, asked, actor, thing)
    rows, following = (card.whole(), None) if limit is None else card.page(cursor, limit)
    return Report(
        name=NAME,
        title=_("Stock card"),
        told=[*_about(wanted, thing, actor), *told.about(wanted, actor, span=asked)],
        columns=_columns(),
        rows=rows,
        notes=[_("Moves within the place that the card is for are left out.")],
        next_cursor=following,
        foot=_("Not to be destroyed"),
    )


def _thing(wanted: Wanted, actor: Actor) -> Thing | None:
    """The item that the card is for, or that of its lot."""
    item_id = wanted.item_id
    if wanted.lot_id is not None:
        item_id = stock.lot(wanted.lot_id, actor).item_id
    return names.items([item_id]).get(item_id) if item_id is not None else None


def _without_item() -> Report:
    return Report(
        name=NAME,
        title=_("Stock card"),
        told=[],
        columns=[],
        rows=[],
        facts={"missing": _("Choose an item: a card is for one.")},
        total=0,
    )


def _about(wanted: Wanted, thing: Thing, actor: Actor) -> list[tuple[str, str]]:
    """What the head of a card names beyond the filters."""
    pairs = [(_("Code"), thing.code), (_("Counted in"), thing.unit(2))]
    if wanted.lot_id is not None:
        lot = stock.lot(wanted.lot_id, actor)
        if lot.expires_on is not None:
            pairs.append((_("Expires"), lot.expires_on.isoformat()))
        if lot.donor is not None and wanted.donor_id is None:
            pairs.append((_("Donor"), lot.donor.name_in()))
    if wanted.site_id is not None:
        level = db.session.scalar(
            select(MinimumLevel.quantity).where(
                MinimumLevel.site_id == wanted.site_id, MinimumLevel.item_id == thing.id
            )
        )
        if level is not None:
            pairs.append((_("Minimum"), told.number(level)))
    return pairs


def _columns() -> list[Column]:
    return [
        Column("at", _("When"), Kind.MOMENT),
        Column("kind", _("What happened")),
        Column("paper", _("Paper"), Kind.CODE),
        Column("place", _("From or to")),
        Column("lot", _("Lot"), Kind.CODE),
        Column("came", _("Came in"), Kind.NUMBER),
        Column("went", _("Went out"), Kind.NUMBER),
        Column("balance", _("Balance"), Kind.NUMBER),
        Column("remarks", _("Remarks")),
    ]


class _Card:
    """The lines of one card that came or went: those within its place change nothing."""

    def __init__(self, wanted: Wanted, asked: Span, actor: Actor, thing: Thing) -> None:
        self.wanted, self.span, self.actor, self.thing = wanted, asked, actor, thing
        self.order = lines.order(wanted.clock)
        self.chosen = lines.chosen(wanted, asked, actor).where(
            lines.way(wanted, actor).in_((IN, OUT))
        )

    def page(self, cursor: str | None, limit: int) -> tuple[Sequence[Row], str | None]:
        """A few statements: the lines, and the balance that they begin from."""
        sorting = self.order.up if self.wanted.oldest_first else self.order.down
        rows = windows.first_rows(
            self.chosen, self.wanted, self.span, sorting, cursor=cursor, limit=limit + 1
        )
        page = sorting.page(rows, limit)
        shown_rows = list(page.rows)
        if not self.wanted.oldest_first:
            shown_rows.reverse()
        before = self._before(shown_rows[0]) if shown_rows else self._opening()
        result = [self._row(row, balance) for row, balance in self._running(shown_rows, before)]
        is_first, is_last = cursor is None, page.next_cursor is None
        if is_first if self.wanted.oldest_first else is_last:
            result.insert(0, self._bound(RowKind.OPENING, before))
        if is_last if self.wanted.oldest_first else is_first:
            result.append(self._bound(RowKind.CLOSING, self._after(shown_rows, before)))
        if not self.wanted.oldest_first:
            result.reverse()
        return self._with_papers(result, shown_rows), page.next_cursor

    def whole(self) -> Iterator[Row]:
        balance = self._opening()
        yield self._bound(RowKind.OPENING, balance)
        for part in lines.every(lines.statement(self.chosen, self.order.up)):
            rows = [self._row(row, after) for row, after in self._running(part, balance)]
            balance = self._after(part, balance)
            yield from self._with_papers(rows, part)
        yield self._bound(RowKind.CLOSING, balance)

    def _running(self, rows: Sequence[Any], balance: int) -> Iterator[tuple[Any, int]]:
        for row in rows:
            balance += row.quantity if row.way == IN else -row.quantity
            yield row, balance

    def _after(self, rows: Sequence[Any], balance: int) -> int:
        return balance + sum(x.quantity if x.way == IN else -x.quantity for x in rows)

    def _opening(self) -> int:
        """The balance before the first day; nothing lay there before everything."""
        return 0 if self.span.start is None else self._held(self.span.start)

    def _before(self, row: Any) -> int:
        """The balance before a line: what lay there at its moment, and the lines of the same
        moment that stand before it.
        """
        key = (row.moment, row.movement_id, row.line_id)
        moment = Span(row.moment, row.moment + timedelta.resolution)
        came, went = db.session.execute(
            lines.crossed(self.wanted, self.actor).where(
                *amounts.lines_of(self.wanted, moment),
                *self.order.down.after(paging.encode(key)),
            )
        ).one()
        return self._held(row.moment) + int(came) - int(went)

    def _held(self, at: datetime) -> int:
        """What lay there just before a moment."""
        held = amounts.held(self.wanted, at).subquery("held")
        found = (
            select(func.coalesce(func.sum(held.c.quantity), 0))
            .select_from(held)
            .join(Place, Place.id == amounts.PLACE_OF_HELD)
            .join(Lot, Lot.id == held.c.lot_id)
            .where(*scope.within(Place, self.wanted, self.actor), *scope.of_goods(self.wanted))
        )
        return int(db.session.scalar(found) or 0)

    def _row(self, row: Any, balance: int) -> Row:
        is_in = row.way == IN
        return Row(
            (
                Cell(row.moment),
                Cell(lines.happened(row)),
                Cell((row.source_kind, row.source_id)),
                Cell(lines.end(row, "from" if is_in else "to")),
                lines.lot_cell(row),
                Cell(row.quantity if is_in else None),
                Cell(None if is_in else row.quantity),
                Cell(balance),
                Cell(lines.remarks(row)),
            )
        )

    def _with_papers(self, made: Sequence[Row], rows: Sequence[Any]) -> list[Row]:
        """The same rows, each naming its paper."""
        papers = lines.papers(rows)
        return [
            Row(
                tuple(
                    papers.get(cell.value, Cell()) if isinstance(cell.value, tuple) else cell
                    for cell in row.cells
                ),
                row.kind,
            )
            for row in made
        ]  # fmt: skip

    def _bound(self, kind: RowKind, balance: int) -> Row:
        moment = self.span.start if kind is RowKind.OPENING else self.span.end
        words = _("Opening") if kind is RowKind.OPENING else _("Closing")
        none = Cell()
        return Row((Cell(moment), Cell(words), none, none, none, none, none, Cell(balance), none),
                   kind)  # fmt: skip
