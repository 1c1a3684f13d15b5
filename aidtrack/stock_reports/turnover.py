"""Opening, in, out and closing: what came to and left each place, item, lot or donor in a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot
from aidtrack.stock_reports import amounts, on_hand, scope, shown, told
from aidtrack.stock_reports.on_hand import COLUMNS, GRAINS, OF_LOT, Amount, Words
from aidtrack.stock_reports.shown import Cell, Column, Kind, Report, Row, RowKind
from aidtrack.stock_reports.wanted import By, Span, Wanted, span

NAME = "turnover"
USUAL_DAYS = 30


@dataclass(slots=True)
class Turnover:
    """One row: opening + came − went = closing."""

    key: dict[str, Any]
    opening: int
    came: int
    went: int

    @property
    def closing(self) -> int:
        return self.opening + self.came - self.went


def turnovers(wanted: Wanted, asked: Span, actor: Actor) -> list[Turnover]:
    """Rows of which something lay there or moved, in no order."""
    grain = GRAINS[wanted.by]
    found = []
    for row in db.session.execute(_statement(wanted, asked, actor)):
        key = dict(zip(grain, row, strict=False))
        if wanted.by is By.LOT:
            key |= {"batch": row.batch_number, "expires": row.expires_on, "donor": row.donor_id}
        found.append(Turnover(key, int(row.opening), int(row.came), int(row.went)))
    return [row for row in found if row.opening or row.came or row.went]


def _statement(wanted: Wanted, asked: Span, actor: Actor) -> Select[*tuple[Any, ...]]:
    """The opening and both ways in one statement, so that they are of one moment."""
    zero: ColumnElement[int] = literal_column("0")
    parts = [_turned_over(wanted, asked, actor, zero)]
    if asked.start is not None:
        held = amounts.held(wanted, asked.start).subquery("held")
        parts.append(
            select(
                held.c.place_id, held.c.lot_id, held.c.quantity.label("opening"),
                zero.label("came"), zero.label("went"),
            )
        )  # fmt: skip
    every = union_all(*parts) if len(parts) > 1 else parts[0]
    moved = amounts.summed(every, "opening", "came", "went").subquery("held")
    keys = [COLUMNS[each] for each in GRAINS[wanted.by]]
    more = [*OF_LOT] if wanted.by is By.LOT else []
    return (
        select(
            *keys,
            func.sum(moved.c.opening).label("opening"),
            func.sum(moved.c.came).label("came"),
            func.sum(moved.c.went).label("went"),
            *more,
        )
        .select_from(moved)
        .join(Place, Place.id == amounts.PLACE_OF_HELD)
        .join(Lot, Lot.id == moved.c.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(*scope.within(Place, wanted, actor), *scope.of_goods(wanted))
        .group_by(*keys, *more)
    )


def _turned_over(wanted: Wanted, asked: Span, actor: Actor, zero: Any) -> Select[*tuple[Any, ...]]:
    moved = amounts.turned_over(wanted, asked, actor).subquery("moved")
    return select(
        moved.c.place_id, moved.c.lot_id, zero.label("opening"), moved.c.came, moved.c.went
    )


def report(wanted: Wanted, actor: Actor) -> Report:
    scope.check(wanted, actor)
    asked = span(wanted, actor, usual_days=USUAL_DAYS)
    rows = turnovers(wanted, asked, actor)
    words = on_hand.words_for([Amount(row.key) for row in rows], wanted, actor)
    grain = GRAINS[wanted.by]
    rows.sort(key=lambda row: [(words.of(part, row.key).casefold(), row.key[part] or 0)
                               for part in grain])  # fmt: skip
    return Report(
        name=NAME,
        title=_("Opening, in, out, closing"),
        told=told.about(wanted, actor, span=asked),
        columns=_columns(wanted),
        rows=_rows(rows, words, wanted),
        notes=_notes(rows, wanted),
        total=len(rows),
    )


def _notes(rows: Sequence[Turnover], wanted: Wanted) -> list[str]:
    notes = [_("Opening + came in − went out = closing, in each row.")]
    if wanted.by is By.SITE:
        notes.append(_("Moves within a place are left out."))
    elif wanted.by is not By.BIN:
        notes.append(_("Moves within and between bins are left out; goods sent from one of your"
                       " places to another went out of one and came into the other."))  # fmt: skip
    if any(row.opening < 0 or row.closing < 0 for row in rows):
        notes.append(told.negative(wanted))
    return notes


def _columns(wanted: Wanted) -> list[Column]:
    return [
        *on_hand.key_columns(wanted.by),
        Column("opening", _("Opening"), Kind.NUMBER),
        Column("came", _("Came in"), Kind.NUMBER),
        Column("went", _("Went out"), Kind.NUMBER),
        Column("closing", _("Closing"), Kind.NUMBER),
        Column("unit", _("Counted in"), joins=True),
    ]


def _rows(rows: Iterable[Turnover], words: Words, wanted: Wanted) -> Iterator[Row]:
    for row in rows:
        thing = words.item(row.key["item"])
        line = _journal_url(row.key, wanted)
        yield Row(
            (
                *on_hand.key_cells(row.key, words, wanted, _card_url(row.key, wanted)),
                Cell(row.opening),
                Cell(row.came, line if row.came else ""),
                Cell(row.went, line if row.went else ""),
                Cell(row.closing),
                Cell(thing.unit(row.closing)),
            ),
            RowKind.LINE,
        )


def _asked(key: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    return {
        "item_id": key["item"],
        "lot_id": key.get("lot"),
        "donor_id": key.get("donor") or wanted.donor_id,
        "site_id": key.get("site") or wanted.site_id,
        "bin_id": key.get("bin") or wanted.bin_id,
        "first": wanted.first,
        "last": wanted.last,
        "clock": wanted.clock.value,
    }


def _card_url(key: dict[str, Any], wanted: Wanted) -> str:
    return shown.url("card", **_asked(key, wanted))


def _journal_url(key: dict[str, Any], wanted: Wanted) -> str:
    return shown.url("movements", **_asked(key, wanted))
