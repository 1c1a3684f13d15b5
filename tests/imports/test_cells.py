"""Single cells: numbers, weights, yes and no, as people write them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidtrack.imports import cells
from aidtrack.imports.cells import VOLUME_UNITS, WEIGHT_UNITS, BadCell


def quantity(cell: str, *others: str) -> int | None:
    return cells.quantities([cell, *others])(cell)


def number(cell: str, *others: str) -> Decimal | None:
    return cells.numbers([cell, *others])(cell)


def weight(cell: str, unit: str = "kg", *others: str) -> int | None:
    return cells.measures([cell, *others], WEIGHT_UNITS, unit)(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12", 12), ("0", 0), ("1,234", 1234), ("1,234,567", 1_234_567), ("1 234", 1234),
        ("1\u00a0234", 1234), ("1'234", 1234), ("12.0", 12), ("1E+3", 1000), (" 7 ", 7),
        ("٣٠٠", 300), ("１２", 12), ("", None), ("-", None), ("n/a", None),
    ],
)  # fmt: skip
def test_quantities_are_read(cell: str, expected: int | None) -> None:
    assert quantity(cell) == expected


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("many", "not a number"), ("5 pcs", "not a number"), ("--5", "not a number"),
        ("-5", "less than 0"), ("2.5", "not a whole number"), ("1e30", "more than"),
        ("1" + "0" * 30, "more than"), ("1e999999", "more than"), ("=A1+1", "a formula"),
        ("#REF!", "an error of the spreadsheet"), ("#FORMULA!", "without a result"),
        ("1\x00", "not text"), ("1.000", "may mean"), ("1,23,4", "not written like"),
        ("1.2.3,4.5", "not written like"), ("NaN", "not a number"), ("Infinity", "not a number"),
    ],
)  # fmt: skip
def test_a_bad_quantity_says_why(cell: str, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        quantity(cell)


def test_one_number_tells_how_its_whole_column_is_written() -> None:
    assert number("1.234", "5,5") == 1234
    assert number("1.234", "5.5") == Decimal("1.234")
    assert number("1,234", "0,5") == Decimal("1.234")
    assert number("1.234.567,89") == Decimal("1234567.89")
    with pytest.raises(BadCell, match="may mean"):
        number("1,234")


@given(st.integers(0, 10**12))
def test_any_quantity_comes_back_however_it_is_grouped(value: int) -> None:
    for text in (str(value), f"{value:,}", f"{value:_}", f"{value:,}".replace(",", "\u202f")):
        assert quantity(text) == value


@given(st.decimals(0, 10**9, places=3))
def test_any_number_comes_back_in_either_style(value: Decimal) -> None:
    english = f"{value:,.3f}"
    european = english.translate(str.maketrans(",.", ".,"))
    assert number(english, "0.5") == value
    assert number(european, "0,5") == value


@given(st.text(max_size=30))
def test_a_reader_gives_a_value_or_a_reason_and_never_breaks(cell: str) -> None:
    for reader in (
        cells.quantities([cell]),
        cells.numbers([cell]),
        cells.measures([cell], WEIGHT_UNITS, "kg"),
        cells.degrees([cell], 90),
        cells.boolean,
        cells.text(),
        cells.reference(),
    ):
        with suppress(BadCell):
            reader(cell)


def test_a_weight_of_nothing_is_unknown() -> None:
    assert weight("0") is None
    assert weight("0.000") is None
    assert weight("") is None


def test_weights_and_volumes_become_whole_small_units() -> None:
    assert weight("0.058") == 58_000
    assert weight("1.5", "g") == 1500
    assert weight("500 g") == 500_000
    assert weight("2,5 кг") == 2_500_000
    assert weight("60000") == 60_000_000_000
    volume = cells.measures(["0.000018"], VOLUME_UNITS, "litre")
    assert volume("0.000018") == 18
    assert volume("0.5 m³") == 500_000_000


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("-1", "less than 0"), ("heavy", "not a number"), ("0.0000001", "too small"),
     ("1e12", "more than"), ("5 apples", "not a number")],
)  # fmt: skip
def test_a_bad_weight_says_why(cell: str, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        weight(cell)


@pytest.mark.parametrize("word", ["TRUE", "yes", "Да", "oui", "1", "x", "ооба", "نعم"])
def test_yes_is_understood(word: str) -> None:
    assert cells.boolean(word) is True


@pytest.mark.parametrize("word", ["FALSE", "no", "нет", "non", "0", "жок", "لا"])
def test_no_is_understood(word: str) -> None:
    assert cells.boolean(word) is False


def test_maybe_is_not() -> None:
    assert cells.boolean("") is None
    with pytest.raises(BadCell, match="neither yes nor no"):
        cells.boolean("maybe")


def test_text_is_tidied_and_limited() -> None:
    assert cells.text()("  two\u00a0\n words ") == "two words"
    assert cells.text()("") is None
    assert cells.text()("-") == "-"
    assert cells.reference()("-") is None
    with pytest.raises(BadCell, match="longer than 3"):
        cells.text(3)("four")
    with pytest.raises(BadCell, match="encoding"):
        cells.text()("caf\ufffd")


def test_money_is_rounded_to_its_smallest_unit() -> None:
    assert cells.minor_units(Decimal("4.5"), 2) == 450
    assert cells.minor_units(Decimal("0.125"), 2) == 13
    assert cells.minor_units(Decimal(1200), 0) == 1200


def test_positions_are_millionths_of_a_degree() -> None:
    reader = cells.degrees(["-8.56037"], 90)
    assert reader("-8.56037") == -8_560_370
    with pytest.raises(BadCell, match="between -90 and 90"):
        reader("125.5")
