"""Phones: what they say is kept first, applied second, and never lost."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.identity.permissions import Role
from aidtrack.shipments import field_reports, queries, reversals
from aidtrack.shipments.deliveries import HandedOver
from aidtrack.shipments.models import Delivery, FieldReport, FieldReportState, Shipment
from tests.factories.shipments import (
    clock,
    confirm,
    deliver,
    dispatch,
    hand_over,
    loads_of,
    make_dispatched,
    make_ready,
)
from tests.factories.world import held, make_item, make_person, make_stock, make_world

APPLIED, ATTENTION = FieldReportState.APPLIED, FieldReportState.NEEDS_ATTENTION


@pytest.fixture
def item(world):
    return make_item("Blanket")


@pytest.fixture
def lot(world, item):
    return make_stock(world, item, 100)


@pytest.fixture
def on_the_road(world, item, lot):
    return make_dispatched(world, (item, 60))


def only_report() -> FieldReport:
    return db.session.scalars(
        select(FieldReport), execution_options={"populate_existing": True}
    ).one()


def too_much(shipment_id):
    return hand_over(shipment_id, HandedOver(loads_of(shipment_id)[0].id, good=61))


def test_a_report_is_kept_as_it_was_said_and_applied(world, lot, on_the_road):
    said = hand_over(on_the_road)
    outcome = confirm(world, said, content={"as": "received"})
    report = only_report()
    assert (outcome.state, held(world.point_id, lot)) == (APPLIED, 60)
    assert report.content["received"] == {"as": "received"}
    assert report.occurred_at == said.occurred_at
    assert db.session.scalars(select(Delivery.field_report_id)).one() == report.id


def test_sent_again_it_gets_the_same_answer_and_counts_once(world, lot, on_the_road):
    said, key = hand_over(on_the_road), uuid4()
    answers = [confirm(world, said, key=key) for _time in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert held(world.point_id, lot) == 60
    assert db.session.scalar(select(func.count(Delivery.id))) == 1


def test_one_key_cannot_say_two_things(world, lot, on_the_road):
    said, key = hand_over(on_the_road), uuid4()
    confirm(world, said, key=key)
    with pytest.raises(KeyReused):
        confirm(world, replace(said, receiver_name="Somebody else"), key=key)
    assert only_report().content["said"]["receiver_name"] == "Gulnara Asanova"


def test_somebody_elses_key_cannot_be_used(world, lot, on_the_road):
    said, key = hand_over(on_the_road), uuid4()
    confirm(world, said, key=key)
    with pytest.raises(KeyReused):
        confirm(world, said, key=key, actor=make_person(Role.DRIVER, world.organisation_id))


def test_what_a_rule_refuses_waits_for_a_person_with_the_reason(world, lot, on_the_road):
    key = uuid4()
    outcome = confirm(world, too_much(on_the_road), key=key)
    assert (outcome.state, outcome.code) == (ATTENTION, "more_than_on_the_road")
    assert "60 of Blanket" in outcome.message
    assert held(world.point_id, lot) == 0
    assert confirm(world, too_much(on_the_road), key=uuid4()).state == ATTENTION
    waiting = queries.open_reports(world.logistician)
    assert [report.who for report in waiting] == [world.driver.name] * 2


def test_a_strangers_shipment_is_not_found_and_the_report_is_kept(world, lot, on_the_road):
    other = make_world("Other")
    outcome = confirm(other, hand_over(on_the_road))
    assert (outcome.state, outcome.code, outcome.shipment_id) == (ATTENTION, "not_found", None)
    assert held(world.point_id, lot) == 0
    assert queries.open_reports(world.logistician) == []
    assert len(queries.open_reports(other.logistician)) == 1


def test_a_shipment_that_never_was_is_not_found(world, lot, on_the_road):
    outcome = confirm(world, replace(hand_over(on_the_road), shipment_id=999_999))
    assert (outcome.state, outcome.code) == (ATTENTION, "not_found")


def test_the_word_of_a_driver_who_was_replaced_reaches_the_office(world, lot, on_the_road):
    other = make_person(Role.DRIVER, world.organisation_id)
    outcome = confirm(world, hand_over(on_the_road), actor=other)
    assert (outcome.state, outcome.code) == (ATTENTION, "not_found")
    assert outcome.shipment_id == on_the_road
    again = field_reports.apply_again(outcome.report_id, actor=world.logistician, at=clock.now())
    assert (again.state, held(world.point_id, lot)) == (APPLIED, 60)


def test_a_driver_who_left_before_the_office_sent_it_off(world, item, lot):
    shipment_id = make_ready(world, (item, 60))
    outcome = confirm(world, hand_over(shipment_id))
    assert (outcome.state, outcome.code) == (ATTENTION, "wrong_status")
    dispatch(world, shipment_id)
    field_reports.apply_again(outcome.report_id, actor=world.logistician, at=clock.now())
    assert held(world.point_id, lot) == 60


def test_tried_again_in_vain_it_still_waits_with_the_new_reason(world, lot, on_the_road):
    outcome = confirm(world, too_much(on_the_road))
    deliver(world, hand_over(on_the_road))
    again = field_reports.apply_again(outcome.report_id, actor=world.logistician, at=clock.now())
    assert (again.state, again.message.split()[0]) == (ATTENTION, "0")


def test_a_report_can_be_dismissed_with_a_reason_and_is_kept(world, lot, on_the_road):
    outcome = confirm(world, too_much(on_the_road))
    with pytest.raises(Invalid):
        field_reports.dismiss(outcome.report_id, reason=" ", actor=world.logistician)
    field_reports.dismiss(outcome.report_id, reason="counted twice", actor=world.logistician)
    report = only_report()
    assert (report.state, report.dismissal) == (FieldReportState.DISMISSED, "counted twice")
    assert report.content["said"]["lines"][0]["good"] == 61
    with pytest.raises(WrongStatus):
        field_reports.apply_again(report.id, actor=world.logistician, at=clock.now())


def test_only_who_settles_the_shipment_may_apply_or_dismiss(world, lot, on_the_road):
    report_id = confirm(world, too_much(on_the_road)).report_id
    with pytest.raises(NotAllowed):
        field_reports.dismiss(report_id, reason="no", actor=world.coordinator)
    with pytest.raises(NotFound):
        field_reports.dismiss(report_id, reason="no", actor=make_world("Other").logistician)
    with pytest.raises(NotFound):
        field_reports.dismiss(999_999, reason="no", actor=world.logistician)


def test_an_applied_report_stays_applied_when_its_delivery_is_undone(world, lot, on_the_road):
    said, key = hand_over(on_the_road), uuid4()
    outcome = confirm(world, said, key=key)
    reversals.undo_delivery(
        outcome.delivery_id, reason="wrong", key=uuid4(), actor=world.logistician, at=clock.now()
    )
    assert confirm(world, said, key=key).state == APPLIED
    assert held(world.point_id, lot) == 0


def test_a_list_of_shipments_says_where_a_phone_waits(world, lot, on_the_road):
    confirm(world, too_much(on_the_road))
    detail = queries.detail(on_the_road, world.logistician)
    assert [report.code for report in detail.reports] == ["more_than_on_the_road"]
    assert db.session.get_one(Shipment, on_the_road).number == detail.number


def test_twenty_lines_take_as_many_statements_as_one(world, statements):
    items = [make_item(f"Item {n}") for n in range(20)]
    for number in items:
        make_stock(world, number, 100)
    counts = []
    for some in (items[:1], items):
        said = hand_over(make_dispatched(world, *((number, 10) for number in some)))
        with statements() as seen:
            confirm(world, said)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 19
