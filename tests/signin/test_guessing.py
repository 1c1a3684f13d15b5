"""Guessing passwords: slow for those who guess, from however many processes and addresses."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from aidtrack.core import clock, guesses
from aidtrack.core.db import db
from aidtrack.core.outbox import Mail
from aidtrack.identity import queries
from aidtrack.identity.models import User
from aidtrack.signin import guessing
from tests.browsers import ROOT
from tests.factories.world import PASSWORD
from tests.signin.guesser import CODES

PROCESSES = 3
TRIES = 11


def email_of(person) -> str:
    return db.session.get_one(User, person.user_id).email


def guess(client, email: str, password: str = "wrong guess", address: str = "203.0.113.1"):
    data = {"email": email, "password": password}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address})


def guess_much(app, email: str, times: int) -> list[int]:
    """From a new browser and address each time."""
    return [
        guess(app.test_client(), email, address=f"203.0.113.{turn}").status_code
        for turn in range(times)
    ]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_network_of_ipv6_counts_as_one_address(address, place):
    assert guesses.place_of(address) == place


def test_other_addresses_of_one_ipv6_network_bring_no_more_guesses(client):
    network = "2001:db8:1:2"
    told = [
        guess(client, f"nobody{turn}@example.org", address=f"{network}::{turn}").status_code
        for turn in range(11)
    ]
    assert told == [422] * 10 + [429]
    assert guess(client, "nobody@example.org", address="2001:db8:1:3::1").status_code == 422


def test_several_processes_share_what_was_guessed(app, world, test_database):
    environment = os.environ | {
        "DATABASE_URL": test_database.url,
        "SECRET_KEY": app.config["SECRET_KEY"],
    }
    command = [sys.executable, "-m", "tests.signin.guesser", email_of(world.admin)]
    db.session.rollback()
    running = [
        subprocess.Popen(
            [*command, str(number), str(TRIES)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    for process in running:
        process.stdin.close()
        process.stdin = None
    told = [json.loads(process.communicate()[0]) for process in running]
    assert all(process.returncode == 0 for process in running)
    passwords = sum((Counter(each["passwords"]) for each in told), Counter())
    (_hour, most), = guessing.AT_PERSON  # fmt: skip
    assert passwords == {"422": most, "429": PROCESSES * TRIES - most}
    codes = sum((Counter(each["codes"]) for each in told), Counter())
    # A wrong code counts once it was answered: of those under way at that moment, one each.
    assert 10 <= codes["404"] < 10 + PROCESSES
    assert codes["429"] == PROCESSES * CODES - codes["404"]


def test_a_person_guessed_at_is_told_as_if_there_were_none(app, world):
    guess_much(app, email_of(world.admin), 30)
    guess_much(app, "nobody@example.org", 30)
    texts = {
        re.sub(r'value="[^"]*"', "", guess(app.test_client(), email, address="198.51.100.1").text)
        for email in (email_of(world.admin), "nobody@example.org")
    }
    assert len(texts) == 1
    assert "Too many wrong tries. Wait 60 minutes, then try again." in texts.pop()


def test_the_right_password_of_one_guessed_at_waits_too_and_then_opens(app, world):
    email = email_of(world.admin)
    guess_much(app, email, 30)
    assert guess(app.test_client(), email, PASSWORD, "198.51.100.1").status_code == 429
    with clock.telling(clock.now() + timedelta(hours=1, seconds=1)):
        assert guess(app.test_client(), email, PASSWORD, "198.51.100.1").status_code == 303


def test_strangers_cannot_lock_a_person_out_of_their_own_browser(app, client, world):
    email = email_of(world.admin)
    assert guess(client, email, PASSWORD).status_code == 303
    client.post("/sign-out")
    guess_much(app, email, 31)
    assert guess(app.test_client(), email, PASSWORD, "198.51.100.1").status_code == 429
    assert guess(client, email, PASSWORD, "198.51.100.1").status_code == 303


def test_a_browser_known_to_one_person_guesses_at_no_other(app, client, world):
    assert guess(client, email_of(world.driver), PASSWORD).status_code == 303
    client.post("/sign-out")
    guess_much(app, email_of(world.admin), 30)
    answer = guess(client, email_of(world.admin), PASSWORD, "198.51.100.1")
    assert answer.status_code == 429


def test_right_passwords_do_not_count(client, world):
    for _ in range(12):
        assert guess(client, email_of(world.driver), PASSWORD).status_code == 303
    assert guess(client, email_of(world.driver)).status_code == 422


def test_the_person_is_told_once_of_many_wrong_guesses(app, world):
    email = email_of(world.admin)
    guess_much(app, email, 9)
    assert not db.session.scalars(select(Mail)).all()
    guess_much(app, email, 15)
    (letter,) = db.session.scalars(select(Mail))
    assert letter.to_address == email
    assert letter.subject == "Somebody tried to sign in as you"
    assert "/sign-in/forgotten" in letter.body_text
    titles = [entry.title for entry in queries.person_history(world.admin.user_id)]
    assert titles[0] == "Many wrong passwords were tried"


def test_guessing_at_nobody_writes_no_letter(app, world):
    guess_much(app, "nobody@example.org", 15)
    assert not db.session.scalars(select(Mail)).all()


def test_a_present_password_is_not_guessed_through_the_pages_of_an_account(signed_in, world):
    browser = signed_in(world.driver)
    for _ in range(10):
        data = {"again_next": "/", "again_password": "wrong guess"}
        assert browser.post("/sign-in/again", data=data).status_code == 422
    assert browser.post("/sign-in/again", data=data).status_code == 429
    new = "a quite different sentence"
    data = {"old": PASSWORD, "new": new, "again": new}
    assert browser.post("/account/password", data=data).status_code == 429


def test_counts_that_ended_are_swept(app, world):
    guess_much(app, email_of(world.admin), 2)
    assert guesses.forget_old() == 0
    with clock.telling(clock.now() + timedelta(hours=2)):
        assert guesses.forget_old() == 5
    assert not guesses.forget()


def test_what_is_typed_into_the_address_is_not_kept(app, world):
    guess_much(app, "my-password@example.org", 1)
    keys = db.session.scalars(select(guesses.GuessCount.key)).all()
    assert len(keys) == 3
    assert not any("my-password" in key for key in keys)
