"""What a warehouse keeps beside its goods, one of each: for walks."""

from uuid import uuid4

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.corrections import services as corrections
from aidtrack.corrections.models import CorrectionKind
from aidtrack.corrections.plans import Change
from aidtrack.kits import contents
from aidtrack.kits.contents import Content
from aidtrack.places import services as places
from aidtrack.scanning import services as scanning
from aidtrack.stock import services as stock
from aidtrack.stock.loss_models import WriteOffLine
from aidtrack.stock.making import Taking
from aidtrack.stock.models import Reason, lot_number
from tests.factories import counts, kits
from tests.factories.holds import hold, recall
from tests.factories.world import World, make_stock

Ids = dict[str, int | str]


def made_of(world: World, lot_id: int, item_id: int, part_item_id: int, mark: str) -> Ids:
    """Holds, a recall, a count, kits, a correction and a bar code, each of goods of its own.

    `lot_id` lies in the warehouse itself and stays as it is.
    """
    held, recalled, wrong, moved, parts = (
        make_stock(world, part_item_id, 20, batch_number=f"{mark}-{word}")
        for word in ("HELD", "RECALLED", "WRONG", "MOVED", "PARTS")
    )
    contents.set_contents(item_id, [Content(part_item_id, 2)], note="", actor=world.admin)
    (kit_lot_id,) = kits.build_lots(world, item_id, 3, Taking(parts, world.bin_id, 6))
    count_id = counts.make_count(world, first=world.logistician, place_ids=(world.bin_id,))
    return {
        "zone_id": places.add_bin(world.warehouse_id, name=f"{mark} hall", actor=world.admin),
        "part_item_id": part_item_id,
        "lot_code": lot_number(lot_id),
        "kit_lot_id": kit_lot_id,
        "hold_id": hold(world, held, 5),
        "recall_id": recall(world, recalled),
        "recalled_id": recalled,
        "count_id": count_id,
        "count_line_id": counts.line_of(count_id, wrong),
        "counter_id": world.logistician.user_id,
        "correction_id": _correct(world, wrong, mark),
        "barcode_id": _bar_code(world, item_id, mark),
        "site_place": f"{world.organisation_id}.{world.warehouse_id}",
        "reason": Reason.WET.value,
        "movement_id": _move(world, moved),
    }


def line_of_write_off(write_off_id: int) -> int:
    return db.session.scalars(select(WriteOffLine.id).filter_by(write_off_id=write_off_id)).one()


def _correct(world: World, lot_id: int, mark: str) -> int:
    return corrections.correct(
        lot_id,
        Change(CorrectionKind.FACTS, batch_number=f"{mark}-RIGHT"),
        reason=f"{mark}: misread",
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )


def _bar_code(world: World, item_id: int, mark: str) -> int:
    return scanning.add_barcode(item_id, code=f"{mark}-1", is_own=True, actor=world.admin)


def _move(world: World, lot_id: int) -> int:
    return stock.move(
        [stock.Taking(lot_id, world.bin_id, 5)],
        to_place_id=world.warehouse_id,
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
