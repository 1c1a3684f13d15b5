"""Files of lists: typed, harmless, named, in the reader's language, and never half of one."""

import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from aidtrack.core.formulas import BEGINS_A_FORMULA, harmless
from aidtrack.lists import answers, sheets
from aidtrack.lists.sheets import Sheet
from tests.factories.world import make_item, make_world

BISHKEK = timezone(timedelta(hours=6))
NOON = datetime(2026, 11, 29, 6, 5, tzinfo=UTC)
LINE = ["=1+1", -5, Decimal("12.50"), date(2027, 3, 1), NOON, True, None, "07"]


def written(write, **more) -> bytes:
    file = io.BytesIO()
    write(file, Sheet("Stock", [f"h{x}" for x in range(8)], [LINE], zone=BISHKEK, **more))
    return file.getvalue()


@pytest.mark.parametrize("start", BEGINS_A_FORMULA)
def test_no_text_begins_a_formula(start):
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_text_that_is_no_formula_stays_as_it_is():
    assert [harmless(x) for x in ("", "rice", "1-2", "a@b.org")] == ["", "rice", "1-2", "a@b.org"]


def test_a_csv_file_says_numbers_days_and_moments_plainly(app):
    with app.test_request_context():
        lines = written(sheets.write_csv).decode("utf-8").splitlines()
    assert lines[0].startswith("\ufeffh0,")
    assert lines[1] == "'=1+1,-5,12.50,2027-03-01,2026-11-29 12:05,yes,,07"


def test_an_xlsx_file_keeps_each_value_as_what_it_is(app):
    with app.test_request_context():
        book = CalamineWorkbook.from_filelike(io.BytesIO(written(sheets.write_xlsx)))
    (line,) = book.get_sheet_by_index(0).to_python()[1:]
    assert line[:4] == ["=1+1", -5, 12.5, date(2027, 3, 1)]
    moment = NOON.astimezone(BISHKEK).replace(tzinfo=None)  # As the clock on the wall has it.
    assert line[4:] == [moment, "yes", "", "07"]


@time_machine.travel("2026-11-29T20:00Z", tick=False)
def test_it_is_named_after_the_list_and_the_day_where_the_reader_is(database, signed_in):
    answer = signed_in(make_world().logistician).get("/stock?format=csv")
    assert 'filename="Stock 2026-11-30.csv"' in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_headings_are_in_the_readers_language(database, signed_in):
    browser = signed_in(make_world().logistician)
    browser.post("/language", data={"language": "ru"})
    heading = browser.get("/items?format=csv").data.decode("utf-8-sig").splitlines()[0]
    assert "Наименование" in heading or "Товар" in heading


def test_a_list_too_long_for_a_file_is_refused_and_not_cut_short(database, signed_in, monkeypatch):
    world = make_world()
    for name in ("Rice", "Tent", "Soap"):
        make_item(name)
    monkeypatch.setattr(answers, "FILE_ROWS_MAX", 2)
    answer = signed_in(world.logistician).get("/items?format=csv")
    assert answer.status_code == 409
    assert "A file holds at most" in answer.text
    assert signed_in(world.logistician).get("/items?format=csv&q=rice").status_code == 200


def test_only_who_may_see_the_list_gets_its_file(database, signed_in, client):
    assert signed_in(make_world().driver).get("/stock?format=csv").status_code == 403
    assert client.get("/stock?format=xlsx").status_code == 303
