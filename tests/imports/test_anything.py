"""Whatever a file holds, a person gets a plan or a reason, never an error of ours."""

from contextlib import suppress
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aidtrack.core.errors import Invalid
from aidtrack.imports.areas import plan_areas
from aidtrack.imports.gazetteer import Gazetteer
from aidtrack.imports.headings import LISTS, Kind, ListName
from aidtrack.imports.items import Catalogue, plan_items
from aidtrack.imports.options import Options
from aidtrack.imports.places import plan_places
from aidtrack.imports.plans import Outcome, Plan, troubles_csv
from aidtrack.imports.reading import read
from aidtrack.imports.recognise import Recognised, recognise
from aidtrack.imports.stock import Owner, plan_stock
from tests.imports.samples import Rows, csv_of

NOTHING = Gazetteer((), {}, {}, {}, {}, {}, {})
EMPTY = Catalogue({}, {}, {})
CELLS = st.one_of(
    st.text(max_size=12),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.dates().map(str),
    st.sampled_from(["", "Osh", "Depot", "Bin location", "KG05", "KGZ", "A1", "Tent", "USD", "=1",
                     "Total", "TRUE", "01/02/2030", "1,234", "1.234", "n/a", "#REF!", "10 kg"]),
)  # fmt: skip


def planned(recognised: Recognised) -> Plan:
    if recognised.list_name is ListName.AREAS:
        return plan_areas(recognised, {})
    if recognised.list_name is ListName.ITEMS:
        return plan_items(recognised, EMPTY, currency="USD")
    if recognised.list_name is ListName.PLACES:
        return plan_places(recognised, NOTHING, Options(), organisation="Ours")
    owner = Owner(1, "Ours", "USD", {})
    return plan_stock(recognised, EMPTY, NOTHING, Options(), owner=owner, today=date(2030, 1, 1))


@st.composite
def tables(draw: st.DrawFn, name: ListName) -> Rows:
    """A table with some of the headings that its list may have, and any cells."""
    words = [synonyms[0] for synonyms in LISTS[name].columns.values() if synonyms]
    headings = draw(st.lists(st.sampled_from(words), min_size=1, max_size=10))
    rows = st.lists(CELLS, max_size=len(headings) + 1)
    return [headings, *draw(st.lists(rows, max_size=8))]


@pytest.mark.parametrize("name", [ListName.ITEMS, ListName.PLACES, ListName.AREAS, ListName.STOCK])
@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_cells_give_a_plan_or_a_reason(app: Flask, name: ListName, data: st.DataObject) -> None:
    rows = data.draw(tables(name))
    for kind in Kind:
        with suppress(Invalid):
            plan = planned(recognise(read(csv_of(rows)), kind))
            numbers = [row.row for row in plan.rows]
            assert numbers == sorted(set(numbers)), "each row once, in order"
            at_fault = {trouble.row for trouble in plan.troubles}
            assert at_fault == {x.row for x in plan.rows if x.outcome is Outcome.PROBLEM}
            assert plan.fingerprint
            assert troubles_csv(plan.troubles)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_reason(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xff\xfe"):
        with suppress(Invalid):
            assert read(start + data).rows
