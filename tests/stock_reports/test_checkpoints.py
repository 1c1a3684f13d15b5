"""What is kept of moments of the past says what the ledger says, whoever tells of them late."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.sealing import verification
from aidtrack.stock import ledger
from aidtrack.stock_reports import checkpoints, lines, on_hand, turnover, windows
from aidtrack.stock_reports.models import Checkpoint, CheckpointBalance
from aidtrack.stock_reports.wanted import By, Clock, Span, Wanted
from tests.stock_reports.histories import BEGUN, Operation, Recounted, keep_checkpoints, steps
from tests.stock_reports.test_reconciled import clocks, lived, often
from tests.tampering import behind_our_back

__all__ = ["lived"]
# Three movements, each three days after the one before it, and a checkpoint behind them.
HISTORY = [("come", 0, 0, 40, 0), ("move", 0, 0, 5, 0), ("come", 1, 1, 7, 0), ("keep", 0, 0, 1, 0)]
LONG_AFTER = BEGUN + timedelta(days=60)


@pytest.fixture
def kept(lived) -> Operation:
    return lived(HISTORY)


def all_agree(operation: Operation) -> None:
    """Reports of every day, with whatever checkpoints there are, and the check of the ledger."""
    for counted in Clock:
        recounted = Recounted(operation, counted)
        for day in (-1, 2, 5, 8):
            moment = BEGUN + timedelta(days=day, minutes=30)
            wanted = Wanted(by=By.LOT, clock=counted)
            rows = on_hand.amounts_of(wanted, moment, operation.world.auditor)
            found = {tuple(row.key[part] for part in on_hand.GRAINS[By.LOT]): row.quantity
                     for row in rows}  # fmt: skip
            assert found == dict(recounted.on_hand(By.LOT, moment))
            of_item = Wanted(
                by=By.ITEM, clock=counted, item_id=recounted.lots[operation.lots[0]].item_id
            )
            one = turnover.turnovers(of_item, Span(start=moment), operation.world.auditor)
            opening = recounted.on_hand(By.ITEM, moment)[(of_item.item_id,)]
            assert sum(row.opening for row in one) == opening
    assert verification.verify().disagreements == ()


def test_there_are_checkpoints_by_both_clocks(kept):
    rows = db.session.scalars(select(Checkpoint).order_by(Checkpoint.id)).all()
    assert {row.clock for row in rows} == set(Clock)
    assert db.session.scalar(select(CheckpointBalance).limit(1)) is not None
    all_agree(kept)


def test_what_is_told_late_counts_before_and_after_it_is_taken_in(kept):
    kept.live([("come", 2, 0, 9, 20)])
    kept.live([("move", 0, 0, 3, 4)])
    all_agree(kept)
    keep_checkpoints()
    all_agree(kept)
    keep_checkpoints()
    all_agree(kept)


def test_a_reversal_counts_when_it_happened_and_leaves_the_past_alone(kept):
    with clock.telling(LONG_AFTER):
        ledger.reverse(kept.made[1], reason="wrong", recorded_by_id=kept.world.admin.user_id)
    all_agree(kept)
    keep_checkpoints()
    all_agree(kept)


def test_movements_that_are_not_sealed_are_not_kept_yet(kept):
    before = db.session.scalars(select(Checkpoint.counted_to)).all()
    kept.live([("come", 2, 0, 9, 20), ("come", 2, 0, 9, 0)])
    checkpoints.keep(lambda _balances: 1)
    assert db.session.scalars(select(Checkpoint.counted_to)).all() == before
    all_agree(kept)


def test_a_checkpoint_waits_until_many_lines_lie_behind_the_last():
    assert checkpoints.lines_apart(10) == checkpoints.LINES_APART
    assert checkpoints.lines_apart(100_000) == 400_000


@pytest.mark.parametrize(
    "torn",
    [
        "UPDATE checkpoint_balance SET quantity = quantity + 1 WHERE checkpoint_id = {last}",
        "DELETE FROM checkpoint_balance WHERE checkpoint_id = {last}",
        "INSERT INTO checkpoint_balance VALUES ({last}, 999, 1, 5)",
        "UPDATE checkpoint SET counted_to = 1 WHERE id = {last}",
    ],
)
def test_the_check_finds_what_was_torn_by_hand(kept, torn):
    last = db.session.scalar(select(Checkpoint.id).order_by(Checkpoint.id.desc()).limit(1))
    behind_our_back(torn.format(last=last))
    found = verification.verify().disagreements
    assert {row.table for row in found} == {"checkpoint_balance"}
    assert found[0].key.startswith(f"checkpoint {last}, place ")


def test_the_check_finds_late_goods_that_a_checkpoint_says_it_counts(kept):
    kept.live([("come", 2, 0, 9, 20)])
    behind_our_back("UPDATE checkpoint SET counted_to = 1000")
    assert {row.table for row in verification.verify().disagreements} == {"checkpoint_balance"}


@often
@given(
    history=steps,
    counted=clocks,
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    is_descending=st.booleans(),
)
def test_windows_show_the_lines_that_all_of_it_shows(lived, history, counted, sizes, is_descending):
    count, limit = sizes
    operation = lived(history)
    reader = operation.world.auditor
    item_id = Recounted(operation, counted).lots[operation.lots[0]].item_id
    wanted, span = Wanted(item_id=item_id, clock=counted), Span(start=BEGUN - timedelta(days=9))
    order = lines.order(counted)
    sorting, cursor = order.down if is_descending else order.up, None
    chosen = lines.chosen(wanted, span, reader)
    windowed = windows.Sizes(few=0, movements=(count, 3 * count))
    whole = [row.line_id for row in db.session.execute(lines.statement(chosen, sorting))]
    read = []
    while True:
        rows = windows.first_rows(
            chosen, wanted, span, sorting, cursor=cursor, limit=limit + 1, sizes=windowed
        )
        page = sorting.page(rows, limit)
        read += [row.line_id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert read == whole
