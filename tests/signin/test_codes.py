"""Codes from an app: confirmed before they count, each taken once, their secret locked."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select, text

from aidtrack.core import clock
from aidtrack.core.db import db, transaction
from aidtrack.core.mail import PostOffice
from aidtrack.core.outbox import Mail
from aidtrack.core.vault import SECOND_FACTORS, Unreadable, Vault
from aidtrack.identity import queries
from aidtrack.signin import codes, factors
from aidtrack.signin.codes import AlreadyOn, WrongCode
from aidtrack.signin.factor_models import CodeApp
from tests.factories.world import make_world

VAULT = Vault("a secret key of tests", SECOND_FACTORS)
OFFICE = PostOffice(server=None, public_url="https://aid.example.org", secret="x", draw=str)
NOON = datetime(2026, 11, 29, 12, 0, 10, tzinfo=UTC)


@pytest.fixture
def person(database):
    return make_world().logistician


@pytest.fixture
def app_of(person):
    """The person's app, confirmed at noon."""
    codes.begin(vault=VAULT, actor=person)
    app = phone(person)
    with clock.telling(NOON):
        codes.confirm(app.at(NOON), vault=VAULT, office=OFFICE, actor=person)
    return app


def phone(person) -> pyotp.TOTP:
    secret = db.session.scalar(select(CodeApp.secret).where(CodeApp.user_id == person.user_id))
    return pyotp.TOTP(VAULT.open(secret))


def take(person, code: str, at: datetime) -> None:
    with clock.telling(at), transaction():
        codes.use(person.user_id, code, vault=VAULT)


def test_codes_count_only_once_a_code_was_right(person):
    codes.begin(vault=VAULT, actor=person)
    assert not factors.factors_of(person.user_id).any
    with pytest.raises(WrongCode):
        codes.confirm("000000", vault=VAULT, office=OFFICE, actor=person)
    assert not factors.factors_of(person.user_id).any
    codes.confirm(phone(person).at(clock.now()), vault=VAULT, office=OFFICE, actor=person)
    assert factors.factors_of(person.user_id).codes


def test_the_picture_and_the_letters_say_the_same_key(person):
    codes.begin(vault=VAULT, actor=person)
    shown = codes.setup(person, "a@example.org", vault=VAULT)
    assert shown.key.replace(" ", "") == phone(person).secret
    assert len(shown.key.split()) == 8
    assert shown.picture.startswith("data:image/svg+xml")


def test_a_code_counts_once(person, app_of):
    later = NOON + timedelta(minutes=5)
    take(person, app_of.at(later), later)
    with pytest.raises(WrongCode):
        take(person, app_of.at(later), later)
    with pytest.raises(WrongCode):
        take(person, app_of.at(NOON), NOON)


def test_an_older_code_is_refused_after_a_newer_one(person, app_of):
    later = NOON + timedelta(minutes=5)
    take(person, app_of.at(later), later)
    with pytest.raises(WrongCode):
        take(person, app_of.at(later - timedelta(seconds=30)), later)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(person, app_of, steps, is_taken):
    later = NOON + timedelta(minutes=5)
    code = app_of.at(later + timedelta(seconds=30 * steps))
    if is_taken:
        take(person, code, later)
    else:
        with pytest.raises(WrongCode):
            take(person, code, later)


def test_digits_of_arabic_and_spaces_are_read(person, app_of):
    later = NOON + timedelta(minutes=5)
    code = app_of.at(later).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    take(person, f" {code[:3]} {code[3:]} ", later)


@pytest.mark.parametrize("nonsense", ["", "12345", "1234567", "abcdef", "²²²²²²", "1" * 5000])
def test_nonsense_is_a_wrong_code(person, app_of, nonsense):
    with pytest.raises(WrongCode):
        take(person, nonsense, NOON + timedelta(minutes=5))


def test_codes_that_are_on_are_not_replaced_unseen(person, app_of):
    with pytest.raises(AlreadyOn):
        codes.begin(vault=VAULT, actor=person)
    with pytest.raises(AlreadyOn):
        codes.confirm(app_of.at(NOON), vault=VAULT, office=OFFICE, actor=person)


def test_the_secret_is_not_in_the_database(person, app_of):
    kept = db.session.execute(text("SELECT secret FROM code_app")).scalar_one()
    assert app_of.secret not in kept
    with pytest.raises(Unreadable):
        Vault("another installation's key", SECOND_FACTORS).open(kept)


def test_switching_on_and_off_is_recorded_and_told(person, app_of):
    codes.switch_off(office=OFFICE, actor=person)
    assert not factors.factors_of(person.user_id).any
    titles = [entry.title for entry in queries.person_history(person.user_id)]
    assert titles[:2] == ["Switched codes from an app off", "Switched codes from an app on"]
    letters = db.session.scalars(select(Mail.subject).order_by(Mail.id)).all()
    assert letters == [
        "Codes from an app are now asked for when you sign in.",
        "Codes from an app are no longer asked for when you sign in.",
    ]
