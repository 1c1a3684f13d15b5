"""A lot is followed back to its donor, and forward to people, losses and what was made of it."""

import pytest

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.holds import trace
from aidtrack.holds.trace import FIRST_ROWS, Way
from aidtrack.stock.models import Lot
from tests.factories.distributions import hand_out
from tests.factories.donations import make_donation
from tests.factories.shipments import deliver, hand_over, make_dispatched
from tests.factories.world import make_item, make_stock, make_world
from tests.factories.write_offs import switch_off, write_off


@pytest.fixture
def item(world):
    return make_item("Blanket")


@pytest.fixture
def lot(world, item) -> int:
    """Given by the donor and received, then gone every way that goods go."""
    switch_off(world)  # Nobody knows its value: two people would be asked.
    make_donation(world, item, 1_000, batch_number="B-7")
    (lot_id,) = db.session.scalars(db.select(Lot.id).filter_by(item_id=item)).all()
    deliver(world, hand_over(make_dispatched(world, (item, 300))))
    hand_out(world, lot_id, 120)
    write_off(world, lot_id, 7)
    return lot_id


def test_it_leads_from_the_donor_to_the_people(world, lot):
    found = trace.trace(lot, world.auditor)
    origin = found.origin
    assert (origin.donor, origin.line_number) == ("Lantern Foundation", 1)
    assert origin.donation
    assert [(each.good, bool(each.number)) for each in origin.receipts] == [(1_000, True)]
    (journey,) = found.journeys.rows
    assert (journey.place, journey.taken, journey.arrived) == ("School 4", 300, 300)
    (handed,) = found.hand_outs.rows
    assert (handed.place, handed.arrived) == ("School 4", 120)
    assert handed.households
    (lost,) = found.losses.rows
    assert (lost.lost, lost.number[:3]) == (7, "WO/")


def test_more_of_it_takes_no_more_statements(world, item, lot, statements):
    with statements() as few:
        trace.trace(lot, world.auditor)
    for _n in range(3):
        make_dispatched(world, (item, 5))
        write_off(world, lot, 1)
    with statements() as many:
        trace.trace(lot, world.auditor)
    assert len(many) == len(few)


def test_one_way_is_read_a_page_at_a_time(world, item, lot):
    for _n in range(FIRST_ROWS):
        make_dispatched(world, (item, 5))
    first = trace.trace(lot, world.auditor)
    assert len(first.journeys.rows) == FIRST_ROWS
    assert first.journeys.next_cursor
    whole = trace.trace(lot, world.auditor, way=Way.JOURNEYS)
    assert len(whole.journeys.rows) == FIRST_ROWS + 1
    rest = trace.trace(lot, world.auditor, way=Way.JOURNEYS, cursor=first.journeys.next_cursor)
    assert [row.taken for row in rest.journeys.rows] == [300]


def test_its_page_and_its_json_tell_the_same(world, lot, signed_in, api):
    page = signed_in(world.logistician).get(f"/lots/{lot}/trace").text
    told = api(world.auditor).get(f"/api/v1/lots/{lot}/trace").json
    for words in (told["origin"]["donation"], told["journeys"]["rows"][0]["number"], "WO/"):
        assert words in page
    assert "All of it is where it came" not in page


def test_what_never_moved_says_so(world, item, signed_in):
    lot_id = make_stock(world, item, 5)
    page = signed_in(world.auditor).get(f"/lots/{lot_id}/trace").text
    assert "All of it is where it came" in page


def test_a_stranger_finds_nothing(world, lot, signed_in):
    stranger = make_world("Strangers")
    with pytest.raises(NotFound):
        trace.trace(lot, stranger.admin)
    assert signed_in(stranger.admin).get(f"/lots/{lot}/trace").status_code == 404
    assert signed_in(world.driver).get(f"/lots/{lot}/trace").status_code == 403
