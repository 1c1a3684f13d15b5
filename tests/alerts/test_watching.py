"""What time brings is told once a step: lots that expire, shortages, late trucks, silence."""

from datetime import timedelta

import pytest

from aidtrack.alerts import watching
from aidtrack.alerts.models import AlertKind
from aidtrack.core import clock
from aidtrack.core.db import db, transaction
from aidtrack.identity.permissions import Role
from aidtrack.jobs.models import Job, JobStatus
from aidtrack.stock import minimums
from tests.alerts.told import forget_everything, inbox, receivers
from tests.factories.shipments import confirm, hand_over, make_dispatched
from tests.factories.world import World, make_item, make_person, make_stock, make_world

K = AlertKind


@pytest.fixture
def watch(world, office):
    forget_everything(office())
    return lambda: watching.watch(office())


def told(actor, kind: AlertKind) -> list:
    return [row for row in inbox(actor) if row.kind == kind]


def expiring(world: World, days: int, **more: object) -> int:
    day = clock.today() + timedelta(days=days)
    return make_stock(world, make_item("Milk", has_expiry=True), 48, expires_on=day, **more)


class TestExpiry:
    def test_lots_of_a_site_are_told_together_at_their_step(self, world, watch):
        for days in (30, 60):
            expiring(world, days)
        expiring(world, 200)
        expiring(world, 400)
        expiring(world, -1)
        watch()
        assert sorted(row.title for row in told(world.logistician, K.EXPIRY)) == [
            "1 lot at Osh warehouse expires within 270 days",
            "1 lot at Osh warehouse has expired",
            "2 lots at Osh warehouse expire within 90 days",
        ]

    def test_a_lot_is_told_once_a_step(self, world, watch):
        expiring(world, 60)
        assert watch() > 0
        assert watch() == 0
        expiring(world, 61)
        watch()
        assert [row.title for row in told(world.logistician, K.EXPIRY)] == [
            "1 lot at Osh warehouse expires within 90 days"
        ] * 2

    def test_only_who_may_see_the_stock_there_is_told(self, world, watch):
        elsewhere = make_person(
            Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id
        )
        stranger = make_world("Others")
        expiring(world, 60)
        watch()
        assert receivers(K.EXPIRY) == {world.logistician.user_id, world.coordinator.user_id}
        assert not {elsewhere.user_id, stranger.admin.user_id} & receivers(K.EXPIRY)


class TestMinimum:
    def test_a_shortage_is_told_when_it_begins_and_when_it_begins_again(self, world, watch):
        item = make_item("Soap")
        make_stock(world, item, 10)
        level = {"site_id": world.warehouse_id, "actor": world.logistician}
        minimums.set_minimum(item, 24, **level)
        watch()
        watch()
        (row,) = told(world.logistician, K.MINIMUM)
        assert row.title == "1 item is below its minimum: Osh warehouse"
        assert row.path == f"/stock/minimums?below=1&site_id={world.warehouse_id}"
        assert any("Soap" in x and "24" in x for x in row.lines)
        make_stock(world, item, 100)
        watch()
        minimums.set_minimum(item, 500, **level)
        watch()
        assert len(told(world.logistician, K.MINIMUM)) == 2


class TestTheRoad:
    def on_the_road(self, world: World, **more: object) -> int:
        item = make_item("Soap")
        make_stock(world, item, 10)
        return make_dispatched(world, (item, 10), **more)

    def test_a_late_shipment_is_told_at_both_ends_once(self, world, watch):
        keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
        shipment = self.on_the_road(world, expected_at=clock.now() - timedelta(hours=1))
        watch()
        assert watch() == 0
        assert {keeper.user_id, world.logistician.user_id} <= receivers(K.LATE)
        (row,) = told(keeper, K.LATE)
        assert row.path == f"/shipments/{shipment}"

    def test_one_that_is_not_expected_yet_is_not_late(self, world, watch):
        self.on_the_road(world, expected_at=clock.now() + timedelta(hours=1))
        watch()
        assert not receivers(K.LATE)

    def test_a_phone_that_says_nothing_is_told(self, world, watch, app):
        with clock.telling(clock.now() - timedelta(days=2)):
            self.on_the_road(world)
        watch()
        assert receivers(K.PHONE_SILENT) == {world.logistician.user_id}

    def test_a_phone_that_was_heard_is_not(self, world, watch):
        with clock.telling(clock.now() - timedelta(days=2)):
            quiet, loud = self.on_the_road(world), self.on_the_road(world)
        confirm(world, hand_over(loud))
        watch()
        assert quiet
        assert not receivers(K.PHONE_SILENT)


def test_work_that_failed_or_took_long_is_told_to_who_asked(world, watch):
    now = clock.now()
    took = {"quick": timedelta(seconds=5), "long": timedelta(minutes=5)}
    with transaction():
        for name, time in took.items():
            job = make_job(world, name, JobStatus.DONE)
            job.started_at, job.finished_at = now - time, now
        failed = make_job(world, "failed", JobStatus.FAILED)
        failed.started_at = failed.finished_at = now
        failed.error = {"code": "broken", "message": "It broke."}
    watch()
    assert watch() == 0
    rows = told(world.logistician, K.JOB)
    assert sorted(row.title.partition(":")[0] for row in rows) == ["Done", "Failed"]
    assert receivers(K.JOB) == {world.logistician.user_id}


def make_job(world: World, key: str, status: JobStatus) -> Job:
    job = Job(
        kind="test.work",
        key=key,
        organisation_id=world.organisation_id,
        user_id=world.logistician.user_id,
        user_name="Somebody",
        about={},
        arguments={},
        status=status,
        asked_at=clock.now(),
    )
    db.session.add(job)
    return job
