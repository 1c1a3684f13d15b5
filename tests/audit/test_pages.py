"""The audit's pages: who did what, from where, before and after, for those who may look."""

import csv
import io

import pytest

from aidtrack.audit import kinds, queries
from aidtrack.audit.queries import Wanted
from aidtrack.core import audit
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db, transaction
from aidtrack.identity import services
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from tests.factories.world import World, make_item, make_stock, make_world

CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture
def page(world, signed_in):
    browser = signed_in(world.auditor)
    return lambda path="/audit": browser.get(path).get_data(as_text=True)


def newest() -> AuditEntry:
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert entry is not None
    return entry


def give_role(world: World) -> None:
    services.assign_role(
        world.driver.user_id,
        RoleAt(Role.LOGISTICIAN, world.organisation_id, world.warehouse_id),
        actor=world.admin,
    )


def test_where_an_act_came_from_is_kept_without_another_statement(
    world, signed_in, statements, app
):
    browser = signed_in(world.admin)
    asked = {"name": "Aida", "phone": "+996 1", "language": "en"}
    with statements() as seen:
        answer = browser.post(
            "/account", data=asked, headers={"User-Agent": CHROME},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )  # fmt: skip
    assert answer.status_code in (200, 303)
    entry = newest()
    assert entry.action == "user.changed"
    assert (entry.channel, entry.address, entry.device) == (
        "browser", "192.0.2.7", "Chrome · Android",
    )  # fmt: skip
    assert entry.session_id is not None
    assert len([each for each in seen if "audit_entry" in each]) == 1
    assert CHROME not in str(vars(entry))


def test_programs_jobs_and_commands_are_told_apart(world, api):
    api(world.admin).post("/api/v1/partners", json={"kind": "donor", "name": "Birch"}, headers={
        "Idempotency-Key": "6f7a1f0e-0d5b-4f7b-9a8e-3b0b6f1d2c3d"
    })  # fmt: skip
    assert newest().channel == "api"
    make_item("From a terminal")
    assert newest().channel == "command_line"
    with audit.coming_from(audit.BY_JOB):
        make_item("By a job")
    assert newest().channel == "job"


def test_an_auditor_reads_before_and_after(world, page):
    services.change_user(world.driver.user_id, name="Bakyt", phone="+996 555", actor=world.admin)
    text = page()
    assert "+996 555" in text
    assert "Phone" in text
    assert world.admin.name in text


def test_changes_to_rights_stand_out_and_have_a_view_of_their_own(world, page):
    give_role(world)
    make_item("Tent")
    text = page("/audit?topic=rights")
    assert "Given a role" in text
    assert "Logistician" in text
    assert "act-rights" in text
    assert ">Tent<" not in text
    assert "act-rights" not in page("/audit?topic=records")


def test_the_list_is_narrowed_by_each_filter(world):
    item_id = make_item("Cooking pot")
    make_stock(world, item_id, 5)
    actor = world.auditor
    every = queries.everything(actor, Wanted(), limit=200).rows
    assert {row.record for row in every if row.kind == "item"} == {"Cooking pot"}

    def found(**wanted):
        return queries.everything(actor, Wanted(**wanted), limit=200).rows

    assert {row.record for row in found(words="cooking")} == {"Cooking pot"}
    assert not found(words="saucepan")
    assert {row.kind for row in found(kind="user")} == {"user"}
    assert {row.topic for row in found(topic="rights")} == {"rights"}
    assert {row.user_id for row in found(user_id=world.admin.user_id)} <= {world.admin.user_id}
    assert not found(before=every[-1].at)
    assert len(found(since=every[-1].at)) == len(every)
    assert not found(channel="phone")


def test_acts_of_another_organisation_do_not_exist(world, page, signed_in):
    other = make_world("Others", "TJ")
    with transaction():
        audit.record(other.admin, "partner.changed", kind="partner", record_id=other.donor_id)
    mine = queries.everything(world.auditor, Wanted(), limit=200).rows
    assert mine
    assert newest().id not in {row.id for row in mine}
    browser = signed_in(world.auditor)
    assert browser.get(f"/audit/partner/{other.donor_id}").status_code == 404
    assert browser.get("/audit/nothing/1").status_code == 404
    assert browser.get(f"/audit/partner/{world.donor_id}").status_code == 200
    assert signed_in(world.logistician).get("/audit").status_code == 403


def test_one_record_shows_everything_that_happened_to_it(world, page, signed_in):
    services.change_user(world.driver.user_id, name="Bakyt", actor=world.admin)
    give_role(world)
    text = page(f"/audit/user/{world.driver.user_id}")
    assert "Given a role" in text
    assert "Bakyt" in text
    opened = signed_in(world.admin).get(f"/places/{world.warehouse_id}").get_data(as_text=True)
    assert f"/audit/place/{world.warehouse_id}" in opened
    without = signed_in(world.logistician).get(f"/places/{world.warehouse_id}")
    assert "/audit/place/" not in without.get_data(as_text=True)


def test_a_record_opens_from_its_story_for_those_who_may(world):
    pages = {
        "place": f"/places/{world.warehouse_id}",
        "site": f"/places/{world.warehouse_id}",
        "retention": f"/organisations/{world.warehouse_id}/retention",
        "remark": "",
        "nothing": "",
    }
    shown = {kind: kinds.shown(kind, world.warehouse_id, world.admin).url for kind in pages}
    assert shown == pages
    assert kinds.shown("retention", world.organisation_id, world.logistician).url == ""


def test_a_long_story_goes_on_over_pages(world, page):
    for number in range(queries.RECORD_ROWS + 5):
        with transaction():
            facts = {"note": f"note-{number}"}
            audit.record(world.admin, "x.changed", kind="thing", record_id=7, facts=facts)
    first = page("/audit/thing/7")
    assert "note-54" in first
    assert "note-4<" not in first
    follow = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "note-4<" in page(follow)


def test_a_file_of_acts_holds_no_formulas(world, signed_in):
    services.change_user(world.driver.user_id, name="=1+1", actor=world.admin)
    answer = signed_in(world.auditor).get("/audit?topic=records&format=csv")
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert lines[0][0] == "Which record"
    assert any("=1+1" in cell for line in lines for cell in line)
    assert not [cell for line in lines for cell in line if cell.startswith("=")]


def test_programs_read_the_audit_page_by_page(world, api):
    program = api(world.auditor)
    first = program.get("/api/v1/audit?limit=2").json
    assert len(first["rows"]) == 2
    second = program.get(f"/api/v1/audit?limit=2&cursor={first['next_cursor']}").json
    assert first["rows"][1]["id"] > second["rows"][0]["id"]
    assert program.get("/api/v1/audit?topic=rights").json["rows"]
    assert api(world.driver).get("/api/v1/audit").status_code == 403


def test_names_take_one_statement_however_many_kinds(world, statements):
    make_stock(world, make_item(), 5)
    with statements() as seen:
        queries.everything(world.auditor, Wanted(), limit=100)
    assert len([each for each in seen if "SELECT" in each]) <= 3


def test_from_where_people_of_others_work_is_not_told(world, page):
    other = make_world("Other")
    came = audit.origin.set(audit.Origin(audit.Channel.BROWSER, "192.0.2.77", "Firefox · Mac"))
    with transaction():
        for actor in (other.logistician, world.logistician):
            audit.record(actor, "place.changed", kind="place", record_id=world.warehouse_id)
    audit.origin.reset(came)
    theirs, ours = (
        queries.of_record("place", world.warehouse_id, world.auditor).rows[position]
        for position in (1, 0)
    )
    assert (theirs.who, theirs.address, theirs.device) == (other.logistician.name, "", "")
    assert (ours.address, ours.device) == ("192.0.2.77", "Firefox · Mac")
    assert page(f"/audit/place/{world.warehouse_id}").count("192.0.2.77") == 1
