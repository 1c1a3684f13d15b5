"""The list of acts: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.audit import queries
from aidtrack.audit.queries import TOPICS, AuditRow
from aidtrack.core.acts import Topic
from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[AuditRow]:
    wanted = form.wanted()
    return queries.everything(actor, wanted, sorting=sorting, cursor=cursor, limit=limit)


def _topic(row: AuditRow) -> str:
    return str(TOPICS[Topic(row.topic)])


def _changed(row: AuditRow) -> str:
    return "; ".join(f"{x.field}: {x.before} → {x.after}" for x in row.changes) or row.detail


AUDIT = ListPage(
    name="audit",
    path="/audit",
    heading=lazy("Audit"),
    columns=(
        Column(
            "record",
            lazy("Which record"),
            (
                Cell(lazy("Which record"), lambda row: row.record),
                Cell(lazy("Kind of record"), lambda row: row.kind_name),
            ),
            is_fixed=True,
        ),
        Column(
            "act",
            lazy("What happened"),
            (
                Cell(lazy("What happened"), lambda row: row.title),
                Cell(lazy("About"), _topic),
                Cell(lazy("Before and after"), _changed),
            ),
        ),
        Column("who", lazy("Who"), (Cell(lazy("Who"), lambda row: row.who),)),
        Column(
            "when",
            lazy("When"),
            (Cell(lazy("When"), lambda row: row.at, is_moment=True),),
            order=queries.BY_TIME,
        ),
        Column(
            "where",
            lazy("From where"),
            (
                Cell(lazy("By way of"), lambda row: row.channel_name),
                Cell(lazy("Device"), lambda row: row.device),
                Cell(lazy("Address"), lambda row: row.address),
            ),
        ),
        Column(
            "code",
            lazy("Code"),
            (
                Cell(lazy("Code"), lambda row: row.action),
                Cell(lazy("Number of the act"), lambda row: row.id),
            ),
            is_usual=False,
        ),
    ),
    usual=queries.BY_TIME.down,
    rows=_rows,
)
