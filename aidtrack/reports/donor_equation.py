"""Where a gift is: given = in stock + on the road + handed out + lost + returned. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from aidtrack.places.models import SOURCES, PlaceKind


@dataclass(frozen=True, slots=True)
class Position:
    """Base units of one gift by where they are; the parts always add up to `given`.

    Goods that wait at a delivery place (a distribution point) are in stock too.
    """

    given: int = 0
    in_warehouse: int = 0
    at_delivery_place: int = 0
    on_the_road: int = 0
    handed_out: int = 0
    lost_in_transport: int = 0
    lost_in_warehouse: int = 0
    lost_at_distribution: int = 0
    returned: int = 0

    @property
    def in_stock(self) -> int:
        return self.in_warehouse + self.at_delivery_place

    @property
    def lost(self) -> int:
        return self.lost_in_transport + self.lost_in_warehouse + self.lost_at_distribution

    @property
    def adds_up(self) -> bool:
        parts = self.in_stock + self.on_the_road + self.handed_out + self.lost + self.returned
        return self.given == parts


NOWHERE = Position()


def position(balances: Mapping[PlaceKind, int]) -> Position:
    """From what the ledger has at places of each kind; sources are below zero."""
    at = {kind: balances.get(kind, 0) for kind in PlaceKind}
    return Position(
        given=-sum(at[kind] for kind in SOURCES),
        in_warehouse=at[PlaceKind.WAREHOUSE] + at[PlaceKind.BIN],
        at_delivery_place=at[PlaceKind.DISTRIBUTION_POINT],
        on_the_road=at[PlaceKind.IN_TRANSIT],
        handed_out=at[PlaceKind.PEOPLE],
        lost_in_transport=at[PlaceKind.LOST_IN_TRANSPORT],
        lost_in_warehouse=at[PlaceKind.LOST_IN_WAREHOUSE],
        lost_at_distribution=at[PlaceKind.LOST_AT_DISTRIBUTION],
        returned=at[PlaceKind.RETURNED],
    )


def added(positions: Iterable[Position]) -> Position:
    """Several positions of one item as one."""
    known = list(positions)
    return Position(
        **{
            field.name: sum(getattr(each, field.name) for each in known)
            for field in fields(Position)
        }
    )
