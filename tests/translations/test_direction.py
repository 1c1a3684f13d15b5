"""Sentences keep their order whichever way their facts run; digits are Latin everywhere."""

from datetime import UTC, date, datetime

import pytest
from markupsafe import Markup

from aidtrack.core.i18n import (
    _,
    apart,
    first_weekday,
    is_borrowed,
    isolated,
    lazy,
    listed,
    name_in,
    script_of,
    speaking,
)
from aidtrack.lists.sheets import plain
from aidtrack.web import filters

APART, TOGETHER = "\u2068", "\u2069"


@pytest.fixture(autouse=True)
def on_a_page(app):
    with app.test_request_context():
        yield


def test_a_foreign_name_in_an_arabic_sentence_stands_apart():
    with speaking("ar"):
        assert _("From %(place)s", place="Osh (KG)") == f"من {APART}Osh (KG){TOGETHER}"
        assert str(lazy("From %(place)s", place="Osh")) == f"من {APART}Osh{TOGETHER}"
        assert _("From %(place)s", place="12") == "من 12"


def test_an_arabic_name_in_an_english_sentence_stands_apart():
    with speaking("en"):
        assert _("From %(place)s", place="أوش") == f"From {APART}أوش{TOGETHER}"
        assert _("From %(place)s", place="Osh") == "From Osh"


def test_what_is_apart_already_stays_and_markup_stays_markup():
    with speaking("ar"):
        facts = isolated({"a": f"{APART}Osh{TOGETHER}", "b": Markup("<b>Osh</b>"), "c": 3})
    assert facts["a"] == f"{APART}Osh{TOGETHER}"
    assert facts["b"] == Markup(f"{APART}<b>Osh</b>{TOGETHER}")
    assert isinstance(facts["b"], Markup)
    assert facts["c"] == 3


def test_facts_side_by_side_do_not_turn_each_other():
    with speaking("ar"):
        assert apart("Aizada · +996 555") == f"{APART}Aizada{TOGETHER} · {APART}+996 555{TOGETHER}"
        assert listed(["Osh", "Batken"]) == f"{APART}Osh{TOGETHER}، {APART}Batken{TOGETHER}"
    with speaking("ru"):
        assert apart("Айзада · +996 555") == "Айзада · +996 555"
        assert listed(["Ош", "Баткен"]) == "Ош, Баткен"


def test_files_for_other_programs_hold_no_signs_of_direction():
    with speaking("ar"):
        assert plain(listed(["Osh", "=1+1"])) == "Osh، =1+1"


def test_arabic_numbers_days_and_money_have_latin_digits():
    with speaking("ar"):
        assert filters.number(1288000) == "1,288,000"
        assert filters.day(date(2026, 12, 31)) == "31\u00a0ديسمبر\u00a02026"
        assert filters.moment(datetime(2026, 12, 31, 14, 2, tzinfo=UTC)).endswith(
            "، 14:02\u00a0(UTC)"
        )
        assert filters.money(123450, "USD").strip("\u2066\u2069") == "1,234.50\u202fUS$"
        assert filters.weight(2_500_000_000) == f"{APART}2,500{TOGETHER} كغ"


def test_a_week_begins_where_the_language_begins_it():
    found = {}
    for language in ("ru", "ar"):
        with speaking(language):
            found[language] = first_weekday()
    assert found == {"ru": 0, "ar": 5}


def test_a_name_falls_back_and_says_that_it_did():
    assert name_in("Tent", {"ru": "Палатка"}, "ar") == "Tent"
    assert is_borrowed("Tent", {"ru": "Палатка"}, "ar")
    assert not is_borrowed("Tent", {"ru": "Палатка"}, "ru")
    assert not is_borrowed("Tent", {}, "en")
    assert is_borrowed("خيمة", None, "en")
    assert not is_borrowed("B-12", None, "en")
    assert not is_borrowed("12", None, "ar")


@pytest.mark.parametrize(
    ("text", "script"), [("Ӯзбек", "Cyrl"), ("12 Tents", "Latn"), ("خيمة", "Arab"), ("12", "")]
)
def test_a_text_tells_its_script(text, script):
    assert script_of(text) == script
