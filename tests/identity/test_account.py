"""One's own account: name, language, password and tokens."""

import pytest

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.identity import queries, services
from aidtrack.identity.models import User
from tests.factories.world import PASSWORD

NEW = "quite another secret"


def test_name_phone_and_language_are_ones_own(signed_in, world):
    browser = signed_in(world.driver)
    data = {"name": "Aigul", "phone": "+996 555", "language": "ru"}
    assert browser.post("/account", data=data).status_code == 303
    assert '<html lang="ru"' in browser.get("/account").text
    account = queries.account(world.driver)
    assert (account.name, account.phone, account.language) == ("Aigul", "+996 555", "ru")


def test_an_unknown_language_is_refused(signed_in, world):
    answer = signed_in(world.driver).post("/account", data={"name": "A", "language": "xx"})
    assert answer.status_code == 422
    with pytest.raises(Invalid):
        services.choose_language("xx", actor=world.driver)


def test_a_changed_password_signs_other_devices_out_and_this_one_not(signed_in, world):
    here, elsewhere = signed_in(world.driver), signed_in(world.driver)
    data = {"old": PASSWORD, "new": NEW}
    assert here.post("/account/password", data=data).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    email = db.session.get_one(User, world.driver.user_id).email
    assert services.check_password(email, NEW).id == world.driver.user_id


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("wrong", NEW, "present password is not right"),
        (PASSWORD, "brief-one", "at least 10"),
        (PASSWORD, "password123", "words or passwords that many people use"),
        (PASSWORD, "aaaaaaaaaaaa", "repeats the same letters"),
    ],
)
def test_a_password_is_refused_with_the_reason(signed_in, world, old, new, sentence):
    data = {"old": old, "new": new}
    answer = signed_in(world.driver).post("/account/password", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert new not in answer.text


def test_signing_out_elsewhere_leaves_this_device(signed_in, world):
    here, elsewhere = signed_in(world.driver), signed_in(world.driver)
    assert here.post("/account/sign-out-elsewhere").status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


@pytest.mark.parametrize("path", ["/account", "/account/password", "/account/tokens"])
def test_an_account_needs_someone_signed_in(client, world, path):
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")
