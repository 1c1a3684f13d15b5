"""Goods are handed to people, counted, and the figures add up or are refused by name."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound
from aidtrack.distributions.counts import DoesNotAddUp, HandOut, People
from aidtrack.distributions.models import Distribution, DistributionLine, DistributionStatus
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.stock.ledger import Hold, InsufficientStock, reserve
from aidtrack.stock.models import Reason, StockLine, StockMovement
from tests.factories.distributions import FAMILIES, hand_out, record
from tests.factories.world import World, held, make_item, make_person, make_stock, make_world


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), 100, place_id=world.point_id)


def lost(world: World) -> int:
    return places.outside_place(PlaceKind.LOST_AT_DISTRIBUTION, world.organisation_id)


def everything() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Distribution, DistributionLine, StockMovement, StockLine, Paper)
    )


def test_what_is_handed_out_goes_to_the_people_of_the_area(world, lot):
    line = HandOut(lot, world.point_id, 60, 50, returned=7, lost=3, loss_reason=Reason.WET)

    made = db.session.get_one(Distribution, record(world, line))

    assert held(world.point_id, lot) == 47
    assert held(places.people_of(world.area_id), lot) == 50
    assert held(lost(world), lot) == 3
    assert (made.status, made.households, made.area_id) == ("done", 20, world.area_id)
    assert made.number.startswith("DP/KG/")
    assert [(x.brought, x.handed_out, x.returned, x.lost) for x in made.lines] == [(60, 50, 7, 3)]


def test_it_issues_a_report_with_its_own_number(world, lot):
    made = db.session.get_one(Distribution, hand_out(world, lot, 40))
    paper = db.session.get_one(Paper, made.paper_id)
    assert paper.kind == PaperKind.DISTRIBUTION_REPORT
    assert paper.number.startswith("DST/KG/")
    assert b"Batken" in paper.facts


def test_when_everything_comes_back_nothing_is_posted(world, lot):
    made = db.session.get_one(Distribution, hand_out(world, lot, 0, returned=30, people=People()))
    assert (made.movement_id, held(world.point_id, lot)) == (None, 100)


def test_a_line_that_does_not_add_up_is_refused_by_line(world, lot):
    before = everything()
    line = HandOut(lot, world.point_id, 60, 50, returned=7, lost=2, loss_reason=Reason.WET)
    with pytest.raises(DoesNotAddUp, match="60 brought, but 50 handed out") as refused:
        record(world, line)
    assert refused.value.facts["problems"][0]["field"] == "lines-0-handed_out"
    assert everything() == before


def test_more_than_the_point_holds_is_refused_by_name(world, lot):
    tents = make_stock(world, make_item("Tent"), 4, place_id=world.point_id)
    before = everything()
    with pytest.raises(
        InsufficientStock, match="School 4 has 100 of Thermal.*School 4 has 4 of Tent"
    ) as refused:
        record(
            world,
            HandOut(lot, world.point_id, 101, 101),
            HandOut(tents, world.point_id, 9, 9),
        )
    assert [x["missing"] for x in refused.value.facts["shortages"]] == [1, 5]
    assert everything() == before


def test_promised_goods_cannot_be_handed_out(world, lot):
    reserve([Hold(world.point_id, lot, 70)])
    with pytest.raises(InsufficientStock, match="30 of Thermal"):
        hand_out(world, lot, 31)


def test_goods_of_another_place_are_not_at_the_point(world):
    elsewhere = make_stock(world, make_item(), 10)
    with pytest.raises(InsufficientStock, match="has nothing of lot"):
        record(world, HandOut(elsewhere, world.bin_id, 5, 5))


def test_a_day_that_has_not_come_is_refused(world, lot):
    with pytest.raises(Invalid, match="not come yet") as refused:
        hand_out(world, lot, 1, on=clock.today() + timedelta(days=2))
    assert refused.value.field == "distributed_on"


def test_a_loss_needs_a_reason(world, lot):
    with pytest.raises(DoesNotAddUp, match="why it was lost"):
        record(world, HandOut(lot, world.point_id, 5, 4, lost=1))


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (People(), "how many households"),
        (People(women=8), "how many households"),
        (People(households=9, women=8), "only 8 people"),
        (People(households=1, women=51), "over 50 for each"),
        (People(households=-1), "below zero"),
        (People(households=2_000_000), "more people"),
    ],
)
def test_counts_that_cannot_be_are_refused(world, lot, people, sentence):
    with pytest.raises(DoesNotAddUp, match=sentence):
        hand_out(world, lot, 5, people=people)


def test_people_cannot_receive_nothing(world, lot):
    with pytest.raises(DoesNotAddUp, match="nobody can have received"):
        hand_out(world, lot, 0, returned=5)


def test_households_alone_are_enough(world, lot):
    assert hand_out(world, lot, 5, people=People(households=5))


def test_a_lot_has_one_line_only(world, lot):
    line = HandOut(lot, world.point_id, 5, 5)
    with pytest.raises(DoesNotAddUp, match="has a line already"):
        record(world, line, line)


def test_no_lines_are_no_distribution(world):
    with pytest.raises(Invalid, match="at least one line"):
        record(world)


def test_a_warehouse_is_no_distribution_point(world, lot):
    with pytest.raises(NotFound):
        hand_out(world, lot, 5, site_id=world.warehouse_id)


def test_one_who_only_reads_may_not_record(world, lot):
    with pytest.raises(NotAllowed):
        hand_out(world, lot, 5, actor=world.auditor)


def test_for_a_stranger_the_point_does_not_exist(world, lot):
    with pytest.raises(NotFound):
        hand_out(world, lot, 5, actor=make_world().logistician)


def test_one_may_record_at_the_single_site_given_to_them(world, lot):
    here = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
    there = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
    assert hand_out(world, lot, 5, actor=here)
    with pytest.raises(NotFound):
        hand_out(world, lot, 5, actor=there)


def test_twice_is_once(world, lot):
    key = uuid4()
    first = hand_out(world, lot, 5, key=key)
    assert hand_out(world, lot, 5, key=key) == first
    assert held(world.point_id, lot) == 95
    with pytest.raises(KeyReused):
        hand_out(world, lot, 6, key=key)


def test_goods_of_another_organisation_can_be_handed_out_here(world):
    other = make_world("Partner Society")
    lot = make_stock(other, make_item(), 10, place_id=world.point_id)
    assert hand_out(world, lot, 10)


def test_the_statements_do_not_grow_with_the_lines(world, statements):
    counted = []
    for many in (1, 2, 40):
        lots = [make_stock(world, make_item(), 9, place_id=world.point_id) for _ in range(many)]
        lines = [HandOut(lot, world.point_id, 3, 2, lost=1, loss_reason=Reason.WET) for lot in lots]
        db.session.rollback()
        with statements() as seen:
            record(world, *lines, people=FAMILIES)
        counted.append(len(seen))
    first_of_all, few, many = counted  # The first also makes the outside places.
    # With a write-off of its own for what was lost, and its report.
    assert few == many <= 43
    assert first_of_all <= 52


def test_the_status_words_are_those_of_the_page():
    assert set(DistributionStatus) == {"planned", "done", "cancelled"}
