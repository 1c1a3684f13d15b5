"""Stock on hand: its page, paper and files, and whose goods it shows."""

from tests.factories.world import make_item, make_stock


def test_the_page_shows_what_lies_there_and_what_it_is_worth(world, signed_in):
    make_stock(world, make_item("Family tent", pack=24), 29)
    page = signed_in(world.logistician).get("/stock/reports/on-hand")
    assert page.status_code == 200
    assert "Family tent" in page.text
    assert "29.00" in page.text


def test_each_file_and_the_paper_can_be_taken_along(world, signed_in):
    make_stock(world, make_item("Family tent"), 29)
    browser = signed_in(world.auditor)
    for kind, start in (("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbfItem"), ("xlsx", b"PK")):
        answer = browser.get(f"/stock/reports/on-hand?format={kind}")
        assert answer.status_code == 200
        assert answer.data.startswith(start)
