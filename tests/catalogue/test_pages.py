"""Pages and API of the catalogue."""

import pytest

from aidtrack.catalogue import queries
from tests.factories.world import make_item

FORM = {
    "code": "HSHEBLAN", "name": "Thermal blanket", "category": "Shelter", "base_unit": "piece",
    "weight": "1,5", "weight_unit": "kg", "volume": "8", "volume_unit": "l",
    "unit_value": "12.50", "currency": "EUR", "has_expiry": "true",
    "packs-0-name": "bale", "packs-0-size": "10",
    "names-0-language": "ru", "names-0-name": "Термоодеяло",
}  # fmt: skip


def test_an_item_is_added_read_and_changed_on_pages(signed_in, world):
    browser = signed_in(world.logistician)
    assert browser.get("/items/new").status_code == 200
    added = browser.post("/items/new", data=FORM)
    assert added.status_code == 303
    where = added.headers["Location"]
    page = browser.get(where).text
    for words in ("Thermal blanket", "1.5 kg", "8 l", "€12.50", "Термоодеяло", "HSHEBLAN"):
        assert words in page, words
    item = queries.items(words="hsheblan").rows[0]
    assert (item.weight_mg, item.volume_mm3, item.unit_value_minor) == (1_500_000, 8_000_000, 1250)
    form = browser.get(f"{where}/edit").text
    for value in ('value="1.5"', 'value="12.50"', 'value="Термоодеяло"', 'value="Shelter"'):
        assert value in form, value
    changed = FORM | {"weight": "0", "name": "Warm blanket"}
    del changed["base_unit"]
    assert browser.post(f"{where}/edit", data=changed).status_code == 303
    item = queries.items(words="warm").rows[0]
    assert (item.weight_mg, item.has_expiry, len(item.packs)) == (None, True, 1)


def test_a_list_shows_names_in_the_readers_language(signed_in, world):
    make_item("Blanket", names={"ru": "Одеяло"})
    browser = signed_in(world.auditor)
    browser.post("/language", data={"language": "ru"})
    assert "Одеяло" in browser.get("/items?q=одеяло").text
    assert "/items/new" not in browser.get("/items").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "", "This is needed"),
        ("name", "x" * 5000, "at most 200"),
        ("name", "a\x00b", ""),
        ("weight", "-1", "cannot be negative"),
        ("weight", "heavy", "Enter a number"),
        ("weight", "1e9", "Enter a number"),
        ("weight", "0.0000001", "more exact"),
        ("weight", "999999999", "too much"),
        ("currency", "XXX", "Choose one"),
        ("unit_value", "12.505", "at most 2 decimals"),
        ("unit_value", "-3", "Enter an amount"),
        ("weight_unit", "stone", "Choose one"),
        ("base_unit", "herd", "Choose one"),
        ("packs-0-size", "1", "cannot be less than 2"),
        ("packs-0-name", "", "This is needed"),
        ("names-0-language", "xx", "Choose one"),
        ("names-0-language", "", "Choose the language"),
    ],
)
def test_nonsense_is_refused_beside_its_field(signed_in, world, field, value, sentence):
    answer = signed_in(world.logistician).post("/items/new", data=FORM | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sentence in answer.text
    assert queries.items().rows == []


def test_a_value_needs_its_currency(signed_in, world):
    answer = signed_in(world.logistician).post("/items/new", data=FORM | {"currency": ""})
    assert answer.status_code == 422
    assert "Choose the currency of this value." in answer.text


def test_digits_of_the_readers_script_are_digits(signed_in, world):
    signed_in(world.logistician).post("/items/new", data=FORM | {"volume": "١٢"})
    assert queries.items().rows[0].volume_mm3 == 12_000_000


def test_one_language_has_one_name(signed_in, world):
    data = FORM | {"names-1-language": "ru", "names-1-name": "Одеяло"}
    answer = signed_in(world.logistician).post("/items/new", data=data)
    assert answer.status_code == 422
    assert "This language is here twice." in answer.text


def test_a_taken_code_stands_beside_the_code(signed_in, world):
    browser = signed_in(world.logistician)
    browser.post("/items/new", data=FORM)
    answer = browser.post("/items/new", data=FORM | {"code": " hsheblan "})
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text


def test_an_item_is_retired_and_used_again(signed_in, world):
    item_id = make_item("Tent")
    browser = signed_in(world.logistician)
    assert browser.post(f"/items/{item_id}/retire").status_code == 303
    assert "Tent" not in browser.get("/items").text.split("<main")[1].split("toast")[0]
    assert "Tent" in browser.get("/items?state=retired").text
    assert browser.post(f"/items/{item_id}/restore").status_code == 303


def test_a_pack_is_taken_out_on_the_page(signed_in, world):
    item_id = make_item()
    (pack,) = queries.item(item_id).packs
    browser = signed_in(world.logistician)
    assert browser.post(f"/items/{item_id}/packs/{pack.id}/remove").status_code == 303
    assert "It comes loose." in browser.get(f"/items/{item_id}").text


@pytest.mark.parametrize("role", ["driver", "donor"])
def test_drivers_and_donors_see_no_catalogue(signed_in, world, role):
    item_id = make_item()
    browser = signed_in(getattr(world, role))
    assert browser.get("/items").status_code == 403
    assert browser.get(f"/items/{item_id}").status_code == 403


def test_readers_may_not_change(signed_in, client, world):
    item_id = make_item()
    browser = signed_in(world.auditor)
    assert browser.get(f"/items/{item_id}").status_code == 200
    assert browser.get(f"/items/{item_id}/edit").status_code == 403
    assert browser.post("/items/new", data=FORM).status_code == 403
    assert browser.post(f"/items/{item_id}/retire").status_code == 403
    assert client.get("/items").status_code == 303


def test_a_number_that_no_item_has_is_not_found(signed_in, world):
    browser = signed_in(world.logistician)
    assert browser.get("/items/999").status_code == 404
    assert browser.get("/items/99999999999999999999").status_code == 404


def test_a_forged_form_adds_nothing(signed_in, world, csrf_protection):
    answer = signed_in(world.logistician).post("/items/new", data=FORM)
    assert answer.status_code == 400
    assert queries.items().rows == []


BODY = {
    "code": "WAT-1", "name": "Water tablets", "base_unit": "tablet", "weight": "67",
    "weight_unit": "mg", "names": [{"language": "tg", "name": "Ҳабҳои об"}],
    "packs": [{"name": "carton", "size": 1600}],
}  # fmt: skip


def test_programs_keep_the_catalogue(api, world):
    program = api(world.logistician)
    made = program.post("/api/v1/items", json=BODY)
    assert made.status_code == 201, made.json
    item = made.json
    assert (item["weight_mg"], item["names"], item["base_unit"]) == (
        67,
        {"tg": "Ҳабҳои об"},
        "tablet",
    )
    where = made.headers["Location"]
    assert program.get(where).json == item
    body = {name: value for name, value in BODY.items() if name not in {"base_unit", "packs"}}
    changed = program.put(where, json=body | {"name": "Tablets"}).json
    assert (changed["name"], changed["base_unit"], len(changed["packs"])) == (
        "Tablets",
        "tablet",
        1,
    )
    pack_id = changed["packs"][0]["id"]
    assert program.delete(f"{where}/packs/{pack_id}").json["packs"] == []
    assert program.post(f"{where}/retire").json["is_active"] is False
    assert program.post(f"{where}/restore").json["is_active"] is True
    again = program.post("/api/v1/items", json=BODY)
    assert (again.status_code, again.json["error"]["code"]) == (409, "code_taken")


def test_a_program_lists_and_searches(api, world):
    for name in ("Blanket", "Tent", "Stove"):
        make_item(name)
    program = api(world.auditor)
    first = program.get("/api/v1/items?limit=2").json
    rest = program.get(f"/api/v1/items?limit=2&cursor={first['next_cursor']}").json
    assert [x["name"] for x in first["rows"] + rest["rows"]] == ["Blanket", "Stove", "Tent"]
    (tent,) = program.get("/api/v1/items?q=ten").json["rows"]
    choices = program.get("/api/v1/items/choices?q=ten").json["rows"]
    assert choices == [{"id": tent["id"], "label": f"Tent · {tent['code']}"}]
    assert program.get("/api/v1/items?cursor=nonsense").status_code == 422


def test_a_program_that_may_not_is_told_so(api, client, world):
    assert api(world.auditor).post("/api/v1/items", json=BODY).status_code == 403
    assert api(world.driver).get("/api/v1/items").status_code == 403
    assert client.get("/api/v1/items").status_code == 401


def test_every_wrong_field_is_named(api, world):
    body = {"name": "", "weight": 5, "packs": [{"name": "bale", "size": 1}], "colour": "red"}
    answer = api(world.logistician).post("/api/v1/items", json=body)
    fields = {x["field"] for x in answer.json["error"]["problems"]}
    assert {"code", "name", "weight", "packs[0].size", "colour"} <= fields


def test_a_category_is_named_in_every_language(signed_in, world):
    make_item(category="Shelter")
    browser = signed_in(world.logistician)
    where = f"/items/categories/{queries.categories()[0].id}/edit"
    assert "Shelter" in browser.get(where).text
    sent = {"name": "Shelter", "names-0-language": "ar", "names-0-name": "المأوى"}
    assert browser.post(where, data=sent).status_code == 303
    with browser.session_transaction() as session:
        session["language"] = "ar"
    assert "المأوى" in browser.get("/items/categories").text
    assert queries.category_choices("مأوى") == [(queries.categories()[0].id, "Shelter")]


def test_a_category_keeps_a_name_of_its_own(signed_in, world):
    make_item(category="Shelter")
    make_item(category="Food")
    food = next(x for x in queries.categories() if x.name == "Food")
    refused = signed_in(world.logistician).post(
        f"/items/categories/{food.id}/edit", data={"name": "Shelter"}
    )
    assert refused.status_code == 422
    assert "already a category called Shelter" in refused.text


def test_a_borrowed_name_says_so(signed_in, world):
    item_id = make_item("Blanket", names={"ru": "Одеяло"})
    browser = signed_in(world.logistician)
    seen = {}
    for language in ("en", "ru", "ar"):
        with browser.session_transaction() as session:
            session["language"] = language
        seen[language] = browser.get(f"/items/{item_id}").text
    assert "Blanket" in seen["ar"]
    assert "ليس بلغتك بعد" in seen["ar"]
    assert "ещё не на вашем языке" not in seen["ru"]
    assert "not yet in your language" not in seen["en"]
