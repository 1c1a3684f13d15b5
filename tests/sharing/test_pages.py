"""The pages and the API of sharing: begin it, change its last day, end it, see both sides."""

from datetime import timedelta

from aidtrack.core import clock
from aidtrack.sharing import queries
from aidtrack.sharing.models import Purpose
from aidtrack.sharing.queries import ShareView
from tests.factories.sharing import make_share
from tests.factories.world import make_world


def test_a_place_is_shared_and_revoked_on_pages(signed_in, world, other):
    browser = signed_in(world.logistician)
    page = f"/places/{world.point_id}"
    assert "No other organisation sees this." in browser.get(page).text
    new = f"/sharing/new/place/{world.point_id}"
    assert f'href="{new}"' in browser.get(page).text
    form = browser.get(new).text
    assert f'value="{other.organisation_id}"' in form
    assert f'value="{world.organisation_id}"' not in form
    empty = browser.post(new, data={})
    assert empty.status_code == 422
    assert "Choose what it is shared for." in empty.text
    until = clock.today() + timedelta(days=30)
    data = {
        "with_organisation_id": other.organisation_id, "purpose": "receive",
        "note": "Blankets until March", "ends_on": until.isoformat(),
    }  # fmt: skip
    shared = browser.post(new, data=data)
    assert shared.status_code == 303
    card = browser.get(page).text
    for words in ("Readers", "to receive here", "Revoke"):
        assert words in card, words
    where = shared.headers["Location"]
    theirs = signed_in(other.coordinator)
    assert "Shared by Lenders" in theirs.get(where).text
    assert "Blankets until March" in theirs.get(page).text
    assert "/revoke" not in theirs.get(where).text
    assert browser.post(f"{where}/revoke").status_code == 303
    assert theirs.get(page).status_code == 404
    assert "Revoked" in theirs.get(where).text
    assert "Revoked" in browser.get(page).text


def test_what_they_see_already_is_not_said_to_begin_now(signed_in, world, other):
    browser, new = signed_in(world.logistician), f"/sharing/new/place/{world.point_id}"
    data = {"with_organisation_id": other.organisation_id, "purpose": "plan"}
    said = "They see it from now on."
    first, again = (
        (each.headers["Location"], said in browser.get(each.headers["Location"]).text)
        for each in (browser.post(new, data=data) for _ in range(2))
    )
    assert (first[1], again[1]) == (True, False)
    assert first[0].split("?")[0] == again[0].split("?")[0]


def test_another_purpose_is_asked_for_at_its_field(signed_in, world, other):
    data = {"with_organisation_id": other.organisation_id, "purpose": "other", "note": " "}
    answer = signed_in(world.admin).post(f"/sharing/new/place/{world.point_id}", data=data)
    assert answer.status_code == 422
    assert "Say what it is shared for." in answer.text


def test_the_last_day_is_changed_on_its_page(signed_in, world, other):
    share_id = make_share(world, "place", world.point_id, other, ends_on=clock.today())
    browser = signed_in(world.admin)
    assert browser.get(f"/sharing/{share_id}/end").status_code == 200
    assert browser.post(f"/sharing/{share_id}/end", data={"ends_on": ""}).status_code == 303
    assert queries.share(share_id, world.admin).ends_on is None
    assert signed_in(other.admin).get(f"/sharing/{share_id}/end").status_code in {403, 404}


def test_nothing_is_said_of_sharing_where_there_is_nobody_to_share_with(signed_in, world):
    assert (
        "Share with a partner" not in signed_in(world.admin).get(f"/places/{world.point_id}").text
    )


def test_a_program_in_the_browser_shares_and_revokes_a_token_only_reads(
    signed_in, api, world, other
):
    program = signed_in(world.logistician)
    body = {
        "record_kind": "place", "record_id": world.point_id, "purpose": "plan",
        "with_organisation_id": other.organisation_id,
    }  # fmt: skip
    assert api(world.logistician).post("/api/v1/shares", json=body).status_code == 403
    made = program.post("/api/v1/shares", json=body)
    assert made.status_code == 201
    assert made.json["with_organisation"].startswith("Readers")
    share_id = made.json["id"]
    refused = program.post("/api/v1/shares", json=body | {"purpose": "receive"})
    assert refused.json["error"]["code"] == "already_shared"
    theirs = api(other.auditor)
    (row,) = theirs.get("/api/v1/shares?view=with_us").json["rows"]
    assert row["id"] == share_id
    revoke = f"/api/v1/shares/{share_id}/revoke"
    assert signed_in(other.admin).post(revoke, json={}).status_code == 403
    ended = program.put(f"/api/v1/shares/{share_id}/end", json={"ends_on": "2030-01-31"})
    assert ended.json["ends_on"] == "2030-01-31"
    assert not program.post(revoke, json={}).json["is_open"]
    assert theirs.get(f"/api/v1/shares/{share_id}").json["revoked_at"]
    assert api(make_world("Third").admin).get(f"/api/v1/shares/{share_id}").status_code == 404


def test_the_list_is_narrowed_to_a_kind(signed_in, world, other):
    make_share(world, "place", world.point_id, other, Purpose.PLAN)
    browser = signed_in(world.admin)
    assert "School 4" in browser.get("/sharing?kind=place").text
    assert "School 4" not in browser.get("/sharing?kind=shipment").text
    assert queries.how_many(world.admin, ShareView.OURS, kind="place", most=9) == 1
