"""Places open, change, get bins, and close once they are empty."""

import pytest

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.identity.permissions import Role
from aidtrack.places import areas, queries, services
from aidtrack.places.areas import PcodeTaken
from aidtrack.places.details import AreaDetails
from aidtrack.places.models import Area, Place, PlaceKind
from aidtrack.places.services import HoldsGoods, NameTaken, SiteDetails
from tests.factories.world import (
    World,
    make_item,
    make_person,
    make_site,
    make_stock,
    make_world,
)


@pytest.fixture
def other(world) -> World:
    return make_world("Other", "TJ")


def add(world: World, kind=PlaceKind.WAREHOUSE, **more) -> int:
    details = SiteDetails(**({"name": "Naryn warehouse"} | more))
    return services.add_site(
        kind, details, organisation_id=world.organisation_id, actor=world.logistician
    )


def test_a_warehouse_opens_as_its_own_site(world):
    place = queries.place(add(world), world.auditor)
    assert (place.site_id, place.is_outside) == (place.id, False)


def test_a_point_lies_in_an_area(world):
    with pytest.raises(Invalid) as refused:
        add(world, PlaceKind.DISTRIBUTION_POINT)
    assert refused.value.field == "area_id"
    assert add(world, PlaceKind.DISTRIBUTION_POINT, area_id=world.area_id)


def test_an_area_that_is_not_there_is_refused(world):
    with pytest.raises(Invalid) as refused:
        add(world, area_id=999)
    assert refused.value.field == "area_id"


def test_two_places_of_a_kind_have_two_names(world, other):
    add(world)
    with pytest.raises(NameTaken):
        add(world)
    add(other)


def test_bins_are_added_many_at_once_and_never_twice(world):
    names = ["A-01", "A-02", "A-03", "A-02"]
    added = services.add_bins(world.warehouse_id, names, actor=world.logistician)
    assert len(added) == 2
    assert [row.name for row in queries.bins(world.warehouse_id)] == ["A-01", "A-02", "A-03"]
    assert db.session.get_one(Place, added[0]).site_id == world.warehouse_id
    with pytest.raises(NameTaken):
        services.add_bins(world.warehouse_id, names, actor=world.logistician)


@pytest.mark.parametrize("where", ["point_id", "bin_id"])
def test_only_a_warehouse_has_bins(world, where):
    with pytest.raises(Invalid):
        services.add_bins(getattr(world, where), ["A-02"], actor=world.logistician)


def test_too_many_bins_at_once_are_refused(world):
    names = [str(number) for number in range(services.BINS_MAX + 1)]
    with pytest.raises(Invalid):
        services.add_bins(world.warehouse_id, names, actor=world.logistician)
    assert len(queries.bins(world.warehouse_id)) == 1


@pytest.mark.parametrize("where", ["warehouse_id", "bin_id"])
def test_a_place_that_holds_goods_stays_open(world, where):
    make_stock(world, make_item(), 10)
    with pytest.raises(HoldsGoods, match="still holds goods"):
        services.close_place(getattr(world, where), actor=world.logistician)
    assert queries.place(getattr(world, where), world.auditor).is_active


def test_an_empty_place_closes_and_opens_again(world):
    services.close_place(world.other_warehouse_id, actor=world.logistician)
    names = [row.name for row in queries.sites(world.auditor).rows]
    assert names == ["Osh warehouse", "School 4"]
    closed = queries.sites(world.auditor, is_active=False).rows
    assert [row.id for row in closed] == [world.other_warehouse_id]
    services.reopen_place(world.other_warehouse_id, actor=world.logistician)
    assert len(queries.sites(world.auditor).rows) == 3


def test_the_outside_is_not_changed_by_hand(world):
    outside = services.outside_place(PlaceKind.OPENING, world.organisation_id)
    for act in (
        lambda: queries.place(outside, world.admin),
        lambda: services.change_site(outside, SiteDetails(name="x"), actor=world.admin),
        lambda: services.close_place(outside, actor=world.admin),
    ):
        with pytest.raises(NotFound):
            act()


def test_places_of_others_do_not_exist(world, other):
    for act in (
        lambda: queries.place(world.warehouse_id, other.admin),
        lambda: services.change_site(world.warehouse_id, SiteDetails(name="x"), actor=other.admin),
        lambda: services.add_bins(world.warehouse_id, ["B"], actor=other.admin),
        lambda: services.close_place(world.warehouse_id, actor=other.admin),
    ):
        with pytest.raises(NotFound):
            act()
    own = {row.organisation_id for row in queries.sites(other.admin).rows}
    assert own == {other.organisation_id}


@pytest.mark.parametrize("role", ["coordinator", "auditor"])
def test_only_those_who_keep_lists_change_places(world, role):
    actor = getattr(world, role)
    for act in (
        lambda: services.change_site(world.warehouse_id, SiteDetails(name="x"), actor=actor),
        lambda: services.add_bins(world.warehouse_id, ["B"], actor=actor),
        lambda: services.close_place(world.warehouse_id, actor=actor),
        lambda: services.add_site(
            PlaceKind.WAREHOUSE,
            SiteDetails(name="x"),
            organisation_id=world.organisation_id,
            actor=actor,
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_someone_of_one_site_reaches_that_site_only(world):
    person = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
    assert [row.id for row in queries.sites(person).rows] == [world.warehouse_id]
    services.add_bins(world.warehouse_id, ["B-01"], actor=person)
    with pytest.raises(NotFound):
        services.add_bins(world.other_warehouse_id, ["B-01"], actor=person)
    with pytest.raises(NotAllowed):
        services.add_site(
            PlaceKind.WAREHOUSE,
            SiteDetails(name="x"),
            organisation_id=world.organisation_id,
            actor=person,
        )


def test_history_says_what_became_of_what(world):
    services.change_site(
        world.warehouse_id, SiteDetails(name="Osh main", phone="1"), actor=world.admin
    )
    last = queries.place_history(world.warehouse_id)[0]
    assert last.detail == "Name: Osh warehouse → Osh main; Phone: – → 1"


def test_places_are_found_by_name_code_kind_and_area(world):
    add(world, code="NRN-1")
    assert len(queries.sites(world.auditor, words="nrn").rows) == 1
    assert len(queries.sites(world.auditor, words="WAREHOUSE osh").rows) == 1
    points = queries.sites(world.auditor, kind=PlaceKind.DISTRIBUTION_POINT).rows
    assert [row.id for row in points] == [world.point_id]
    inside = queries.sites(world.auditor, area_id=world.area_id).rows
    assert [row.id for row in inside] == [world.point_id]
    assert queries.sites(world.auditor, words="100%").rows == []


def test_places_are_read_in_as_many_statements_however_many(world, statements):
    db.session.rollback()
    with statements() as few:
        rows = queries.sites(world.auditor).rows
        queries.bin_counts(row.id for row in rows)
    for number in range(6):
        make_site(world.organisation_id, PlaceKind.WAREHOUSE, f"Hub {number}")
    db.session.rollback()
    with statements() as many:
        page = queries.sites(world.auditor, limit=5)
        counts = queries.bin_counts(row.id for row in page.rows)
    assert len(few) == len(many)
    assert page.next_cursor
    assert counts.get(world.warehouse_id, 1) == 1


def area(**more) -> AreaDetails:
    return AreaDetails(**({"pcode": "KG06", "name": "Osh", "level": 1, "country": "KG"} | more))


def test_an_area_has_one_pcode(world):
    areas.add(area(), actor=world.logistician)
    with pytest.raises(PcodeTaken):
        areas.add(area(name="Osh again"), actor=world.logistician)


@pytest.mark.parametrize(
    ("more", "level"), [({"country": "TJ"}, 2), ({}, 1), ({}, 0), ({"parent_id": 999}, 2)]
)
def test_an_area_lies_in_one_above_it_in_its_country(world, more, level):
    details = area(**({"level": level, "parent_id": world.area_id} | more))
    with pytest.raises(Invalid) as refused:
        areas.add(details, actor=world.logistician)
    assert refused.value.field == "parent_id"


def test_only_those_who_keep_places_add_areas(world):
    with pytest.raises(NotAllowed):
        areas.add(area(), actor=world.auditor)


@pytest.mark.parametrize(
    ("typed", "pcode"),
    [(" kg 05 000 ", "KG05000"), ("762 001", "762001"), ("KG-05", "KG-05"), ("", ""),
     ("КГ05", ""), ("x" * 40, ""), ("-1", ""), ("a/b", "")],
)  # fmt: skip
def test_a_pcode_is_letters_and_digits_without_spaces(typed, pcode):
    assert areas.cleaned_pcode(typed) == pcode


def test_an_area_is_found_by_label_pcode_and_name(world):
    tajik = areas.add(area(pcode="1", name="Khujand", country="TJ"), actor=world.admin)
    ((found, label),) = queries.area_choices("khuj")
    assert (found, label) == (tajik, "Khujand · 1")
    for text in (label, "1", " 1 ", "khujand"):
        assert queries.area_called(text) == tajik, text
    areas.add(area(pcode="2", name="Khujand", country="TJ"), actor=world.admin)
    assert queries.area_called("Khujand") is None
    assert db.session.get_one(Area, world.area_id).pcode.startswith("KG05")


def test_history_names_areas_and_not_their_numbers(world):
    details = SiteDetails(name="Osh warehouse", area_id=world.area_id)
    services.change_site(world.warehouse_id, details, actor=world.admin)
    last = queries.place_history(world.warehouse_id)[0]
    assert last.detail == "Area: – → Batken (KG05000000000)"
