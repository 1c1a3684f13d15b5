"""The donor report: an equation that must hold, small groups hidden, no route under way."""

from __future__ import annotations

from datetime import date

import pytest
from PIL import Image

from aidtrack.documents.layouts import donor_report
from tests.documents import papers

BIG = (100, 120, 110, 90, 95)
BIGGER = (200, 241, 223, 181, 193)
SMALL = (14, 17, 15, 11, 8)


def drawn(languages=("en",), **facts) -> bytes:
    return donor_report.render(papers.donor_report(languages, **facts), papers.STAMP)


def text_of(languages=("en",), **facts) -> str:
    return " ".join(papers.pages(drawn(languages, **facts))).replace("\u202f", " ")


def has_red(picture: Image.Image) -> bool:
    return any(red > 120 and green < 90 for red, green, _ in picture.get_flattened_data())


def test_the_six_sections_stand_in_their_order():
    text = text_of()
    titles = (
        "Where your donation is", "Who it reached", "How it travelled", "What went wrong",
        "What your money bought", "How to verify this report",
    )  # fmt: skip
    places = [text.index(f"{number} {title}") for number, title in enumerate(titles, start=1)]
    assert places == sorted(places)


def test_the_first_page_says_for_whom_and_as_of_which_clock():
    text = papers.pages(drawn(clock="occurred", eligible_to=date(2027, 3, 31)))[0]
    for fact in ("Nordlys Aid Fund", "NAF-2026-0417", "2026-10-06 – 2026-11-20", "2027-03-31",
                 "2026-11-20 18:00 UTC+6", "by the time of the event"):  # fmt: skip
        assert fact in text


def test_the_headline_tells_how_many_were_reached():
    assert "Your gift reached 1 786 households, 7 923 people, in 2 areas." in text_of()


def test_one_area_is_not_called_areas():
    reached = (papers.reached_point("School", "KG06207", BIG),)
    assert "100 households, 415 people, in one area." in text_of(reached=reached)


def test_each_gift_is_an_equation_with_losses_by_stage():
    assert (
        "given 12 400 = in stock 610 + on the road 1 200 + handed out 10 480 + "
        "lost 110 (transport 60, warehouse 40, distribution 10) + returned 0"
    ) in text_of()
    assert "1 of 1 lines balance to the unit." in text_of()


def test_an_equation_that_does_not_hold_gets_a_red_line(tmp_path):
    pdf = drawn(gifts=(papers.gift(), papers.gift(handed_out=10_477)))
    text = papers.pages(pdf)[0]
    assert "DOES NOT BALANCE: +3" in text
    assert "1 of 2 lines DO NOT BALANCE" in text
    assert has_red(papers.pictures(pdf, tmp_path)[0])


def test_a_gift_of_nothing_and_one_given_out_twice_can_be_drawn():
    nothing = papers.gift(**dict.fromkeys(
        ("given", "in_stock", "on_the_road", "handed_out", "lost_in_transport",
         "lost_in_warehouse", "lost_at_distribution"), 0))  # fmt: skip
    twice = papers.gift(handed_out=24_800)
    assert "1 of 2 lines DO NOT BALANCE" in text_of(gifts=(nothing, twice))


def test_points_stand_under_their_area_with_its_sum():
    reached = (
        papers.reached_point("School", "KG06207", BIG),
        papers.reached_point("Town hall", "KG06226", BIGGER),
        papers.reached_point("Clinic", "KG06207", BIGGER),
    )
    text = text_of(reached=reached)
    assert "Area KG06207 KG06207 300 361 333 271 288 – School" in text
    assert "100 120 110 90 95 – Clinic" in text
    assert "2026-10-12 2026-11-08 Blanket, thermal 300 pc" in text


def test_a_small_group_is_hidden_with_what_it_could_be_computed_from():
    reached = (
        papers.reached_point("School", "KG06207", BIGGER),
        papers.reached_point("Village hall", "KG06226", SMALL),
        papers.reached_point("Clinic", "KG06230", BIG),
    )
    text = text_of(reached=reached)
    assert "Blanket, thermal • pc • • • • •" in text
    assert text.count("• • • • •") == 4
    assert "no group under 10" in text
    assert "314" in text  # all households together
    for hidden in (" 14 ", " 17 ", " 100 ", " 120 "):
        assert hidden not in text


def test_a_total_that_would_give_a_small_group_away_is_hidden_even_in_the_headline():
    text = text_of(reached=(papers.reached_point("Village hall", "KG06226", SMALL),))
    assert "their groups are too small to be counted here" in text
    assert "People: •" in text
    assert "51" not in text.split("Who it reached")[1].split("How it travelled")[0]


def test_no_route_and_no_time_of_goods_under_way_is_shown():
    text = text_of(journeys=(papers.UNDER_WAY,))
    assert "WB/KG/2026/000130 under way" in text
    assert "Osh to Kadamjai" not in text
    assert "2026-11-19" not in text


def test_a_journey_that_arrived_shows_its_papers_and_who_signed():
    text = text_of(journeys=(papers.ARRIVED,))
    for fact in ("DN/KG/2026/000009", "GRN/KG/2026/000041", "WB/KG/2026/000098", "Osh to Alai",
                 "signed: store manager", "2026-10-12", "DS/KG/2026/000057"):  # fmt: skip
        assert fact in text


def test_losses_are_summed_by_currency_and_unvalued_ones_counted():
    losses = (
        papers.loss(1),
        papers.loss(2, value_minor=50_000),
        papers.loss(3, currency="JPY", value_minor=7_000),
        papers.loss(4, value_minor=None, stage="distribution"),
    )
    text = text_of(losses=losses)
    assert "JPY 7 000 USD 812.00 + 1 without value" in text
    assert "distribution" in text


def test_money_is_an_equation_too():
    assert "given 30 000.00 = spent 19 000.00 + not yet spent 11 000.00" in text_of()


def test_more_spent_than_given_is_an_alarm(tmp_path):
    gift = papers.MoneyGift(
        receipt="DN/1", currency="USD", given_minor=100, purchases=papers.MONEY.purchases
    )
    pdf = drawn(money=(gift,))
    assert any(has_red(picture) for picture in papers.pictures(pdf, tmp_path))


def test_the_checksum_is_printed_in_groups_of_four():
    assert "5c0e 91d7 44fa 2b83" in text_of()


def test_an_empty_report_says_that_there_is_nothing():
    text = text_of(gifts=(), reached=(), journeys=(), losses=(), money=())
    assert "Your gift has not reached people yet." in text
    assert text.count("Nothing to report.") == 5


@pytest.mark.parametrize("languages", [("en",), ("en", "ar")])
def test_a_report_of_hundreds_flows_over_pages_and_loses_nothing(languages):
    pdf = drawn(
        languages,
        gifts=tuple(papers.gift(receipt=f"DN/{number:04}") for number in range(60)),
        reached=tuple(
            papers.reached_point(f"Point{number:04}", f"KG{number // 3:04}", BIGGER)
            for number in range(90)
        ),
        losses=tuple(papers.loss(number) for number in range(60)),
        journeys=(papers.ARRIVED,) * 40,
    )
    found = papers.joined(pdf)
    assert all(f"DN/{number:04}" in found for number in range(60))
    assert all(f"Point{number:04}" in found for number in range(90))
    assert all(f"LR/KG/2026/{number:06}" in found for number in range(60))
    assert found.count("GRN/KG/2026/000041") == 40
