"""What is understood of codes, however a scanner wraps them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidtrack.core import codes as unguessable
from aidtrack.scanning import codes
from aidtrack.scanning.codes import CodeKind, understand

GTIN = "04006381333931"
IDS = st.integers(1, codes.ID_MAX)
HOMES = {"aid.example.org"}
ALL_OF_IT = {"gtin": GTIN, "batch_number": "AB12", "expires_on": date(2027, 12, 31), "count": 48}


def said(text: str) -> dict[str, object]:
    code = understand(text)
    assert code.kind == CodeKind.GOODS
    return {name: getattr(code, name) for name in ALL_OF_IT}


@settings(deadline=None, max_examples=60)
@given(st.text() | st.text("0123456789()]CdQ3\x1d/:LPI-", max_size=60))
def test_nothing_that_is_read_makes_it_fail(text: str) -> None:
    code = understand(text)
    assert code.kind in CodeKind
    assert understand(code.text).kind in CodeKind


@settings(deadline=None, max_examples=60)
@given(IDS, st.integers(1, codes.QUANTITY_MAX - 1))
def test_our_own_codes_are_read_as_what_they_were_made_for(number: int, quantity: int) -> None:
    for made, kind, held in (
        (codes.lot_code(number), CodeKind.LOT, None),
        (codes.place_code(number), CodeKind.PLACE, None),
        (codes.item_code(number), CodeKind.ITEM, None),
        (codes.box_code(number, quantity), CodeKind.BOX, quantity),
    ):
        for written in (made, made.lower(), f"  {made}\r\n", f"https://aid.example.org/s/{made}"):
            code = understand(written, HOMES)
            assert (code.kind, code.id, code.quantity, code.text) == (kind, number, held, made)


def test_a_keyboard_set_to_russian_types_our_codes_too() -> None:
    assert understand("Д000123").id == understand("l000123").id == 123
    assert understand("З000045").kind == CodeKind.PLACE


@pytest.mark.parametrize(
    "text",
    [
        "]C1010400638133393117271200" + "3748\x1d10AB12",
        "]d2010400638133393117271231" + "10AB12\x1d3748",
        "]Q3010400638133393117271200" + "10AB12\x1d3748",
        "\x1d01040063813339311727120010AB12\x1d3748",
        "0104006381333931" + "17271200" + "3748<GS>10AB12",
        "(01)04006381333931(17)271200(10)AB12(37)48",
        "(01) 04006381333931 (17) 271200 (37) 48 (10) AB12",
        "https://id.gs1.org/01/04006381333931/10/AB12?17=271200&37=48",
    ],
)
def test_every_wrapping_of_gs1_says_the_same(text: str) -> None:
    assert said(text) == ALL_OF_IT


def test_day_nought_is_the_last_of_its_month() -> None:
    assert understand("(01)04006381333931(17)280200").expires_on == date(2028, 2, 29)


def test_a_bracket_within_a_batch_number_stays() -> None:
    assert understand("(01)04006381333931(10)A(1)B").batch_number == "A(1)B"


@pytest.mark.parametrize("digits", ["4006381333931", "04006381333931", "]E04006381333931"])
def test_a_plain_bar_code_is_a_gtin_and_no_element_string(digits: str) -> None:
    code = understand(digits)
    assert (code.kind, code.gtin) == (CodeKind.GOODS, GTIN)


def test_a_wrong_last_digit_is_no_gtin() -> None:
    code = understand("4006381333932")
    assert (code.kind, code.gtin, code.problem) == (CodeKind.TEXT, "", "check_digit")


def test_a_carton_that_names_what_is_in_it_gives_that_and_how_many() -> None:
    code = understand("]C102040063813339313748")
    assert (code.gtin, code.count) == (GTIN, 48)


def test_a_pallet_is_known_by_its_number() -> None:
    assert understand("]C100340123450000000000").sscc == "340123450000000000"


def test_papers_are_read_by_number_and_by_their_address_here() -> None:
    assert understand("wb/kg/2026/000123").text == "WB/KG/2026/000123"
    secret = unguessable.new_code()
    here = understand(f"https://aid.example.org/v/{unguessable.spoken(secret)}", HOMES)
    assert (here.kind, here.verify_code) == (CodeKind.PAPER, secret)
    assert understand(unguessable.spoken(secret)).verify_code == secret


def test_addresses_of_others_are_links_and_nothing_more() -> None:
    for text in ("https://elsewhere.example/v/K7TM4WPX9R", "http://[", "ftp://x"):
        assert understand(text, HOMES).kind == CodeKind.LINK
