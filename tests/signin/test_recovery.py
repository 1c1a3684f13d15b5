"""Recovery codes: ten, shown once, kept as slow hashes, each used once and told of."""

import pytest
from sqlalchemy import select

from aidtrack.core.db import db, transaction
from aidtrack.core.mail import PostOffice
from aidtrack.core.outbox import Mail
from aidtrack.identity import queries
from aidtrack.signin import factors, recovery
from aidtrack.signin.factor_models import RecoveryCode
from aidtrack.signin.recovery import WrongRecoveryCode
from tests.factories.world import make_world

OFFICE = PostOffice(server=None, public_url="https://aid.example.org", secret="x", draw=str)


@pytest.fixture
def person(database):
    return make_world().logistician


def take(person, code: str) -> None:
    with transaction():
        recovery.use(person.user_id, code, office=OFFICE, actor=person)


def test_ten_codes_are_made_and_none_is_kept_readable(person):
    made = recovery.make(office=OFFICE, actor=person)
    assert len(set(made)) == 10
    assert recovery.left(person.user_id).count == 10
    for row in db.session.scalars(select(RecoveryCode)):
        assert row.code_hash.startswith("$argon2id$")
        assert not any(code.replace("-", "") in row.code_hash for code in made)


def test_a_code_counts_once_however_it_is_written(person):
    first, second, *_others = recovery.make(office=OFFICE, actor=person)
    take(person, f" {first.lower().replace('-', ' ')} ")
    with pytest.raises(WrongRecoveryCode):
        take(person, first)
    take(person, second)
    assert recovery.left(person.user_id).count == 8


def test_new_codes_void_the_old(person):
    old = recovery.make(office=OFFICE, actor=person)
    new = recovery.make(office=OFFICE, actor=person)
    with pytest.raises(WrongRecoveryCode):
        take(person, old[0])
    take(person, new[0])


@pytest.mark.parametrize("nonsense", ["", "AAAA-BBBB-CCCC", "%", "\x00", "x" * 5000])
def test_nonsense_is_a_wrong_code(person, nonsense):
    recovery.make(office=OFFICE, actor=person)
    with pytest.raises(WrongRecoveryCode):
        take(person, nonsense)


def test_a_code_of_another_person_is_wrong(person, database):
    other = make_world("Others").logistician
    codes = recovery.make(office=OFFICE, actor=other)
    with pytest.raises(WrongRecoveryCode):
        take(person, codes[0])


def test_recovery_codes_alone_are_no_second_factor(person):
    recovery.make(office=OFFICE, actor=person)
    assert not factors.factors_of(person.user_id).any


def test_using_one_is_recorded_and_told_by_mail(person):
    code = recovery.make(office=OFFICE, actor=person)[0]
    take(person, code)
    assert queries.person_history(person.user_id)[0].title == "Used a recovery code"
    newest = db.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert newest.subject == "A recovery code was used to sign in."
    assert code not in newest.body_text
