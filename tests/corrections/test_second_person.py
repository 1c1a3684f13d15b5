"""Above the limit the donor of goods is put right by another than who wrote down that they came."""

from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.corrections import services
from aidtrack.corrections.models import CorrectionKind
from aidtrack.corrections.plans import Change, Part
from aidtrack.identity import duties
from aidtrack.identity.duties import SameHands
from aidtrack.identity.permissions import Role
from tests.factories.gifts import make_gift
from tests.factories.world import held, make_donor, make_item, make_person

K = CorrectionKind


@pytest.fixture
def other(world):
    """Somebody beside the logistician, who received the goods."""
    return make_person(Role.LOGISTICIAN, world.organisation_id)


def gifts(world, *, value):
    """600 pieces of a gift, each worth so much, and a gift of somebody else: the limit is $500."""
    item = make_item("Soap", unit_value_minor=value, currency="USD" if value else None)
    giver = make_donor(world.organisation_id, "Nordlys")
    return make_gift(world, item, 600), make_gift(world, item, 0, pledged=900, donor_id=giver)


def correct(world, gift, right, actor, quantity=600):
    return services.correct(
        gift.lot_id,
        Change(K.DONOR, (Part(world.bin_id, quantity),), donation_line_id=right.line_id),
        reason="The truck was Nordlys'",
        key=uuid4(),
        actor=actor,
        at=clock.now(),
    )


def take_back(correction_id, actor):
    services.take_back(correction_id, reason="It was not", key=uuid4(), actor=actor, at=clock.now())


@pytest.mark.parametrize("value", [100, None])
def test_above_the_limit_or_of_unknown_value_another_does_it(world, other, value):
    gift, right = gifts(world, value=value)
    with pytest.raises(SameHands, match="these goods came"):
        correct(world, gift, right, world.logistician)
    assert held(world.bin_id, gift.lot_id) == 600
    done = correct(world, gift, right, other)
    assert held(world.bin_id, gift.lot_id) == 0
    with pytest.raises(SameHands):
        take_back(done, world.logistician)
    take_back(done, other)
    assert held(world.bin_id, gift.lot_id) == 600


def test_within_the_limit_one_person_does_it_until_a_day_adds_up(world):
    gift, right = gifts(world, value=100)
    correct(world, gift, right, world.logistician, 300)
    with pytest.raises(SameHands):
        correct(world, gift, right, world.logistician, 300)
    correct(world, gift, right, world.logistician, 200)


def test_an_office_of_one_person_does_it_alone(world):
    gift, right = gifts(world, value=100)
    duties.change(
        world.organisation_id, keeps_apart=False, write_off_limit_minor=50_000,
        reason="One person", actor=world.admin,
    )  # fmt: skip
    correct(world, gift, right, world.logistician)
    assert held(world.bin_id, gift.lot_id) == 0


def test_the_page_says_whom_to_ask(world, signed_in, other):
    gift, right = gifts(world, value=100)
    browser = signed_in(world.logistician)
    said = {
        "key": str(uuid4()),
        "reason": "The truck was Nordlys'",
        "donation_line_id": right.line_id,
        "lines-0-place_id": world.bin_id,
        "lines-0-quantity": "600",
    }
    path = f"/lots/{gift.lot_id}/correct/donor"
    page = browser.post(path, data=said)
    seen = page.text.partition('name="seen" value="')[2].partition('"')[0]
    answer = browser.post(path, data=said | {"seen": seen})
    assert answer.status_code in {409, 422}
    assert "You wrote down yourself" in answer.text
    assert held(world.bin_id, gift.lot_id) == 600
