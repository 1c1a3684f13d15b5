"""Files as they come: encodings, separators, workbooks, and what is not a list at all."""

import io
import zipfile
from contextlib import suppress
from datetime import date
from random import Random

import pytest

from aidtrack.imports import old_workbooks, spreadsheets
from aidtrack.imports.decoding import Unreadable
from aidtrack.imports.reading import MAX_BYTES, MAX_ROWS, read
from tests.imports.old_workbook import XLS
from tests.imports.samples import csv_of, with_part, xlsx_of, xlsx_of_sheets, zip_bomb

ROWS = [["code", "name"], ["A1", "Couverture légère"], ["A2", "Одеяло"]]
LATIN = [["code", "name"], ["A1", "Couverture légère à pois"], ["A2", "Tente d'été"]]
CYRILLIC = [["код", "наименование"], ["A1", "Одеяло шерстяное"], ["A2", "Палатка зимняя"]]


def cells(data: bytes, **options: str) -> list[list[object]]:
    return [list(row.cells) for row in read(data, **options).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_in_every_form(encoding: str) -> None:
    rows = [["code", "name", "category"], ["A1", "Blanket", "Одеяло"], ["A2", "Tent", "é"]]
    assert cells(csv_of(rows, encoding=encoding)) == rows


@pytest.mark.parametrize(
    ("rows", "encoding"),
    [(LATIN, "cp1252"), (CYRILLIC, "cp1251"), (CYRILLIC, "koi8_r"), (CYRILLIC, "cp866")],
)
def test_old_encodings_are_guessed_and_said(rows: list[list[str]], encoding: str) -> None:
    table = read(csv_of(rows, encoding=encoding))
    assert [list(row.cells) for row in table.rows] == rows
    assert table.encoding == encoding
    assert "were read as" in table.notes[0]


def test_a_person_may_choose_the_encoding() -> None:
    data = csv_of(CYRILLIC, encoding="cp1251")
    assert cells(data, encoding="cp1251") == CYRILLIC
    assert cells(data, encoding="cp1252") != CYRILLIC
    with pytest.raises(Unreadable, match="is not Unicode"):
        read(data, encoding="utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(delimiter: str) -> None:
    rows = [["code", "name", "note"], ["A1", "BAG, PE; 100L", "x|y\tz"], ["A2", "Tent", ""]]
    assert cells(csv_of(rows, delimiter=delimiter)) == [
        ["code", "name", "note"], ["A1", "BAG, PE; 100L", "x|y\tz"], ["A2", "Tent", ""]
    ]  # fmt: skip


def test_excel_may_name_its_separator_in_the_first_line() -> None:
    table = read(b"sep=;\r\ncode;name\r\nA1;a,b\r\n")
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("code", "name")), (3, ("A1", "a,b"))
    ]  # fmt: skip


def test_blank_rows_are_left_out_and_still_counted() -> None:
    table = read(b"code,name\n\n,\n  ,\t\nA1,Tent\n")
    assert [row.number for row in table.rows] == [1, 5]


def test_a_line_break_inside_quotes_is_one_row() -> None:
    table = read(b'code,name\nA1,"two\nlines"\nA2,Tent\n')
    assert [(row.number, row.cells[0]) for row in table.rows][1:] == [(2, "A1"), (3, "A2")]


def test_a_quotation_mark_that_is_never_closed_is_named() -> None:
    with pytest.raises(Unreadable, match="row 3"):
        read(b'code,name\nA1,Tent\nA2,"Blanket\nA3,Rope\n')


def test_stray_quotation_marks_do_no_harm() -> None:
    assert cells(b'code,name\nA1,Rope 2" thick\nA2,"5" nail\n')[1] == ["A1", 'Rope 2" thick']


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\0\0\0\0", b" \t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(data: bytes) -> None:
    with pytest.raises(Unreadable, match="empty"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(range(1, 32)) * 40,
        b"%PDF-1.7\n" + bytes([1, 2, 3, 4, 5, 200]) * 100,
    ],
)
def test_rubbish_is_no_list(data: bytes) -> None:
    with pytest.raises(Unreadable, match="neither text nor a spreadsheet"):
        read(data)


def test_too_large_files_are_refused() -> None:
    with pytest.raises(Unreadable, match="20 MB"):
        read(b"a" * (MAX_BYTES + 1))
    with pytest.raises(Unreadable, match="200,000 rows"):
        read(b"a,b\n" * (MAX_ROWS + 1))
    with pytest.raises(Unreadable, match="201 columns"):
        read(b",".join([b"x"] * 201))


def test_a_workbook_gives_text_numbers_and_days() -> None:
    data = xlsx_of([["code", "n", "day", "yes"], ["007", 12.5, date(2027, 1, 31), True]])
    assert cells(data)[1] == ["007", "12.5", date(2027, 1, 31), "TRUE"]


def test_whole_numbers_of_a_workbook_have_no_decimals() -> None:
    assert cells(xlsx_of([["pcode", "n"], [3501000, 0.1 + 0.2]]))[1] == ["3501000", "0.3"]


def test_a_list_may_begin_in_the_middle_of_a_sheet() -> None:
    table = read(xlsx_of([[], [], [None, None, "code"], [None, None, "A1"]]))
    assert [(row.number, row.cells[2]) for row in table.rows] == [(3, "code"), (4, "A1")]


def test_results_of_formulas_are_used_and_said() -> None:
    table = read(xlsx_of([["code", "quantity"], ["A1", "=1+1"]]))
    assert table.rows[1].cells == ("A1", "2")
    assert "formula" in table.notes[0]


def test_errors_and_formulas_without_a_result_are_no_blanks() -> None:
    data = with_part(
        xlsx_of([["code", "quantity"], ["A1", "=1+1"], ["A2", "=1/0"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<f>1+1</f><v>2</v>", b"<f>1+1</f><v></v>").replace(
            b'<c r="B3"><f>1/0</f><v>2', b'<c r="B3" t="e"><f>1/0</f><v>#DIV/0!'
        ),
    )
    assert [row.cells[1] for row in read(data).rows][1:] == ["#FORMULA!", "#DIV/0!"]


def test_a_cell_merged_downwards_counts_for_each_row() -> None:
    rows = [["warehouse", "quantity"], [None, 1], [None, 2], [None, 3]]
    table = read(xlsx_of(rows, merged={"A2:A4": "Osh"}))
    assert [row.cells[0] for row in table.rows] == ["warehouse", "Osh", "Osh", "Osh"]
    assert "2 cells under merged cells" in table.notes[0]


def test_the_first_sheet_with_something_in_it_is_read() -> None:
    data = xlsx_of_sheets({"Empty": [], "Stock & more": [["code"], ["A1"]], "Other": [["name"]]})
    table = read(data)
    assert table.sheet == "Stock & more"
    assert "3 sheets" in table.notes[0]
    assert read(data, sheet="Other").rows[0].cells == ("name",)
    with pytest.raises(Unreadable, match="Stock & more, Other"):
        read(data, sheet="Nothing")


def test_a_damaged_workbook_is_said_to_be_damaged() -> None:
    good = xlsx_of([["code"], ["A1"]])
    for bad in (good[:200], good[:-60], b"PK\x03\x04" + b"rubbish" * 50, _zip_of_text()):
        with pytest.raises(Unreadable, match="damaged|cannot read"):
            read(bad)


def _zip_of_text() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("letter.txt", "hello")
    return out.getvalue()


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(zip_bomb()) < 20_000
    monkeypatch.setattr(spreadsheets, "MAX_UNPACKED_BYTES", 4 * 1024 * 1024)
    with pytest.raises(Unreadable, match="unpacks to more"):
        read(zip_bomb())


def test_one_far_cell_does_not_fill_the_memory() -> None:
    data = with_part(
        xlsx_of([["code", "name"], ["A1", "Tent"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'r="B2"', b'r="XFD1048576"').replace(
            b'<row r="2"', b'<row r="1048576"'
        ),
    )
    with pytest.raises(Unreadable, match="unpacks to more"):
        read(data)


def test_one_long_text_used_a_thousand_times_is_counted_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_TEXT_BYTES", 100_000)
    with pytest.raises(Unreadable, match="unpacks to more"):
        read(xlsx_of([["name"], *([["x" * 1000]] * 200)]))
    assert len(read(xlsx_of([["name"], ["x" * 1000], *([["y"]] * 200)])).rows) == 202


def test_an_old_workbook_is_read_too() -> None:

    assert cells(XLS) == [
        ["code", "name", "quantity"],
        ["A1", "Одеяло", "12"],
        ["A2", "Tent", "2.5"],
    ]
    assert read(XLS, sheet="List").sheet == "List"
    with pytest.raises(Unreadable, match="no sheet"):
        read(XLS, sheet="Nothing")


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_old_workbook_ends_nobody_but_its_reader(seed: int) -> None:
    """Some of these make the library panic or ask for hundreds of gigabytes."""
    chance = Random(seed)
    data = bytearray(XLS)
    for _byte in range(12):
        data[chance.randrange(8, len(data))] = chance.randrange(256)
    with suppress(Unreadable):
        assert read(bytes(data)).rows


def test_an_old_workbook_whose_reader_fails_is_said_to_be_damaged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(old_workbooks, "__file__", "/no/such/reader.py")
    with pytest.raises(Unreadable, match="damaged"):
        read(XLS)
