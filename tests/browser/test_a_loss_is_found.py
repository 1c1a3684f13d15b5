"""Goods are lost, a second person agrees, they turn up again: the loss and its paper say so."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sealing import verification
from tests.browser.people import sign_in
from tests.factories.world import held, make_item, make_person, make_stock
from tests.factories.write_offs import approve, write_off


@pytest.fixture
def lost(world) -> tuple[int, int]:
    """600 of 1000 blankets, worth more than one person may write off; another agreed."""
    lot = make_stock(world, make_item(), 1_000)
    write_off_id = write_off(world, lot, 600, key=uuid4())
    approve(write_off_id, make_person(Role.LOGISTICIAN, world.organisation_id))
    return lot, write_off_id


def test_what_turned_up_goes_back_and_the_paper_gets_a_new_edition(world, lost, page):
    lot, write_off_id = lost
    sign_in(page, world.logistician)
    page.goto(f"/stock/write-offs/{write_off_id}")
    page.get_by_role("link", name="It was found").click()
    page.get_by_label("How many were found").fill("250")
    page.get_by_label("Where they lie now").select_option(label="A-01")
    page.get_by_label("Where and how it was found").fill("In the truck of the carrier")
    page.get_by_role("button", name="Put it back into stock").dblclick()

    main = page.get_by_role("main")
    expect(main).to_contain_text("Partly found")
    expect(main).to_contain_text("In the truck of the carrier")
    expect(main).to_contain_text("Replaced")

    page.get_by_role("link", name="Change the claim").click()
    page.get_by_label("Claim open").check()
    page.get_by_label("Against").fill("Silk Road Haulage")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("Silk Road Haulage")

    lost_id = places.outside_place(PlaceKind.LOST_IN_WAREHOUSE, world.organisation_id)
    assert (held(world.bin_id, lot), held(lost_id, lot)) == (650, 350)
    assert verification.verify().holds
