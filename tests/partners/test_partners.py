"""Partners: kept by each organisation for itself, retired and never deleted."""

import pytest

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.identity.permissions import Role
from aidtrack.partners import queries, services
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import NameTaken, PartnerDetails
from tests.factories.world import World, make_donor, make_person, make_world


@pytest.fixture
def other(world) -> World:
    return make_world("Other", "TJ")


def carrier(**more) -> PartnerDetails:
    return PartnerDetails(**({"kind": PartnerKind.CARRIER, "name": "Silk Road Trucks"} | more))


def add(world: World, **more) -> int:
    return services.add_partner(
        carrier(**more), organisation_id=world.organisation_id, actor=world.logistician
    )


def test_a_name_stands_once_for_each_kind_and_organisation(world, other):
    add(world)
    add(world, kind=PartnerKind.SUPPLIER)
    services.add_partner(carrier(), organisation_id=other.organisation_id, actor=other.logistician)
    with pytest.raises(NameTaken) as refused:
        add(world)
    assert refused.value.field == "name"


def test_a_partner_of_others_does_not_exist(world, other):
    stranger = add(world)
    with pytest.raises(NotFound):
        queries.partner(stranger, other.admin)
    with pytest.raises(NotFound):
        services.change_partner(stranger, carrier(name="x"), actor=other.admin)
    with pytest.raises(NotFound):
        services.retire_partner(stranger, actor=other.admin)
    with pytest.raises(NotAllowed):
        services.add_partner(
            carrier(name="x"), organisation_id=world.organisation_id, actor=other.admin
        )
    names = [row.name for row in queries.partners(other.admin).rows]
    assert names == ["Lantern Foundation"]


def test_someone_of_one_site_sees_the_partners_of_its_organisation(world):
    person = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
    assert [row.id for row in queries.partners(person).rows] == [world.donor_id]


def test_the_kind_of_a_partner_stays(world):
    with pytest.raises(Invalid) as refused:
        services.change_partner(world.donor_id, carrier(), actor=world.logistician)
    assert refused.value.field == "kind"


def test_a_retired_partner_is_offered_no_more(world):
    services.retire_partner(world.donor_id, actor=world.logistician)
    assert queries.choices(world.organisation_id, PartnerKind.DONOR) == []
    assert queries.partners(world.logistician).rows == []
    assert len(queries.partners(world.logistician, is_active=False).rows) == 1
    services.restore_partner(world.donor_id, actor=world.logistician)
    assert len(queries.choices(world.organisation_id, PartnerKind.DONOR)) == 1


@pytest.mark.parametrize("role", ["coordinator", "driver", "donor", "auditor"])
def test_only_those_who_keep_lists_change_partners(world, role):
    actor = getattr(world, role)
    with pytest.raises((NotAllowed, NotFound)):
        services.retire_partner(world.donor_id, actor=actor)
    with pytest.raises(NotAllowed):
        services.add_partner(carrier(), organisation_id=world.organisation_id, actor=actor)


def test_history_says_what_became_of_what(world):
    partner_id = add(world)
    services.change_partner(partner_id, carrier(phone="+996 312"), actor=world.admin)
    last, first = queries.partner_history(partner_id)
    assert (first.title, last.detail) == ("Added", "Phone: – → +996 312")


def test_partners_are_read_in_as_many_statements_however_many(world, statements):
    db.session.rollback()
    with statements() as few:
        queries.partners(world.auditor)
    for number in range(8):
        make_donor(world.organisation_id, f"Donor {number}")
    db.session.rollback()
    with statements() as many:
        page = queries.partners(world.auditor, limit=5)
    assert len(few) == len(many)
    assert page.next_cursor


FORM = {"kind": "supplier", "name": "Dastan & Sons <Ltd>", "country": "KG", "phone": "+996 1"}


def test_a_partner_is_added_read_and_changed_on_pages(signed_in, world):
    browser = signed_in(world.logistician)
    assert browser.get("/partners/new").status_code == 200
    added = browser.post("/partners/new", data=FORM)
    assert added.status_code == 303
    where = added.headers["Location"]
    page = browser.get(where).text
    assert "Dastan &amp; Sons &lt;Ltd&gt;" in page
    assert "Kyrgyzstan" in page
    assert "+996 1" in browser.get(f"{where}/edit").text
    assert browser.post(f"{where}/edit", data=FORM | {"country": "TJ"}).status_code == 303
    assert "Tajikistan" in browser.get(where).text
    assert browser.post(f"{where}/retire").status_code == 303
    assert browser.post(f"{where}/restore").status_code == 303


def test_a_donor_leads_to_its_donations(signed_in, world):
    page = signed_in(world.logistician).get(f"/partners/{world.donor_id}").text
    assert "What they gave" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "ghost"), ("kind", ""), ("name", ""), ("name", "x" * 900), ("country", "ZZ"),
     ("email", "no address"), ("name", "a\x07b"), ("phone", "1" * 99)],
)  # fmt: skip
def test_nonsense_is_refused_beside_its_field(signed_in, world, field, value):
    answer = signed_in(world.logistician).post("/partners/new", data=FORM | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_the_list_is_filtered_by_kind_and_name(signed_in, world):
    add(world)
    browser = signed_in(world.auditor)
    page = browser.get("/partners?kind=carrier").text
    assert "Silk Road" in page
    assert "Lantern" not in page
    assert "Lantern" in browser.get("/partners?q=LANT").text
    assert browser.get("/partners?kind=ghost&cursor=").status_code == 200


@pytest.mark.parametrize("role", ["driver", "donor"])
def test_drivers_and_donors_see_no_partners(signed_in, world, role):
    browser = signed_in(getattr(world, role))
    assert browser.get("/partners").status_code == 403
    assert browser.get(f"/partners/{world.donor_id}").status_code == 403


def test_pages_of_strangers_are_not_found(signed_in, world, other):
    browser = signed_in(other.admin)
    for path in ("", "/edit"):
        assert browser.get(f"/partners/{world.donor_id}{path}").status_code == 404
    assert browser.post(f"/partners/{world.donor_id}/retire").status_code == 404


def test_programs_keep_partners(api, world, other):
    program = api(world.logistician)
    body = {"kind": "carrier", "name": "Silk Road", "email": "go@example.org"}
    made = program.post("/api/v1/partners", json=body)
    assert made.status_code == 201, made.json
    where = made.headers["Location"]
    assert program.get(where).json == made.json
    assert program.put(where, json={"name": "Silk"}).json["email"] == ""
    assert program.post(f"{where}/retire").json["is_active"] is False
    assert program.post(f"{where}/restore").json["is_active"] is True
    rows = program.get("/api/v1/partners?kind=carrier").json["rows"]
    assert [row["name"] for row in rows] == ["Silk"]
    assert program.post("/api/v1/partners", json={}).status_code == 422
    assert api(other.admin).get(where).status_code == 404
    assert api(world.auditor).post("/api/v1/partners", json=body).status_code == 403
    again = program.post("/api/v1/partners", json=body | {"name": "Silk"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "name_taken")


def test_a_partner_of_an_organisation_that_is_not_ones_own_is_refused(api, world, other):
    body = {"kind": "carrier", "name": "X", "organisation_id": other.organisation_id}
    assert api(world.logistician).post("/api/v1/partners", json=body).status_code == 403


def test_a_partner_has_names_and_a_language_for_its_reports(signed_in, world):
    browser = signed_in(world.logistician)
    sent = {
        "kind": "donor", "name": "Crescent Fund", "language": "ar",
        "names-0-language": "ar", "names-0-name": "صندوق الهلال",
    }  # fmt: skip
    where = browser.post("/partners/new", data=sent).headers["Location"]
    page = browser.get(where).text
    assert "Arabic" in page
    assert "صندوق الهلال" in page
    form = browser.get(f"{where}/edit").text
    assert 'value="صندوق الهلال"' in form
