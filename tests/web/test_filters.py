"""Numbers, money, days, weights and packs as the reader has them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask import g

from aidtrack.core.i18n import _, speaking
from aidtrack.identity.permissions import Actor
from aidtrack.web import filters, pictures, statuses
from aidtrack.web.units import packed

pytestmark = pytest.mark.usefixtures("speaking")


@dataclass
class Pack:
    name: str
    size: int


def test_numbers_are_grouped_as_the_language_has_it():
    assert filters.number(1288000) == "1,288,000"
    with speaking("ru"):
        assert filters.number(1288000) == "1\u202f288\u202f000"
    assert filters.number(None) == "–"


def test_money_has_the_decimals_of_its_currency():
    assert filters.money(123450, "USD") == "$1,234.50"
    assert filters.money(500, "JPY") == "¥500"
    assert filters.money(0, "USD") == "$0.00"
    assert filters.money(None, "USD") == "–"


@pytest.mark.parametrize(
    ("milligrams", "words"),
    [(3_940_000_000, "3,940 kg"), (12_300_000, "12.3 kg"), (400_000, "400 g"), (67, "0.07 g"),
     (0, "0 kg"), (1_000_000, "1 kg"), (None, "unknown")],
)  # fmt: skip
def test_weight(milligrams, words):
    assert filters.weight(milligrams) == words


@pytest.mark.parametrize(
    ("cubic_millimetres", "words"),
    [(21_400_000_000, "21.4 m³"), (100_000_000, "0.1 m³"), (18_000_000, "18 l"), (None, "unknown")],
)
def test_volume(cubic_millimetres, words):
    assert filters.volume(cubic_millimetres) == words


def test_a_share_is_rounded_down_so_that_all_means_all():
    assert filters.percent(999, 1000) == "99%"
    assert filters.percent(0, 0) == "0%"


def test_days_and_moments_are_those_of_the_reader(site):
    moment = datetime(2026, 12, 31, 20, 5, tzinfo=UTC)
    with site.test_request_context():
        g.actor = Actor(1, "Aizada", 1, (), "en", "Asia/Bishkek")
        assert filters.moment(moment).replace("\u00a0", " ") == "1 Jan 2027, 02:05 (UTC+6)"
        assert filters.day(moment).replace("\u00a0", " ") == "1 Jan 2027"
        assert filters.day(date(2026, 12, 31)).replace("\u00a0", " ") == "31 Dec 2026"


def test_a_public_code_is_read_in_groups():
    assert filters.code("ABCDEFGHJK") == "ABCD-EFGH-JK"


def test_packs_and_a_rest():
    split = packed(293, Pack("carton", 24), "piece")
    assert (split.packs, split.pack_name, split.rest, split.unit_name) == (
        12,
        "cartons",
        5,
        "pieces",
    )
    assert packed(293, {"name": "carton", "size": 24}) == split
    assert packed(1, None, "kit").unit_name == "kit"
    assert packed(5, None, "боорсок").unit_name == "боорсок"


def test_a_balance_adds_up_whatever_it_is_given():
    short = pictures.balance(100, [(60, _("delivered"), "ok")])
    assert sum(part.quantity for part in short.parts) == 100
    assert not short.is_balanced
    over = pictures.balance(100, [(120, _("delivered"), "ok")])
    assert sum(part.quantity for part in over.parts) == 100
    assert pictures.balance(0, []).blocks == ()


def test_a_status_speaks_to_its_reader():
    assert str(statuses.badge_of("on_the_road").label) == "On the road"
    assert str(statuses.badge_of("on_the_road", "receiver").label) == "On the way to you"
    assert statuses.badge_of("half_eaten").label == "Half eaten"
