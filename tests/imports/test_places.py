"""Places and areas from a list."""

from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.imports import services
from aidtrack.imports.previews import Preview
from aidtrack.partners.models import Partner
from aidtrack.places.models import Area, Place, PlaceKind
from aidtrack.places.services import close_place
from tests.factories.world import World
from tests.imports.samples import Rows, csv_of, stock_rows

Look = Callable[..., Preview]
HEADINGS = ["Name", "Type", "Code", "Parent", "Address", "Country", "Lat", "Lon", "P-code"]


def take_in(look: Look, world: World, rows: Rows, **options: object) -> Preview:
    found = look("places", csv_of(rows), **options)
    services.apply(found.id, actor=world.logistician, key=uuid4(), seen=found.fingerprint)
    return found


def place(name: str) -> Place:
    return db.session.scalars(select(Place).filter_by(name=name)).one()


def test_each_kind_of_place_becomes_what_it_is(look: Look, world: World) -> None:
    rows = [
        HEADINGS,
        ["Naryn depot", "Depot", "NRN", "", "Lenin 5", "KG", "41.43", "75.99", ""],
        ["Shelf 1", "Bin Location", "N-1", "Naryn depot", "", "", "", "", ""],
        ["School 7", "Distribution point", "", "", "", "", "", "", "KG05000000000"],
        ["Acme", "Supplier", "ACM", "", "Street 1", "KG", "", "", ""],
    ]
    found = take_in(look, world, rows)
    assert found.counts.create == 4
    depot, shelf, school = place("Naryn depot"), place("Shelf 1"), place("School 7")
    assert (depot.kind, depot.site_id, depot.code) == (PlaceKind.WAREHOUSE, depot.id, "NRN")
    assert (depot.latitude_e6, depot.longitude_e6) == (41_430_000, 75_990_000)
    assert (depot.address, depot.organisation_id) == ("Lenin 5, KG", world.organisation_id)
    assert (shelf.kind, shelf.parent_id, shelf.site_id) == (PlaceKind.BIN, depot.id, depot.id)
    assert (school.kind, school.area_id) == (PlaceKind.DISTRIBUTION_POINT, world.area_id)
    assert school.site_id == school.id
    supplier = db.session.scalars(select(Partner).filter_by(name="Acme")).one()
    assert (supplier.kind, supplier.country, supplier.reference) == ("supplier", "KG", "ACM")
    assert look("places", csv_of(rows)).counts.unchanged == 4


def test_a_place_is_known_again_by_its_code(look: Look, world: World) -> None:
    take_in(look, world, [HEADINGS, ["Naryn", "Depot", "NRN", "", "", "", "", "", ""]])
    renamed = [HEADINGS, ["Naryn depot", "Depot", "nrn", "", "", "", "", "", ""]]
    found = take_in(look, world, renamed)
    assert found.rows[0].detail.startswith("name: Naryn → Naryn depot")
    assert place("Naryn depot").id


def test_points_without_an_area_are_left_out_and_said(look: Look, world: World) -> None:
    rows = [["Name", "Type"], ["School 9", "Ward"], ["Depot 9", "Depot"]]
    found = look("places", csv_of(rows))
    assert (found.counts.create, found.counts.skip) == (1, 1)
    assert any("1 distribution point is left out" in note for note in found.notes)
    take_in(look, world, rows, area_id=world.area_id)
    assert place("School 9").area_id == world.area_id


def test_the_area_is_found_by_the_address(look: Look, world: World) -> None:
    take_in(look, world, [["Name", "Type", "L1", "Country"], ["S", "Camp", "Batken", "KGZ"]])
    assert place("S").area_id == world.area_id


def test_a_missing_warehouse_of_bins_is_made_or_refused(look: Look, world: World) -> None:
    rows = [["Name", "Parent"], ["A-02", "Osh warehouse"], ["B-01", "Nowhere"]]
    found = look("places", csv_of(rows))
    assert [(x.kind, x.names) for x in found.extras] == [("Warehouse", ("Nowhere",))]
    strict = look("places", csv_of(rows), make_missing=False)
    assert [(x.row, x.column, x.value) for x in strict.problems] == [(3, "Parent", "Nowhere")]


def test_bins_that_share_a_name_get_their_code_added(look: Look, world: World) -> None:
    rows = [["Name", "Parent", "Code"], ["R1", "Osh warehouse", "X"], ["R1", "Osh warehouse", "Y"]]
    found = take_in(look, world, rows)
    assert "1 name stands for several bins" in found.notes[0]
    assert {x.name for x in db.session.scalars(select(Place).filter_by(kind="bin"))} == {
        "A-01", "R1 (X)", "R1 (Y)"
    }  # fmt: skip
    assert look("places", csv_of(rows)).counts.unchanged == 2


def test_everything_wrong_with_places_is_named_at_once(look: Look, world: World) -> None:
    rows = [
        HEADINGS,
        ["Castle", "Fortress", "", "", "", "", "", "", ""],
        ["", "Depot", "", "", "", "", "", "", ""],
        ["North", "Depot", "", "", "", "", "95", "east", ""],
        ["School 4", "Depot", "", "", "", "", "", "", ""],
        ["Camp", "Camp", "", "", "", "", "", "", "KG99"],
        ["A", "Depot", "C1", "", "", "", "", "", ""],
        ["B", "Depot", "C1", "", "", "", "", "", ""],
    ]
    found = look("places", csv_of(rows))
    assert [(x.row, x.column) for x in found.problems] == [
        (2, "Type"), (3, "Name"), (4, "Lat"), (4, "Lon"), (5, "Name"), (6, "P-code"), (8, "Code")
    ]  # fmt: skip


def test_areas_keep_their_codes_as_text(look: Look, world: World) -> None:
    rows = [
        ["P-Code", "Name", "Admin Level", "Parent P-Code", "Location"],
        ["0350101", "Rudaki", "2", "03501", "TJK"],
        ["03501", "Districts", "1", "TJK", "TJK"],
        ["KG05000000000", "Batken", "1", "KGZ", "KGZ"],
    ]
    found = take_in(look, world, rows)
    assert (found.list_name, found.counts.create, found.counts.unchanged) == ("areas", 2, 1)
    rudaki = db.session.scalars(select(Area).filter_by(pcode="0350101")).one()
    assert (rudaki.country, rudaki.level, rudaki.parent.pcode) == ("TJ", 2, "03501")
    assert rudaki.parent.parent_id is None


def test_names_of_areas_are_added_to_those_known(look: Look, world: World) -> None:
    rows = [["pcode", "name", "country", "name_national", "name_ru"],
            ["KG05000000000", "Batken", "KG", "Баткен", "Баткенская область"]]  # fmt: skip
    found = take_in(look, world, rows)
    assert found.counts.change == 1
    area = db.session.get_one(Area, world.area_id)
    assert area.names == {"ky": "Баткен", "ru": "Баткенская область"}


def test_levels_follow_from_parents_when_they_are_not_said(look: Look, world: World) -> None:
    rows = [["P-code", "Name", "Parent"], ["KG0501", "Leylek", "KG05000000000"],
            ["KG050101", "Isfana", "KG0501"]]  # fmt: skip
    take_in(look, world, rows)
    assert dict(db.session.execute(select(Area.pcode, Area.level)).all()) == {
        "KG05000000000": 1, "KG0501": 2, "KG050101": 3
    }  # fmt: skip


def test_everything_wrong_with_areas_is_named_at_once(look: Look, world: World) -> None:
    rows = [
        ["P-code", "Name", "Level", "Parent", "Country"],
        ["3.501E+06", "Dushanbe", "1", "", "TJ"],
        ["KG 05", "Batken", "1", "", "KG"],
        ["AB1", "A", "1", "AB2", "KG"],
        ["AB2", "B", "1", "AB1", "KG"],
        ["KG06", "Osh", "9", "", "KG"],
        ["KG07", "", "1", "", "Atlantis"],
        ["KG08", "Chui", "1", "QQ77", "KG"],
        ["1234", "Nowhere", "1", "", ""],
    ]
    found = look("places", csv_of(rows))
    assert [(x.row, x.column) for x in found.problems] == [
        (2, "P-code"), (3, "P-code"), (4, "Parent"), (5, "Parent"), (6, "Level"),
        (7, "Country"), (7, "Name"), (8, "Parent"), (9, "P-code"),
    ]  # fmt: skip


def test_closed_places_stay_closed(look: Look, world: World) -> None:
    for place_id in (world.bin_id, world.other_warehouse_id):
        close_place(place_id, actor=world.admin)
    rows = [["Name", "Parent"], ["A-01", "Osh warehouse"], ["Bishkek warehouse", ""],
            ["B-01", "Bishkek warehouse"]]  # fmt: skip
    found = look("places", csv_of(rows))
    assert [(x.row, x.column, x.reason) for x in found.problems] == [
        (2, "Name", "is closed: open it again first"),
        (3, "Name", "is closed: open it again first"),
        (4, "Parent", "is closed: open it again first"),
    ]
    stock = csv_of(stock_rows(["Osh warehouse", "A-01", "T1", "Tent", "", "", "5"]))
    assert look("stock", stock).problems[0].reason == "is closed: open it again first"
