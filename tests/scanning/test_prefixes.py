"""The company prefix of an organisation: whose it may be, who sets it, what becomes of numbers."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.identity import queries as identity
from aidtrack.scanning import prefixes
from aidtrack.scanning.codes import check_digit
from tests.factories.world import World, make_world
from tests.races import at_once

SignedIn = Callable[[Any], FlaskClient]
PREFIX = "4012345"


def test_a_number_has_eighteen_digits_and_ends_in_its_check_digit() -> None:
    # The example of the GS1 General Specifications: extension 0, prefix 0614141, serial 123456789.
    assert prefixes.sscc("0614141", 123456789) == "006141411234567890"
    for prefix in ("4012", "401234512345"):
        last = 10 ** (17 - len(prefix)) - 1
        for number in (1, 42, last):
            code = prefixes.sscc(prefix, number)
            assert (len(code), code[1 : 1 + len(prefix)]) == (18, prefix)
            assert code[-1] == check_digit(code[:-1])
        assert prefixes.sscc(prefix, last)[0] == "9"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("401", "has 3"),
        ("4012345678901", "has 13"),
        ("40123A5", "digits only"),
        ("٤٠١٢٣٤٥", "digits only"),
        ("2012345", "begins like 201"),
        ("0212345", "begins like 021"),
        ("9781234", "begins like 978"),
        ("9912345", "begins like 991"),
        ("0000000", "begins like 000"),
    ],
)
def test_what_gs1_gives_no_company_is_refused_in_words(world: World, typed: str, word: str) -> None:
    with pytest.raises(Invalid, match=word) as refused:
        prefixes.change(world.organisation_id, typed, actor=world.admin)
    assert refused.value.field == "company_prefix"
    assert prefixes.prefix_of(world.organisation_id) == ""


def test_only_who_manages_the_organisation_sets_it(world: World) -> None:
    for other in (world.logistician, world.coordinator, world.auditor):
        with pytest.raises(NotAllowed):
            prefixes.change(world.organisation_id, PREFIX, actor=other)
    with pytest.raises(NotFound):
        prefixes.change(world.organisation_id, PREFIX, actor=make_world("Other").admin)
    assert prefixes.prefix_of(world.organisation_id) == ""


def test_the_page_sets_it_says_so_and_takes_it_away(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.admin)
    address = f"/organisations/{world.organisation_id}/company-prefix"
    assert address in client.get(f"/organisations/{world.organisation_id}").text
    wrong = client.post(address, data={"company_prefix": "12"})
    assert wrong.status_code == 422
    assert "4 to 12 digits" in wrong.text
    client.post(address, data={"company_prefix": "40 123-45"})
    assert prefixes.prefix_of(world.organisation_id) == PREFIX
    page = client.get(f"/organisations/{world.organisation_id}").text
    assert "Changed the numbers of boxes" in page
    assert f"GS1 company prefix: – → {PREFIX}" in page
    client.post(address, data={"company_prefix": ""})
    assert prefixes.prefix_of(world.organisation_id) == ""
    assert signed_in(world.logistician).get(address).status_code == 403
    assert signed_in(make_world("Other").admin).get(address).status_code == 404


def test_what_stays_as_it_was_is_no_change(world: World) -> None:
    for _twice in range(2):
        prefixes.change(world.organisation_id, PREFIX, actor=world.admin)
    assert len(identity.organisation_history(world.organisation_id)) == 2  # Added, and changed.


def test_several_who_set_it_at_once_leave_one(app: Flask, world: World) -> None:
    def change(number: int) -> None:
        prefixes.change(
            world.organisation_id, f"401234{number % 2}", str(10 + number), actor=world.admin
        )

    ended = at_once(app, change, 6)
    assert set(ended) <= {"done", "invalid"}  # A series that was raised higher meanwhile stays.
    held = prefixes.numbering(world.organisation_id)
    assert held.company_prefix in {"4012340", "4012341"}
    highest = {"4012340": 14, "4012341": 15}[held.company_prefix]
    assert int(held.next_number) == highest


def test_a_series_goes_on_higher_and_never_lower(world: World) -> None:
    def change(prefix: str, next_number: str) -> None:
        prefixes.change(world.organisation_id, prefix, next_number, actor=world.admin)

    change(PREFIX, "0000000500")
    held = prefixes.own_numbering(world.organisation_id, world.admin)
    assert (held.company_prefix, held.next_number) == (PREFIX, "0000000500")
    with pytest.raises(Invalid, match="0000000500 were given") as refused:
        change(PREFIX, "499")
    assert refused.value.field == "next_number"
    for wrong in ("12345678901", "0", "5x"):
        with pytest.raises(Invalid, match="10 digits"):
            change(PREFIX, wrong)
    # What stood beside the old prefix means nothing under the new one; the old one is kept.
    change("5012345", "0000000500")
    assert prefixes.numbering(world.organisation_id).next_number == "0000000001"
    change(PREFIX, "0000000001")
    assert prefixes.numbering(world.organisation_id).next_number == "0000000500"


def test_scripts_of_who_has_signed_in_read_and_set_it(
    world: World, signed_in: SignedIn, api: SignedIn
) -> None:
    address = f"/api/v1/organisations/{world.organisation_id}/company-prefix"
    client = signed_in(world.admin)
    assert client.get(address).json["company_prefix"] == ""
    answer = client.put(address, json={"company_prefix": PREFIX, "next_number": "77"})
    assert (answer.status_code, answer.json["next_number"]) == (200, "0000000077")
    refused = client.put(address, json={"company_prefix": "978123"})
    assert (refused.status_code, refused.json["error"]["field"]) == (422, "company_prefix")
    assert signed_in(world.logistician).put(address, json={}).status_code == 403
    assert signed_in(make_world("Other").admin).get(address).status_code == 404
    assert api(world.admin).get(address).status_code == 403  # No token may do this.
