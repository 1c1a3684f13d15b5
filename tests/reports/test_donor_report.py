"""The donor's report: it adds up, it says where, how and what went wrong, and for whom."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import msgspec
import pytest
import time_machine
from pypdf import PdfReader
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.distributions import services as distributions
from aidtrack.distributions.counts import People
from aidtrack.documents import services as documents
from aidtrack.documents.layouts.donor_report import DonorReport
from aidtrack.documents.models import Paper
from aidtrack.donations.services import PledgedLine, ReceivedLot
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Role
from aidtrack.partners.models import Partner
from aidtrack.places.models import PlaceKind
from aidtrack.stock import finds, ledger, write_offs
from aidtrack.stock.finds import CameBack
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.models import MovementKind
from tests.factories.distributions import hand_out
from tests.factories.donations import lines_of, make_donation, make_pledge, make_receipt
from tests.factories.reports import issue, lot_of, make_story
from tests.factories.shipments import make_dispatched
from tests.factories.world import (
    World,
    make_donor,
    make_item,
    make_person,
    make_stock,
    make_world,
)


def facts(paper_id: int) -> DonorReport:
    return msgspec.json.decode(db.session.get_one(Paper, paper_id).facts, type=DonorReport)


def text(paper_id: int) -> str:
    content = documents.pdf(paper_id, seal=lambda: "none", public_url="https://aid.example.org")
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_every_unit_of_the_gift_is_somewhere(world):
    make_story(world)
    (gift,) = facts(issue(world)).gifts
    assert (gift.given, gift.in_stock, gift.on_the_road, gift.handed_out) == (100, 42, 10, 30)
    assert (gift.lost_in_transport, gift.lost_in_warehouse, gift.returned) == (10, 3, 5)


def test_what_was_found_is_no_longer_lost(world):
    story = make_story(world)
    lost = db.session.scalars(select(WriteOff).filter_by(stage=PlaceKind.LOST_IN_WAREHOUSE)).one()
    line = write_offs.lines_of(lost)[0]
    finds.find(
        lost.id, [CameBack(line.id, world.bin_id, 2)], note="Behind the racks", key=uuid4(),
        actor=world.logistician, at=clock.now(),
    )  # fmt: skip
    report = facts(issue(world))
    (gift,) = report.gifts
    assert (gift.in_stock, gift.lost_in_warehouse, gift.given) == (44, 1, 100)
    (loss,) = [each for each in report.losses if each.stage == "warehouse"]
    assert (loss.quantity, loss.paper[:3]) == (1, "LR/")
    assert story.lot_id == line.lot_id


def test_it_names_where_it_reached_and_how_it_travelled(world):
    make_story(world)
    report = facts(issue(world))
    (point,) = report.reached
    assert (point.area, point.pcode, point.point) == (("Batken",), "KG05000000000", ("School 4",))
    assert (point.households, point.women, point.items[0].quantity) == (20, 30, 30)
    (journey,) = report.journeys
    assert journey.donation.paper.startswith("DON/KG/")
    assert journey.goods_received.paper.startswith("GRN/KG/")
    assert journey.waybill.paper.startswith("WB/KG/")
    assert journey.waybill.note == "Osh warehouse → School 4"
    assert (journey.delivery.note, journey.delivery.signed_by) == (
        "Thermal blanket 40",
        "Head teacher",
    )
    assert journey.distribution.paper.startswith("DST/KG/")


def test_each_loss_is_told_with_its_stage_cause_value_and_paper(world):
    make_story(world)
    transport, warehouse = facts(issue(world)).losses
    assert (transport.stage, transport.quantity, transport.cause) == ("transport", 10, "Wet")
    assert transport.paper.startswith("WB/KG/")
    assert (transport.value_minor, transport.currency) == (9200, "USD")
    assert (warehouse.stage, warehouse.cause) == ("warehouse", "Damaged: Torn by mice")
    assert warehouse.paper.startswith("LR/KG/")


@pytest.mark.parametrize(("is_claimed", "word"), [(True, "yes"), (False, "no")])
def test_what_came_short_says_whether_it_was_claimed(world, is_claimed, word):
    donation = make_pledge(world, PledgedLine(make_item(), 100, None, 100), currency="USD")
    (line,) = lines_of(donation)
    make_receipt(world, donation, ReceivedLot(line, 100, 94, 2, is_claimed=is_claimed))
    losses = facts(issue(world)).losses
    assert [(x.quantity, x.claim, x.paper[:4]) for x in losses] == [
        (2, word, "LR/K"),
        (4, word, "LR/K"),
    ]


def test_a_convoy_under_way_gives_no_route(world):
    item = make_item()
    make_donation(world, item, 50)
    make_dispatched(world, (item, 20))
    (journey,) = facts(issue(world)).journeys
    assert journey.waybill.paper.startswith("WB/KG/")
    assert (journey.waybill.note, journey.waybill.happened_on, journey.delivery.note) == (
        "", None, "",
    )  # fmt: skip


def test_the_paper_can_be_read(world):
    make_story(world)
    seen = text(issue(world))
    for words in ("Lantern Foundation", "Thermal blanket", "School 4", "Batken", "Wet"):
        assert words in seen
    assert "20" in seen


def test_a_small_group_is_withheld_on_paper(world):
    make_story(world, people=People(households=4, women=6))
    seen = text(issue(world))
    assert "•" in seen


def test_two_languages_stand_side_by_side(world):
    db.session.get_one(Organisation, world.organisation_id).second_language = "ru"
    db.session.commit()
    make_story(world)
    report = facts(issue(world))
    assert report.languages == ("en", "ru")
    assert report.reached[0].area == ("Batken", "Баткен")


def test_a_report_speaks_the_language_of_its_donor(world):
    db.session.get_one(Organisation, world.organisation_id).second_language = "ru"
    db.session.get_one(Partner, world.donor_id).language = "ar"
    db.session.commit()
    make_story(world)
    assert facts(issue(world)).languages == ("ar",)
    assert facts(issue(world, languages=("en", "ar"))).languages == ("en", "ar")


def test_a_past_day_is_told_as_it_was_known_then(world):
    first = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with time_machine.travel(first, tick=True):
        donation, _receipt = make_donation(world, make_item(), 100)
    with time_machine.travel(first + timedelta(days=5), tick=True):
        lot = lot_of(donation)
        carry(world, lot, 10, world.point_id)
        made = hand_out(world, lot, 10)
    with time_machine.travel(first + timedelta(days=9), tick=True):
        distributions.cancel(
            made, reason="Wrong", key=uuid4(), actor=world.logistician, at=clock.now()
        )

    def gift(day: int):
        report = facts(issue(world, as_of=(first + timedelta(days=day)).date()))
        return report.gifts, report.reached

    assert gift(-1) == ((), ())
    assert gift(2)[0][0].handed_out == 0
    assert gift(5)[0][0].handed_out == 10
    assert len(gift(5)[1]) == 1
    assert gift(9)[0][0].handed_out == 0
    assert gift(9)[1] == ()


def test_the_day_ends_where_the_organisation_is(world):
    """18:30 UTC is the next day in Bishkek, six hours ahead."""
    with time_machine.travel(datetime(2026, 3, 1, 18, 30, tzinfo=UTC), tick=True):
        make_donation(world, make_item(), 100)
    with time_machine.travel(datetime(2026, 3, 5, tzinfo=UTC), tick=True):
        before = facts(issue(world, as_of=datetime(2026, 3, 1, tzinfo=UTC).date()))
        after = facts(issue(world, as_of=datetime(2026, 3, 2, tzinfo=UTC).date()))
    assert (before.gifts, len(after.gifts)) == ((), 1)
    assert after.as_of == "2026-03-02 23:59 UTC+6"
    assert after.clock == "recorded"


def carry(world: World, lot_id: int, quantity: int, point_id: int) -> None:
    ledger.post(
        [Transfer(lot_id, world.bin_id, point_id, quantity)],
        kind=MovementKind.DELIVERY,
        source=Source("test", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.admin.user_id,
        occurred_at=clock.now(),
    )


def test_earlier_reports_stay_valid(world):
    make_story(world)
    with time_machine.travel(clock.now() - timedelta(hours=1), tick=True):
        first = issue(world)
    assert issue(world) != first
    assert db.session.get_one(Paper, first).status == "valid"


def test_a_day_told_before_is_the_same_paper(world):
    with time_machine.travel(datetime(2026, 3, 1, 6, tzinfo=UTC), tick=True):
        make_donation(world, make_item(), 100)
    day = datetime(2026, 3, 2, tzinfo=UTC).date()
    assert issue(world, as_of=day) == issue(world, as_of=day)


def test_twice_is_once(world):
    make_donation(world, make_item(), 10)
    key = uuid4()
    assert issue(world, key=key) == issue(world, key=key)


def test_a_day_to_come_is_refused(world):
    with pytest.raises(Invalid, match="not come yet"):
        issue(world, as_of=clock.today() + timedelta(days=2))


def test_a_donor_without_gifts_gets_an_honest_paper(world):
    assert facts(issue(world)).gifts == ()
    assert text(issue(world))


def test_the_office_may_issue_for_any_donor_of_its_own(world):
    assert issue(world, actor=world.coordinator)
    with pytest.raises(NotAllowed):
        issue(world, actor=world.auditor)
    with pytest.raises(NotFound):
        issue(world, actor=make_world().logistician)
    with pytest.raises(NotFound):
        issue(world, actor=world.driver)


def test_one_donor_cannot_have_the_report_of_another(world):
    other = make_donor(world.organisation_id, "Other donor")
    person = make_person(Role.DONOR, world.organisation_id, donor_id=other)
    with pytest.raises(NotFound):
        issue(world, actor=person)
    with pytest.raises(NotFound):
        issue(world, donor_id=other)


def test_goods_of_others_are_not_in_it(world):
    make_stock(world, make_item("Tent"), 10)
    make_story(world)
    assert [gift.item for gift in facts(issue(world)).gifts] == [("Thermal blanket",)]


def test_handed_out_by_another_organisation_it_is_still_traced(world):
    other = make_world("Partner")
    donation, _receipt = make_donation(world, make_item(), 100)
    lot = lot_of(donation)
    carry(world, lot, 30, other.point_id)
    hand_out(other, lot, 20)
    report = facts(issue(world))
    assert (report.gifts[0].handed_out, report.reached[0].households) == (20, 20)


def test_the_statements_do_not_grow_with_the_gifts(world, statements):
    counts = []
    for many in (1, 4):
        for _ in range(many):
            make_story(world)
        db.session.rollback()
        with statements() as seen:
            issue(world)
        counted = len(seen)
        counts.append(counted)
    assert counts[0] == counts[1] <= 20
