"""Keeping duties apart: the rule, who may switch it off, and what reports say of that time."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from aidtrack.core import audit
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.documents import services as documents
from aidtrack.identity import duties
from aidtrack.identity.duties import SameHands
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Permission, Role
from tests.factories.donations import make_donation
from tests.factories.reports import issue
from tests.factories.world import make_item, make_person, make_world
from tests.factories.write_offs import switch_off

BEGIN = datetime(2026, 3, 1, 6, tzinfo=UTC)


def expect_another(world, actor, site_id=None):
    duties.expect_another(
        actor,
        Permission.APPROVE_WRITE_OFFS,
        prepared="You counted this yourself.",
        prepared_by_id=world.logistician.user_id,
        organisation_id=world.organisation_id,
        site_id=site_id,
    )


def switch(world, *, keeps_apart, reason="", limit=500_00, actor=None):
    duties.change(
        world.organisation_id,
        keeps_apart=keeps_apart,
        write_off_limit_minor=limit,
        reason=reason,
        actor=actor or world.admin,
    )


def text(paper_id: int) -> str:
    content = documents.pdf(paper_id, seal=lambda: "none", public_url="https://aid.example.org")
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split()
    )


class TestRule:
    def test_another_person_may_approve(self, world):
        expect_another(world, world.admin)

    def test_the_one_who_prepared_it_is_told_whom_to_ask(self, world):
        with pytest.raises(SameHands) as refused:
            expect_another(world, world.logistician)
        assert refused.value.message.startswith("You counted this yourself. Ask ")
        assert f"Ask {world.admin.name} to approve it" in refused.value.message

    def test_three_are_named_those_of_the_site_first(self, world):
        for _number in range(3):
            make_person(Role.LOGISTICIAN, world.organisation_id)
        near = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
        far = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
        with pytest.raises(SameHands) as refused:
            expect_another(world, world.logistician, site_id=world.warehouse_id)
        others = refused.value.facts["others"]
        assert len(others) == 3
        assert others[0] == near.name
        assert far.name not in others

    def test_where_nobody_else_may_it_says_so(self, world):
        alone = make_world("Alone")
        names = duties.who_else_may(
            alone.admin.user_id, Permission.MANAGE_ORGANISATION, alone.organisation_id, None
        )
        assert names == []
        with pytest.raises(SameHands, match="Nobody else"):
            duties.expect_another(
                alone.admin,
                Permission.MANAGE_ORGANISATION,
                prepared="You counted this yourself.",
                prepared_by_id=alone.admin.user_id,
                organisation_id=alone.organisation_id,
            )

    def test_switched_off_one_person_may_do_both(self, world):
        switch_off(world)
        expect_another(world, world.logistician)


class TestSwitch:
    def test_a_new_organisation_keeps_duties_apart(self, world):
        assert duties.keeps_apart(world.organisation_id)
        assert db.session.get_one(Organisation, world.organisation_id).write_off_limit_minor

    def test_to_switch_it_off_takes_a_reason(self, world):
        with pytest.raises(Invalid, match="Say why") as refused:
            switch(world, keeps_apart=False, reason=" ")
        assert refused.value.field == "reason"
        assert duties.keeps_apart(world.organisation_id)

    def test_only_whoever_manages_the_whole_organisation_may(self, world):
        with pytest.raises(NotAllowed):
            switch(world, keeps_apart=False, reason="Alone", actor=world.logistician)
        with pytest.raises(NotFound):
            switch(world, keeps_apart=False, reason="x", actor=make_world("Strangers").admin)

    def test_the_audit_keeps_who_when_and_why(self, world):
        switch_off(world)
        (time,) = duties.periods(world.organisation_id)
        assert (time.who, time.reason) == (world.admin.name, "There is only one of us")
        assert time.until is None
        switch(world, keeps_apart=True)
        (time,) = duties.periods(world.organisation_id)
        assert time.until is not None
        assert duties.alone_now(world.organisation_id) is None

    def test_saying_the_same_again_is_no_act(self, world):
        before = len(audit.history("organisation", world.organisation_id))
        switch(world, keeps_apart=True, reason="No need")
        assert len(audit.history("organisation", world.organisation_id)) == before

    def test_another_limit_is_kept_in_words(self, world):
        switch(world, keeps_apart=True, limit=800_00, reason="Tents cost more now")
        entry = audit.history("organisation", world.organisation_id)[0]
        assert entry.facts["changes"] == {"write_off_limit": ["USD 500.00", "USD 800.00"]}
        assert entry.facts["note"] == "Tents cost more now"

    def test_to_raise_the_limit_takes_a_reason_and_to_lower_it_none(self, world):
        with pytest.raises(Invalid, match="Say why") as refused:
            switch(world, keeps_apart=True, limit=500_01)
        assert refused.value.field == "reason"
        switch(world, keeps_apart=True, limit=499_99)
        kept = db.session.get_one(Organisation, world.organisation_id)
        assert kept.write_off_limit_minor == 499_99


class TestPages:
    def test_the_page_switches_it_off_and_says_since_when(self, world, signed_in):
        browser = signed_in(world.admin)
        url = f"/organisations/{world.organisation_id}/duties"
        form = {"hands": "alone", "reason": "", "write_off_limit": "250.50", "currency": "USD"}
        assert browser.get(url).status_code == 200
        refused = browser.post(url, data=form)
        assert refused.status_code == 422
        assert "Say why one person" in refused.text
        answer = browser.post(url, data=form | {"reason": "Two of us left"})
        assert (answer.status_code, answer.location) == (303, url)
        assert "Two of us left" in browser.get(url).text
        kept = db.session.get_one(Organisation, world.organisation_id)
        assert (kept.keeps_duties_apart, kept.write_off_limit_minor) == (False, 250_50)

    def test_the_currency_of_the_limit_is_the_organisations_own(self, world, signed_in):
        url = f"/organisations/{world.organisation_id}/duties"
        form = {"hands": "apart", "write_off_limit": "250.50", "currency": "JPY"}
        assert signed_in(world.admin).post(url, data=form).status_code == 303

    def test_administrators_and_auditors_see_it_at_home(self, world, signed_in):
        note = "One person may approve alone since"
        assert note not in signed_in(world.admin).get("/home").text
        switch_off(world)
        for person in (world.admin, world.auditor):
            assert note in signed_in(person).get("/home").text
        assert note not in signed_in(world.coordinator).get("/home").text
        assert note in signed_in(world.admin).get(f"/organisations/{world.organisation_id}").text

    def test_others_may_not_open_it_and_strangers_find_nothing(self, world, signed_in):
        url = f"/organisations/{world.organisation_id}/duties"
        assert signed_in(world.logistician).get(url).status_code == 403
        assert signed_in(make_world("Strangers").admin).get(url).status_code == 404


class TestReports:
    def tell(self, world) -> None:
        """One person could approve from the third to the fifth of March."""
        with time_machine.travel(BEGIN, tick=True):
            make_donation(world, make_item(), 10)
        with time_machine.travel(BEGIN + timedelta(days=2), tick=True):
            switch_off(world)
        with time_machine.travel(BEGIN + timedelta(days=4), tick=True):
            switch(world, keeps_apart=True)

    def test_a_report_says_from_when_until_when_it_was_off(self, world):
        self.tell(world)
        with time_machine.travel(BEGIN + timedelta(days=9), tick=True):
            said = text(issue(world))
        assert "one person could approve their own write-offs" in said
        assert "(from 2026-03-03 until 2026-03-05)" in said

    def test_a_report_as_of_an_earlier_day_says_what_held_then(self, world):
        self.tell(world)
        with time_machine.travel(BEGIN + timedelta(days=9), tick=True):
            during = text(issue(world, as_of=(BEGIN + timedelta(days=3)).date()))
            before = text(issue(world, as_of=(BEGIN + timedelta(days=1)).date()))
        assert "(since 2026-03-03)" in during
        assert "could approve their own write-offs" not in before

    def test_it_says_so_in_the_languages_of_the_paper(self, world):
        self.tell(world)
        with time_machine.travel(BEGIN + timedelta(days=9), tick=True):
            said = text(issue(world, languages=("ru", "en")))
        assert "один человек мог сам утвердить" in said
        assert "one person could approve" in said

    def test_a_time_before_the_first_gift_is_left_out(self, world):
        self.tell(world)
        later = make_world("Later")
        with time_machine.travel(BEGIN, tick=True):
            switch_off(later)
        with time_machine.travel(BEGIN + timedelta(days=1), tick=True):
            switch(later, keeps_apart=True)
        with time_machine.travel(BEGIN + timedelta(days=5), tick=True):
            make_donation(later, make_item(), 10)
            assert "could approve their own" not in text(issue(later))

    def test_the_donors_page_says_it_too(self, world, signed_in):
        self.tell(world)
        assert "could approve their own write-offs" in signed_in(world.donor).get("/donor").text
        page = signed_in(world.coordinator).get(f"/reports/donors/{world.donor_id}").text
        assert "could approve their own write-offs" in page
