"""Pages and API of people and organisations."""

import pytest
from sqlalchemy import update

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity import queries
from aidtrack.identity.models import UserSession
from aidtrack.identity.permissions import Role
from aidtrack.identity.sessions import FRESH
from tests.factories.world import make_world

SECRET = "a first password"


def test_an_administrator_adds_a_person_on_a_page(signed_in, world):
    browser = signed_in(world.admin)
    assert browser.get("/people/new").status_code == 200
    answer = browser.post(
        "/people/new",
        data={
            "name": "Nurlan", "email": "nurlan@example.org", "language": "ru",
            "roles-0-role": "logistician", "roles-0-site_id": str(world.warehouse_id),
        },
    )  # fmt: skip
    assert answer.status_code == 307
    page = browser.get(answer.headers["Location"].split("/link")[0]).text
    assert "Nurlan" in page
    assert "Osh warehouse" in page


def test_what_is_wrong_is_said_all_at_once_and_kept(signed_in, world):
    answer = signed_in(world.admin).post(
        "/people/new",
        data={
            "name": "<b>Nurlan</b>",
            "email": "no address",
            "roles-0-role": "donor",
            "language": "en",
        },
    )
    assert answer.status_code == 422
    assert "&lt;b&gt;Nurlan&lt;/b&gt;" in answer.text
    assert "An e-mail address looks like" in answer.text


def test_a_person_without_a_role_is_refused_in_words_of_roles(signed_in, world):
    new = {"name": "Nurlan", "email": "nurlan@example.org", "language": "ru"}
    answer = signed_in(world.admin).post("/people/new", data=new)
    assert answer.status_code == 422
    assert "Roles: Choose at least one role." in answer.text
    assert "line" not in answer.text.split('role="alert"')[1].split("</div>")[0]


def test_the_list_finds_and_filters(signed_in, world):
    page = signed_in(world.admin).get("/people?role=driver").text
    assert "Driver" in page
    assert "coordinator" not in page.split("<tbody>")[1]
    assert signed_in(world.admin).get("/people?role=pope&state=x").status_code == 200


def test_a_role_is_given_and_taken_on_the_page(signed_in, world):
    browser = signed_in(world.admin)
    where = f"/people/{world.driver.user_id}"
    assert browser.post(f"{where}/roles", data={"role": "auditor"}).status_code == 303
    role = queries.person(world.driver.user_id, world.admin).roles[1]
    assert browser.post(f"{where}/roles/{role.id}/take").status_code == 303
    refused = browser.post(f"{where}/roles", data={"role": "donor"})
    assert refused.status_code == 422
    assert "Choose the donor" in refused.text


def test_a_person_is_changed_locked_out_and_let_in(signed_in, world):
    browser = signed_in(world.admin)
    where = f"/people/{world.driver.user_id}"
    assert browser.get(f"{where}/edit").status_code == 200
    assert browser.post(f"{where}/edit", data={"name": "Azamat"}).status_code == 303
    assert browser.post(f"{where}/disable").status_code == 303
    assert "May not sign in" in browser.get(where).text
    assert browser.post(f"{where}/enable").status_code == 303


def test_the_policy_is_a_page(signed_in, world):
    page = signed_in(world.admin).get("/people/roles").text
    assert "Void a paper" in page


@pytest.mark.parametrize("role", ["logistician", "coordinator", "driver", "donor", "auditor"])
@pytest.mark.parametrize("path", ["/people", "/people/new", "/people/1", "/people/roles"])
def test_people_are_for_administrators(signed_in, world, role, path):
    assert signed_in(getattr(world, role)).get(path).status_code == 403


def test_a_stranger_is_not_found(signed_in, world):
    other = make_world("Other", "TJ")
    stranger = other.driver.user_id
    assert signed_in(world.admin).get(f"/people/{stranger}").status_code == 404
    assert signed_in(world.admin).get("/people/999999").status_code == 404
    assert signed_in(world.admin).get(f"/api/v1/people/{stranger}").status_code == 404
    assert signed_in(world.admin).post(f"/api/v1/people/{stranger}/disable").status_code == 404


def test_programs_manage_people(signed_in, world):
    program = signed_in(world.admin)
    made = program.post(
        "/api/v1/people",
        json={
            "name": "Nurlan",
            "email": "nurlan@example.org",
            "password": SECRET,
            "roles": [{"role": "driver"}],
        },
    )
    assert made.status_code == 201, made.json
    where = made.headers["Location"]
    assert "password" not in made.json
    assert program.get(where).json["roles"][0]["role"] == "driver"
    given = program.post(f"{where}/roles", json={"role": "auditor"})
    role_id = given.json["roles"][1]["id"]
    assert len(program.delete(f"{where}/roles/{role_id}").json["roles"]) == 1
    assert program.put(where, json={"name": "N."}).json["name"] == "N."
    assert program.post(f"{where}/disable").json["is_enabled"] is False
    assert program.post(f"{where}/enable").json["is_enabled"] is True
    rows = program.get("/api/v1/people?role=driver&limit=1").json
    assert len(rows["rows"]) == 1
    assert rows["next_cursor"]


def test_the_api_is_no_way_around_a_new_proof(signed_in, world):
    browser = signed_in(world.admin)
    where = f"/api/v1/people/{world.driver.user_id}"
    db.session.execute(update(UserSession).values(proved_at=clock.now() - FRESH))
    db.session.commit()
    for method, path in (
        ("POST", "/api/v1/people"),
        ("POST", f"{where}/roles"),
        ("DELETE", f"{where}/roles/1"),
        ("POST", f"{where}/disable"),
        ("POST", f"{where}/enable"),
    ):
        refused = browser.open(path, method=method, json={})
        assert (refused.status_code, refused.json["error"]["code"]) == (403, "not_fresh"), path


def test_the_api_names_every_wrong_field(signed_in, world):
    answer = signed_in(world.admin).post(
        "/api/v1/people", json={"name": 5, "roles": [{"role": "pope"}], "surname": "x"}
    )
    assert answer.status_code == 422
    fields = {problem["field"] for problem in answer.json["error"]["problems"]}
    assert {"name", "email", "roles[0].role", "surname"} <= fields


@pytest.mark.parametrize("role", ["logistician", "driver", "donor", "auditor"])
def test_the_api_of_people_is_for_administrators(api, world, role):
    program = api(getattr(world, role))
    assert program.get("/api/v1/people").status_code == 403
    assert program.post("/api/v1/people", json={}).status_code == 403


def test_an_administrator_changes_the_organisation(signed_in, world):
    browser = signed_in(world.admin)
    where = f"/organisations/{world.organisation_id}"
    assert browser.get(where).status_code == 200
    assert browser.get(f"{where}/edit").status_code == 200
    data = {
        "name": "Red Crescent Society", "short_name": "RCSK", "country": "KG", "currency": "KGS",
        "time_zone": "Asia/Bishkek", "language": "en", "second_language": "ru", "page_size": "A4",
    }  # fmt: skip
    assert browser.post(f"{where}/edit", data=data).status_code == 303
    found = queries.own_organisation(world.organisation_id, world.admin)
    assert (found.name, found.currency, found.second_language) == (
        "Red Crescent Society",
        "KGS",
        "ru",
    )
    assert "KGS" in browser.get(where).text


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "ZZ"), ("country", "kg"), ("currency", "XXXX"), ("currency", "ABC"),
     ("time_zone", "Mars/Olympus"), ("time_zone", "../etc/passwd"), ("page_size", "A0"),
     ("language", "tlh"), ("name", ""), ("name", "x" * 500)],
)  # fmt: skip
def test_codes_that_nobody_keeps_are_refused(signed_in, world, field, value):
    body = {
        "name": "Red Crescent", "short_name": "RC", "country": "KG", "currency": "KGS",
        "time_zone": "Asia/Bishkek", "language": "en",
    } | {field: value}  # fmt: skip
    answer = signed_in(world.admin).put(f"/api/v1/organisations/{world.organisation_id}", json=body)
    assert answer.status_code == 422
    assert [x["field"] for x in answer.json["error"]["problems"]] == [field]


def test_organisations_are_read_by_who_works_there(api, signed_in, world):
    other = make_world("Other", "TJ")
    program = api(world.auditor)
    (own,) = program.get("/api/v1/organisations").json
    assert own["id"] == world.organisation_id
    assert program.get(f"/api/v1/organisations/{own['id']}").json == own
    assert program.get(f"/api/v1/organisations/{other.organisation_id}").status_code == 404
    assert program.put(f"/api/v1/organisations/{own['id']}", json={}).status_code == 403
    page = signed_in(world.admin).get(f"/organisations/{other.organisation_id}")
    assert page.status_code == 404


def test_two_organisations_cannot_have_one_name(signed_in, world):
    other = make_world("Other", "TJ")
    name = queries.organisation(other.organisation_id).name
    body = {
        "name": name, "short_name": "RC", "country": "KG", "currency": "KGS",
        "time_zone": "Asia/Bishkek", "language": "en",
    }  # fmt: skip
    answer = signed_in(world.admin).put(f"/api/v1/organisations/{world.organisation_id}", json=body)
    assert (answer.status_code, answer.json["error"]["field"]) == (409, "name")


def test_role_words_of_a_page_are_those_of_the_policy(signed_in, world):
    page = signed_in(world.admin).get("/people/roles").text
    assert all(str(role).title() in page for role in Role)
