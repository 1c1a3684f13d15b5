"""A donor promises goods; the promise changes, is cancelled, closed, opened again."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import audit, clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.donations import choices, queries, services
from aidtrack.donations.models import Donation, DonationStatus
from aidtrack.donations.services import Pledge, PledgedLine, ReceivedLot
from tests.factories.donations import lines_of, make_donation, make_pledge, make_receipt
from tests.factories.world import make_donor, make_item, make_world


def pledge(world, *lines, actor=None, key=None, **more):
    return services.pledge(
        Pledge(**{"donor_id": world.donor_id, "lines": lines, **more}),
        organisation_id=world.organisation_id,
        actor=actor or world.logistician,
        key=key or uuid4(),
        at=clock.now(),
    )


def status(donation_id):
    db.session.expire_all()
    return db.session.get_one(Donation, donation_id).status


def fields(refusal):
    return [problem["field"] for problem in refusal.value.facts["problems"]]


def test_a_promise_gets_a_number_and_keeps_what_was_said(world, item):
    donation_id = pledge(
        world,
        PledgedLine(item, 400, unit_value_minor=650, note="winter"),
        value_minor=260_000,
        currency="EUR",
        grant_reference="LF-7",
        earmark="families with small children",
        earmark_area_id=world.area_id,
        expected_on=date(2030, 1, 2),
        eligible_until=date(2030, 6, 1),
    )
    found = queries.donation(donation_id, world.logistician)
    assert found.number == f"DON/KG/{clock.today().year}/000001"
    assert (found.status, found.donor) == (DonationStatus.PLEDGED, "Lantern Foundation")
    assert (found.value_minor, found.currency) == (260_000, "EUR")
    assert (found.earmark_area, found.earmark_pcode) == ("Batken", "KG05000000000")
    (line,) = found.lines
    assert (line.quantity, line.to_come, line.unit_value_minor) == (400, 400, 650)


def test_without_a_currency_it_is_the_organisations(world, item):
    donation_id = pledge(world, PledgedLine(item, 4))
    assert queries.donation(donation_id, world.logistician).currency == "USD"


def test_the_same_key_writes_it_down_once(world, item, key):
    assert pledge(world, PledgedLine(item, 4), key=key) == pledge(
        world, PledgedLine(item, 4), key=key
    )
    assert db.session.scalar(select(func.count(Donation.id))) == 1
    with pytest.raises(KeyReused):
        pledge(world, PledgedLine(item, 5), key=key)


def test_everything_wrong_is_named_at_once(world, item):
    other = make_item("Other")
    pack_of_other = choices.packs_of_donation([other])[0].id
    with pytest.raises(Invalid) as refusal:
        pledge(
            world,
            PledgedLine(999, 1),
            PledgedLine(item, 0),
            PledgedLine(item, 10**12 + 1),
            PledgedLine(item, 1, pack_id=pack_of_other),
            donor_id=999,
            earmark_area_id=999,
            currency="ABC",
        )
    assert sorted(fields(refusal)) == [
        "currency",
        "donor_id",
        "earmark_area_id",
        "lines-0-item_id",
        "lines-1-quantity",
        "lines-2-quantity",
        "lines-3-pack_id",
    ]
    assert db.session.scalar(select(func.count(Donation.id))) == 0


def test_a_promise_of_nothing_is_refused(world):
    with pytest.raises(Invalid) as refusal:
        pledge(world)
    assert fields(refusal) == ["lines"]


def test_the_donor_of_another_organisation_is_no_donor_here(world, item):
    stranger = make_world("Other Society")
    with pytest.raises(Invalid) as refusal:
        pledge(world, PledgedLine(item, 1), donor_id=stranger.donor_id)
    assert fields(refusal) == ["donor_id"]


def test_a_refused_promise_takes_no_number(world, item):
    with pytest.raises(Invalid):
        pledge(world, PledgedLine(999, 1))
    donation_id = pledge(world, PledgedLine(item, 1))
    assert queries.donation(donation_id, world.logistician).number.endswith("000001")


@pytest.mark.parametrize("who", ["driver", "donor", "auditor"])
def test_others_may_not_write_down_a_promise(world, item, who):
    with pytest.raises(NotAllowed):
        pledge(world, PledgedLine(item, 1), actor=getattr(world, who))


def test_a_promise_takes_the_same_statements_however_long(world, statements):
    items = [make_item(f"Item {n}") for n in range(20)]
    counts = []
    for some in (items[:1], items):
        with statements() as seen:
            pledge(world, *(PledgedLine(each, 10) for each in some))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16


class TestChange:
    def change(self, world, donation_id, *lines, actor=None, **more):
        services.change_pledge(
            donation_id,
            Pledge(**{"donor_id": world.donor_id, "lines": lines, **more}),
            actor=actor or world.logistician,
        )

    def test_lines_are_changed_added_and_taken_away(self, world, item):
        other = make_item("Tent")
        donation_id = pledge(world, PledgedLine(item, 1), PledgedLine(item, 2))
        self.change(world, donation_id, PledgedLine(other, 3), note="new")
        found = queries.donation(donation_id, world.logistician)
        assert [(line.item_id, line.quantity) for line in found.lines] == [(other, 3)]
        self.change(world, donation_id, PledgedLine(other, 3), PledgedLine(item, 4))
        found = queries.donation(donation_id, world.logistician)
        assert [line.quantity for line in found.lines] == [3, 4]
        assert [line.line_number for line in found.lines] == [1, 2]

    def test_it_stays_once_something_came(self, world, item):
        donation_id, _receipt = make_donation(world, item, 10)
        with pytest.raises(WrongStatus):
            self.change(world, donation_id, PledgedLine(item, 3))

    def test_after_an_undone_receipt_only_figures_change(self, world, item):
        donation_id, receipt_id = make_donation(world, item, 10)
        services.undo_receipt(receipt_id, reason="wrong", actor=world.logistician, key=uuid4())
        other = make_donor(world.organisation_id, "Someone else")
        with pytest.raises(Invalid) as refusal:
            self.change(world, donation_id, PledgedLine(make_item("Tent"), 3), donor_id=other)
        assert fields(refusal) == ["donor_id", "lines-0-item_id"]
        self.change(world, donation_id, PledgedLine(item, 12), PledgedLine(item, 1))
        found = queries.donation(donation_id, world.logistician)
        assert [line.quantity for line in found.lines] == [12, 1]
        with pytest.raises(Invalid) as refusal:
            self.change(world, donation_id)
        assert "lines" in fields(refusal)

    def test_a_refused_change_leaves_it_as_it_was(self, world, item):
        donation_id = pledge(world, PledgedLine(item, 7))
        with pytest.raises(Invalid):
            self.change(world, donation_id, PledgedLine(item, 3), PledgedLine(999, 1))
        found = queries.donation(donation_id, world.logistician)
        assert [line.quantity for line in found.lines] == [7]

    def test_a_stranger_finds_nothing_and_a_reader_may_not(self, world, item):
        donation_id = pledge(world, PledgedLine(item, 7))
        stranger = make_world("Other Society").logistician
        with pytest.raises(NotFound):
            self.change(world, donation_id, PledgedLine(item, 3), actor=stranger)
        with pytest.raises(NotAllowed):
            self.change(world, donation_id, PledgedLine(item, 3), actor=world.auditor)


class TestEnds:
    def test_a_promise_is_cancelled_with_a_reason(self, world, item):
        donation_id = make_pledge(world, PledgedLine(item, 5))
        with pytest.raises(Invalid) as refusal:
            services.cancel(donation_id, reason=" ", actor=world.coordinator)
        assert refusal.value.field == "reason"
        services.cancel(donation_id, reason="budget cut", actor=world.coordinator)
        assert status(donation_id) == DonationStatus.CANCELLED
        entry = audit.history("donation", donation_id)[0]
        assert (entry.action, entry.facts) == ("donation.cancelled", {"reason": "budget cut"})

    def test_what_has_come_cannot_be_cancelled(self, world, item):
        donation_id, _receipt = make_donation(world, item, 10)
        with pytest.raises(WrongStatus):
            services.cancel(donation_id, reason="no", actor=world.logistician)

    def test_what_came_whole_is_closed_without_a_reason(self, world, item):
        donation_id, _receipt = make_donation(world, item, 10)
        services.close(donation_id, actor=world.logistician)
        assert status(donation_id) == DonationStatus.CLOSED

    def test_a_rest_that_never_comes_needs_a_reason(self, world, item):
        donation_id = make_pledge(world, PledgedLine(item, 10))
        (line,) = lines_of(donation_id)
        make_receipt(world, donation_id, ReceivedLot(line, 4, 4))
        with pytest.raises(Invalid):
            services.close(donation_id, actor=world.logistician)
        services.close(donation_id, reason="lorry burnt", actor=world.logistician)
        assert status(donation_id) == DonationStatus.CLOSED

    def test_a_promise_of_which_nothing_came_is_not_closed(self, world, item):
        donation_id = make_pledge(world, PledgedLine(item, 10))
        with pytest.raises(WrongStatus):
            services.close(donation_id, reason="never", actor=world.logistician)

    def test_what_was_ended_is_opened_again_as_far_as_it_had_come(self, world, item):
        promised = make_pledge(world, PledgedLine(item, 10))
        services.cancel(promised, reason="no", actor=world.logistician)
        services.reopen(promised, actor=world.logistician)
        assert status(promised) == DonationStatus.PLEDGED
        whole, _receipt = make_donation(world, item, 10)
        services.close(whole, actor=world.logistician)
        services.reopen(whole, actor=world.logistician)
        assert status(whole) == DonationStatus.RECEIVED
        with pytest.raises(WrongStatus):
            services.reopen(whole, actor=world.logistician)

    @pytest.mark.parametrize("end", [services.cancel, services.close])
    def test_strangers_and_readers_end_nothing(self, world, item, end):
        donation_id, _receipt = make_donation(world, item, 10)
        with pytest.raises(NotFound):
            end(donation_id, reason="x", actor=make_world("Other Society").admin)
        with pytest.raises(NotAllowed):
            end(donation_id, reason="x", actor=world.auditor)
