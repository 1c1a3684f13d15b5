"""How a warehouse is laid out, as its page and programs show it: the tree, and how full it is."""

from dataclasses import dataclass

from aidtrack.core.db import db
from aidtrack.places import capacity, tree
from aidtrack.places.capacity import Use
from aidtrack.places.models import Place, PlaceKind, Purpose
from aidtrack.places.tree import Node

SHOWN_MAX = 300
ZONES_MAX = 300


@dataclass(frozen=True, slots=True)
class Laid:
    """A bin in the tree with what lies in it and everything inside it."""

    node: Node
    use: Use


@dataclass(frozen=True, slots=True)
class Layout:
    """What a page shows of a site, a zone or a bin."""

    use: Use
    floor: Use
    """What lies in it, but in none of its bins."""
    rows: list[Laid]
    bins: int
    has_bins: bool
    trail: list[Place]
    """The zones around it, the outermost first."""
    zones: list[tuple[int, str]]
    """Where bins may be added, by path."""

    @property
    def left_out(self) -> int:
        """Bins too deep for the page; the page of their zone shows them."""
        return self.bins - len(self.rows)


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A bin in the tree, and what is used of it: cubic millimetres and milligrams, estimated.

    Lots whose item has no measure are counted apart. Depth 1 lies in the warehouse itself.
    """

    id: int
    parent_id: int
    name: str
    path: str
    depth: int
    purpose: Purpose
    is_cold_chain: bool
    is_active: bool
    capacity_mm3: int | None
    capacity_mg: int | None
    lots: int
    used_mm3: int
    used_mg: int
    lots_without_volume: int
    lots_without_weight: int


@dataclass(frozen=True, slots=True)
class Tree:
    """A warehouse or a zone with all that is inside it, each zone before its bins."""

    rows: tuple[TreeRow, ...]


def of(place: Place, site: Place) -> Layout:
    """In a few statements, however many bins there are and whatever lies in them."""
    filled = capacity.filling(site)
    nodes = tree.nodes(filled.bins, place.id)
    return Layout(
        use=filled.whole.get(place.id, Use()),
        floor=filled.own.get(place.id, Use()),
        rows=[Laid(node, filled.whole[node.bin.id]) for node in _shown(nodes)],
        bins=len(nodes),
        has_bins=site.kind == PlaceKind.WAREHOUSE,
        trail=_trail(place, filled.bins),
        zones=_zones(nodes),
    )


def tree_of(place: Place, site: Place) -> Tree:
    """All of it, for programs."""
    filled = capacity.filling(site)
    return Tree(tuple(_row(node, filled.whole) for node in tree.nodes(filled.bins, place.id)))


def zones_for(place: Place) -> list[tuple[int, str]]:
    """What a bin may lie in: its warehouse, and open zones that are not in it."""
    bins = tree.bins_of(place.site_id or 0)
    within = {place.id, *(each.id for each in tree.inside(bins, place.id))}
    found = [
        (each.id, each.label)
        for each in tree.by_path(bins)
        if each.is_active and each.id not in within and tree.depth_of(each) < tree.DEPTH_MAX
    ]
    site = db.session.get_one(Place, place.site_id)
    return [(site.id, site.name_in()), *found]


def _shown(nodes: list[Node]) -> list[Node]:
    """The tree as deep as a page has room for it."""
    depth = max((node.depth for node in nodes), default=0)
    shown = nodes
    while len(shown) > SHOWN_MAX and depth > 1:
        depth -= 1
        shown = [node for node in nodes if node.depth <= depth]
    return shown


def _trail(place: Place, bins: list[Place]) -> list[Place]:
    known = {each.id: each for each in bins}
    trail: list[Place] = []
    at = known.get(place.parent_id or 0)
    while at is not None:
        trail.insert(0, at)
        at = known.get(at.parent_id or 0)
    return trail


def _zones(nodes: list[Node]) -> list[tuple[int, str]]:
    inside = [
        (node.bin.id, node.bin.label)
        for node in nodes
        if node.bin.is_active and tree.depth_of(node.bin) < tree.DEPTH_MAX
    ]
    return inside[:ZONES_MAX]


def _row(node: Node, whole: dict[int, Use]) -> TreeRow:
    each, use = node.bin, whole[node.bin.id]
    return TreeRow(
        id=each.id,
        parent_id=each.parent_id or 0,
        name=each.name,
        path=each.label,
        depth=node.depth,
        purpose=each.purpose,
        is_cold_chain=each.is_cold_chain,
        is_active=each.is_active,
        capacity_mm3=each.capacity_mm3,
        capacity_mg=each.capacity_mg,
        lots=use.lots,
        used_mm3=use.volume_mm3,
        used_mg=use.weight_mg,
        lots_without_volume=use.lots_without_volume,
        lots_without_weight=use.lots_without_weight,
    )
