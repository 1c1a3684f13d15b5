"""The ledger's rules: nothing is created, nothing destroyed, nothing rewritten."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Hold, InsufficientStock, Source, Transfer
from aidtrack.stock.models import MovementKind, StockBalance, StockLine, StockMovement
from tests.factories.world import World, held, make_item, make_stock, reserved


def move(world: World, *transfers: Transfer, **more) -> int:
    return ledger.post(
        list(transfers),
        kind=MovementKind.MOVE,
        source=Source("test", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.admin.user_id,
        occurred_at=clock.now(),
        **more,
    )


def count(column) -> int:
    return db.session.scalar(select(func.count(column)))


def test_moving_stock_changes_both_balances(world):
    lot = make_stock(world, make_item(), 100)

    move(world, Transfer(lot, world.bin_id, world.point_id, 40))

    source = places.outside_place(PlaceKind.OPENING, world.organisation_id)
    assert (held(world.bin_id, lot), held(world.point_id, lot), held(source, lot)) == (60, 40, -100)


def test_a_shortage_names_every_lot_and_writes_nothing(world):
    first = make_stock(world, make_item("Blanket"), 10)
    second = make_stock(world, make_item("Tent"), 3)
    before = count(StockMovement.id)

    with pytest.raises(InsufficientStock, match="2 short of Blanket.*4 short of Tent") as refused:
        move(
            world,
            Transfer(first, world.bin_id, world.point_id, 12),
            Transfer(second, world.bin_id, world.point_id, 7),
        )

    assert [x["missing"] for x in refused.value.facts["shortages"]] == [2, 4]
    assert (held(world.bin_id, first), count(StockMovement.id)) == (10, before)


def test_what_passes_through_a_place_in_one_movement_need_not_be_there_before(world):
    lot = make_stock(world, make_item(), 10)
    move(
        world,
        Transfer(lot, world.bin_id, world.warehouse_id, 10),
        Transfer(lot, world.warehouse_id, world.point_id, 10),
    )
    assert held(world.point_id, lot) == 10


def test_reserved_goods_cannot_leave_for_someone_else(world):
    lot = make_stock(world, make_item(), 10)
    ledger.reserve([Hold(world.bin_id, lot, 8)])
    with pytest.raises(InsufficientStock, match="1 short"):
        move(world, Transfer(lot, world.bin_id, world.point_id, 3))


def test_more_than_is_free_cannot_be_reserved(world):
    lot = make_stock(world, make_item(), 10)
    ledger.reserve([Hold(world.bin_id, lot, 8)])
    with pytest.raises(InsufficientStock, match="3 short"):
        ledger.reserve([Hold(world.bin_id, lot, 5)])
    assert reserved(world.bin_id, lot) == 8


def test_released_and_posted_in_one_step_reserved_goods_leave(world):
    lot = make_stock(world, make_item(), 10)
    hold = Hold(world.bin_id, lot, 10)
    ledger.reserve([hold])
    move(world, Transfer(lot, world.bin_id, world.point_id, 10), releases=[hold])
    assert (held(world.point_id, lot), reserved(world.bin_id, lot)) == (10, 0)


def test_a_reversal_restores_the_balances_and_keeps_the_original(world):
    lot = make_stock(world, make_item(), 10)
    moved = move(world, Transfer(lot, world.bin_id, world.point_id, 4))

    ledger.reverse(moved, reason="wrong point", recorded_by_id=world.admin.user_id)

    assert (held(world.bin_id, lot), count(StockLine.id)) == (10, 3)


def test_a_movement_is_reversed_once(world):
    lot = make_stock(world, make_item(), 10)
    moved = move(world, Transfer(lot, world.bin_id, world.point_id, 4))
    ledger.reverse(moved, reason="wrong point", recorded_by_id=world.admin.user_id)
    with pytest.raises(ledger.AlreadyReversed):
        ledger.reverse(moved, reason="again", recorded_by_id=world.admin.user_id)


def test_a_reversal_is_refused_when_the_goods_have_gone_on(world):
    lot = make_stock(world, make_item(), 10)
    moved = move(world, Transfer(lot, world.bin_id, world.point_id, 4))
    move(world, Transfer(lot, world.point_id, world.warehouse_id, 4))
    with pytest.raises(InsufficientStock):
        ledger.reverse(moved, reason="too late", recorded_by_id=world.admin.user_id)


@pytest.mark.parametrize("table", ["stock_movement", "stock_line"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_rewrite_history(world, table, statement):
    make_stock(world, make_item(), 10)
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(statement.format(table)))


def test_the_models_refuse_to_rewrite_history(world):
    make_stock(world, make_item(), 10)
    db.session.scalars(select(StockLine)).first().quantity = 99
    with pytest.raises(AssertionError, match="append-only"):
        db.session.commit()


@pytest.mark.parametrize("change", ["quantity = -1", "reserved = 11", "reserved = -1"])
def test_the_database_itself_refuses_an_impossible_balance(world, change):
    make_stock(world, make_item(), 10)
    with pytest.raises(IntegrityError, match="never_below_reserved"):
        db.session.execute(text(f"UPDATE stock_balance SET {change} WHERE NOT is_outside"))


def test_a_posting_takes_the_same_few_statements_whatever_its_size(world, statements):
    lots = [make_stock(world, make_item(f"Item {n}"), 10) for n in range(40)]
    counts = []
    for some in (lots[:1], lots):
        with statements() as seen:
            move(world, *(Transfer(lot, world.bin_id, world.point_id, 1) for lot in some))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6


def test_every_lot_sums_to_zero(world):
    lot = make_stock(world, make_item(), 10)
    move(world, Transfer(lot, world.bin_id, world.point_id, 4))
    total = select(func.sum(StockBalance.quantity)).where(StockBalance.lot_id == lot)
    assert db.session.scalar(total) == 0
