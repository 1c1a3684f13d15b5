"""Six browsers with the same code at once: one is let in."""

from datetime import timedelta

import pytest

from aidtrack.core import clock
from aidtrack.core.db import transaction
from aidtrack.core.vault import SECOND_FACTORS, Vault
from aidtrack.signin import codes, passkeys, recovery
from tests.factories.world import make_world
from tests.races import at_once
from tests.signin.factors import OFFICE, set_codes_up

BROWSERS = 6


@pytest.fixture
def person(database):
    return make_world().logistician


def test_a_code_from_the_app_counts_once(app, person):
    code = set_codes_up(app, person).at(clock.now() + timedelta(seconds=30))
    vault = Vault(app.config["SECRET_KEY"], SECOND_FACTORS)

    def use(_number: int) -> None:
        with transaction():
            codes.use(person.user_id, code, vault=vault)

    assert at_once(app, use, BROWSERS) == {"done": 1, "wrong_code": BROWSERS - 1}


def test_a_recovery_code_counts_once(app, person):
    code = recovery.make(office=OFFICE, actor=person)[0]

    def use(_number: int) -> None:
        with transaction():
            recovery.use(person.user_id, code, office=OFFICE, actor=person)

    assert at_once(app, use, BROWSERS) == {"done": 1, "wrong_recovery_code": BROWSERS - 1}


def test_an_answer_to_a_question_counts_once(app, person):
    question = passkeys.new_question()

    def spend(_number: int) -> None:
        with transaction():
            passkeys.spend(question)

    assert at_once(app, spend, BROWSERS) == {"done": 1, "wrong_passkey": BROWSERS - 1}
