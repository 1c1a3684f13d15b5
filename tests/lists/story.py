"""A few rows for every list, some alike, some without what others have."""

from aidtrack.identity.permissions import Actor
from tests.factories.donations import expiring
from tests.factories.world import World, make_item, make_stock, make_world

NAMES = ("Thermal blanket", "Rice", "Rice", "=Tent", "Water filter", "بطانية")


def tell() -> Actor:
    """Tells the story; who sees all of it."""
    world = make_world()
    goods = store(world)
    assert goods
    return world.admin


def store(world: World) -> list[int]:
    """Items, two of them of one name, and lots of them: some expire, on one day, or never."""
    items = [
        make_item(name, weight_mg=None if number % 3 == 0 else number * 1_000)
        for number, name in enumerate(NAMES)
    ]
    for number, item_id in enumerate(items):
        expires_on = expiring(100 + number // 2) if number % 2 else None
        make_stock(world, item_id, 10 * (number + 1), expires_on=expires_on)
        make_stock(world, item_id, 7, place_id=world.warehouse_id, batch_number="@B-7")
    return items
