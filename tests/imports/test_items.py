"""Items from a list: new, changed, already here, or wrong."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.imports import services
from aidtrack.imports.previews import Preview
from aidtrack.imports.services import HasProblems, NothingToImport
from aidtrack.scanning.finding import read
from tests.factories.world import World
from tests.imports.samples import csv_of, xlsx_of

Look = Callable[..., Preview]
HEADINGS = ["Code", "Name", "Category", "Unit", "Weight kg", "Cold chain", "Pack", "Pack size"]
BLANKET = ["BL1", "Blanket", "Shelter", "pcs", "1.5", "no", "Bale", "25"]


def take_in(look: Look, world: World, rows: list[list[str]]) -> Preview:
    found = look("items", csv_of(rows))
    services.apply(found.id, actor=world.logistician, key=uuid4(), seen=found.fingerprint)
    return found


def item(code: str) -> Item:
    return db.session.scalars(select(Item).filter_by(code=code)).one()


def test_a_new_item_has_everything_the_list_says(look: Look, world: World) -> None:
    take_in(look, world, [HEADINGS, BLANKET])
    found = item("BL1")
    assert (found.name, found.base_unit, found.weight_mg) == ("Blanket", "piece", 1_500_000)
    assert (found.is_cold_chain, found.category.name) == (False, "Shelter")
    assert [(pack.name, pack.size) for pack in found.packs] == [("bale", 25)]
    assert "bl1 blanket" in found.search_text


def test_the_same_list_twice_changes_nothing(look: Look, world: World) -> None:
    take_in(look, world, [HEADINGS, BLANKET])
    again = look("items", csv_of([HEADINGS, BLANKET]))
    assert (again.counts.unchanged, again.can_apply) == (1, False)
    with pytest.raises(NothingToImport):
        services.apply(again.id, actor=world.logistician, key=uuid4())


def test_what_differs_is_said_and_what_is_blank_stays(look: Look, world: World) -> None:
    take_in(look, world, [HEADINGS, BLANKET])
    changed = ["bl1", "Wool blanket", "", "", "0", "", "Box", "10"]
    found = take_in(look, world, [HEADINGS, changed])
    assert found.rows[0].detail == (
        "name: Blanket → Wool blanket, packs: bale × 25 → bale × 25 · box × 10"
    )
    after = item("BL1")
    assert (after.name, after.weight_mg, after.category.name) == (
        "Wool blanket", 1_500_000, "Shelter"
    )  # fmt: skip


def test_a_weight_of_nothing_is_unknown(look: Look, world: World) -> None:
    take_in(look, world, [HEADINGS, [*BLANKET[:4], "0", *BLANKET[5:]]])
    assert item("BL1").weight_mg is None


def test_an_item_without_a_code_gets_the_same_one_each_time(look: Look, world: World) -> None:
    rows = [["Name", "Weight kg"], ["Zinc sulfate 20mg tablet", "0.01"]]
    take_in(look, world, rows)
    code = db.session.scalars(select(Item.code).filter_by(name=rows[1][0])).one()
    assert code == "ITM-D6VG5P9B"
    assert look("items", csv_of(rows)).counts.unchanged == 1


def test_names_in_other_languages_are_kept(look: Look, world: World) -> None:
    take_in(look, world, [["Code", "Name", "Name (ru)"], ["T1", "Tent", "Палатка"]])
    assert item("T1").names == {"ru": "Палатка"}


def test_everything_wrong_is_named_at_once_and_nothing_is_saved(look: Look, world: World) -> None:
    rows = [
        HEADINGS,
        BLANKET,
        ["BL1", "Other", "", "", "", "", "", ""],
        ["", "", "Food", "", "", "", "", ""],
        ["T1", "Tent", "", "", "heavy", "perhaps", "", "2.5"],
        ["T2", "Tent\x00", "", "", "", "", "", ""],
        ["T3", "x" * 300, "", "", "", "", "", ""],
        ["T4", "Rope", "", "", "", "", "", "", "stray"],
    ]
    found = look("items", csv_of(rows))
    assert [(x.row, x.column, x.reason) for x in found.problems] == [
        (3, "Code", "stands in row 2 too, and the two rows differ"),
        (4, "Name", "is empty"),
        (5, "Weight kg", "is not a number"),
        (5, "Cold chain", "is neither yes nor no"),
        (5, "Pack size", "is not a whole number"),
        (6, "Name", "holds a character that is not text"),
        (7, "Name", "is longer than 200 letters"),
        (8, "", "stands to the right of the last heading: is there a stray separator?"),
    ]
    assert found.counts.create == 1
    assert not found.can_apply
    with pytest.raises(HasProblems):
        services.apply(found.id, actor=world.logistician, key=uuid4())
    assert db.session.scalar(select(Item).filter_by(code="BL1")) is None


def test_the_unit_of_an_item_never_changes(look: Look, world: World) -> None:
    take_in(look, world, [HEADINGS, BLANKET])
    found = look("items", csv_of([HEADINGS, [*BLANKET[:3], "kg", *BLANKET[4:]]]))
    assert found.problems[0].reason == "cannot change: this item is counted in piece"


def test_rows_that_say_the_same_count_once(look: Look) -> None:
    found = look("items", csv_of([HEADINGS, BLANKET, BLANKET]))
    assert (found.counts.create, found.counts.skip) == (1, 1)
    assert found.rows[1].detail == "the same as row 2"


def test_a_name_of_several_items_needs_a_code(look: Look, world: World) -> None:
    take_in(look, world, [["Code", "Name"], ["A1", "Rope"], ["A2", "rope"]])
    found = look("items", csv_of([["Name", "Weight kg"], ["ROPE", "1"]]))
    assert found.problems[0].reason == "is the name of several items (A1, A2): give the code"


def test_items_no_longer_active_in_the_list_are_left_out(look: Look) -> None:
    found = look("items", csv_of([["Code", "Name", "Active"], ["A1", "Rope", "FALSE"]]))
    assert (found.counts.skip, found.rows[0].detail) == (1, "not active in the list")


def test_a_workbook_does_as_well(look: Look) -> None:
    found = look("items", xlsx_of([["Code", "Name", "Weight kg"], ["A1", "Rope", 0.25]]))
    assert (found.counts.create, found.can_apply) == (1, True)


def test_values_have_a_currency(look: Look, world: World) -> None:
    rows = [["Code", "Name", "Unit value", "Currency"], ["A1", "Rope", "4.5", "KGS"]]
    take_in(look, world, rows)
    assert (item("A1").unit_value_minor, item("A1").currency) == (450, "KGS")
    bad = look("items", csv_of([*rows, ["A2", "Tent", "5", "XQZ"], ["A3", "Net", "-5", ""]]))
    assert [x.column for x in bad.problems] == ["Currency", "Unit value"]


BARCODES = ["Code", "Name", "Штрихкод"]


def test_bar_codes_of_a_list_are_given_and_found(look: Look, world: World) -> None:
    rows = [BARCODES, ["BL1", "Blanket", "4006381333931, OWN-7"], ["SO1", "Soap", "36000291452"]]
    take_in(look, world, rows)
    for code, name in (("4006381333931", "BL1"), ("OWN-7", "BL1"), ("036000291452", "SO1")):
        assert [hit.code for hit in read(code, world.logistician).hits] == [name]
    assert look("items", csv_of(rows)).counts.unchanged == 2
    more = take_in(look, world, [BARCODES, ["BL1", "Blanket", "96385074"]])
    assert more.rows[0].detail == (
        "bar codes: 4006381333931 · OWN-7 → 4006381333931 · OWN-7 · 96385074"
    )


PACKED = ["Code", "Name", "Pack", "Pack size", "EAN", "Carton GTIN"]
PIECE, CARTON = "4006381333931", "14006381333938"


def test_bar_codes_of_packs_are_given_and_found(look: Look, world: World) -> None:
    take_in(look, world, [PACKED, ["BL1", "Blanket", "Carton", "24", PIECE, CARTON]])
    hits = [read(code, world.logistician).hits[0] for code in (PIECE, CARTON)]
    assert [(hit.code, hit.pack_size) for hit in hits] == [("BL1", None), ("BL1", 24)]
    # Said again without its size, it stands where it stands; the only pack of an item is meant.
    again = [PACKED, ["BL1", "Blanket", "", "", CARTON, CARTON]]
    assert look("items", csv_of(again)).counts.unchanged == 1
    more = take_in(look, world, [PACKED, ["BL1", "Blanket", "", "", "", "24006381333935"]])
    assert more.rows[0].detail == (
        f"bar codes: {PIECE} · {CARTON} (carton × 24)"
        f" → {PIECE} · {CARTON} (carton × 24) · 24006381333935 (carton × 24)"
    )
    assert read("24006381333935", world.logistician).hits[0].pack_size == 24


def test_a_packs_bar_code_that_is_wrong_or_taken_is_named(look: Look, world: World) -> None:
    take_in(look, world, [PACKED, ["BL1", "Blanket", "Carton", "24", PIECE, CARTON]])
    rows = [
        ["SO1", "Soap", "Carton", "48", "", CARTON],
        ["SO2", "Soap bar", "", "", "", "24006381333935"],
        ["SO3", "Soap box", "Carton", "12", "", "14006381333939"],
        ["SO4", "Soap bag", "Carton", "12", "96385074", "96385074"],
        ["BL1", "Blanket", "Carton", "24", "", PIECE],
    ]
    found = look("items", csv_of([PACKED, *rows]))
    told = [(x.row, x.column, x.reason) for x in found.problems]
    elsewhere = "stands on another pack or on a single one of this item already"
    assert told[0] == (2, "Carton GTIN", "belongs to BL1 already")
    assert told[1] == (3, "Carton GTIN", "stands on a pack, but how many are in it is missing")
    assert told[2][:2] == (4, "Carton GTIN")
    assert "last digit" in told[2][2]
    assert told[3:] == [(5, "Carton GTIN", elsewhere), (6, "Carton GTIN", elsewhere)]


def test_a_bar_code_that_is_wrong_or_another_items_is_named(look: Look, world: World) -> None:
    take_in(look, world, [BARCODES, ["BL1", "Blanket", "4006381333931"]])
    rows = [
        ["SO1", "Soap", "4006381333931"],
        ["SO2", "Soap bar", "4006381333932"],
        ["SO3", "Soap box", "4.00638E+12"],
        ["SO4", "Soap bag", "96385074"],
        ["SO5", "Soap jar", "96385074"],
    ]
    found = look("items", csv_of([BARCODES, *rows]))
    told = [row.detail for row in found.rows]
    assert "belongs to BL1 already" in told[0]
    assert "last digit" in told[1]
    assert "shortened" in told[2]
    assert told[3] == ""
    assert "belongs to SO4 already" in told[4]
