"""Headings: which list it is, in which language, and which rows are no data."""

import pytest

from aidtrack.imports.headings import Kind, ListName
from aidtrack.imports.reading import read
from aidtrack.imports.recognise import NotThisList, Recognised, letters, recognise
from tests.imports.samples import Rows, csv_of


def seen(rows: Rows, kind: Kind) -> Recognised:
    return recognise(read(csv_of(rows)), kind)


@pytest.mark.parametrize(
    "headings",
    [
        ["Item code", "Item name", "Lot number", "Expiry date", "Quantity"],
        ["ITEM_CODE*", "item-name", "Batch No.", "Best before", "Qty"],
        ["ProductCode", "ProductName", "LotNumber", "ExpirationDate", "QuantityOnHand"],
        ["Code article", "Désignation", "Numéro de lot", "Date de péremption", "Quantité"],
        ["Código del producto", "Producto", "Lote", "Fecha de vencimiento", "Cantidad"],
        ["Код товара", "Наименование", "Партия", "Срок годности", "Кол-во"],
        ["Item code (SKU)", "Item name [en]", "Lot", "Expiry", "Quantity (pieces)"],
    ],
)
def test_stock_is_known_in_many_words(headings: list[str]) -> None:
    found = seen([headings, ["A1", "Tent", "L1", "2027-01-01", "5"]], Kind.STOCK)
    assert found.list_name is ListName.STOCK
    assert set(found.columns) == {"code", "name", "batch", "expires_on", "quantity"}
    assert found.unused == ()


def test_units_and_languages_are_read_off_the_headings() -> None:
    rows = [["Code", "Name", "Name (ru)", "name_ky", "Weight, g", "Volume litre", "Colour"]]
    found = seen([*rows, ["A1", "Tent", "Палатка", "Чатыр", "5", "6", "red"]], Kind.ITEMS)
    assert found.columns["weight"].unit == "g"
    assert found.columns["volume"].unit == "litre"
    assert {"names:ru", "names:ky"} <= set(found.columns)
    assert found.unused == ("Colour",)


@pytest.mark.parametrize(
    ("headings", "asked", "words"),
    [
        (["Item code", "Item name", "Lot number", "Quantity"], Kind.ITEMS, "list of stock"),
        (["P-Code", "Name", "Admin level"], Kind.STOCK, "areas with P-codes"),
        (["Name", "Location type", "Parent location"], Kind.ITEMS, "warehouses and other"),
        (["Code", "Name", "Weight kg", "Category"], Kind.PLACES, "a list of items"),
        (["Request number", "Item", "Quantity"], Kind.STOCK, "requisitions"),
        (["Kit", "Item", "Quantity"], Kind.ITEMS, "cannot keep those yet"),
        (["Product code", "Min quantity", "Max quantity"], Kind.STOCK, "cannot keep those yet"),
    ],
)
def test_another_list_is_named(headings: list[str], asked: Kind, words: str) -> None:
    with pytest.raises(NotThisList, match=words):
        seen([headings, ["1"] * len(headings)], asked)


def test_a_plain_list_is_what_the_person_says() -> None:
    rows = [["Code", "Name"], ["A1", "Osh"]]
    assert seen(rows, Kind.ITEMS).list_name is ListName.ITEMS
    assert seen(rows, Kind.PLACES).list_name is ListName.PLACES


def test_without_headings_it_says_what_it_looked_for() -> None:
    with pytest.raises(NotThisList, match=r"None of the first 2 rows .* Row 1 reads: A1, Tent, 5"):
        seen([["A1", "Tent", "5"], ["A2", "Rope", "6"]], Kind.STOCK)


def test_titles_above_the_headings_do_no_harm() -> None:
    rows = [["Stock of Osh"], ["as of", "2026-01-01"], [], ["Item code", "Quantity"], ["A1", "5"]]
    found = seen(rows, Kind.STOCK)
    assert (found.heading_row, [record.number for record in found.records]) == (4, [5])


def test_lines_that_are_no_data_are_passed_over_with_a_reason() -> None:
    rows = [
        ["Item code", "Item name", "Quantity"],
        ["Код товара", "Наименование товара", "Количество"],
        ["#item+code", "#item+name", "#indicator+num"],
        ["A1", "Tent", "5"],
        ["Item code", "Item name", "Quantity"],
        ["A2", "Rope", "6"],
        ["Total", "", "11"],
    ]
    found = seen(rows, Kind.STOCK)
    assert [record.number for record in found.records] == [4, 6]
    assert dict(found.passed_over) == {
        2: "a second line of headings",
        3: "HXL tags",
        5: "the headings again",
        7: "a total, not a row of the list",
    }


def test_a_thing_called_total_is_no_total() -> None:
    rows = [["Item code", "Item name", "Quantity"], ["A1", "Total station", "5"], ["A2", "T", "1"]]
    assert len(seen(rows, Kind.STOCK).records) == 2


def test_the_same_heading_twice_must_say_the_same() -> None:
    same = [["Item code", "Quantity", "Quantity"], ["A1", "5", "5"]]
    assert seen(same, Kind.STOCK).columns["quantity"].index == 1
    with pytest.raises(NotThisList, match="columns B and C, which differ"):
        seen([["Item code", "Quantity", "quantity"], ["A1", "5", "6"]], Kind.STOCK)


def test_the_better_of_two_words_for_one_thing_is_used() -> None:
    found = seen([["Name", "Description", "Weight kg"], ["Tent", "large", "5"]], Kind.ITEMS)
    assert found.columns["name"].heading == "Name"
    assert found.unused == ("Description",)


def test_columns_have_the_names_that_spreadsheets_give_them() -> None:
    assert [letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
