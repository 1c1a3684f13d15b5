"""Search: what was mistyped, or typed in other letters, is found; the index follows changes."""

import pytest

from aidtrack.catalogue import services as catalogue
from aidtrack.core.db import db
from aidtrack.donations.models import Donation
from aidtrack.partners import services as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.places import services as places
from aidtrack.places.models import Place, PlaceKind
from aidtrack.reports.search import Found, search
from aidtrack.reports.searched import Kind
from aidtrack.shipments.models import Shipment
from tests.factories.reports import make_story
from tests.factories.world import World, make_item, make_site, make_world


def ids(found: Found, kind: Kind) -> list[int]:
    return [hit.id for group in found.groups for hit in group.hits if hit.kind == kind]


@pytest.mark.parametrize(
    "typed",
    [
        "blnaket",
        "blankte",
        "blankey",
        "balnket",
        "thremal blanket",
        "thermall",
        "blanketts",
        "blnke",
    ],
)
def test_a_wrong_letter_or_two_still_find_it(world, typed):
    item = make_item("Thermal blanket")
    make_item("Family tent")
    found = search(typed, world.coordinator)
    assert ids(found, Kind.ITEM) == [item], typed


@pytest.mark.parametrize(
    "typed",
    ["jltzkj", "odeyalo", "ОДЕЯЛА", "оделяо", "теплое", "آلة حلب", "اله حلب", "hgm pgf"],
)
def test_other_letters_and_keyboards_find_the_same(world, typed):
    item = make_item("Thermal blanket", names={"ru": "Тёплое одеяло", "ar": "آلة حلب"})
    make_item("Family tent", names={"ru": "Палатка", "ar": "خيمة"})
    assert ids(search(typed, world.coordinator), Kind.ITEM) == [item], typed


def test_the_exact_word_stands_before_what_is_near(world):
    near, exact = make_item("Blanker"), make_item("Wool blanket")
    found = search("blanket", world.coordinator)
    assert ids(found, Kind.ITEM) == [exact, near]
    assert [hit.is_near for group in found.groups for hit in group.hits] == [False, True]
    assert not found.is_near
    assert found.total == 2


def test_a_name_that_begins_so_stands_before_one_with_the_word_inside(world):
    inside, begins = make_item("A family rope"), make_item("Rope, thick")
    assert ids(search("rope", world.coordinator), Kind.ITEM) == [begins, inside]


def test_numbers_are_never_nearly_meant(world):
    make_item("Tent IT-00451")
    assert not search("IT-00457", world.coordinator).groups


def test_the_page_says_that_it_is_only_near(world, signed_in):
    make_item("Thermal blanket")
    browser = signed_in(world.coordinator)
    assert "These come close" in browser.get("/search?q=blnaket").text
    assert "These come close" not in browser.get("/search?q=blanket").text


def test_a_new_name_is_found_and_the_old_one_is_not(world):
    story = make_story(world)
    details = PartnerDetails(kind=PartnerKind.DONOR, name="Harbour Trust")
    partners.change_partner(world.donor_id, details, actor=world.admin)
    place = db.session.get_one(Place, world.point_id)
    place.names = {"ru": "Спортзал"}
    place.name = "Gymnasium"
    db.session.commit()
    for typed, kind, found in (
        ("harbour", Kind.PARTNER, world.donor_id),
        ("harbour", Kind.DONATION, story.donation_id),
        ("gymnasium", Kind.SHIPMENT, story.shipment_id),
        ("спортзал", Kind.DISTRIBUTION, story.distribution_id),
        ("СПОРТЗАЛ", Kind.PLACE, world.point_id),
    ):
        assert ids(search(typed, world.admin), kind) == [found], typed
    for typed in ("lantern", "school"):
        assert not search(typed, world.admin).groups, typed


def test_what_is_retired_leaves_and_what_is_restored_comes_back(world):
    item = make_item("Oil lamp")
    catalogue.retire_item(item, actor=world.admin)
    assert not search("lamp", world.admin).groups
    catalogue.restore_item(item, actor=world.admin)
    assert ids(search("lamp", world.admin), Kind.ITEM) == [item]


def test_what_is_deleted_is_gone_and_what_was_not_committed_never_was(world):
    area = places.add_area(pcode="KG07", name="Naryn", level=1, country="KG")
    assert ids(search("naryn", world.admin), Kind.AREA) == [area]
    db.session.delete(db.session.get_one(places.Area, area))
    db.session.commit()
    assert not search("naryn", world.admin).groups
    db.session.add(places.Area(pcode="KG08", name="Talas", level=1, country="KG"))
    db.session.flush()
    db.session.rollback()
    assert not search("talas", world.admin).groups


def test_plates_and_grants_find_what_belongs_to_them(world):
    story = make_story(world)
    shipment = db.session.get_one(Shipment, story.shipment_id)
    shipment.vehicle_plate = "02 KG 208 ACX"
    donation = db.session.get_one(Donation, story.donation_id)
    donation.grant_reference = "LVF-2026-031"
    db.session.commit()
    for typed in ("02KG208ACX", "02 kg 208", "208 acx"):
        assert ids(search(typed, world.admin), Kind.SHIPMENT) == [story.shipment_id], typed
    assert ids(search("lvf-2026", world.admin), Kind.DONATION) == [story.donation_id]


@pytest.mark.parametrize(
    "typed",
    [
        'blanket" OR "tent',
        "NEAR(blanket tent)",
        "words : blanket",
        "^blanket*",
        "-blanket AND NOT",
        "(((((",
        "\x00\x01blanket\ud800",
        "é" * 10_000,
        "blanket " * 2_000,
        "%' OR '1'='1",
        "\u202eteknalb",
        "𝔟𝔩𝔞𝔫𝔨𝔢𝔱 🚚",
    ],
)
def test_hostile_words_are_words(world, typed):
    make_site(world.organisation_id, PlaceKind.WAREHOUSE, "Tent store")
    found = search(typed, world.admin)
    assert not ids(found, Kind.PLACE)


def test_a_stranger_finds_nothing_that_is_nearly_so(world):
    stranger = make_world_beside(world)
    for typed in ("lantenr", "warehuose", "shcool"):
        sites = (world.warehouse_id, world.other_warehouse_id, world.point_id)
        theirs = {("partner", world.donor_id), *(("place", site) for site in sites)}
        found = search(typed, stranger.admin)
        assert found.groups, typed
        assert not theirs & {
            (str(hit.kind), hit.id) for group in found.groups for hit in group.hits
        }, typed


def make_world_beside(world: World) -> World:
    place = db.session.get_one(Place, world.point_id)
    assert place.area is not None
    place.area.pcode = "KG05000000001"
    db.session.commit()
    return make_world("Stranger")
