"""Stock from a list: lots, bins, donors, packs and dates, through the ledger."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.catalogue.models import Item
from aidtrack.catalogue.services import retire_item
from aidtrack.catalogue.units import in_words
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.identity.models import RoleAssignment
from aidtrack.identity.permissions import Role
from aidtrack.imports import services
from aidtrack.imports.dates import DateOrder
from aidtrack.imports.options import Counting
from aidtrack.imports.previews import Preview
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import Place, PlaceKind
from aidtrack.sealing import verification
from aidtrack.stock.models import Lot, StockBalance, StockLine, StockMovement
from tests.factories.world import World, actor_of, make_item, make_world
from tests.imports.samples import Rows, csv_of, stock_rows, xlsx_of

Look = Callable[..., Preview]
TENT = ["Osh warehouse", "A-01", "T1", "Tent", "L-7", "2030-06-30", "40"]


def take_in(look: Look, world: World, rows: Rows, **options: Any) -> Preview:
    found = look("stock", csv_of(rows), **options)
    assert not found.problems, found.problems
    services.apply(found.id, actor=world.logistician, key=uuid4(), seen=found.fingerprint)
    return found


def lots() -> list[Lot]:
    return list(db.session.scalars(select(Lot).order_by(Lot.id)))


def lines() -> list[StockLine]:
    return list(db.session.scalars(select(StockLine).order_by(StockLine.id)))


def test_goods_are_where_the_list_says(look: Look, world: World) -> None:
    take_in(look, world, stock_rows(TENT))
    (lot,) = lots()
    (line,) = lines()
    assert (lot.item.code, lot.batch_number, lot.expires_on) == ("T1", "L-7", date(2030, 6, 30))
    assert (lot.organisation_id, lot.item.has_expiry) == (world.organisation_id, True)
    assert (line.to_place_id, line.quantity) == (world.bin_id, 40)
    source = db.session.get_one(Place, line.from_place_id)
    assert (source.kind, source.is_outside) == (PlaceKind.OPENING, True)
    movement = db.session.scalars(select(StockMovement)).one()
    assert (movement.kind, movement.source_kind, movement.note) == (
        "opening", "import", "list.csv"
    )  # fmt: skip
    assert not verification.verify().disagreements


def test_one_lot_may_lie_in_several_bins(look: Look, world: World) -> None:
    take_in(look, world, stock_rows(TENT, ["Bishkek warehouse", "", *TENT[2:]], TENT))
    assert len(lots()) == 1
    assert {line.to_place_id for line in lines()} == {world.bin_id, world.other_warehouse_id}
    held = db.session.scalar(
        select(StockBalance.quantity).filter_by(place_id=world.bin_id, lot_id=lots()[0].id)
    )
    assert held == 80


def test_none_in_stock_is_left_out(look: Look) -> None:
    found = look("stock", csv_of(stock_rows(TENT, [*TENT[:6], "0"])))
    assert (found.counts.create, found.counts.skip) == (1, 1)
    assert found.rows[1].detail == "none in stock"


def test_what_the_list_names_and_we_lack_is_made_and_said(look: Look, world: World) -> None:
    rows = stock_rows(TENT, ["New depot", "R1", "R9", "Rope", "", "", "5"])
    found = take_in(look, world, rows)
    assert [(x.kind, x.names) for x in found.extras] == [
        ("Item", ("T1 Tent", "R9 Rope")),
        ("Warehouse", ("New depot",)),
        ("Bin", ("New depot · R1",)),
    ]
    shelf = db.session.scalars(select(Place).filter_by(name="R1")).one()
    assert (shelf.kind, shelf.site_id) == (PlaceKind.BIN, shelf.parent_id)
    assert lines()[1].to_place_id == shelf.id


def test_or_refused_when_nothing_may_be_made(look: Look) -> None:
    rows = stock_rows(
        TENT, ["New depot", "", "T1", "", "", "", "5"], ["Osh warehouse", "Z-9", "T1", *TENT[3:]]
    )
    found = look("stock", csv_of(rows), make_missing=False)
    assert [(x.row, x.column, x.value) for x in found.problems] == [
        (2, "Item code", "T1"),
        (3, "Item code", "T1"),
        (3, "Warehouse", "New depot"),
        (4, "Item code", "T1"),
        (4, "Bin", "Z-9"),
    ]


def test_an_item_is_found_by_its_name_too(look: Look, world: World) -> None:
    item_id = make_item("Jerrycan")
    found = take_in(look, world, stock_rows(["Osh warehouse", "", "", "jerrycan", "", "", "5"]))
    assert not found.extras
    assert lots()[0].item_id == item_id


def test_the_code_of_the_list_is_said_when_ours_differs(look: Look) -> None:
    make_item("Jerrycan")
    found = look("stock", csv_of(stock_rows(["Osh warehouse", "", "J7", "Jerrycan", "", "", "5"])))
    assert found.rows[0].detail == "5 pieces, J7 in the list"


def test_donors_and_suppliers_give_the_goods(look: Look, world: World) -> None:
    rows = [
        ["Warehouse", "Item name", "Quantity", "Supplier/Donor", "Unit value", "Currency"],
        ["Osh warehouse", "Tent", "5", "Lantern Foundation", "4.5", "USD"],
        ["Osh warehouse", "Tent", "6", "Acme Suppliers", "4.5", "USD"],
        ["Osh warehouse", "Tent", "7", "Red Cross of Atlantis", "", ""],
    ]
    found = take_in(look, world, rows)
    assert [(x.kind, x.names) for x in found.extras][1:] == [
        ("Supplier", ("Acme Suppliers",)),
        ("Donor", ("Red Cross of Atlantis",)),
    ]
    assert [lot.unit_value_minor for lot in lots()] == [450, 450, None]
    assert lots()[0].donor_id == world.donor_id
    kinds = [db.session.get_one(Place, line.from_place_id).kind for line in lines()]
    assert kinds == [PlaceKind.DONOR, PlaceKind.SUPPLIER, PlaceKind.DONOR]
    assert "Together they are worth 49.50 USD." in found.notes
    acme = db.session.scalars(select(Partner).filter_by(name="Acme Suppliers")).one()
    assert acme.kind is PartnerKind.SUPPLIER


def test_quantities_are_pieces_and_the_preview_says_so(look: Look, world: World) -> None:
    rows = [
        ["Warehouse", "Item name", "Units", "Pack", "Pack quantity", "Quantity"],
        ["Osh warehouse", "Blanket", "Piece", "Bale", "10", "75"],
    ]
    found = take_in(look, world, rows)
    amount = in_words(75, "piece", 10, "bale")
    assert any(f"count pieces, not packs: Blanket: {amount}" in note for note in found.notes)
    assert any("1 quantity is no whole number of packs" in note for note in found.notes)
    assert lines()[0].quantity == 75
    assert (lots()[0].pack.name, lots()[0].pack.size) == ("bale", 10)


def test_or_packs_when_a_person_says_so(look: Look, world: World) -> None:
    rows = [
        ["Warehouse", "Item name", "Pack quantity", "Quantity", "Unit value"],
        ["Osh warehouse", "Blanket", "10", "75", "50"],
    ]
    take_in(look, world, rows, counting=Counting.PACKS)
    assert (lines()[0].quantity, lots()[0].unit_value_minor) == (750, 500)


def test_american_dates_are_read_and_said(look: Look, world: World) -> None:
    found = take_in(look, world, stock_rows([*TENT[:5], "01/31/2030", "5"]))
    assert lots()[0].expires_on == date(2030, 1, 31)
    assert any("month/day/year: 01/31/2030" in note for note in found.notes)


def test_dates_that_can_be_two_days_wait_for_a_person(look: Look) -> None:
    rows = stock_rows([*TENT[:5], "03/04/2030", "5"])
    assert "may be 2030-04-03 or 2030-03-04" in look("stock", csv_of(rows)).problems[0].reason
    assert look("stock", csv_of(rows), date_order=DateOrder.DAY_FIRST).can_apply


def test_expired_lots_are_taken_in_with_a_word(look: Look, world: World) -> None:
    yesterday = date.fromordinal(clock.today().toordinal() - 1).isoformat()
    found = take_in(look, world, stock_rows([*TENT[:5], yesterday, "5"]))
    assert f"expired on {yesterday}" in found.rows[0].detail
    assert any("lot that has expired" in note for note in found.notes)


def test_the_counted_quantity_beats_the_one_on_the_books(look: Look, world: World) -> None:
    rows = [
        ["Product code", "Product name", "Bin location", "OB QOH", "Physical QOH"],
        ["T1", "Tent", "A-01", "100", "90"],
        ["T2", "Rope", "A-01", "7", ""],
    ]
    found = take_in(look, world, rows, site_id=world.warehouse_id)
    assert [line.quantity for line in lines()] == [90, 7]
    assert found.rows[0].detail == "90 pieces, the other system says 100"


def test_a_list_without_a_warehouse_needs_one_chosen(look: Look) -> None:
    rows = [["Item code", "Item name", "Quantity"], ["T1", "Tent", "5"]]
    with pytest.raises(Invalid, match="Choose the warehouse") as refusal:
        look("stock", csv_of(rows))
    assert refusal.value.field == "site_id"
    stranger = make_world("Other society")
    with pytest.raises(Invalid, match="your own"):
        look("stock", csv_of(rows), site_id=stranger.warehouse_id)


def test_stock_may_lie_at_a_point_but_in_no_bin_there(look: Look, world: World) -> None:
    take_in(look, world, stock_rows(["School 4", "", *TENT[2:]]))
    assert lines()[0].to_place_id == world.point_id
    found = look("stock", csv_of(stock_rows(["School 4", "A-01", *TENT[2:]])))
    assert "is a distribution point and has no bins" in found.problems[0].reason


def test_owners_that_are_no_organisations_are_said(look: Look, world: World) -> None:
    rows = [["Warehouse", "Item name", "Quantity", "Owner"], ["Osh warehouse", "Tent", "5", "WFP"]]
    found = take_in(look, world, rows)
    assert any("no organisations of AidTrack" in note and "WFP" in note for note in found.notes)
    assert lots()[0].organisation_id == world.organisation_id


def test_goods_of_another_organisation_of_the_person_stay_its_own(look: Look, world: World) -> None:
    other = make_world("Other society")
    db.session.add(
        RoleAssignment(
            user_id=world.logistician.user_id,
            role=Role.LOGISTICIAN,
            organisation_id=other.organisation_id,
        )
    )
    db.session.commit()
    both = actor_of(world.logistician.user_id)
    owner = db.session.get_one(Place, other.warehouse_id).organisation
    rows = [["Warehouse", "Item name", "Quantity", "Owner"],
            ["Osh warehouse", "Tent", "5", owner.name]]  # fmt: skip
    found = services.preview("stock", "x.csv", csv_of(rows), actor=both)
    services.apply(found.id, actor=both, key=uuid4())
    assert lots()[0].organisation_id == other.organisation_id


def test_everything_wrong_with_stock_is_named_at_once(look: Look, world: World) -> None:
    rows = [
        stock_rows()[0],
        TENT,
        ["", "", "T1", "Tent", "", "", "5"],
        [*TENT[:6], "-5"],
        [*TENT[:6], "1" + "0" * 30],
        [*TENT[:6], ""],
        [*TENT[:5], "soon", "many"],
        ["Osh warehouse", "", "X1", "", "", "", "5"],
        ["Osh warehouse", "", "T1", "Different", "", "", "5"],
        ["Osh warehouse", "", "", "", "", "", "5"],
        ["Osh warehouse", "", "T1", "Tent", "B\x001", "", "5"],
        ["Osh warehouse", "", "T1", "Tent", "=1+1", "", "5", "", "stray"],
    ]
    found = look("stock", csv_of(rows))
    assert [(x.row, x.column) for x in found.problems] == [
        (3, "Warehouse"), (4, "Quantity"), (5, "Quantity"), (6, "Quantity"),
        (7, "Expiry date"), (7, "Quantity"), (8, "Item code"), (9, "Item name"),
        (10, "Item code"), (11, "Lot number"), (12, "Lot number"), (12, ""),
    ]  # fmt: skip
    assert found.problem_count == 12
    assert db.session.scalar(select(func.count()).select_from(Item)) == 0


def test_measured_goods_are_not_counted_goods(look: Look, world: World) -> None:
    make_item("Rice", base_unit="kilogram")
    rows = [["Warehouse", "Item name", "Units", "Quantity"], ["Osh warehouse", "Rice", "sack", "5"]]
    found = look("stock", csv_of(rows))
    assert found.problems[0].reason == "is not what the item is counted in (kilogram)"


def test_a_workbook_of_stock_is_read(look: Look, world: World) -> None:
    rows = stock_rows(["Osh warehouse", "A-01", "T1", "Tent", 7, date(2030, 1, 31), 40.0])
    found = look("stock", xlsx_of(rows))
    services.apply(found.id, actor=world.logistician, key=uuid4())
    assert (lots()[0].batch_number, lots()[0].expires_on) == ("7", date(2030, 1, 31))
    assert lines()[0].quantity == 40


def test_long_lists_become_several_movements(look: Look, world: World) -> None:
    rows = stock_rows(*[[*TENT[:4], f"L{n}", "", "5"] for n in range(1201)])
    take_in(look, world, rows)
    counts = db.session.scalars(
        select(func.count()).select_from(StockLine).group_by(StockLine.movement_id)
    )
    assert sorted(counts) == [201, 500, 500]
    assert not verification.verify().disagreements


def test_retired_items_are_not_taken_in(look: Look, world: World) -> None:
    retire_item(make_item("Jerrycan"), actor=world.admin)
    found = look("stock", csv_of(stock_rows(["Osh warehouse", "", "", "Jerrycan", "", "", "5"])))
    assert found.problems[0].reason == "is retired from the catalogue"
