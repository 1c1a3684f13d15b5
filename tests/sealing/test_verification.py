"""`ledger verify` and the seals: whatever is changed behind our back is named."""

from aidtrack.sealing import seals, verification
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Hold
from tests.factories.world import make_item, make_stock
from tests.tampering import behind_our_back


def found() -> list[tuple[str, str]]:
    return [(row.table, row.key) for row in verification.verify().disagreements]


def test_an_untouched_ledger_verifies(world):
    make_stock(world, make_item(), 10)
    seals.seal_now()
    verdict = verification.verify()
    assert verdict.holds
    assert (verdict.movements, verdict.lines, verdict.seals) == (1, 1, 1)


def test_a_changed_balance_is_named(world):
    lot = make_stock(world, make_item(), 10)
    behind_our_back(f"UPDATE stock_balance SET quantity = 9 WHERE place_id = {world.bin_id}")
    assert found() == [("stock_balance", f"place {world.bin_id}, lot {lot}")]


def test_a_changed_line_is_named_even_when_the_balances_were_changed_to_fit(world):
    make_stock(world, make_item(), 10)
    seals.seal_now()
    behind_our_back(
        "UPDATE stock_line SET quantity = 9",
        "UPDATE stock_balance SET quantity = CASE WHEN quantity > 0 THEN 9 ELSE -9 END",
    )
    assert found() == [("stock_movement", "movement 1")]


def test_a_movement_that_vanished_is_missed(world):
    lots = [make_stock(world, make_item(), 10) for _ in range(3)]
    seals.seal_now()
    behind_our_back(
        "DELETE FROM stock_line WHERE movement_id = 2",
        "DELETE FROM stock_movement WHERE id = 2",
        f"DELETE FROM stock_balance WHERE lot_id = {lots[1]}",
    )
    assert found() == [("stock_movement", "movement 3")]


def test_a_promise_that_no_shipment_holds_is_named(world):
    lot = make_stock(world, make_item(), 10)
    ledger.reserve([Hold(world.bin_id, lot, 4)])
    assert found() == [("stock_balance", f"place {world.bin_id}, lot {lot}")]


def test_each_seal_follows_the_one_before_it(world):
    make_stock(world, make_item(), 10)
    first = seals.seal_now()
    first_id, first_hash = first.id, first.hash
    assert seals.seal_now().id == first_id
    make_stock(world, make_item(), 5)
    second = seals.seal_now()
    assert second.first_movement_id == 2
    assert second.hash != first_hash
    assert seals.seal_in_words(second).startswith("Seal 2 · ")
