"""One box that finds anything by words, code or number, as far as the reader may see it."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    exists,
    func,
    literal,
    not_,
    select,
    text,
    true,
    union_all,
)

from aidtrack.core.db import db, is_postgresql
from aidtrack.core.full_text import Index, Looked, all_words, beginning, shape_of, values_of, whole
from aidtrack.identity.permissions import Actor
from aidtrack.reports import near
from aidtrack.reports.searched import Asked, Kind, Searched, Shape, Wanted
from aidtrack.reports.searched_records import RECORDS
from aidtrack.reports.searched_things import THINGS

SHOWN = 8
# Who has found a thousand looks for better words.
COUNTED_MAX = 1_000
STATEMENTS_KEPT = 512
FEW = 3  # Who finds fewer may have mistyped.
CANDIDATES_MAX = 300
COMMON_FROM = 100  # What stands in more records than this is met soon, however it is read.
# How words are looked for, the closest first, and how many of each are read.
WAYS = {"whole": SHOWN, "beginning": SHOWN, "words": COUNTED_MAX}
NEAR = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found, and where its page is. `is_near` when only its name is like
    the words.
    """

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
    is_near: bool = False


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
    def is_near(self) -> bool:
        """Whether everything found is only called nearly so."""
        return bool(self.groups) and self.groups[0].hits[0].is_near

    @property
    def goes_straight(self) -> bool:
        """Whether the number or code leaves nothing to choose. A code may also be a plain
        word, such as a town, that means something else.
        """
        if self.exact is None:
            return False
        return self.total == 1 or any(letter.isdecimal() for letter in self.q)


def search(typed: str, actor: Actor) -> Found:
    """What the words, the code or the number name: one statement for each kind that has it.

    Of words that find little, what is called nearly so as well.
    """
    wanted = Wanted.of(typed)
    if not wanted.is_enough or not wanted.words:
        return Found(wanted.text, 0, (), None)
    # Everyone with the same roles asks the same.
    anyone = replace(actor, user_id=0, name="", language="", time_zone="")
    kinds = [each for each in (*THINGS, *RECORDS) if actor.may(each.permission)]
    holding = _holding(kinds, all_words(list(wanted.words)))
    groups = [
        _group(each, wanted, actor, anyone)
        if each.index in holding or wanted.is_code_of(each.kind)
        else Group(each.kind, 0, (), None)
        for each in kinds
    ]
    exact = [hit for group in groups for hit in group.hits if hit.is_exact]
    if not exact and sum(group.total for group in groups) < FEW:
        groups = _with_near(kinds, groups, wanted, actor, anyone)
    return Found(
        q=wanted.text,
        total=sum(group.total for group in groups),
        groups=tuple(sorted((group for group in groups if group.hits), key=_closeness)),
        exact=exact[0] if len(exact) == 1 else None,
    )


def _closeness(group: Group) -> int:
    """Kinds with the number that was typed stand first, those only nearly so called last."""
    best = group.hits[0]
    return 0 if best.is_exact else 2 if best.is_near else 1


def _holding(kinds: list[Searched], looked: Looked) -> set[Index]:
    """The indexes that have this, whoever may see it: most kinds need not be asked more."""
    indexes = tuple(dict.fromkeys(each.index for each in kinds))
    statement = _which(indexes, shape_of(looked), is_postgresql())
    names = db.session.connection().execute(statement, values_of("looked", looked)).scalars()
    return {Index(name) for name in names}


@lru_cache(maxsize=STATEMENTS_KEPT)
def _which(
    indexes: tuple[Index, ...], shape: tuple[int, ...], _is_postgresql: bool
) -> CompoundSelect[str]:
    return union_all(
        *(
            select(literal(index.kind)).where(_holds_any(index.matches("looked", shape), index))
            for index in indexes
        )
    )


def _holds_any(matching: ColumnElement[bool], index: Index) -> ColumnElement[bool]:
    """Asked for one, PostgreSQL hopes to meet it soon and reads all records where there is none.
    Asked for as many as a common word has, it goes by the index.
    """
    some = select(index.id).where(matching).limit(COMMON_FROM).subquery()
    return select(func.count()).select_from(some).scalar_subquery() > 0


def _group(searched: Searched, wanted: Wanted, actor: Actor, anyone: Actor) -> Group:
    statement = _statement(searched, wanted.shape, anyone, is_postgresql())
    words = list(wanted.words)
    values = wanted.values
    for name, looked in zip(WAYS, (whole(words), beginning(words), all_words(words)), strict=True):
        values |= values_of(name, looked)
    rows = db.session.connection().execute(statement, values).all()
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
    asked, index = searched.ask(shape, actor), searched.index

    def ranked(way: str, at: int, most: int) -> Select[*tuple[Any, ...]]:
        words = (1,) if way == "whole" else (1,) * shape.words
        condition = asked.exact if way == "whole" else _is_shown(asked)
        found = _by_index(index, asked, way, words, condition).limit(most)
        found = found.add_columns(index.id.label("id"), literal(at).label("rank"))
        newest_first = found if asked.order is not None else found.order_by(index.id.desc())
        return select(newest_first.subquery())

    ways = [ranked(way, at, most) for at, (way, most) in enumerate(WAYS.items())]
    if asked.code is not None:
        columns = (asked.key.label("id"), literal(0).label("rank"))
        ways.append(asked.source.add_columns(*columns).where(asked.code))
    every = union_all(*ways).subquery("every")
    matched = (
        select(every.c.id, func.min(every.c.rank).label("rank")).group_by(every.c.id).cte("matched")
    )
    position: Any = -matched.c.id
    if asked.order is not None:
        position = select(asked.order).where(asked.key == matched.c.id).scalar_subquery()
    total = select(func.count()).select_from(matched).scalar_subquery()
    shown = (matched, position.label("position"), total.label("total"))
    order = (matched.c.rank, text("position"), matched.c.id)
    first = select(*shown).order_by(*order).limit(SHOWN).subquery("first")
    return (
        asked.rows.add_columns(first.c.rank, first.c.total)
        .join(first, first.c.id == asked.key)
        .order_by(first.c.rank, first.c.position, first.c.id)
    )


def _by_index(
    index: Index, asked: Asked, way: str, shape: tuple[int, ...], *conditions: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """What the index finds, of that what the actor may see.

    Joined, SQLite would look into the index anew for each record that the actor may see.
    """
    seen = asked.source.add_columns(asked.key).where(asked.key == index.id, *conditions)
    own = exists(seen.correlate(index.table))
    return select().select_from(index.table).where(index.matches(way, shape), own)


def _is_shown(asked: Asked) -> ColumnElement[bool]:
    """Not one that only its whole number or code finds."""
    return true() if asked.hidden is None else not_(asked.hidden)


def _with_near(
    kinds: list[Searched], groups: list[Group], wanted: Wanted, actor: Actor, anyone: Actor
) -> list[Group]:
    """The groups, and after what was found in each of them what is called nearly so."""
    looked = wanted.nearly
    holding = _holding([each for each in kinds if each.has_names], looked) if looked else set()
    return [
        _near(searched, group, wanted, actor, anyone)
        if searched.has_names and searched.index in holding
        else group
        for searched, group in zip(kinds, groups, strict=True)
    ]


def _near(searched: Searched, group: Group, wanted: Wanted, actor: Actor, anyone: Actor) -> Group:
    looked = wanted.nearly
    candidates, rows = _near_statements(searched, Shape.of_near(looked), anyone, is_postgresql())
    run = db.session.connection().execute
    other = near.swapped(wanted.text)
    seen = {hit.id for hit in group.hits}
    far = {
        row.id: distance
        for row in run(candidates, values_of("near", looked))
        if row.id not in seen
        and (distance := near.distance(row.words, wanted.words, other)) is not None
    }
    nearest = sorted(far, key=lambda each: (far[each], each))[: SHOWN - len(group.hits)]
    if not nearest:
        return group
    told = {row.id: row for row in run(rows, {"nearest": nearest})}
    more = [_hit(searched, told[each], actor) for each in nearest]
    return replace(
        group, total=group.total + len(more), hits=(*group.hits, *more), list_url=group.list_url
    )


@lru_cache(maxsize=STATEMENTS_KEPT)
def _near_statements(
    searched: Searched, shape: Shape, actor: Actor, _is_postgresql: bool
) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """What may be meant, and what is shown of those that are."""
    asked, index = searched.ask(shape, actor), searched.index
    candidates = (
        _by_index(index, asked, "near", shape.near, _is_shown(asked))
        .add_columns(index.id.label("id"), index.words.label("words"))
        .limit(CANDIDATES_MAX)
    )
    if asked.order is None:
        candidates = candidates.order_by(index.id.desc())
    nearest: BindParameter[int] = bindparam("nearest", expanding=True)
    return candidates, asked.rows.add_columns(literal(NEAR).label("rank")).where(
        asked.key.in_(nearest)
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
        is_near=row.rank == NEAR,
    )
