"""Pages and API of places and new areas."""

import pytest

from aidtrack.places import areas, queries
from aidtrack.places.details import AreaDetails
from aidtrack.places.models import PlaceKind
from tests.factories.world import World, make_item, make_stock, make_world


@pytest.fixture
def other(world) -> World:
    return make_world("Other", "TJ")


FORM = {
    "kind": "distribution_point", "name": "School 7", "code": "SCH-7", "area_id": "Batken",
    "address": "12 Lenin street\nBatken", "phone": "+996 3622", "position": "40.0628, 70.8194",
    "dock_instructions": "Gate 2", "names-0-language": "ru", "names-0-name": "Школа 7",
}  # fmt: skip


def test_a_place_is_opened_read_and_changed_on_pages(signed_in, world):
    browser = signed_in(world.logistician)
    assert browser.get("/places/new").status_code == 200
    added = browser.post("/places/new", data=FORM)
    assert added.status_code == 303
    where = added.headers["Location"]
    page = browser.get(where).text
    for words in ("School 7", "Batken", "KG05000000000", "Gate 2", "40.0628, 70.8194", "Школа 7"):
        assert words in page, words
    form = browser.get(f"{where}/edit").text
    assert 'value="Batken · KG05000000000"' in form
    assert 'value="40.0628, 70.8194"' in form
    changed = {name: value for name, value in FORM.items() if name != "kind"}
    changed |= {"area_id": "Batken · KG05000000000", "name": "School 8"}
    assert browser.post(f"{where}/edit", data=changed).status_code == 303
    (place,) = queries.sites(world.auditor, words="school 8").rows
    assert (place.latitude_e6, place.longitude_e6) == (40_062_800, 70_819_400)
    assert place.area_id == world.area_id


def test_bare_digits_in_a_page_are_a_pcode_before_they_are_a_number(signed_in, world):
    decoy = AreaDetails(pcode=str(world.area_id), name="Khujand", level=1, country="TJ")
    khujand = areas.add(decoy, actor=world.admin)
    browser = signed_in(world.logistician)
    data = FORM | {"area_id": str(world.area_id)}
    assert browser.post("/places/new", data=data).status_code == 303
    (place,) = queries.sites(world.auditor, words="school 7").rows
    assert place.area_id == khujand


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 5000),
        ("name", "\u202eevil"),
        ("kind", "castle"),
        ("kind", "bin"),
        ("area_id", ""),
        ("area_id", "Atlantis"),
        ("area_id", "99999999"),
        ("position", "here"),
        ("position", "91, 0"),
        ("position", "0, 181"),
        ("position", "40.5"),
        ("organisation_id", "999"),
    ],
)
def test_nonsense_is_refused_and_opens_nothing(signed_in, world, field, value):
    answer = signed_in(world.logistician).post("/places/new", data=FORM | {field: value})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert len(queries.sites(world.auditor).rows) == 3


def test_bins_are_pasted_as_a_column(signed_in, world):
    browser = signed_in(world.logistician)
    where = f"/places/{world.warehouse_id}"
    pasted = "B-01\r\n  B-02  \r\n\r\nB-01\nA-01"
    assert browser.post(f"{where}/bins", data={"names": pasted}).status_code == 303
    names = [row.name for row in queries.bins(world.warehouse_id)]
    assert names == ["A-01", "B-01", "B-02"]
    assert "B-02" in browser.get(where).text
    for bad in ("", " \n ", "x" * 41, "y\n" * 15_000):
        answer = browser.post(f"{where}/bins", data={"names": bad})
        assert answer.status_code == 422, bad[:10]


def test_a_bin_has_a_page_that_leads_to_its_warehouse(signed_in, world):
    page = signed_in(world.auditor).get(f"/places/{world.bin_id}").text
    assert "A-01" in page
    assert f"/places/{world.warehouse_id}" in page


def test_closing_is_refused_in_words_while_goods_are_there(signed_in, world):
    make_stock(world, make_item(), 10)
    browser = signed_in(world.logistician)
    answer = browser.post(f"/places/{world.warehouse_id}/close")
    assert answer.status_code == 409
    assert "still holds goods" in answer.text
    assert browser.post(f"/places/{world.other_warehouse_id}/close").status_code == 303
    assert "Bishkek" in browser.get("/places?state=closed").text
    assert browser.post(f"/places/{world.other_warehouse_id}/reopen").status_code == 303


def test_the_list_is_filtered(signed_in, world):
    browser = signed_in(world.auditor)
    page = browser.get(f"/places?kind=distribution_point&area_id={world.area_id}").text
    assert "School 4" in page
    assert "Osh warehouse" not in page
    assert 'value="Batken · KG05000000000"' in page
    assert "Osh warehouse" in browser.get("/places?q=osh&kind=castle&area_id=nowhere").text


def test_an_area_is_added_on_a_page(signed_in, world):
    browser = signed_in(world.logistician)
    assert browser.get("/places/areas/new").status_code == 200
    data = {
        "pcode": " kg 05 214 ", "name": "Kadamjay", "level": "2", "country": "KG",
        "parent_id": "Batken · KG05000000000",
    }  # fmt: skip
    assert browser.post("/places/areas/new", data=data).status_code == 303
    assert queries.area_called("KG05214")
    again = browser.post("/places/areas/new", data=data)
    assert again.status_code == 422
    assert 'id="pcode-error"' in again.text
    for field, value in (("pcode", "К Г"), ("level", "9"), ("country", "ZZ"), ("parent_id", "x")):
        assert browser.post("/places/areas/new", data=data | {field: value}).status_code == 422
    assert signed_in(world.auditor).get("/places/areas/new").status_code == 403


@pytest.mark.parametrize("role", ["driver", "donor"])
def test_drivers_and_donors_see_no_places(signed_in, world, role):
    browser = signed_in(getattr(world, role))
    assert browser.get("/places").status_code == 403
    assert browser.get(f"/places/{world.warehouse_id}").status_code == 403


def test_pages_of_strangers_are_not_found(signed_in, world, other):
    browser = signed_in(other.admin)
    where = f"/places/{world.warehouse_id}"
    assert browser.get(where).status_code == 404
    assert browser.get(f"{where}/edit").status_code == 404
    assert browser.post(f"{where}/close").status_code == 404
    assert browser.post(f"{where}/bins", data={"names": "X"}).status_code == 404


def test_readers_may_not_change(signed_in, world):
    browser = signed_in(world.auditor)
    where = f"/places/{world.warehouse_id}"
    assert "/edit" not in browser.get(where).text
    assert browser.get(f"{where}/edit").status_code == 403
    assert browser.post("/places/new", data=FORM).status_code == 403


def test_programs_keep_places(api, world, other):
    program = api(world.logistician)
    body = {"kind": "warehouse", "name": "Naryn", "position": "41.4,76.0", "area_id": world.area_id}
    made = program.post("/api/v1/places", json=body)
    assert made.status_code == 201, made.json
    where = made.headers["Location"]
    assert (made.json["latitude_e6"], made.json["area"]) == (41_400_000, "Batken")
    assert program.get(where).json == made.json
    with_bins = program.post(f"{where}/bins", json={"names": "A\nB"})
    assert [row["name"] for row in with_bins.json["bins"]] == ["A", "B"]
    assert program.put(where, json={"name": "Naryn hub"}).json["area_id"] is None
    assert program.post(f"{where}/close").json["is_active"] is False
    assert program.post(f"{where}/reopen").json["is_active"] is True
    assert api(other.admin).get(where).status_code == 404
    assert api(world.auditor).put(where, json={"name": "x"}).status_code == 403
    again = program.post("/api/v1/places", json=body | {"name": "Naryn hub"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "name_taken")
    make_stock(world, make_item(), 1)
    held = program.post(f"/api/v1/places/{world.warehouse_id}/close")
    assert (held.status_code, held.json["error"]["code"]) == (409, "holds_goods")


def test_a_program_lists_places_and_areas(api, world):
    program = api(world.auditor)
    rows = program.get("/api/v1/places?kind=distribution_point").json["rows"]
    assert [(row["name"], row["area_pcode"]) for row in rows] == [("School 4", "KG05000000000")]
    choices = program.get("/api/v1/places/area-choices?q=kg05").json["rows"]
    assert choices == [{"id": world.area_id, "label": "Batken · KG05000000000"}]
    assert program.get("/api/v1/places?limit=0").status_code == 422


def test_a_program_adds_an_area(api, world):
    body = {"pcode": "TJ 02", "name": "Sughd", "level": "1", "country": "TJ"}
    made = api(world.logistician).post("/api/v1/places/areas", json=body)
    assert (made.status_code, made.json["label"]) == (201, "Sughd · TJ02")
    again = api(world.logistician).post("/api/v1/places/areas", json=body)
    assert (again.status_code, again.json["error"]["code"]) == (409, "pcode_taken")
    assert api(world.auditor).post("/api/v1/places/areas", json=body).status_code == 403


def test_a_place_of_an_organisation_that_is_not_ones_own_is_refused(api, world, other):
    body = {"kind": "warehouse", "name": "X", "organisation_id": other.organisation_id}
    assert api(world.logistician).post("/api/v1/places", json=body).status_code == 403
    assert len(queries.sites(other.admin, kind=PlaceKind.WAREHOUSE).rows) == 2


def test_an_area_is_named_in_every_language(signed_in, world):
    browser = signed_in(world.admin)
    where = f"/places/areas/{world.area_id}/edit"
    assert "Баткен" in browser.get(where).text
    sent = {"name": "Batken", "names-0-language": "ar", "names-0-name": "باتكين"}
    assert browser.post(where, data=sent).status_code == 303
    assert queries.area(world.area_id).names == {"ar": "باتكين"}
    assert browser.get("/places/areas/999999/edit").status_code == 404


def test_the_names_of_a_site_stand_in_its_form(signed_in, world):
    browser = signed_in(world.admin)
    where = f"/places/{world.warehouse_id}/edit"
    sent = {"name": "Osh", "names-0-language": "ar", "names-0-name": "أوش"}
    assert browser.post(where, data=sent).status_code == 303
    assert 'value="أوش"' in browser.get(where).text
