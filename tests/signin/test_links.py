"""Links by which people choose a password: invited, or because theirs is forgotten."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.outbox import Mail
from aidtrack.identity import queries, services
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from aidtrack.signin import links
from aidtrack.signin.models import SignInLink
from tests.factories.world import PASSWORD, make_world
from tests.signin.factors import set_codes_up

NEW = "lantern mule harbour"
LINK = re.compile(r"/sign-in/link/[\w-]+")


@pytest.fixture
def with_mail(app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://mail.example.org")


@pytest.fixture
def invited(world) -> int:
    """Someone who was added and has no password yet."""
    return services.add_user(
        email="nurlan@example.org", name="Nurlan", language="ru",
        roles=[RoleAt(Role.LOGISTICIAN, world.organisation_id)], actor=world.admin,
    )  # fmt: skip


def letters() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def link_shown(admin, user_id: int) -> str:
    page = admin.post(f"/people/{user_id}/link", data={"by_hand": "true"}).text
    return LINK.search(page)[0]


def choose(client, link: str, password: str = NEW, language: str = "en"):
    return client.post(link, data={"password": password, "language": language})


def can_sign_in(client, email: str, password: str) -> bool:
    answer = client.post("/sign-in", data={"email": email, "password": password})
    return answer.status_code == 303


def email_of(person) -> str:
    return db.session.get_one(User, person.user_id).email


def test_someone_who_is_added_gets_a_letter_and_chooses_their_password(
    client, signed_in, world, with_mail
):
    admin = signed_in(world.admin)
    new = {"name": "Nurlan", "email": "nurlan@example.org", "language": "ru",
           "roles-0-role": "logistician"}  # fmt: skip
    added = admin.post("/people/new", data=new)
    assert added.status_code == 307  # The browser posts the same again.
    assert admin.post(added.location, data=new).status_code == 303
    (letter,) = letters()
    assert (letter.to_address, letter.language) == ("nurlan@example.org", "ru")
    link = LINK.search(letter.body_text)[0]
    assert "nurlan@example.org" in client.get(link).text
    assert choose(client, link, language="ar").status_code == 303
    assert 'lang="ar"' in client.get("/account").text
    assert can_sign_in(client, "nurlan@example.org", NEW)


def test_without_mail_the_link_is_shown_once_to_pass_on(client, signed_in, world, invited):
    admin = signed_in(world.admin)
    page = admin.post(f"/people/{invited}/link")
    assert page.status_code == 200
    link = LINK.search(page.text)[0]
    assert not LINK.search(admin.get(f"/people/{invited}/link").text)
    assert not letters()
    assert choose(client, link).status_code == 303


def test_a_link_that_was_shown_still_opens_after_a_reload(client, signed_in, world):
    admin = signed_in(world.admin)
    new = {"name": "Nurlan", "email": "nurlan@example.org", "language": "ru",
           "roles-0-role": "logistician"}  # fmt: skip
    added = admin.post("/people/new", data=new)
    link = LINK.search(admin.post(added.location, data=new).text)[0]
    again = admin.post(added.location, data=new)
    assert again.status_code == 303
    assert "shown once already" in admin.get(again.location).text
    assert choose(client, link).status_code == 303


def test_nobody_without_a_password_signs_in(client, invited):
    assert not can_sign_in(client, "nurlan@example.org", "")
    assert not can_sign_in(client, "nurlan@example.org", "None")


def test_an_invitation_opens_once(app, signed_in, world, invited):
    link = link_shown(signed_in(world.admin), invited)
    assert choose(app.test_client(), link).status_code == 303
    again = choose(app.test_client(), link, "another mule harbour")
    assert again.status_code == 410
    assert "It was used, it is too old, or a newer one took its place." in again.text
    assert app.test_client().get(link).status_code == 410
    assert can_sign_in(app.test_client(), "nurlan@example.org", NEW)


def test_looking_at_a_link_does_not_use_it(app, signed_in, world, invited):
    link = link_shown(signed_in(world.admin), invited)
    for _ in range(3):
        assert app.test_client().get(link).status_code == 200
    refused = choose(app.test_client(), link, "short")
    assert refused.status_code == 422
    assert choose(app.test_client(), link).status_code == 303


@pytest.mark.parametrize("after", [{"days": 7, "seconds": 1}])
def test_an_invitation_ends_after_seven_days(client, signed_in, world, invited, after):
    link = link_shown(signed_in(world.admin), invited)
    with clock.telling(clock.now() + timedelta(days=6, hours=23)):
        assert client.get(link).status_code == 200
    with clock.telling(clock.now() + timedelta(**after)):
        assert choose(client, link).status_code == 410


def test_a_newer_link_and_a_cancelled_one_end_it(client, signed_in, world, invited):
    admin = signed_in(world.admin)
    first, second = link_shown(admin, invited), link_shown(admin, invited)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    assert "They were invited" in admin.get(f"/people/{invited}/link").text
    assert admin.post(f"/people/{invited}/link/cancel").status_code == 303
    assert client.get(second).status_code == 410
    titles = [entry.title for entry in queries.person_history(invited)]
    assert titles[:3] == ["Their link was cancelled", "Invited", "Invited"]


def test_whoever_was_locked_out_meanwhile_stays_out(client, signed_in, world, invited):
    link = link_shown(signed_in(world.admin), invited)
    services.disable_user(invited, actor=world.admin)
    assert choose(client, link).status_code == 410
    assert signed_in(world.admin).post(f"/people/{invited}/link").status_code == 422


def test_links_are_kept_as_hashes(signed_in, world, invited):
    secret = link_shown(signed_in(world.admin), invited).rpartition("/")[2]
    row = db.session.query(SignInLink).one()
    assert secret not in vars(row).values()
    assert len(secret) >= 43


def test_a_forgotten_password_is_chosen_anew_and_ends_every_session(app, world, with_mail):
    email = email_of(world.driver)
    elsewhere, client = app.test_client(), app.test_client()
    assert can_sign_in(elsewhere, email, PASSWORD)
    client.post("/sign-in/forgotten", data={"email": email.upper()})
    (letter,) = letters()
    assert letter.subject == "Choose a new password"
    assert choose(client, LINK.search(letter.body_text)[0]).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert not can_sign_in(app.test_client(), email, PASSWORD)
    assert [letter.subject for letter in letters()] == [
        "Choose a new password",
        "Your password was changed",
    ]


def test_a_reset_does_not_go_round_the_second_factor(app, client, world, with_mail):
    set_codes_up(app, world.logistician)
    client.post("/sign-in/forgotten", data={"email": email_of(world.logistician)})
    answer = choose(client, LINK.search(letters()[-1].body_text)[0])
    assert answer.status_code == 303
    assert answer.location != "/"
    assert client.get("/account").status_code == 303


def test_a_reset_ends_after_an_hour(client, world, with_mail):
    client.post("/sign-in/forgotten", data={"email": email_of(world.driver)})
    link = LINK.search(letters()[0].body_text)[0]
    with clock.telling(clock.now() + timedelta(hours=1, seconds=1)):
        assert choose(client, link).status_code == 410


def test_asking_for_nobody_looks_and_costs_the_same(client, world, invited, with_mail, statements):
    """The answer is given before anybody is looked for, so that it cannot tell by its time."""
    answers, sent = [], []
    for email in (email_of(world.driver), "nobody@example.org", "nurlan@example.org"):
        with statements() as seen:
            answer = client.post("/sign-in/forgotten", data={"email": email}, buffered=False)
            sent.append(len(seen))
        answers.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
        answer.close()
    assert len(set(answers)) == 1
    assert len(set(sent)) == 1
    assert [letter.to_address for letter in letters()] == [email_of(world.driver)]


def test_asking_again_and_again_fills_no_mailbox(client, world, with_mail):
    for _ in range(6):
        answer = client.post("/sign-in/forgotten", data={"email": email_of(world.driver)})
        assert "a letter is on its way" in answer.text
    assert len(letters()) == 3


def test_one_place_asks_for_so_many_only(client, world, with_mail):
    for number in range(20):
        client.post("/sign-in/forgotten", data={"email": f"nobody{number}@example.org"})
    answer = client.post("/sign-in/forgotten", data={"email": email_of(world.driver)})
    assert answer.status_code == 429
    assert not letters()


def test_without_mail_nothing_is_asked(client, world):
    page = client.get("/sign-in/forgotten").text
    assert "sends no mail" in page
    client.post("/sign-in/forgotten", data={"email": email_of(world.driver)})
    assert not letters()


def test_an_administrator_lets_someone_choose_a_new_password(client, signed_in, world, with_mail):
    admin = signed_in(world.admin)
    assert admin.post(f"/people/{world.driver.user_id}/link").status_code == 303
    (letter,) = letters()
    assert choose(client, LINK.search(letter.body_text)[0]).status_code == 303


def test_nobody_gives_links_for_people_of_others(signed_in, world):
    other = make_world("Other").admin
    path = f"/people/{world.driver.user_id}/link"
    assert signed_in(other).get(path).status_code == 404
    assert signed_in(other).post(path).status_code == 404
    assert signed_in(other).post(f"{path}/cancel").status_code == 404
    assert signed_in(world.logistician).post(path).status_code == 403
    assert not db.session.query(SignInLink).count()


def test_links_are_not_guessed(client, world, rate_limits):
    for number in range(10):
        assert client.get(f"/sign-in/link/guess-{number}").status_code == 410
    assert client.get("/sign-in/link/guess").status_code == 429


def test_links_that_ended_long_ago_are_forgotten(signed_in, world, invited):
    link_shown(signed_in(world.admin), invited)
    assert links.forget_old() == 0
    with clock.telling(clock.now() + timedelta(days=40)):
        assert links.forget_old() == 1
