"""Who may open what, and what a browser's cookie alone may not do."""

import pytest

from aidtrack.web.access import local_path
from tests.web.site import WHO


def test_a_stranger_is_asked_to_sign_in_and_brought_back(stranger):
    answer = stranger.get("/sent?page=2")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Fsent%3Fpage%3D2")


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://localhost/account?page=2", "/sign-in?next=%2Faccount%3Fpage%3D2"),
        ("http://elsewhere.example/account", "/sign-in?next=%2F"),
        ("http://localhost/nowhere", "/sign-in?next=%2F"),
        ("http://localhost/sign-out", "/sign-in?next=%2F"),
        ("", "/sign-in?next=%2F"),
    ],
)
def test_whoever_was_signed_out_over_a_form_comes_back_to_it(app, came_from, leads_to):
    answer = app.test_client().post("/account", headers={"Referer": came_from})
    assert (answer.status_code, answer.location) == (303, leads_to)


def test_whoever_was_signed_out_over_a_form_is_told_that_it_was_not_saved(app, database):
    browser, said = app.test_client(), "You had been signed out, so this was not saved."
    assert said not in browser.get(browser.get("/account").location).text
    assert said in browser.get(browser.post("/account").location).text


def test_a_program_without_a_token_is_told_so(stranger):
    answer = stranger.get("/api/v1/sent")
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_signed_in")


def test_a_role_without_the_permission_is_refused(stranger):
    page = stranger.get("/sent", headers={WHO: "donor"})
    call = stranger.get("/api/v1/sent", headers={WHO: "donor"})
    assert page.status_code == 403
    assert (call.status_code, call.json["error"]["code"]) == (403, "not_allowed")


def test_navigation_leads_only_where_one_may_go(logistician, stranger):
    assert 'href="/sent"' not in logistician.get("/sent").text
    assert "Partners" not in logistician.get("/more").text  # No such page on this site.
    assert stranger.get("/more").status_code == 303


def test_a_form_without_its_token_is_refused(logistician):
    answer = logistician.post("/send", data={"name": "Osh"})
    assert answer.status_code == 400
    assert "open too long" in answer.text


def test_a_cookie_does_not_let_another_site_use_the_api(logistician):
    logistician.get("/send")
    answer = logistician.post("/api/v1/send", json={})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "forged_request")


@pytest.mark.parametrize("path", ["/stock", "/stock?q=a&cursor=b", "/r/x#y"])
def test_the_way_back_may_be_any_page_of_this_site(path):
    assert local_path(path, "/") == path


@pytest.mark.parametrize(
    "path",
    [None, "", "stock", "//evil.example", "/\\evil.example", "https://evil.example",
     "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "\\/evil.example",
     "///evil.example", "/ /evil.example", "http:/evil.example"],
)  # fmt: skip
def test_the_way_back_never_leads_to_another_site(path):
    assert local_path(path, "/home") == "/home"


def test_choosing_a_language_speaks_it_and_goes_back(logistician):
    token = logistician.get("/send").text.split('name="csrf_token" value="')[1].split('"')[0]
    choice = {"csrf_token": token, "language": "ru", "next": "/sent"}
    answer = logistician.post("/language", data=choice)
    assert (answer.status_code, answer.location) == (303, "/sent")
    assert '<html lang="ru" dir="ltr"' in logistician.get("/sent").text
    away = logistician.post("/language", data=choice | {"next": "//evil.example"})
    assert away.location == "/"


def test_the_front_door_leads_on(stranger, logistician):
    assert "Sign in" in stranger.get("/").text
    answer = logistician.get("/")
    assert (answer.status_code, answer.location) == (303, "/more")
