"""Saved views: one's own, shared, the default; named anew and deleted; a stranger's."""

import pytest

from aidtrack.core.errors import NotAllowed, NotFound
from aidtrack.identity.permissions import Role
from aidtrack.lists import queries, services
from aidtrack.lists.services import NameTaken, TooManyViews, ViewDetails
from tests.factories.world import make_person, make_world

QUERY = "words=rice&sort=-expires"


def names(actor) -> list[str]:
    return [view.name for view in queries.views("stock", actor)]


def test_a_view_is_saved_found_on_its_list_named_anew_and_deleted(world, signed_in):
    browser = signed_in(world.logistician)
    page = browser.get(f"/stock?{QUERY}&cursor=&no-such=1").text
    assert "/views/new?list=stock&amp;query=words%3Drice%26sort%3D-expires" in page
    sent = {"list": "stock", "query": f"{QUERY}&format=csv&cursor=x", "name": "Rice, last first"}
    answer = browser.post("/views/new", data=sent)
    assert answer.headers["Location"] == f"/stock?{QUERY}"  # The look, not the file.
    page = browser.get(f"/stock?{QUERY}").text
    assert f'<a href="/stock?{QUERY.replace("&", "&amp;")}" aria-current="page">' in page
    (view,) = queries.views("stock", world.logistician)
    assert browser.get(f"/views/{view.id}").status_code == 200
    assert browser.post(f"/views/{view.id}", data={"name": "Rice"}).status_code == 303
    assert names(world.logistician) == ["Rice"]
    assert "Rice" in browser.get("/views").text
    assert browser.post(f"/views/{view.id}/delete").status_code == 303
    assert names(world.logistician) == []
    assert "No saved view yet" in browser.get("/views").text


def test_the_default_opens_with_the_bare_address_only(world, signed_in):
    browser = signed_in(world.logistician)
    details = ViewDetails("Rice", is_default=True)
    services.save("stock", QUERY, details, actor=world.logistician)
    answer = browser.get("/stock")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/stock?{QUERY}")
    everything = browser.get("/stock?all=1")
    assert everything.status_code == 200
    assert 'href="/stock?all=1"' in browser.get("/stock?words=rice").text  # Show everything.
    assert browser.get("/stock?words=").status_code == 200  # A form sent empty, by a button.
    assert signed_in(world.admin).get("/stock").status_code == 200


def test_there_is_one_default_among_ones_own_and_one_among_the_shared(world, signed_in):
    def save(name, **more):
        details = ViewDetails(name, is_default=True, **more)
        services.save("stock", f"words={name}", details, actor=world.logistician)

    save("shared", is_shared=True)
    assert signed_in(world.auditor).get("/stock").headers["Location"] == "/stock?words=shared"
    save("first")
    save("second")
    assert signed_in(world.logistician).get("/stock").headers["Location"] == "/stock?words=second"
    save("newer", is_shared=True)
    views = queries.views("stock", world.logistician)
    assert {view.name for view in views if view.is_default} == {"second", "newer"}
    assert signed_in(world.auditor).get("/stock").headers["Location"] == "/stock?words=newer"


def test_what_is_shared_belongs_to_the_organisation_and_its_office(world, signed_in):
    details = ViewDetails("For all", is_shared=True)
    view = services.save("stock", QUERY, details, actor=world.logistician)
    assert names(world.auditor) == ["For all"]
    with pytest.raises(NotAllowed):
        services.delete(view, actor=world.auditor)
    with pytest.raises(NotAllowed):
        services.save("stock", QUERY, details, actor=world.auditor)
    assert "Share it" not in signed_in(world.auditor).get("/views/new?list=stock").text
    services.change(view, ViewDetails("For everybody", is_shared=True), actor=world.admin)
    assert names(world.auditor) == ["For everybody"]


def test_a_strangers_view_does_not_exist(world, signed_in):
    stranger = make_world("Far away").admin
    colleague = make_person(Role.LOGISTICIAN, world.organisation_id)
    own = services.save("stock", QUERY, ViewDetails("Mine"), actor=world.logistician)
    shared = services.save(
        "stock", QUERY, ViewDetails("Ours", is_shared=True), actor=world.logistician
    )
    for view, actor in ((own, stranger), (shared, stranger), (own, colleague)):
        browser = signed_in(actor)
        assert browser.get(f"/views/{view}").status_code == 404
        assert browser.post(f"/views/{view}", data={"name": "Taken over"}).status_code == 404
        assert browser.post(f"/views/{view}/delete").status_code == 404
        with pytest.raises(NotFound):
            services.change(view, ViewDetails("Taken over"), actor=actor)
    assert names(stranger) == []
    assert names(world.logistician) == ["Mine", "Ours"]


def test_a_name_is_taken_once_and_views_are_few(world, monkeypatch):
    services.save("stock", QUERY, ViewDetails("Mine"), actor=world.logistician)
    with pytest.raises(NameTaken):
        services.save("stock", "", ViewDetails("Mine"), actor=world.logistician)
    services.save("items", "", ViewDetails("Mine"), actor=world.logistician)
    monkeypatch.setattr(services, "VIEWS_MAX", 2)
    with pytest.raises(TooManyViews):
        services.save("stock", "", ViewDetails("Another"), actor=world.logistician)


def test_it_requires_a_list_that_exists_and_signing_in(world, signed_in, client):
    browser = signed_in(world.logistician)
    assert browser.get("/views/new?list=no-such").status_code == 404
    assert client.get("/views").status_code == 303
    assert signed_in(world.driver).get("/views").status_code == 403


def test_a_default_view_does_not_hide_why_a_file_was_refused(world, signed_in):
    details = ViewDetails("Items", is_default=True)
    services.save("imports", "kind=items", details, actor=world.logistician)
    answer = signed_in(world.logistician).post("/imports", data={"kind": "items"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
