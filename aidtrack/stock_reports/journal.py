"""The journal of movements: every line that came to, left or moved within the places asked for."""

from collections.abc import Iterator, Sequence
from typing import Any

from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.stock_reports import lines, names, scope, told, turnover
from aidtrack.stock_reports.lines import IN, OUT, WITHIN
from aidtrack.stock_reports.names import NO_THING
from aidtrack.stock_reports.shown import Cell, Column, Kind, Report, Row
from aidtrack.stock_reports.wanted import By, Span, Wanted, span

NAME = "movements"
USUAL_DAYS = 30


def report(wanted: Wanted, actor: Actor, cursor: str | None, limit: int | None) -> Report:
    """The newest line first; for one item with what it opens and closes with."""
    scope.check(wanted, actor)
    asked = span(wanted, actor, usual_days=USUAL_DAYS)
    order = lines.order(wanted.clock)
    sorting = order.up if wanted.oldest_first else order.down
    found = lines.chosen(wanted, asked, actor)
    following = None
    if limit is None:
        rows: Any = _every(lines.statement(found, sorting))
    else:
        after = found.where(*sorting.after(cursor))
        read = db.session.execute(lines.statement(after, sorting, limit + 1)).all()
        page = sorting.page(read, limit)
        rows, following = _rows(page.rows), page.next_cursor
    return Report(
        name=NAME,
        title=_("Movements"),
        told=[*told.about(wanted, actor, span=asked), *_balance(wanted, asked, actor)],
        columns=_columns(),
        rows=rows,
        next_cursor=following,
    )


def _balance(wanted: Wanted, asked: Span, actor: Actor) -> list[tuple[str, str]]:
    """Opening + came in − went out = closing, where all lines of one item are shown."""
    narrowed = (wanted.kind, wanted.person_id, wanted.stage, wanted.reason)
    if not wanted.names_goods or any(each is not None for each in narrowed):
        return []
    of_item = Wanted(
        by=By.ITEM, clock=wanted.clock, site_id=wanted.site_id, bin_id=wanted.bin_id,
        item_id=wanted.item_id, lot_id=wanted.lot_id, donor_id=wanted.donor_id,
        category_id=wanted.category_id,
    )  # fmt: skip
    found = turnover.turnovers(of_item, asked, actor)
    if len(found) != 1:
        return []
    row = found[0]
    opening, came, went, closing = map(told.number, (row.opening, row.came, row.went, row.closing))
    words = f"{opening} + {came} − {went} = {closing}"
    return [(_("Opening + came in − went out = closing"), words)]


def _columns() -> list[Column]:
    return [
        Column("at", _("When"), Kind.MOMENT),
        Column("kind", _("What happened")),
        Column("paper", _("Paper"), Kind.CODE, joins=True),
        Column("item", _("Item")),
        Column("lot", _("Lot"), Kind.CODE, joins=True),
        Column("origin", _("From")),
        Column("target", _("To"), joins=True),
        Column("came", _("Came in"), Kind.NUMBER),
        Column("went", _("Went out"), Kind.NUMBER),
        Column("within", _("Moved within"), Kind.NUMBER),
        Column("unit", _("Counted in")),
        Column("person", _("Recorded by")),
        Column("remarks", _("Remarks"), joins=True),
    ]


def _every(found: Any) -> Iterator[Row]:
    for part in lines.every(found):
        yield from _rows(part)


def _rows(rows: Sequence[Any]) -> list[Row]:
    """Names and papers of all of them are read together."""
    things = names.items({row.item_id for row in rows}) if rows else {}
    papers = lines.papers(rows)
    made = []
    for row in rows:
        thing = things.get(row.item_id, NO_THING)
        ways = [Cell(row.quantity if row.way == each else None) for each in (IN, OUT, WITHIN)]
        made.append(
            Row(
                (
                    Cell(row.moment),
                    Cell(lines.happened(row)),
                    papers.get((row.source_kind, row.source_id), Cell()),
                    Cell(thing.name, f"/items/{thing.id}"),
                    lines.lot_cell(row),
                    Cell(lines.end(row, "from")),
                    Cell(lines.end(row, "to")),
                    *ways,
                    Cell(thing.unit(row.quantity)),
                    Cell(row.person),
                    Cell(lines.remarks(row)),
                )
            )
        )
    return made
