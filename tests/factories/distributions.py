"""Hand-outs for stories: goods at the point, and what became of them."""

from datetime import date
from uuid import uuid4

from aidtrack.core import clock
from aidtrack.distributions import services
from aidtrack.distributions.counts import HandOut, People, PlannedLine
from aidtrack.identity.permissions import Actor
from tests.factories.world import World

FAMILIES = People(households=20, women=30, men=25, girls=22, boys=23)


def hand_out(
    world: World,
    lot_id: int,
    handed_out: int,
    *,
    returned: int = 0,
    people: People = FAMILIES,
    on: date | None = None,
    actor: Actor | None = None,
    **more: object,
) -> int:
    """A hand-out of one lot at the point of the world; the distribution's id."""
    line = HandOut(
        lot_id=lot_id,
        place_id=world.point_id,
        brought=handed_out + returned,
        handed_out=handed_out,
        returned=returned,
    )
    return record(world, line, people=people, on=on, actor=actor, **more)


def record(
    world: World,
    *lines: HandOut,
    people: People = FAMILIES,
    on: date | None = None,
    actor: Actor | None = None,
    **more: object,
) -> int:
    """Record these lines as they are."""
    return services.record(
        **{
            "site_id": world.point_id,
            "distributed_on": on or clock.today(),
            "people": people,
            "lines": list(lines),
            "key": uuid4(),
            "actor": actor or world.logistician,
            "at": clock.now(),
            **more,
        }  # type: ignore[arg-type]
    )


def plan(world: World, lot_id: int, quantity: int, **more: object) -> int:
    """A plan to bring one lot; the distribution's id."""
    return services.plan(
        **{
            "site_id": world.point_id,
            "planned_on": clock.today(),
            "households_planned": 25,
            "lines": [PlannedLine(lot_id, world.point_id, quantity)],
            "key": uuid4(),
            "actor": world.logistician,
            "at": clock.now(),
            **more,
        }  # type: ignore[arg-type]
    )
