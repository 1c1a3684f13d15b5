"""Saying something about a record, changing it, taking it back; and who may."""

import hashlib
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock, files
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.identity import records
from aidtrack.identity import services as identity
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from aidtrack.remarks import queries, services
from aidtrack.remarks.models import Attachment, EarlierWords, Remark
from aidtrack.remarks.refusals import NotYours, TooMany, Unwelcome
from tests.factories.distributions import hand_out
from tests.factories.donations import make_donation
from tests.factories.shipments import make_dispatched
from tests.factories.world import PASSWORD, actor_of, make_person, make_stock, make_world
from tests.remarks import samples


def how_many(model):
    return db.session.scalar(select(func.count()).select_from(model))


def said(story):
    return [moment.said for moment in story.moments if moment.said]


def test_a_remark_stands_in_the_story_of_its_record(world, shipment, say):
    say("shipment", shipment, "Two pallets are wet.", ("list.pdf", samples.PDF))
    story = queries.story("shipment", shipment, world.logistician)
    (first,) = said(story)
    assert story.moments[0].said is first
    assert (first.words, first.who) == ("Two pallets are wet.", world.logistician.name)
    assert [each.file_name for each in first.attached] == ["list.pdf"]
    assert any(moment.act and moment.act.title == "Left" for moment in story.moments)


def test_the_same_key_says_it_once(shipment, say):
    key = uuid4()
    first = say("shipment", shipment, "Wet.", ("a.pdf", samples.PDF), key=key)
    assert say("shipment", shipment, "Wet.", ("a.pdf", samples.PDF), key=key) == first
    assert (how_many(Remark), how_many(Attachment)) == (1, 1)
    with pytest.raises(KeyReused):
        say("shipment", shipment, "Dry.", key=key)


def test_nothing_at_all_is_no_remark(shipment, say):
    with pytest.raises(Invalid) as refused:
        say("shipment", shipment)
    assert refused.value.field == "words"
    with pytest.raises(Invalid):
        say("shipment", shipment, "x" * (services.WORDS_MAX + 1))


def test_one_bad_file_keeps_everything_out(shipment, say):
    with pytest.raises(Unwelcome) as refused:
        say("shipment", shipment, "Look", ("a.pdf", samples.PDF), ("b.svg", samples.SVG))
    assert refused.value.field == "file"
    assert (how_many(Remark), how_many(Attachment)) == (0, 0)


def test_a_record_has_room_for_so_many_files(shipment, say, monkeypatch):
    monkeypatch.setattr(services, "FILES_PER_RECORD_MAX", 2)
    say("shipment", shipment, "", ("a.pdf", samples.PDF), ("b.pdf", samples.PDF))
    with pytest.raises(TooMany):
        say("shipment", shipment, "", ("c.pdf", samples.PDF))
    assert say("shipment", shipment, "Words still fit.")


def test_what_is_refused_leaves_nothing_on_the_disk(app, shipment, say, monkeypatch):
    key = uuid4()
    monkeypatch.setattr(services, "FILES_PER_RECORD_MAX", 1)
    first = say("shipment", shipment, "", ("a.txt", b"first"), key=key)
    with pytest.raises(TooMany):
        say("shipment", shipment, "", ("b.txt", b"no room"))
    with pytest.raises(KeyReused):
        say("shipment", shipment, "", ("c.txt", b"the key of another"), key=key)
    with pytest.raises(Invalid):
        say("shipment", shipment, "x" * (services.WORDS_MAX + 1), ("d.txt", b"long words"))
    refused = (b"no room", b"the key of another", b"long words")
    assert not any(files.read(hashlib.sha256(each).hexdigest()) for each in refused)
    # The last that fits, sent again, is a repetition and no file too many.
    assert say("shipment", shipment, "", ("a.txt", b"first"), key=key) == first


class TestChanging:
    def test_those_who_audit_see_what_it_said_before(self, world, shipment, say):
        remark = say("shipment", shipment, "Two are wet.")
        services.change(remark, "Three are wet.", actor=world.logistician, at=clock.now())
        services.change(remark, "Three are wet.", actor=world.logistician, at=clock.now())
        (seen,) = said(queries.story("shipment", shipment, world.coordinator))
        assert (seen.words, seen.earlier) == ("Three are wet.", ())
        assert seen.edited_at
        (audited,) = said(queries.story("shipment", shipment, world.auditor))
        assert [each.words for each in audited.earlier] == ["Two are wet."]
        assert how_many(EarlierWords) == 1

    def test_what_was_taken_back_is_for_those_who_audit(self, world, shipment, say):
        remark = say("shipment", shipment, "Call Aigul.", ("a.pdf", samples.PDF))
        services.take_back(remark, actor=world.logistician, at=clock.now())
        (seen,) = said(queries.story("shipment", shipment, world.logistician))
        assert (seen.words, seen.attached, seen.may_change) == ("", (), False)
        assert seen.taken_back_at
        (audited,) = said(queries.story("shipment", shipment, world.auditor))
        assert audited.words == "Call Aigul."
        attachment = audited.attached[0].id
        assert queries.attachment(attachment, world.auditor)
        with pytest.raises(NotFound):
            queries.attachment(attachment, world.logistician)

    def test_taking_back_twice_is_once_and_then_it_cannot_be_changed(self, world, shipment, say):
        remark = say("shipment", shipment, "Call Aigul.")
        for _time in range(2):
            services.take_back(remark, actor=world.logistician, at=clock.now())
        with pytest.raises(WrongStatus):
            services.change(remark, "Other.", actor=world.logistician, at=clock.now())

    def test_a_colleague_may_not(self, world, shipment, say):
        remark = say("shipment", shipment, "Mine.")
        for act in (
            lambda: services.change(remark, "Yours.", actor=world.admin, at=clock.now()),
            lambda: services.take_back(remark, actor=world.admin, at=clock.now()),
        ):
            with pytest.raises(NotYours):
                act()
        assert db.session.scalar(select(Remark.words)) == "Mine."

    def test_words_alone_cannot_become_nothing(self, world, shipment, say):
        alone = say("shipment", shipment, "Words.")
        with pytest.raises(Invalid):
            services.change(alone, "", actor=world.logistician, at=clock.now())
        with_file = say("shipment", shipment, "Caption.", ("a.pdf", samples.PDF))
        services.change(with_file, "", actor=world.logistician, at=clock.now())


class TestWho:
    def test_the_driver_of_a_shipment_reads_and_writes_on_it(self, world, item, lot, say):
        own = make_dispatched(world, (item, 5))
        other = make_person(Role.DRIVER, world.organisation_id)
        foreign = make_dispatched(world, (item, 5), driver_id=other.user_id)
        say("shipment", own, "The bridge is closed.", actor=world.driver)
        assert said(queries.story("shipment", own, world.driver))
        for kind, record_id in (("shipment", foreign), ("item", item), ("lot", lot)):
            with pytest.raises(NotFound):
                say(kind, record_id, "Hello", actor=world.driver)

    def test_an_auditor_reads_only(self, world, shipment, say):
        say("shipment", shipment, "Wet.")
        story = queries.story("shipment", shipment, world.auditor)
        assert said(story)
        assert not story.may_write
        with pytest.raises(NotAllowed):
            say("shipment", shipment, "Me too.", actor=world.auditor)

    def test_nobody_elses_organisation_reads_writes_or_opens_a_file(self, world, item, lot, say):
        stranger = make_world("Other Society").admin
        donation, receipt = make_donation(world, item, 10)
        at_point = make_stock(world, item, 50, place_id=world.point_id)
        distribution = hand_out(world, at_point, 3)
        mine = {
            "donation": donation,
            "goods_receipt": receipt,
            "distribution": distribution,
            "lot": lot,
            "place": world.warehouse_id,
            "partner": world.donor_id,
        }
        for kind, record_id in mine.items():
            remark = say(kind, record_id, "Ours", ("a.pdf", samples.PDF))
            with pytest.raises(NotFound):
                queries.story(kind, record_id, stranger)
            with pytest.raises(NotFound):
                say(kind, record_id, "Theirs", actor=stranger)
            with pytest.raises(NotFound):
                services.take_back(remark, actor=stranger, at=clock.now())
            with pytest.raises(NotFound):
                queries.attachment(attachment_of(remark), stranger)

    def test_on_what_all_share_each_organisation_reads_its_own(self, world, item, say):
        stranger = make_world("Other Society").admin
        for kind, record_id in (("item", item), ("area", world.area_id)):
            remark = say(kind, record_id, "Ours", ("a.pdf", samples.PDF))
            assert said(queries.story(kind, record_id, world.auditor))
            assert not said(queries.story(kind, record_id, stranger))
            with pytest.raises(NotFound):
                queries.attachment(attachment_of(remark), stranger)
            with pytest.raises(NotFound):
                services.change(remark, "Theirs", actor=stranger, at=clock.now())
            say(kind, record_id, "Theirs", actor=stranger)
            assert [each.words for each in said(queries.story(kind, record_id, stranger))] == [
                "Theirs"
            ]

    def test_who_audits_one_organisation_and_writes_for_another(self, world, item, lot, say):
        other = make_world("Other Society")
        both = with_roles(
            RoleAt(Role.AUDITOR, world.organisation_id),
            RoleAt(Role.LOGISTICIAN, other.organisation_id),
        )
        assert both.organisation_id == world.organisation_id
        for kind, record_id in (("item", item), ("area", world.area_id)):
            remark = say(kind, record_id, "Of the other.", actor=both)
            assert db.session.get_one(Remark, remark).organisation_id == other.organisation_id
            assert said(queries.story(kind, record_id, other.auditor))
            assert not said(queries.story(kind, record_id, world.auditor))
        assert not queries.story("lot", lot, both).may_write
        with pytest.raises(NotAllowed):
            say("lot", lot, "Only audited.", actor=both)
        assert say("lot", make_stock(other, item, 5), "Our own.", actor=both)

    def test_who_audits_the_record_sees_what_others_took_back(self, world, shipment, say):
        other = make_world("Other Society")
        both = with_roles(
            RoleAt(Role.LOGISTICIAN, other.organisation_id),
            RoleAt(Role.LOGISTICIAN, world.organisation_id),
        )
        remark = say("shipment", shipment, "Call Aigul.", actor=both)
        assert db.session.get_one(Remark, remark).organisation_id == other.organisation_id
        services.take_back(remark, actor=both, at=clock.now())
        (seen,) = said(queries.story("shipment", shipment, world.auditor))
        assert seen.words == "Call Aigul."

    def test_who_works_at_one_site_writes_there_only(self, world, say):
        here = make_person(
            Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id
        )
        say("place", world.other_warehouse_id, "The gate is broken.", actor=here)
        with pytest.raises((NotFound, NotAllowed)):
            say("place", world.warehouse_id, "So is this.", actor=here)

    @pytest.mark.parametrize("kind", ["shipment", "donation", "lot", "import_run", "nonsense"])
    def test_there_is_nothing_to_say_about_what_is_not_there(self, world, say, kind):
        with pytest.raises(NotFound):
            say(kind, 999_999, "Hello?")
        with pytest.raises(NotFound):
            queries.story(kind, 999_999, world.admin)


def test_every_kind_of_record_is_registered(app):
    assert records.names() == [
        "area", "correction", "distribution", "donation", "goods_receipt", "hold", "import_run",
        "item", "lot", "partner", "place", "recall", "share", "shipment", "stock_count",
        "write_off",
    ]  # fmt: skip


def test_older_moments_follow_page_by_page_each_once(world, shipment, say):
    for number in range(7):
        say("shipment", shipment, f"Remark {number}")
    whole = queries.story("shipment", shipment, world.admin, limit=100)
    pages, cursor = [], None
    while True:
        story = queries.story("shipment", shipment, world.admin, cursor=cursor, limit=3)
        pages += story.moments
        cursor = story.older
        if cursor is None:
            break
    assert [name_of(each) for each in pages] == [name_of(each) for each in whole.moments]
    assert len(said(whole)) == 7
    assert whole.older is None


def test_a_story_takes_the_same_statements_however_long(world, shipment, say, statements):
    counts = []
    for many in (1, 9):
        for _number in range(many):
            remark = say("shipment", shipment, "Wet", ("a.pdf", samples.PDF))
            services.change(remark, "Dry", actor=world.logistician, at=clock.now())
        db.session.rollback()
        with statements() as seen:
            queries.story("shipment", shipment, world.auditor)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6, seen


def with_roles(*roles):
    """Somebody with roles at several organisations, the first of them their own."""
    bosses = [identity.system_actor(role.organisation_id) for role in roles]
    user_id = identity.add_user(
        email=f"{uuid4()}@example.org",
        name="Both",
        password=PASSWORD,
        roles=list(roles),
        actor=replace(bosses[0], grants=sum((each.grants for each in bosses), ())),
    )
    return actor_of(user_id)


def name_of(moment):
    return moment.said.words if moment.said else (moment.act.title, moment.act.at)


def attachment_of(remark):
    return db.session.scalar(select(Attachment.id).where(Attachment.remark_id == remark))
