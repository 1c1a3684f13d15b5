"""The page of parts: for those who build, in every language they can read it in."""

import pytest

from aidtrack.identity.permissions import Role
from tests.factories.world import make_person, make_world


def test_a_stranger_sees_every_part_in_development(client):
    page = client.get("/styleguide")
    assert page.status_code == 200
    assert "Every part on one page" in page.text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ru", "ltr"), ("ar", "rtl")])
def test_it_speaks_every_language(client, language, direction):
    page = client.get("/styleguide", headers={"Accept-Language": language}).text
    assert f'<html lang="{language}" dir="{direction}"' in page
    build = "bootstrap.rtl.min.css" if direction == "rtl" else "bootstrap.min.css"
    assert f"vendor/{build}" in page


def test_who_is_signed_in_sees_the_list_too(app, signed_in):
    world = make_world()
    person = make_person(Role.LOGISTICIAN, world.organisation_id)
    assert "What shall happen with the ticked lots?" in signed_in(person).get("/styleguide").text


def test_it_does_not_exist_in_production(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "IS_PRODUCTION", True)
    assert client.get("/styleguide").status_code == 404
