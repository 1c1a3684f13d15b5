"""Every list on the kit: page and files show the same, in each order, with any columns."""

from importlib import import_module

import pytest
from flask.testing import FlaskClient

from aidtrack.app import PACKAGES
from aidtrack.lists.columns import KNOWN, Column, ListPage
from tests.lists.reading import address, as_csv_says, csv_at, page_at, xlsx_at

# Their views bring the lists: some packages load them only when asked for blueprints.
_BLUEPRINTS = [import_module(f"aidtrack.{_package}").blueprints for _package in PACKAGES]

LISTS = pytest.mark.parametrize("page", KNOWN.values(), ids=KNOWN)
ROWS_MIN = 4


@pytest.fixture
def browser(made_lists, database, signed_in):
    return signed_in(made_lists)


@LISTS
def test_each_order_shows_each_row_once_on_the_page_and_in_files(page, browser):
    everything = sorted(page_at(browser, address(page.path, ("limit", "200"))).links)
    assert len(everything) >= ROWS_MIN, "tests/lists/story.py tells nothing of this list"
    for order in page.orders.values():
        up, down = (walked(page, browser, said) for said in (order.name, f"-{order.name}"))
        assert sorted(up) == everything, order.name
        assert down == up[::-1], order.name
    heads_sort(page, browser)
    for said in (page.usual, page.usual.turned):
        files_follow_the_page(page, browser, str(said))


@LISTS
def test_columns_and_search_are_honoured_by_page_and_files(page, browser, statements):
    for column in page.columns:
        columns_are_honoured(page, browser, column)
    text = page_at(browser, page.path).text.partition("data-list")[2]
    box = next((name for name in ("words", "q") if f'name="{name}"' in text), None)
    if box:
        searching_is_honoured(page, browser, box)
    odd = [("sort", "no-such"), ("column", "no-such"), ("format", "exe"), ("no-such", "1")]
    assert page_at(browser, address(page.path, *odd)).heads == page_at(browser, page.path).heads
    counted = []
    for limit in ("1", str(ROWS_MIN)):
        page_at(browser, address(page.path, ("limit", limit)))
        with statements() as seen:
            page_at(browser, address(page.path, ("limit", limit)))
        counted.append(len(seen))
    assert counted[0] == counted[1], "the statements grow with the rows"


def walked(page: ListPage, browser: FlaskClient, sort: str) -> list[str]:
    """The links of all rows, three rows a page."""
    url: str | None = address(page.path, ("sort", sort), ("limit", "3"))
    seen: list[str] = []
    while url:
        shown = page_at(browser, url)
        assert len(shown.links) <= 3
        seen += shown.links
        url = shown.next_url
    return seen


def heads_sort(page: ListPage, browser: FlaskClient) -> None:
    """A head sorts by its column, turns it, says so, and keeps the columns chosen."""
    for column in page.columns:
        if column.order is None:
            continue
        head = str(column.heading)
        first = page_at(browser, address(page.path, *columns_of(column)))
        sorted_once = page_at(browser, first.sorts[head])
        turned = page_at(browser, sorted_once.sorts[head])
        said = [x.sorted_by[head] for x in (sorted_once, turned)]
        assert sorted(said) == ["ascending", "descending"]
        assert turned.heads == first.heads


def files_follow_the_page(page: ListPage, browser: FlaskClient, sort: str) -> None:
    """All rows, however short a page is, in the order of the page; the two files alike."""
    asked = [*columns_of(*page.columns), ("sort", sort)]
    shown = page_at(browser, address(page.path, *asked, ("limit", "200")))
    lines = csv_at(browser, address(page.path, *asked, ("limit", "2"), ("format", "csv")))
    typed = xlsx_at(browser, address(page.path, *asked, ("limit", "2"), ("format", "xlsx")))
    assert len(typed) == len(shown.rows) + 1
    for line, row in zip(typed[1:], shown.rows, strict=True):
        assert str(line[0]) in " ".join(row)
    assert [[as_csv_says(value) for value in line] for line in typed] == lines


def columns_are_honoured(page: ListPage, browser: FlaskClient, column: Column) -> None:
    wanted = [x for x in page.columns if x.is_fixed or x is column]
    shown = page_at(browser, address(page.path, *columns_of(column)))
    ticks = int(shown.heads[0] == "")
    assert shown.heads[ticks:] == [str(x.heading) for x in wanted]
    assert {len(row) for row in shown.rows} == {len(shown.heads)}
    headings = csv_at(browser, address(page.path, *columns_of(column), ("format", "csv")))[0]
    cells = [str(cell.heading) for x in wanted for cell in x.cells]
    assert [said[: len(cell)] for said, cell in zip(headings, cells, strict=True)] == cells


def searching_is_honoured(page: ListPage, browser: FlaskClient, box: str) -> None:
    word = xlsx_at(browser, address(page.path, ("format", "xlsx")))[1][0].split()[0]
    shown = page_at(browser, address(page.path, (box, word)))
    found = csv_at(browser, address(page.path, (box, word), ("format", "csv")))
    assert 1 <= len(shown.rows) == len(found) - 1
    nothing = (box, "nothing-such")
    shown = page_at(browser, address(page.path, nothing))
    assert "Nothing matches" in shown.text
    assert "Show everything" in shown.text
    assert len(csv_at(browser, address(page.path, nothing, ("format", "csv")))) == 1


def columns_of(*columns: Column) -> list[tuple[str, str]]:
    return [("column", column.name) for column in columns]
