"""The bins of a warehouse as a tree: zones hold bins, and bins are called by their path."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.places.models import Place, PlaceKind

SEPARATOR = " › "
DEPTH_MAX = 6
DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Node:
    """A bin where it stands in the tree; depth 1 lies in the warehouse itself."""

    bin: Place
    depth: int
    inside: tuple[int, ...]
    """The ids of all bins in it, however deep."""

    @property
    def is_zone(self) -> bool:
        return bool(self.inside)


def bins_of(site_id: int) -> list[Place]:
    """Every bin of a warehouse, closed ones too, however deep: in one statement."""
    return list(
        db.session.scalars(
            select(Place).where(Place.site_id == site_id, Place.kind == PlaceKind.BIN)
        )
    )


def nodes(bins: Iterable[Place], root_id: int) -> list[Node]:
    """What lies in a warehouse or a zone, each zone before what is in it, open bins first."""
    children: dict[int, list[Place]] = defaultdict(list)
    for each in bins:
        children[each.parent_id or 0].append(each)
    found: list[Node] = []
    _walk(root_id, 1, children, found)
    return found


def _walk(
    parent_id: int, depth: int, children: dict[int, list[Place]], found: list[Node]
) -> list[int]:
    below = []
    for each in sorted(children.get(parent_id, ()), key=_order):
        position = len(found)
        found.append(Node(each, depth, ()))
        inside = _walk(each.id, depth + 1, children, found)
        found[position] = Node(each, depth, tuple(inside))
        below += [each.id, *inside]
    return below


def _order(place: Place) -> tuple[bool, tuple[tuple[int, int, str], ...], int]:
    return not place.is_active, natural(place.name), place.id


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """How names are sorted: A-2 before A-10."""
    parts = DIGITS.split(text)
    return tuple(
        (0, int(part[:18]), "") if part.isdigit() else (1, 0, part.casefold())
        for part in parts
        if part
    )


def by_path(bins: Iterable[Place]) -> list[Place]:
    """Bins in the order of the tree, for lists to choose from."""
    return sorted(
        bins, key=lambda each: ([natural(x) for x in each.label.split(SEPARATOR)], each.id)
    )


def inside(bins: Sequence[Place], place_id: int) -> list[Place]:
    """Everything in a zone, however deep, those nearest to it first."""
    found: list[Place] = []
    level = {place_id}
    while level:
        below = sorted((x for x in bins if x.parent_id in level), key=attrgetter("id"))
        found += below
        level = {each.id for each in below}
    return found


def path_in(parent: Place, name: str) -> str:
    """What a bin of this name is called in a warehouse or in a zone."""
    return name if parent.kind != PlaceKind.BIN else f"{parent.label}{SEPARATOR}{name}"


def path_beside(path: str, name: str) -> str:
    """The path of a bin that is now called `name`, in the zone where it was."""
    around, separator, _old = path.rpartition(SEPARATOR)
    return f"{around}{separator}{name}"


def depth_of(place: Place) -> int:
    """How deep a bin lies; a warehouse is at 0."""
    return 0 if place.kind != PlaceKind.BIN else place.label.count(SEPARATOR) + 1


def rename_inside(bins: Sequence[Place], zone: Place) -> None:
    """Give everything in a zone the path that follows from the zone's own."""
    parents = {zone.id: zone}
    for each in inside(bins, zone.id):
        each.path = path_in(parents[each.parent_id or 0], each.name)
        parents[each.id] = each
