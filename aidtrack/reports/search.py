"""One box that finds anything by words, code or number, as far as the reader may see it."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from sqlalchemy import Select, func, literal, not_, select, union_all

from aidtrack.core.db import db, is_postgresql
from aidtrack.identity.permissions import Actor
from aidtrack.reports.searched import Kind, Searched, Shape, Wanted
from aidtrack.reports.searched_records import RECORDS
from aidtrack.reports.searched_things import THINGS

SHOWN = 8
LETTERS_MIN = 2
# Who has found a thousand looks for better words.
COUNTED_MAX = 1_000
STATEMENTS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found, and where its page is."""

    kind: Kind
    id: int
    title: str
    code: str
    detail: str
    day: date | None
    status: str
    reader: str
    url: str
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: the first of `total`, and the list that has them all.

    At a thousand the counting stops.
    """

    kind: Kind
    total: int
    hits: tuple[Hit, ...]
    list_url: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """Everything found. `exact` is the one record whose number or code was typed."""

    q: str
    total: int
    groups: tuple[Group, ...]
    exact: Hit | None

    @property
    def goes_straight(self) -> bool:
        """Whether the number or code leaves nothing to choose. A code may also be a plain
        word, such as a town, that means something else.
        """
        if self.exact is None:
            return False
        return self.total == 1 or any(letter.isdecimal() for letter in self.q)


def search(typed: str, actor: Actor) -> Found:
    """What the words, the code or the number name: one statement for each kind."""
    wanted = Wanted.of(typed)
    if len(wanted.text) < LETTERS_MIN:
        return Found(wanted.text, 0, (), None)
    # Everyone with the same roles asks the same.
    anyone = replace(actor, user_id=0, name="", language="", time_zone="")
    kinds = (each for each in (*THINGS, *RECORDS) if actor.may(each.permission))
    groups = [_group(each, wanted, actor, anyone) for each in kinds]
    exact = [hit for group in groups for hit in group.hits if hit.is_exact]
    return Found(
        q=wanted.text,
        total=sum(group.total for group in groups),
        groups=tuple(group for group in groups if group.hits),
        exact=exact[0] if len(exact) == 1 else None,
    )


def _group(searched: Searched, wanted: Wanted, actor: Actor, anyone: Actor) -> Group:
    statement = _statement(searched, wanted.shape, anyone, is_postgresql())
    rows = db.session.connection().execute(statement, wanted.values).all()
    return Group(
        kind=searched.kind,
        total=rows[0].total if rows else 0,
        hits=tuple(_hit(searched, row, actor) for row in rows),
        list_url=searched.list_url + quote(wanted.text) if searched.list_url else None,
    )


@lru_cache(maxsize=STATEMENTS_KEPT)
def _statement(
    searched: Searched, shape: Shape, actor: Actor, _is_postgresql: bool
) -> Select[*tuple[Any, ...]]:
    """The first few with what is shown of them, and how many match.

    Kept, because building a statement takes longer than running it.
    """
    asked = searched.ask(shape, actor)
    by_name = asked.order is not None
    position = (asked.order if by_name else -asked.key).label("position")
    exact = asked.source.add_columns(asked.key.label("id"), literal(0).label("rank"), position)
    others = asked.source.add_columns(asked.key.label("id"), literal(1).label("rank"), position)
    others = others.where(asked.found, not_(asked.exact)).limit(COUNTED_MAX)
    if not by_name:
        others = others.order_by(asked.key.desc())
    matched = union_all(exact.where(asked.exact), select(others.subquery())).cte("matched")
    total = select(func.count()).select_from(matched).scalar_subquery()
    order = (matched.c.rank, matched.c.position, matched.c.id)
    first = select(matched, total.label("total")).order_by(*order).limit(SHOWN).subquery("first")
    return (
        asked.rows.add_columns(first.c.rank, first.c.total)
        .join(first, first.c.id == asked.key)
        .order_by(first.c.rank, first.c.position, first.c.id)
    )


def _hit(searched: Searched, row: Any, actor: Actor) -> Hit:
    told = searched.tell(row, actor)
    return Hit(
        kind=searched.kind,
        id=row.id,
        title=told.title,
        code=told.code,
        detail=" · ".join(text for text in told.details if text),
        day=told.day,
        status=told.status,
        reader=told.reader,
        url=told.url or searched.url.format(row.id),
        is_exact=row.rank == 0,
    )
