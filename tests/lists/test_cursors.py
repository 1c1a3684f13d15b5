"""Links to a further page that we did not write: each is refused, in every order of every list."""

import base64
from datetime import date, datetime

import pytest

from aidtrack.core.paging import encode
from aidtrack.lists.columns import KNOWN
from tests.factories.world import make_world
from tests.lists.reading import address
from tests.lists.test_every_list import LISTS

USUAL = {str: "x", int: 1, date: "2026-01-01", datetime: "2026-01-01T00:00:00+00:00"}
MADE_UP = {
    str: ("\0", "\ud800"),
    int: (2**63, -(2**63), 2**70, True),
    date: ("2026-02-30", 1),
    datetime: ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00", "2026-01-01T00:00:00"),
}
FARTHEST = {
    int: (2**63 - 1, 2**31, 1 - 2**63),
    str: ("\U0010ffff",),
    date: ("0001-01-01", "9999-12-31"),
    datetime: ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"),
}


@pytest.fixture
def browser(database, signed_in):
    return signed_in(make_world().admin)


@LISTS
def test_a_made_up_page_link_is_refused_and_the_farthest_is_not(page, browser):
    for order in page.orders.values():
        for sort in (order.name, f"-{order.name}"):
            for status, values in ((422, MADE_UP), (200, FARTHEST)):
                for cursor in cursors(order.kinds, values):
                    asked = address(page.path, ("sort", sort), ("cursor", cursor))
                    assert browser.get(asked).status_code == status, (sort, cursor)


@pytest.mark.parametrize(
    ("path", "kinds"),
    [("/inbox", (int,)), ("/remarks/area/{area}", (int, int))],
)
def test_pages_that_are_no_lists_say_the_same(path, kinds, database, signed_in):
    world = make_world()
    browser = signed_in(world.admin)
    for status, values in ((422, MADE_UP), (200, FARTHEST)):
        for cursor in cursors(kinds, values):
            asked = address(path.format(area=world.area_id), ("cursor", cursor))
            assert browser.get(asked).status_code == status, cursor


def test_a_page_link_nested_deeper_than_python_reads_is_refused(browser):
    deep = base64.urlsafe_b64encode(b"[" * 20_000).decode()
    page = next(iter(KNOWN.values()))
    assert browser.get(address(page.path, ("cursor", deep))).status_code == 422


def cursors(kinds, values):
    """Links with one value of them in each place."""
    usual = [USUAL[kind] for kind in kinds]
    for place, kind in enumerate(kinds):
        for value in values[kind]:
            yield encode([*usual[:place], value, *usual[place + 1 :]])
