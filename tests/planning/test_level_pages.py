"""Pages of minimum levels: the list, what is below, setting and taking away."""

from aidtrack.identity.permissions import Role
from aidtrack.stock import minimums
from aidtrack.stock.minimums import MinimumFilter
from tests.factories.world import make_item, make_person, make_stock, make_world


def test_only_what_is_short_is_listed_when_asked(world, signed_in):
    soap, tent = make_item("Soap"), make_item("Tent")
    make_stock(world, tent, 50)
    for item in (soap, tent):
        minimums.set_minimum(item, 24, site_id=world.warehouse_id, actor=world.logistician)
    browser = signed_in(world.logistician)
    everything = browser.get("/stock/minimums").text
    assert "Soap" in everything
    assert "Enough" in everything
    short = browser.get("/stock/minimums?below=1").text
    assert "24 short" in short
    assert "Tent" not in short


def test_a_minimum_is_set_changed_and_taken_away(world, signed_in):
    item, browser = make_item("Soap"), signed_in(world.logistician)
    sent = {"item_id": item, "site_id": world.warehouse_id, "quantity": "1 200"}
    assert browser.post("/stock/minimums/set", data=sent).status_code == 303
    where = f"/stock/minimums/set?item_id={item}&site_id={world.warehouse_id}"
    page = browser.get(where).text
    assert 'value="1200"' in page
    assert "Take the levels away" in page
    browser.post("/stock/minimums/set", data=sent | {"site_id": "", "quantity": "5"})
    rows = minimums.minimums(world.logistician, MinimumFilter()).rows
    assert {(row.site_id, row.quantity) for row in rows} == {
        (world.warehouse_id, 1200),
        (None, 5),
    }
    for row in rows:
        assert browser.post(f"/stock/minimums/{row.id}/remove").status_code == 303
    assert "No level is set" in browser.get("/stock/minimums").text


def test_what_is_wrong_is_said_at_its_field(world, signed_in):
    answer = signed_in(world.logistician).post("/stock/minimums/set", data={"quantity": "0"})
    assert answer.status_code == 422
    assert "This cannot be less than 1." in answer.text


def test_who_works_at_one_site_cannot_speak_for_the_organisation(world, signed_in):
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
    sent = {"item_id": make_item(), "site_id": "", "quantity": "5"}
    answer = signed_in(keeper).post("/stock/minimums/set", data=sent)
    assert answer.status_code == 422
    assert minimums.minimums(world.logistician, MinimumFilter()).rows == []


def test_an_auditor_looks_and_changes_nothing(world, signed_in):
    level = minimums.set_minimum(make_item(), 5, actor=world.logistician)
    auditor = signed_in(world.auditor)
    page = auditor.get("/stock/minimums")
    assert page.status_code == 200
    assert "Change" not in page.text
    assert auditor.get("/stock/minimums/set").status_code == 403
    assert auditor.post(f"/stock/minimums/{level}/remove").status_code == 403


def test_a_strangers_level_does_not_exist(world, signed_in):
    level = minimums.set_minimum(make_item("Soap"), 5, actor=world.logistician)
    stranger = signed_in(make_world("Others").logistician)
    assert "Soap" not in stranger.get("/stock/minimums").text
    assert stranger.post(f"/stock/minimums/{level}/remove").status_code == 404
