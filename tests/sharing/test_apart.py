"""Two organisations in one installation: no word of one stands on any page of the other."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from aidtrack.lists.columns import KNOWN
from tests.factories.distributions import hand_out
from tests.factories.donations import make_donation
from tests.factories.reports import issue, lot_of
from tests.factories.shipments import make_dispatched
from tests.factories.world import World, make_item, make_stock, make_world
from tests.sharing.marked import MARK, marked_world

# Where another organisation must be named, each with its reason.
NAMED = {
    "sharing.add": "whom to share with is chosen by name",
    "sealing.keys": "whoever checks a seal compares the key of each organisation that signs",
    "sealing.seal": "a seal says which organisations signed it",
}
# What lists and boxes are asked; two letters, so that no page says the mark by repeating them.
ASKED = ("?q=zz&words=zz", "?format=csv")
LISTED = tuple(f"/api/v1/{each}" for each in ("shipments", "donations", "places", "receipts"))


@pytest.fixture
def ours(database) -> World:
    return make_world("Ours")


@pytest.fixture
def ids(ours) -> dict[str, int]:
    """The number of one of everything of ours, by the name of its parameter in addresses."""
    item_id = make_item("Thermal blanket")
    donation_id, receipt_id = make_donation(ours, item_id, 100)
    shipment_id = make_dispatched(ours, (item_id, 20))
    point_lot = make_stock(ours, item_id, 30, place_id=ours.point_id)
    distribution_id = hand_out(ours, point_lot, 10)
    return {
        "item_id": item_id,
        "donation_id": donation_id,
        "receipt_id": receipt_id,
        "shipment_id": shipment_id,
        "distribution_id": distribution_id,
        "lot_id": lot_of(donation_id),
        "place_id": ours.warehouse_id,
        "area_id": ours.area_id,
        "partner_id": ours.donor_id,
        "donor_id": ours.donor_id,
        "organisation_id": ours.organisation_id,
        "user_id": ours.logistician.user_id,
        "paper_id": issue(ours),
    }


@pytest.fixture
def two(ours, ids) -> tuple[World, dict[str, int], World]:
    """Our organisation, what it has, and another of which every word is marked."""
    return ours, ids, marked_world(ids["item_id"])


def pages(app: Flask, ids: dict[str, int]) -> Iterator[tuple[str, str]]:
    """(endpoint, address) of everything that can be looked at, of ours where one is named."""
    for rule in app.url_map.iter_rules():
        wanted = set(rule.arguments)
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if wanted <= set(ids):
            yield rule.endpoint, re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(ids[m[1]]), rule.rule)
        elif wanted == {"kind", "record_id"}:
            for kind in ("item", "area", "shipment", "donation", "place"):
                path = rule.rule.replace("<kind>", kind)
                yield rule.endpoint, path.replace("<int:record_id>", str(ids[f"{kind}_id"]))


def leaks(browser, app, ids, *, is_program: bool = False) -> list[str]:
    found = []
    for endpoint, path in pages(app, ids):
        if path.startswith("/api/") != is_program:
            continue
        for asked in ("", *(ASKED if is_asked(path) else ())):
            answer = browser.get(f"{path}{asked}", follow_redirects=True)
            said = answer.data.decode("utf-8", "replace").lower()
            if endpoint not in NAMED and MARK.lower() in said:
                at = said.index(MARK.lower())
                found.append(f"{path}{asked}: …{said[max(0, at - 60) : at + 40]}…")
                break
    return found


def is_asked(path: str) -> bool:
    """Whether it is a list, a search or what boxes suggest from."""
    return path in {page.path for page in KNOWN.values()} or path.endswith(
        ("/search", "/suggest", "choices", "/categories", *LISTED)
    )


@pytest.mark.parametrize("role", ["admin", "donor"])
def test_no_page_says_a_word_of_theirs(app, signed_in, two, role):
    ours, ids, _theirs = two
    found = leaks(signed_in(getattr(ours, role)), app, ids)
    assert not found, "\n".join(found)


def test_no_answer_to_a_program_says_a_word_of_theirs(app, api, two):
    ours, ids, _theirs = two
    found = leaks(api(ours.admin), app, ids, is_program=True)
    assert not found, "\n".join(found)


def test_the_same_walk_sees_what_is_theirs(app, signed_in, two):
    """It would notice: to its own people the second organisation is on most lists."""
    _ours, ids, theirs = two
    found = leaks(signed_in(theirs.admin), app, ids)
    assert len(found) > 20
