"""Kits: what is in them, and building them from what lies in the world's bin."""

from uuid import uuid4

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity import services as identity
from aidtrack.kits import contents, queries, services
from aidtrack.kits.contents import Content
from aidtrack.stock.making import Taking
from aidtrack.stock.models import StockLine
from tests.factories.world import World, make_item


def make_kit(*lines: tuple[int, int], name: str = "Hygiene kit", item_id: int = 0) -> int:
    """A kit of (item, how many in each); the kit's item."""
    kit_id = item_id or make_item(name)
    set_contents(kit_id, *(Content(item, quantity) for item, quantity in lines))
    return kit_id


def set_contents(kit_id: int, *lines: Content) -> int:
    return contents.set_contents(kit_id, lines, note="", actor=identity.system_actor(1))


def build(world: World, kit_id: int, quantity: int, *takings: Taking, **more: object) -> int:
    """Kits built into the world's bin; the movement."""
    return services.build(
        kit_id,
        quantity,
        takings=takings,
        **{
            "site_id": world.warehouse_id,
            "to_place_id": world.bin_id,
            "key": uuid4(),
            "actor": world.logistician,
            "at": clock.now(),
            **more,
        },  # type: ignore[arg-type]
    )


def build_lots(world: World, kit_id: int, quantity: int, *takings: Taking) -> list[int]:
    """The lots that a build made, oldest part first."""
    return queries.lots_made_by(build(world, kit_id, quantity, *takings))


def lines_of(movement_id: int) -> list[StockLine]:
    return list(db.session.scalars(select(StockLine).filter_by(movement_id=movement_id)))
