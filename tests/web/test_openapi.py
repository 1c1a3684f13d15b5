"""The API's description is true, whole and readable."""

import re

from openapi_spec_validator import validate


def description(logistician) -> dict:
    return logistician.get("/api/v1/openapi.json").json


def operation(logistician, path: str, method: str = "post") -> dict:
    return description(logistician)["paths"][path][method]


def body_schema(logistician) -> dict:
    content = operation(logistician, "/api/v1/send")["requestBody"]["content"]
    return content["application/json"]["schema"]


def test_it_is_valid_openapi(logistician):
    validate(description(logistician))


def test_it_has_every_address_of_the_api(site, logistician):
    paths = set(description(logistician)["paths"])
    rules = {x.rule for x in site.url_map.iter_rules() if x.rule.startswith("/api/v1/")}
    assert paths == rules


def test_a_body_has_the_bounds_that_the_form_checks(logistician):
    schema = body_schema(logistician)
    assert schema["required"] == ["name", "lines"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["name"]["maxLength"] == 20
    assert schema["properties"]["kind"]["enum"] == ["air", "road", None]
    assert schema["properties"]["leaves_on"]["format"] == "date"
    lines = schema["properties"]["lines"]
    assert (lines["minItems"], lines["maxItems"]) == (1, 3)
    assert lines["items"]["properties"]["quantity"]["minimum"] == 1
    assert lines["items"]["required"] == ["item_id", "quantity"]


def test_a_repeatable_call_asks_for_its_key_in_the_header(logistician):
    named = {x["name"]: x for x in operation(logistician, "/api/v1/send")["parameters"]}
    assert named["Idempotency-Key"]["required"]
    assert "key" not in body_schema(logistician)["properties"]


def test_a_list_has_its_filters_cursor_and_limit(logistician):
    named = {x["name"] for x in operation(logistician, "/api/v1/sent", "get")["parameters"]}
    assert named == {"q", "cursor", "limit"}


def test_answers_name_every_refusal(logistician):
    assert set(operation(logistician, "/api/v1/send")["responses"]) == {
        "201", "400", "404", "409", "413", "415", "422", "429",
    }  # fmt: skip
    assert {"401", "403"} <= set(operation(logistician, "/api/v1/sent", "get")["responses"])


def test_a_file_is_sent_as_a_form(logistician):
    content = operation(logistician, "/api/v1/file")["requestBody"]["content"]
    assert set(content) == {"multipart/form-data"}


def test_the_manual_shows_the_same_calls(logistician):
    page = logistician.get("/api/docs").text
    assert "/api/v1/send" in page
    assert "Idempotency-Key" in page
    chapter = re.search(r'href="(/api/docs/[^"#]+)#', page)[1]
    assert "Sends goods away." in logistician.get(chapter).text
    assert logistician.get("/api/docs/nothing").status_code == 404


def test_the_whole_product_is_described_validly(client):
    validate(client.get("/api/v1/openapi.json").json)


def test_what_depends_on_the_state_of_a_record_says_that_it_may_be_refused(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert "409" in paths["/api/v1/shipments/{shipment_id}/proposal"]["get"]["responses"]
    assert "409" in paths["/api/v1/places/{place_id}/close"]["post"]["responses"]
    assert "422" in paths["/api/v1/people/{user_id}/disable"]["post"]["responses"]
    assert "409" not in paths["/api/v1/shipments/{shipment_id}"]["get"]["responses"]


def test_a_record_beyond_any_number_is_not_found_whatever_is_asked_of_it(client):
    for method in ("GET", "PUT"):
        answer = client.open(f"/api/v1/people/{10**40}", method=method)
        assert answer.status_code == 404


def test_a_request_that_carries_several_names_the_key_of_each(client):
    description = client.get("/api/v1/openapi.json").json
    body = description["paths"]["/api/v1/field-reports"]["post"]["requestBody"]
    report = body["content"]["application/json"]["schema"]
    if "$ref" in report:
        report = description["components"]["schemas"][report["$ref"].split("/")[-1]]
    one = report["properties"]["reports"]["items"]
    assert "key" in one["properties"]
    assert "key" in one["required"]
