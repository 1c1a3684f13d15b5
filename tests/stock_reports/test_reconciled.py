"""Each report says what the ledger says, whatever happened and whenever it was written down."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aidtrack.stock_reports import (
    ageing,
    card,
    expiring,
    gallery,
    journal,
    on_hand,
    turnover,
)
from aidtrack.stock_reports import lost as losses
from aidtrack.stock_reports.amounts import is_nearer_to_today
from aidtrack.stock_reports.shown import RowKind
from aidtrack.stock_reports.wanted import By, Clock, Span, Stage, Wanted
from tests.factories.world import make_world
from tests.stock_reports.histories import BEGUN, DAYS, Operation, Recounted, steps

moments = st.integers(-25, DAYS).map(lambda days: BEGUN + timedelta(days=days, minutes=30))
clocks = st.sampled_from(list(Clock))
often = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def lived(database, test_database):
    """Makes a history in an empty database."""

    def live(history):
        database.session.rollback()
        database.session.remove()
        test_database.reset()
        operation = Operation.begin(make_world())
        operation.live(history)
        return operation

    return live


def keys_of(rows, by):
    return {tuple(row.key[part] for part in on_hand.GRAINS[by]): row for row in rows}


@often
@given(
    history=steps,
    days=st.lists(moments, min_size=2, max_size=2).map(sorted),
    counted=clocks,
    by=st.sampled_from(list(By)),
)
def test_every_report_adds_up_to_the_lines_of_the_ledger(lived, history, days, counted, by):
    operation = lived(history)
    for moment in (None, *days):
        on_hand_is_the_sum_of_all_lines(operation, moment, counted, by)
    opening_and_what_moved_is_the_closing(operation, days, counted, by)
    the_same_lies_there_at_any_age_and_with_any_time_left(operation)
    losses_less_what_came_back_are_what_counts_as_lost(operation)


def on_hand_is_the_sum_of_all_lines(operation, moment, counted, by):
    recounted = Recounted(operation, counted)
    rows = on_hand.amounts_of(Wanted(by=by, clock=counted), moment, operation.world.auditor)
    found = {key: row.quantity for key, row in keys_of(rows, by).items()}
    assert found == dict(recounted.on_hand(by, moment))
    values = Counter()
    for row in rows:
        values.update(row.values)
    assert +values == +recounted.worth(moment)


def opening_and_what_moved_is_the_closing(operation, days, counted, by):
    start, end = days
    recounted = Recounted(operation, counted)
    wanted, reader = Wanted(by=by, clock=counted), operation.world.auditor
    rows = keys_of(turnover.turnovers(wanted, Span(start, end), reader), by)
    opening, closing = recounted.on_hand(by, start), recounted.on_hand(by, end)
    for key in {*rows, *opening, *closing}:
        assert rows[key].opening == opening[key]
        assert rows[key].closing == closing[key]


def the_same_lies_there_at_any_age_and_with_any_time_left(operation):
    reader = operation.world.auditor
    by_site = Recounted(operation, Clock.OCCURRED).on_hand(By.SITE, None)
    aged = ageing.ages(Wanted(), Span(start=BEGUN), reader)
    assert {(x.site_id, x.item_id): sum(x.buckets) for x in aged if any(x.buckets)} == by_site
    rows = expiring.report(Wanted(), reader).rows
    assert sum(x.cells[7].value for x in rows if x.kind is RowKind.LINE) == by_site.total()


def losses_less_what_came_back_are_what_counts_as_lost(operation):
    recounted = Recounted(operation, Clock.OCCURRED)
    lost = Counter()
    for line in recounted.lines:
        item_id = recounted.lots[line.lot_id].item_id
        lost[item_id] += line.quantity if line.target == operation.ways["lost"] else 0
        lost[item_id] -= line.quantity if line.origin == operation.ways["lost"] else 0
    found = Counter()
    for row in losses.losses(Wanted(), Span(), operation.world.auditor):
        assert row.stage is Stage.WAREHOUSE
        found[row.item_id] += row.still
    assert +found == +lost


@often
@given(history=steps, first=moments, counted=clocks, size=st.integers(1, 3))
def test_a_card_has_the_same_balances_from_whichever_end_it_is_read(
    lived, history, first, counted, size
):
    operation = lived(history)
    reader, recounted = operation.world.auditor, Recounted(operation, counted)
    item_id = recounted.lots[operation.lots[0]].item_id
    common = {"item_id": item_id, "site_id": operation.world.warehouse_id, "clock": counted}
    whole = list(card.report(Wanted(**common, first=first.date()), reader, None, None).rows)
    assert whole[0].kind is RowKind.OPENING
    assert whole[-1].kind is RowKind.CLOSING
    balances = [row.cells[7].value for row in whole]
    moved = [(row.cells[5].value or 0) - (row.cells[6].value or 0) for row in whole]
    assert [b - a for a, b in pairwise(balances)] == moved[1:]
    site = (operation.world.warehouse_id, item_id)
    assert balances[-1] == recounted.on_hand(By.SITE, None)[site]
    for oldest_first in (True, False):
        wanted = Wanted(**common, first=first.date(), oldest_first=oldest_first)
        read, cursor = [], None
        while True:
            page = card.report(wanted, reader, cursor, size)
            read += page.rows
            cursor = page.next_cursor
            if cursor is None:
                break
        assert [row.cells[7].value for row in (read if oldest_first else read[::-1])] == balances


def test_each_way_of_counting_is_taken(lived):
    """Or some would not be tried above."""
    lived([("come", 0, 0, 10, 0)] * 9)
    assert not is_nearer_to_today(BEGUN + timedelta(days=2), Clock.RECORDED)
    assert is_nearer_to_today(BEGUN + timedelta(days=20), Clock.RECORDED)
    checkpoint = BEGUN + timedelta(days=9)
    day = BEGUN + timedelta(days=14)
    assert is_nearer_to_today(day, Clock.RECORDED)
    assert not is_nearer_to_today(day, Clock.RECORDED, since=checkpoint)


def test_the_journal_has_each_line_once_and_its_balance(lived):
    operation = lived(
        [("come", 0, 0, 40, 0), ("move", 0, 0, 5, 0), ("send", 0, 0, 9, 2), ("reverse", 0, 0, 2, 0)]
    )
    item_id = Recounted(operation, Clock.OCCURRED).lots[operation.lots[0]].item_id
    wanted = Wanted(item_id=item_id, first=BEGUN.date())
    page = journal.report(wanted, operation.world.auditor, None, 50)
    assert [tuple(cell.value for cell in row.cells[7:10]) for row in page.rows] == [
        (9, None, None),
        (None, 9, None),
        (None, None, 5),
        (40, None, None),
    ]
    assert page.told[-1][1] == "0 + 49 − 9 = 40"
    assert len(list(gallery.whole("movements", wanted, operation.world.auditor).rows)) == 4
