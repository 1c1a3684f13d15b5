"""When mail comes: a digest at the person's hour, and never in their quiet hours."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from aidtrack.alerts import queries, sending, services, telling
from aidtrack.alerts.models import AlertKind, Rhythm, Way
from aidtrack.alerts.services import Times
from aidtrack.core.errors import Invalid
from aidtrack.identity.permissions import Role
from tests.alerts.told import forget_everything, inbox, take_roles, wants, works_at
from tests.factories.donations import make_donation
from tests.factories.world import make_item, make_world

K = AlertKind
# The organisation is in Bishkek, six hours before UTC. 1 June 2026 is a Monday.
NINE_THERE = datetime(2026, 6, 1, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def run(office):
    """Everything that the worker does: tell, write digests, send."""

    def once() -> int:
        telling.tell_news(office())
        sending.send_digests(office())
        return sending.send_letters(office()).sent

    return once


@pytest.fixture
def clock(world, mailbox, office):
    forget_everything(office())
    with time_machine.travel(NINE_THERE, tick=False) as clock:
        yield clock


def times(**more: object) -> Times:
    usual = {"rhythm": Rhythm.DAILY, "weekday": 0, "digest_hour": 7}
    return Times(**usual | {"quiet_from": None, "quiet_until": None} | more)


class TestDigest:
    def test_it_comes_once_at_the_persons_hour(self, world, clock, run, mailbox):
        wants(world.coordinator, K.DONATION, Way.DIGEST, times(digest_hour=18))
        wants(world.donor, K.DONATION, Way.INBOX)
        for name in ("Soap", "Tent"):
            make_donation(world, make_item(name), 100)
        assert run() == 0
        clock.move_to(NINE_THERE + 8 * HOUR)
        assert run() == 0, "it is five in the afternoon there"
        clock.move_to(NINE_THERE + 9 * HOUR)
        assert run() == 1
        assert run() == 0

    def test_it_names_everything_in_one_letter(self, world, clock, run, mailbox):
        wants(world.coordinator, K.DONATION, Way.DIGEST)
        wants(world.logistician, K.DONATION, Way.INBOX)
        wants(world.donor, K.DONATION, Way.INBOX)
        for name in ("Soap", "Tent"):
            make_donation(world, make_item(name), 100)
        run()
        clock.shift(24 * HOUR)
        assert run() == 1
        assert mailbox.letters[0]["Subject"] == "4 things you should know"
        assert "Soap" in mailbox.text()
        assert "Tent" in mailbox.text()

    def test_what_was_read_meanwhile_is_not_repeated(self, world, clock, run, mailbox):
        wants(world.coordinator, K.DONATION, Way.DIGEST)
        for person in (world.logistician, world.donor):
            wants(person, K.DONATION, Way.INBOX)
        make_donation(world, make_item("Soap"), 100)
        run()
        services.mark_all_read(inbox(world.coordinator)[0].id, actor=world.coordinator)
        clock.shift(24 * HOUR)
        assert run() == 0

    def test_what_a_role_allowed_goes_with_it(self, world, clock, run, mailbox):
        wants(world.coordinator, K.DONATION, Way.DIGEST)
        for person in (world.logistician, world.donor):
            wants(person, K.DONATION, Way.INBOX)
        make_donation(world, make_item("Soap"), 100)
        run()
        assert queries.unread_count(world.coordinator) == len(inbox(world.coordinator)) == 2
        take_roles(world.coordinator)
        works_at(world.coordinator, Role.COORDINATOR, make_world("Others").organisation_id)
        clock.shift(24 * HOUR)
        run()
        assert not any("Soap" in mailbox.text(each) for each in range(len(mailbox.letters)))
        assert queries.unread_count(world.coordinator) == len(inbox(world.coordinator)) == 0

    def test_a_weekly_one_waits_for_its_day(self, world, clock, run, mailbox):
        weekly = times(rhythm=Rhythm.WEEKLY, weekday=3)
        wants(world.coordinator, K.DONATION, Way.DIGEST, weekly)
        for person in (world.logistician, world.donor):
            wants(person, K.DONATION, Way.INBOX)
        make_donation(world, make_item("Soap"), 100)
        run()
        clock.shift(48 * HOUR)
        assert run() == 0, "Wednesday"
        clock.shift(24 * HOUR)
        assert run() == 1, "Thursday"


class TestQuietHours:
    def test_mail_waits_until_they_end(self, world, clock, run, mailbox):
        wants(world.coordinator, K.DONATION, Way.NOW, times(quiet_from=20, quiet_until=10))
        for person in (world.logistician, world.donor):
            wants(person, K.DONATION, Way.INBOX)
        make_donation(world, make_item("Soap"), 100)
        assert run() == 0, "nine in the morning is quiet"
        assert len(inbox(world.coordinator)) == 2
        clock.shift(HOUR)
        assert run() == 2

    def test_at_other_hours_mail_comes_at_once(self, world, clock, run, mailbox):
        wants(world.coordinator, K.DONATION, Way.NOW, times(quiet_from=20, quiet_until=9))
        make_donation(world, make_item("Soap"), 100)
        assert run() == 2

    def test_they_begin_and_end(self, world):
        with pytest.raises(Invalid):
            services.save_settings({}, times(quiet_from=20), actor=world.driver)
