"""What each kind of box accepts, and how it refuses."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import g
from werkzeug.datastructures import MultiDict

from aidtrack.identity.permissions import Actor
from aidtrack.web.fields import (
    ChecksField,
    DateField,
    DateTimeField,
    EmailField,
    MoneyField,
    QuantityField,
    SecretField,
    SelectField,
    TextAreaField,
    TextField,
    UuidField,
)
from aidtrack.web.forms import UseCaseForm

pytestmark = pytest.mark.usefixtures("speaking")


def read(field, *typed: str, **others: str):
    """What a form with this one field makes of what was typed: its value, or its sentence."""
    form_class = type("OneField", (UseCaseForm,), {"box": field, **OTHERS})
    form = form_class(MultiDict([("box", text) for text in typed] + list(others.items())))
    form.validate()
    return form.box.errors[0] if form.box.errors else form.box.data


OTHERS = {"currency": TextField("Currency")}


@pytest.mark.parametrize(
    ("typed", "value"),
    [("0", 0), ("24", 24), (" 1 200 ", 1200), ("1,200", 1200), ("1\u202f200\u00a0000", 1200000),
     ("1’200", 1200), ("٢٤", 24), ("1000000000000", 10**12)],
)  # fmt: skip
def test_quantity_reads_a_number_as_people_write_it(typed, value):
    assert read(QuantityField("Box"), typed) == value


@pytest.mark.parametrize(
    "typed",
    ["1.5", "1,5", "1.200", "12 00", "1,2000", "-1", "−5", "1e3", "abc", "0x10", "+5", "1/2",
     "1000000000001", "9" * 500, "²"],
)  # fmt: skip
def test_quantity_refuses_what_is_no_whole_number_in_range(typed):
    assert isinstance(read(QuantityField("Box"), typed), str)


def test_nothing_received_is_an_answer():
    assert read(QuantityField("Box", required=True), "0") == 0
    assert read(QuantityField("Box", required=True), "") == "This is needed."


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [("1 234.50", "USD", 123450), ("1,234.5", "USD", 123450), ("12,50", "KGS", 1250),
     ("500", "JPY", 500), ("1.234", "KWD", 1234), ("0", "USD", 0), ("7.25", "", 725)],
)  # fmt: skip
def test_money_is_kept_in_minor_units_of_its_currency(typed, currency, minor):
    field = MoneyField("Box", currency_field="currency")
    assert read(field, typed, currency=currency) == minor


@pytest.mark.parametrize("typed", ["-1", "1.2.3", "ten", "1.005", "9" * 40, "1e5"])
def test_money_refuses_what_is_no_amount(typed):
    assert isinstance(read(MoneyField("Box"), typed), str)


def test_a_day_is_read_as_browsers_and_people_write_it():
    assert read(DateField("Box"), "2026-12-31") == date(2026, 12, 31)
    assert read(DateField("Box"), "31.12.2026") == date(2026, 12, 31)


@pytest.mark.parametrize("typed", ["2026-13-01", "03/04/2026", "2026-02-30", "1066-10-14", "x"])
def test_a_day_that_does_not_exist_is_refused(typed):
    assert isinstance(read(DateField("Box"), typed), str)


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [("12*24", 288), ("12 × 24 + 6", 294), ("2x50", 100), ("3х8", 24), ("1 200+5", 1205)],
)
def test_a_small_sum_counts_as_its_result(typed, pieces):
    assert read(QuantityField("Box"), typed) == pieces


@pytest.mark.parametrize("typed", ["12*", "*3", "2**3", "0*24", "3-1", "1+", "9" * 12 + "*99"])
def test_a_sum_that_is_none_or_too_large_is_refused(typed):
    assert isinstance(read(QuantityField("Box"), typed), str)


@time_machine.travel("2026-11-29T20:00Z", tick=False)
def test_a_moment_may_be_said_from_today(speaking):
    moment = read(DateTimeField("Box"), "-1 14:30")
    assert moment == datetime(2026, 11, 28, 14, 30, tzinfo=UTC)
    assert isinstance(read(DateTimeField("Box"), "t 25:00"), str)


def test_a_moment_is_kept_in_utc():
    moment = datetime(2026, 12, 31, 8, 30, tzinfo=UTC)
    assert read(DateTimeField("Box"), "2026-12-31T14:30:00+06:00") == moment
    assert isinstance(read(DateTimeField("Box"), "0001-01-01T00:00:00+14:00"), str)


def test_text_is_stripped_and_one_kind_of_letter():
    assert read(TextField("Box"), "  Cafe\u0301 ") == "Café"
    assert read(TextField("Box"), "   ") is None


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "two\nlines", "gnp\u202eexe", "\ud800"])
def test_text_that_cannot_be_read_is_refused(typed):
    assert "cannot be read" in read(TextField("Box"), typed)


def test_long_text_keeps_its_lines():
    assert read(TextAreaField("Box"), "one\r\ntwo") == "one\ntwo"


def test_text_says_how_long_it_may_be():
    assert read(TextField("Box", max_length=3), "four") == ("Use at most 3 characters, this has 4.")


def test_an_address_looks_like_one():
    assert read(EmailField("Box"), "a@b.org") == "a@b.org"
    for wrong in ("a", "a@b", "a b@c.org", "@b.org", "a..b@c.org", ".a@c.org", "a.@c.org"):
        assert isinstance(read(EmailField("Box"), wrong), str)
        assert "@" in read(EmailField("Box"), wrong)


def test_a_password_is_kept_as_typed_and_never_shown():
    form_class = type("OneField", (UseCaseForm,), {"box": SecretField("Box")})
    form = form_class(MultiDict({"box": " s p "}))
    assert form.validate()
    assert (form.box.data, form.box.text) == (" s p ", "")


@pytest.mark.parametrize("typed", ["{5f0c1f4e-7a35-4bde-9d6e-2f6f0d1f1c11}", "5f0c1f4e", "x"])
def test_a_uuid_is_written_in_full(typed):
    assert read(UuidField("Box"), typed) == "This must be a UUID."


def test_a_choice_is_one_of_the_list():
    choices = [(1, "Blanket"), (2, "Tent")]
    assert read(SelectField("Box", choices=choices), "2") == 2
    assert isinstance(read(SelectField("Box", choices=choices), "3"), str)
    assert isinstance(read(SelectField("Box", choices=choices), "two"), str)
    assert read(SelectField("Box"), "99") == 99


def test_a_long_list_is_chosen_from_by_its_words():
    field = SelectField("Box", search=True, choices=[(1, "BLK Blanket"), (2, "TNT Tent")])
    assert read(field, "tnt tent") == 2
    assert read(field, "BLK") == 1
    assert read(field, "2") == 2


def test_a_code_that_is_part_of_a_label_is_enough():
    labels = [(1, "Blanket, thermal · HOU-010"), (2, "Blanket, wool · HOU-011")]
    field = SelectField("Box", search=True, choices=labels)
    assert read(field, "hou-010") == 1
    assert read(field, "Blanket, wool") == 2
    assert read(field, "HOU-01") == "Nothing here is called “HOU-01”."


def test_what_is_not_on_the_page_can_be_looked_up():
    field = SelectField("Box", search=True, look_up={"Stove": 7}.get)
    assert read(field, "Stove") == 7
    assert read(field, "Spoon") == "Nothing here is called “Spoon”."


def test_several_of_a_list():
    field = ChecksField("Box", kind=str, choices=[("a", "A"), ("b", "B"), ("c", "C")])
    assert read(field, "a", "c") == ["a", "c"]
    assert read(field, "d") == "Choose from the list."


def test_a_time_without_an_offset_is_meant_in_the_persons_zone(app):
    moment = datetime(2026, 12, 31, 8, 30, tzinfo=UTC)
    with app.test_request_context():
        g.actor = Actor(1, "Aizada", 1, grants=(), time_zone="Asia/Bishkek")
        assert read(DateTimeField("Box"), "2026-12-31T14:30") == moment
        form = type("OneField", (UseCaseForm,), {"box": DateTimeField("Box")})(box=moment)
        assert form.box.text == "2026-12-31T14:30"
