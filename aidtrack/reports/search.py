"""One box that finds anything by words, code or number, as far as the reader may see it."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from sqlalchemy import BindParameter, Select, bindparam, func, literal, not_, select, union_all

from aidtrack.core.db import db, is_postgresql
from aidtrack.core.full_text import all_words, beginning, values_of, whole
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
WAYS = ("whole", "beginning", "words")
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
    def goes_straight(self) -> bool:
        """Whether the number or code leaves nothing to choose. A code may also be a plain
        word, such as a town, that means something else.
        """
        if self.exact is None:
            return False
        return self.total == 1 or any(letter.isdecimal() for letter in self.q)


def search(typed: str, actor: Actor) -> Found:
    """What the words, the code or the number name: one statement for each kind.

    Of words that find little, what is called nearly so as well.
    """
    wanted = Wanted.of(typed)
    if not wanted.is_enough or not wanted.words:
        return Found(wanted.text, 0, (), None)
    # Everyone with the same roles asks the same.
    anyone = replace(actor, user_id=0, name="", language="", time_zone="")
    kinds = [each for each in (*THINGS, *RECORDS) if actor.may(each.permission)]
    groups = [_group(each, wanted, actor, anyone) for each in kinds]
    exact = [hit for group in groups for hit in group.hits if hit.is_exact]
    if not exact and sum(group.total for group in groups) < FEW:
        groups = _with_near(kinds, groups, wanted, actor, anyone)
    return Found(
        q=wanted.text,
        total=sum(group.total for group in groups),
        groups=tuple(group for group in groups if group.hits),
        exact=exact[0] if len(exact) == 1 else None,
    )


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
    asked = searched.ask(shape, actor)
    by_name = asked.order is not None
    position = (asked.order if by_name else -asked.key).label("position")

    def ranked(rank: int, source: Select[*tuple[Any, ...]], most: int) -> Any:
        columns = (asked.key.label("id"), literal(rank).label("rank"), position)
        found = source.add_columns(*columns).limit(most)
        return select((found if by_name else found.order_by(asked.key.desc())).subquery())

    one, rest = (1,), (1,) * (shape.words - 1)
    by_words = [
        _by_index(searched, asked, name, parts)
        for name, parts in zip(WAYS, (one, one + rest, one + rest), strict=True)
    ]
    ways = [
        ranked(0, by_words[0].where(asked.exact), SHOWN),
        ranked(1, _shown(asked, by_words[1]), SHOWN),
        ranked(2, _shown(asked, by_words[2]), COUNTED_MAX),
    ]
    if asked.code is not None:
        ways.append(ranked(0, asked.source.where(asked.code), SHOWN))
    every = union_all(*ways).subquery("every")
    matched = (
        select(every.c.id, func.min(every.c.rank).label("rank"), every.c.position)
        .group_by(every.c.id, every.c.position)
        .cte("matched")
    )
    total = select(func.count()).select_from(matched).scalar_subquery()
    order = (matched.c.rank, matched.c.position, matched.c.id)
    first = select(matched, total.label("total")).order_by(*order).limit(SHOWN).subquery("first")
    return (
        asked.rows.add_columns(first.c.rank, first.c.total)
        .join(first, first.c.id == asked.key)
        .order_by(first.c.rank, first.c.position, first.c.id)
    )


def _by_index(
    searched: Searched, asked: Asked, name: str, shape: tuple[int, ...]
) -> Select[*tuple[Any, ...]]:
    """The source, of it what the index finds."""
    index = searched.index
    found = asked.source.join(index.table, index.id == asked.key)
    return found.where(index.matches(name, shape))


def _shown(asked: Asked, found: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Without those that only their whole number or code finds."""
    return found if asked.hidden is None else found.where(not_(asked.hidden))


def _with_near(
    kinds: list[Searched], groups: list[Group], wanted: Wanted, actor: Actor, anyone: Actor
) -> list[Group]:
    """The groups, and after what was found in each of them what is called nearly so."""
    looked = wanted.nearly
    if not looked:
        return groups
    return [
        _near(searched, group, wanted, actor, anyone) if searched.has_names else group
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
    asked = searched.ask(shape, actor)
    candidates = (
        _shown(asked, _by_index(searched, asked, "near", shape.near))
        .add_columns(asked.key.label("id"), searched.index.words.label("words"))
        .limit(CANDIDATES_MAX)
    )
    if asked.order is None:
        candidates = candidates.order_by(asked.key.desc())
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
