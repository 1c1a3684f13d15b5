"""Pictures tell what the ledger has: every bar is a balance, and every table adds up."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.i18n import speaking
from aidtrack.donations.services import PledgedLine
from aidtrack.identity.permissions import Role
from aidtrack.pictures.picture import Picture
from aidtrack.places.models import Place, PlaceKind
from aidtrack.reports.pictures import figures, gallery, pipeline
from aidtrack.reports.pictures.scope import Scope
from aidtrack.stock.models import Lot, StockBalance
from tests.documents import papers
from tests.factories.distributions import plan
from tests.factories.donations import make_donation, make_pledge
from tests.factories.reports import make_story
from tests.factories.shipments import make_dispatched
from tests.factories.world import make_item, make_person, make_stock, make_world

NAMES = tuple(gallery.ENTRIES)
EACH = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def lively(world):
    """Something for every picture to show."""
    story = make_story(world)
    make_stock(world, story.item_id, 7, expires_on=clock.today() + timedelta(days=40))
    make_stock(world, make_item("Rice"), 30, expires_on=clock.today() - timedelta(days=1))
    plan(world, story.lot_id, 4)
    return story


def column(picture: Picture, label: str) -> list:
    (index,) = [n for n, each in enumerate(picture.table.columns) if each.label == label]
    return [row[index].value for row in picture.table.rows]


def balance(*kinds: PlaceKind, **lot: object) -> int:
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(StockBalance.quantity), 0))
            .join(Place, Place.id == StockBalance.place_id)
            .join(Lot, Lot.id == StockBalance.lot_id)
            .where(Place.kind.in_(kinds), *(getattr(Lot, k) == v for k, v in lot.items()))
        )
    )


IN_WAREHOUSE = (PlaceKind.WAREHOUSE, PlaceKind.BIN)
IN_STOCK = (*IN_WAREHOUSE, PlaceKind.DISTRIBUTION_POINT)


def test_a_donation_is_where_the_ledger_has_it(lively, world):
    made = gallery.picture("donations", world.coordinator)
    told = {each.label: column(made, each.label) for each in made.table.columns[4:]}
    assert told == {
        "Given": [100],
        "handed out": [balance(PlaceKind.PEOPLE, id=lively.lot_id)],
        "waiting at a point": [balance(PlaceKind.DISTRIBUTION_POINT, id=lively.lot_id)],
        "on the road": [balance(PlaceKind.IN_TRANSIT, id=lively.lot_id)],
        "in the warehouse": [balance(*IN_WAREHOUSE, id=lively.lot_id)],
        "given back": [5],
        "lost": [13],
    }
    (bar,) = made.body.rows
    assert [(part.tone, part.value) for part in bar.parts] == [
        ("ok", 3000),
        ("wait", 1000),
        ("go", 1000),
        ("idle", 3200),
        ("back", 500),
        ("bad", 1300),
    ]


def test_a_donation_of_several_items_is_the_mean_of_their_shares(world):
    tents, soap = make_item("Tent"), make_item("Soap")
    donation = make_pledge(world, PledgedLine(tents, 10), PledgedLine(soap, 4000))
    make_donation(world, tents, 10)
    made = gallery.picture("donations", world.coordinator)
    assert column(made, "Given") == [10, 0, 0]
    waiting = next(bar for bar in made.body.rows if not bar.parts)
    assert waiting.instead == "Nothing has arrived yet"
    assert donation


def test_older_donations_are_counted_as_the_others(world):
    item = make_item()
    for _number in range(22):
        make_pledge(world, PledgedLine(item, 10))
    made = gallery.picture("donations", world.coordinator)
    assert len(made.body.rows) == 21
    assert made.body.rows[-1].instead == "2 older donations"


def test_months_of_stock_are_stock_by_what_left(lively, world):
    make_stock(world, make_item("Soap"), 30)
    make_stock(world, lively.item_id, 50, expires_on=clock.today() - timedelta(days=1))
    made = gallery.picture("months", world.coordinator)
    held = balance(*IN_STOCK, item_id=lively.item_id) - 50  # what has expired is of no use
    issued = balance(PlaceKind.PEOPLE, item_id=lively.item_id)
    first, last = made.table.rows
    assert [cell.value for cell in first[2:]] == [
        held,
        issued,
        issued // 6,
        f"{held * 60 // issued / 10}",
    ]
    assert [cell.value for cell in last[2:]] == [30, 0, 0, None]
    assert made.body.rows[-1].instead == "Nothing left in six months"
    assert [part.tone for part in made.body.rows[0].parts] == ["ok"]


def test_what_leaves_one_site_for_another_leaves_that_site_only(world):
    item = make_item()
    make_donation(world, item, 100)
    make_dispatched(world, (item, 60))
    whole = gallery.picture("months", world.coordinator)
    assert column(whole, "Left in six months") == [0]
    one = gallery.picture("months", world.coordinator, site_id=world.warehouse_id)
    assert column(one, "Left in six months") == [60]
    assert column(one, "In stock") == [40]


def test_the_calendar_holds_all_that_can_expire(lively, world):
    made = gallery.picture("expiry", world.coordinator)
    dated = db.session.scalar(
        select(func.sum(StockBalance.quantity))
        .join(Place, Place.id == StockBalance.place_id)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .where(Place.kind.in_(IN_STOCK), Lot.expires_on.is_not(None))
    )
    assert sum(column(made, "In stock")) == int(dated)
    body = made.body
    assert (body.before.value, sum(month.value for month in body.months)) == (1, 1)
    assert made.sentence == "1 lot in stock has expired."
    assert "Expired" in column(made, "Expires")


@pytest.mark.parametrize(
    ("items", "rest"), [(1, None), (3, None), (4, "and 2 more items"), (5, "and 3 more items")]
)
def test_a_month_names_its_items_and_how_many_more(items, rest, world):
    for number in range(items):
        make_stock(world, make_item(f"Item {number}"), 5, expires_on=clock.today())
    made = gallery.picture("expiry", world.coordinator)
    named = [f"5 Item {number}" for number in range(2 if rest else items)]
    assert list(made.body.months[0].lines) == [*named, *filter(None, [rest])]


def test_money_is_written_as_the_language_writes_it(database):
    written = {}
    for language in ("en", "ru", "ar"):
        with speaking(language):
            written[language] = figures.money(553_640, "USD")
    assert written == {
        "en": "$5,536",
        "ru": "5\u202f536\u202f$",
        "ar": "\u200e5,536\u202fUS$\u200e",
    }


def test_the_flow_carries_the_weight_of_every_gift(lively, world):
    made = gallery.picture("flow", world.coordinator)
    told = {(row[0].value, row[1].value): row[2].value for row in made.table.rows}
    assert told["Lantern Foundation", "Batken"] == "45"  # 30 blankets of 1.5 kg
    assert told["Lantern Foundation", "On the road"] == "15"
    assert told["Lantern Foundation", "Given back"] == "7.5"
    weights = [float(value) for (donor, _), value in told.items() if donor != "No donor named"]
    assert sum(weights) == 150
    assert sum(link.value for link in made.body.links) == sum(
        round(float(value) * 1_000_000) for value in told.values()
    )


def test_need_is_what_plans_say_and_delivery_what_people_got(lively, world):
    made = gallery.picture("need", world.coordinator)
    (row,) = made.table.rows
    assert [cell.value for cell in row] == ["Batken", "KG05000000000", 25, 20, 25, 0, 20]
    (bar,) = made.body.rows
    assert [part.value for part in bar.parts] == [20, 25, 0]


def test_the_pipeline_adds_up_and_names_the_month_that_breaks(world):
    item = make_item()
    lot = make_stock(world, item, 10, place_id=world.point_id)
    today = date(2026, 11, 10)
    make_pledge(world, PledgedLine(item, 5), expected_on=date(2026, 12, 20))
    plan(world, lot, 8, planned_on=date(2026, 12, 2))
    plan(world, lot, 10, planned_on=date(2027, 2, 1))
    made = pipeline.picture(Scope(world.coordinator), today)
    assert [[cell.value for cell in row[3:]] for row in made.table.rows] == [
        ["2026-11", 10, 0, 0, 0, 10],
        ["2026-12", 10, 5, 8, 0, 7],
        ["2027-01", 7, 0, 0, 0, 7],
        ["2027-02", 7, 0, 10, 0, -3],
        ["2027-03", -3, 0, 0, 0, -3],
        ["2027-04", -3, 0, 0, 0, -3],
    ]
    assert made.body.rows[0].breaks == 3
    assert made.sentence == "1 item breaks in the next six months: Thermal blanket in Feb 2027."


def test_the_pipeline_loses_what_expires_before_it_is_used(world):
    item = make_item()
    for quantity, day in ((9, date(2026, 11, 9)), (6, date(2026, 12, 31)), (5, date(2027, 1, 1))):
        make_stock(world, item, quantity, place_id=world.point_id, expires_on=day)
    lot = make_stock(world, item, 25, place_id=world.point_id)
    plan(world, lot, 4, planned_on=date(2026, 12, 2))
    plan(world, lot, 8, planned_on=date(2027, 1, 2))
    plan(world, lot, 13, planned_on=date(2027, 2, 2))
    made = pipeline.picture(Scope(world.coordinator), date(2026, 11, 10))
    assert [[cell.value for cell in row[3:]] for row in made.table.rows][:4] == [
        ["2026-11", 36, 0, 0, 0, 36],
        ["2026-12", 36, 0, 4, 2, 30],
        ["2027-01", 30, 0, 8, 0, 22],
        ["2027-02", 22, 0, 13, 0, 9],
    ]


def test_where_no_plan_says_it_the_usual_month_is_taken(world):
    story = make_story(world)
    made = gallery.picture("pipeline", world.coordinator)
    assert column(made, "Planned")[1:] == [5] * 5  # 30 in six months
    assert column(made, "Expected")[0] == 10  # on the road to the school
    assert column(made, "Opening")[0] == balance(*IN_STOCK, item_id=story.item_id)


@EACH
def test_the_page_shows_picture_and_table(name, lively, world, signed_in):
    page = signed_in(world.auditor).get(f"/reports/pictures/{name}").text
    table = f'id="picture-{name}-table"'
    assert page.count(table) == 1
    assert page.count(f'aria-describedby="picture-{name}-table"') == 3
    names = re.findall(r'\sid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert not re.search(r"\sstyle=", page)
    made = gallery.picture(name, world.auditor)
    assert made.title in page
    assert all(f">{cell.text}<" in page for row in made.table.rows for cell in row if cell.text)


@EACH
def test_paper_and_list_say_the_same(name, lively, world, signed_in):
    browser = signed_in(world.coordinator)
    made = gallery.picture(name, world.coordinator)
    pdf = browser.get(f"/reports/pictures/{name}.pdf")
    assert pdf.mimetype == "application/pdf"
    text = papers.joined(pdf.data)
    for cell in (cell for row in made.table.rows for cell in row):
        assert re.sub(r"\s", "", cell.text) in text
    answer = browser.get(f"/reports/pictures/{name}.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == [each.label for each in made.table.columns]
    assert rows[1:] == [
        ["" if cell.value is None else str(cell.value) for cell in row] for row in made.table.rows
    ]


def test_a_name_that_looks_like_a_formula_is_only_a_name(world, signed_in):
    make_stock(world, make_item("=1+1"), 5)
    answer = signed_in(world.coordinator).get("/reports/pictures/months.csv")
    assert "'=1+1" in answer.text


@EACH
def test_a_stranger_sees_nothing_of_it(name, lively, world, signed_in):
    stranger = make_world("Elsewhere")
    assert gallery.picture(name, stranger.coordinator).is_empty
    browser = signed_in(stranger.coordinator)
    page = browser.get(f"/reports/pictures/{name}").text
    assert "Thermal blanket" not in page
    assert "Batken" not in page
    asked = f"/reports/pictures/{name}?site_id={world.warehouse_id}"
    if gallery.ENTRIES[name].has_sites:
        assert browser.get(asked).status_code == 404
        assert browser.get(asked.replace(name, f"{name}.csv")).status_code == 404


@EACH
def test_drivers_and_donors_have_no_pictures(name, world, signed_in):
    for person in (world.driver, world.donor):
        browser = signed_in(person)
        for end in ("", ".pdf", ".csv"):
            assert browser.get(f"/reports/pictures/{name}{end}").status_code == 403


def test_who_works_at_one_site_sees_that_site(lively, world):
    there = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
    made = gallery.picture("months", there)
    assert column(made, "In stock") == [balance(PlaceKind.DISTRIBUTION_POINT)]
    assert gallery.picture("flow", there).is_empty
    assert not gallery.picture("need", there).is_empty


def test_statements_do_not_grow(world, statements):
    counts: list[dict[str, int]] = []
    for many in (1, 3):
        for _number in range(many):
            story = make_story(world)
            plan(world, story.lot_id, 2)
            make_stock(world, make_item("Rice"), 3, expires_on=clock.today())
            make_pledge(world, PledgedLine(story.item_id, 5), expected_on=clock.today())
        counts.append({})
        for name in NAMES:
            db.session.rollback()
            with statements() as seen:
                gallery.picture(name, world.coordinator)
            counts[-1][name] = len(seen)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 10


def test_an_unknown_picture_is_not_there(world, signed_in):
    browser = signed_in(world.coordinator)
    for name in ("nothing", "nothing.pdf", "nothing.csv"):
        assert browser.get(f"/reports/pictures/{name}").status_code == 404


def test_reports_lead_to_every_picture(world, signed_in):
    page = signed_in(world.auditor).get("/reports").text
    for name in NAMES:
        assert f'href="/reports/pictures/{name}"' in page
