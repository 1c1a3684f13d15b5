"""Areas: what was delivered, what is on its way, what people received."""

from aidtrack.core.db import db
from aidtrack.places import services as places
from aidtrack.places.models import Area, PlaceKind
from aidtrack.reports import areas
from tests.factories.donations import make_donation
from tests.factories.reports import make_story
from tests.factories.shipments import make_dispatched, make_draft, make_ready
from tests.factories.world import make_item, make_site, make_world


def test_an_area_tells_what_went_there(world):
    story = make_story(world)
    found = areas.area(world.area_id, world.coordinator)
    (item,) = found.items
    assert (item.delivered, item.on_the_way, item.at_the_points, item.handed_out) == (
        40,
        10,
        10,
        30,
    )
    assert (found.households, found.women, found.men, found.girls, found.boys) == (
        20,
        30,
        25,
        22,
        23,
    )
    assert found.people == 100
    assert [(x.name, x.households) for x in found.points] == [("School 4", 20)]
    assert [x.id for x in found.coming] == [story.shipment_id]


def test_what_is_ready_is_on_the_way_and_a_draft_is_not(world):
    item = make_item()
    make_donation(world, item, 100)
    make_ready(world, (item, 7))
    make_draft(world, (item, 5))
    make_dispatched(world, (item, 11))
    (found,) = areas.area(world.area_id, world.coordinator).items
    assert found.on_the_way == 18


def test_areas_with_activity_stand_first(world):
    empty = places.add_area(pcode="KG01", name="Aksy", level=1, country="KG")
    make_story(world)
    rows = areas.areas(world.coordinator).rows
    assert [row.id for row in rows] == [world.area_id, empty]
    assert (rows[0].households, rows[0].people, rows[0].shipments_coming) == (20, 100, 1)
    assert rows[0].delivered_mg == 40 * 1_500_000
    assert not rows[1].is_active


def test_what_happened_in_an_area_happened_in_those_around_it(world):
    country = places.add_area(pcode="KG", name="Kyrgyzstan", level=0, country="KG")
    db.session.get_one(Area, world.area_id).parent_id = country
    db.session.commit()
    make_story(world)
    assert [row.households for row in areas.areas(world.coordinator).rows] == [20, 20]
    found = areas.area(country, world.coordinator)
    assert (found.households, found.items[0].handed_out) == (20, 30)
    assert [(x.name, x.area) for x in found.points] == [("School 4", "Batken")]


def test_a_page_of_areas_leads_to_the_next(world):
    for number in range(5):
        places.add_area(pcode=f"KG0{number}", name=f"Village {number}", level=2, country="KG")
    make_story(world)
    first = areas.areas(world.coordinator, limit=3)
    rest = areas.areas(world.coordinator, cursor=first.next_cursor, limit=3)
    names = [row.name for row in [*first.rows, *rest.rows]]
    assert names == ["Batken", *(f"Village {number}" for number in range(5))]


def test_an_area_is_found_by_name_or_code(world):
    places.add_area(pcode="TJ51", name="Sughd", level=1, country="TJ")
    for words in ("sugh", "tj5", "Sughd TJ"):
        assert [row.name for row in areas.areas(world.coordinator, words=words).rows] == ["Sughd"]


def test_other_offices_do_not_see_what_went_there(world):
    make_story(world)
    stranger = make_world("Elsewhere").coordinator
    found = areas.area(world.area_id, stranger)
    assert (found.items, found.households, found.coming) == ((), 0, ())
    assert [row.is_active for row in areas.areas(stranger).rows] == [False]


def test_statements_do_not_grow(world, statements):
    counts = []
    for many in (1, 4):
        for number in range(many):
            make_story(world)
            make_site(
                world.organisation_id,
                PlaceKind.DISTRIBUTION_POINT,
                f"Point {many} {number}",
                world.area_id,
            )
        db.session.rollback()
        with statements() as of_list:
            areas.areas(world.coordinator)
        with statements() as of_one:
            areas.area(world.area_id, world.coordinator)
        counts.append((len(of_list), len(of_one)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 2
    assert counts[0][1] <= 10


def test_the_pages_say_it(world, signed_in):
    make_story(world)
    browser = signed_in(world.coordinator)
    assert "Batken" in browser.get("/areas").text
    page = browser.get(f"/areas/{world.area_id}").text
    assert "20 households reached in Batken" in page
    assert "Thermal blanket" in page
    assert "Nothing matches" in browser.get("/areas?words=nowhere").text
    assert browser.get("/areas/99999").status_code == 404


def test_programs_read_areas(world, api):
    make_story(world)
    client = api(world.auditor)
    (row,) = client.get("/api/v1/areas?words=batken").json["rows"]
    assert row["households"] == 20
    one = client.get(f"/api/v1/areas/{world.area_id}").json
    assert one["items"][0]["handed_out"] == 30
    assert client.get("/api/v1/areas/99999").status_code == 404


def test_donors_and_drivers_have_no_areas(world, signed_in):
    for person in (world.donor, world.driver):
        assert signed_in(person).get("/areas").status_code == 403
