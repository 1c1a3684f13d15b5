"""A form as a page: filled in, refused, filled in again."""

import re


def shown(page: str) -> str:
    """The page as it is read: without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_is_right_is_done(post):
    answer = post(name="Osh", lines__0__item_id="Blanket", lines__0__quantity="40")
    assert (answer.status_code, answer.location) == (303, "/sent")


def test_everything_wrong_is_named_at_once_and_kept(post):
    answer = post(
        name="", leaves_on="2025-12-31", lines__0__item_id="Bread", lines__0__quantity="1.5"
    )
    text = shown(answer.text)
    assert answer.status_code == 422
    assert "Name: This is needed." in text
    assert "Leaves on: Choose a day between 2026-01-01" in text
    assert "Line 1 · Item: Nothing here is called “Bread”." in text
    assert "Line 1 · How many: Enter a whole number" in text
    assert 'value="1.5"' in answer.text
    assert 'value="Bread"' in answer.text


def test_each_problem_leads_to_its_field(post):
    page = post(name="", lines__0__item_id="Blanket", lines__0__quantity="0").text
    targets = re.findall(r'<li><a href="#([^"]+)"', page)
    assert targets == ["name", "lines-0-quantity"]
    for target in targets:
        assert f'id="{target}"' in page


def test_empty_rows_are_dropped_and_lines_numbered_as_services_see_them(post):
    answer = post(
        name="short", lines__0__item_id="", lines__4__item_id="Blanket", lines__4__quantity="60"
    )
    assert answer.status_code == 422
    assert "Line 1 · How many: Only 40 are free." in shown(answer.text)
    assert 'id="lines-0-quantity" name="lines-0-quantity"' in answer.text
    assert 'value="60"' in answer.text


def test_a_refusal_with_several_problems_shows_each_beside_its_field(post):
    answer = post(name="several", lines__0__item_id="Blanket", lines__0__quantity="60")
    text = shown(answer.text)
    assert "Line 1 · How many: Only 40 are free." in text
    assert "Leaves on: This day is past." in text
    assert "The gate is closed." in text


def test_a_missing_record_without_a_field_is_a_page_not_found(post):
    answer = post(name="gone", lines__0__item_id="Blanket", lines__0__quantity="6")
    assert answer.status_code == 404


def test_a_missing_record_that_was_chosen_stands_at_its_field(post):
    answer = post(name="unknown item", lines__0__item_id="Blanket", lines__0__quantity="6")
    assert answer.status_code == 422
    assert "Line 1 · Item: There is no such item." in shown(answer.text)


def test_no_line_at_all_is_a_problem(post):
    assert "Goods: Add at least one line." in shown(post(name="Osh").text)


def test_more_lines_than_fit_is_a_problem(post):
    lines = {f"lines__{n}__item_id": "Blanket" for n in range(4)}
    answer = post(
        name="Osh", **lines, **{name.replace("item_id", "quantity"): "1" for name in lines}
    )
    assert "Goods: At most 3 lines fit here." in shown(answer.text)


def test_asking_for_more_lines_only_adds_empty_ones(post):
    answer = post(name="", lines__0__item_id="Blanket", add_lines="1")
    assert answer.status_code == 200
    assert "There is a problem" not in answer.text
    assert 'name="lines-3-item_id"' in answer.text
    assert 'value="Blanket"' in answer.text


def test_row_numbers_that_are_no_numbers_are_ignored(post):
    answer = post(name="Osh", **{"lines-²-item_id": "Blanket", "lines-99999999-quantity": "1"})
    assert answer.status_code == 422


def test_a_label_that_fits_several_asks_to_choose(post):
    answer = post(name="Osh", lines__0__item_id="ten", lines__0__quantity="1")
    assert "Several fit “ten”. Choose one." in shown(answer.text)


def test_what_was_typed_cannot_become_markup(post):
    page = post(name='"><script>alert(1)</script>').text
    assert "<script>alert" not in page


def test_a_done_message_brings_its_undo(post, logistician):
    post(name="Osh", lines__0__item_id="Blanket", lines__0__quantity="40")
    page = logistician.get("/sent").text
    assert "Sent." in shown(page)
    assert 'action="/undo"' in page
    assert re.search(r'name="key" value="[0-9a-f-]{36}"', page)


def test_a_page_carries_only_the_icons_it_uses(logistician):
    page = logistician.get("/sent").text
    used = set(re.findall(r'href="#i-([a-z]+)"', page))
    assert set(re.findall(r'symbol id="i-([a-z]+)"', page)) == used


def test_a_page_runs_nothing_of_its_own(logistician):
    page = logistician.get("/send").text
    assert not re.search(r"<script(?![^>]+src=)|\sstyle=|\son\w+=", page)


def test_rows_pasted_from_a_spreadsheet_become_lines_without_a_script(post):
    rows = "Item\tHow many\nBlanket\t40\n\nTent\t12*2\n"
    answer = post(name="Osh", lines__pasted=rows, add_lines="1")
    assert answer.status_code == 200
    assert 'name="lines-0-quantity"' in answer.text
    assert re.search(
        r'value="40"[^>]*name="lines-0-quantity"|lines-0-quantity[^>]*value="40"', answer.text
    )
    assert 'value="12*2"' in answer.text


def test_pasted_rows_stand_below_the_lines_that_were_typed(post):
    answer = post(
        name="short", lines__0__item_id="Tent", lines__0__quantity="1", lines__pasted="Blanket\t60"
    )
    assert "Line 1" in shown(answer.text)
    assert 'value="60"' in answer.text


def test_pasted_cells_that_cannot_be_meant_are_named_with_their_line(post):
    answer = post(name="Osh", lines__pasted="Bread\tmany")
    text = shown(answer.text)
    assert answer.status_code == 422
    assert "Line 1 · Item: Nothing here is called “Bread”." in text
    assert "Line 1 · How many: Enter a whole number" in text


def test_more_pasted_rows_than_fit_are_refused_whole(post):
    answer = post(name="Osh", lines__pasted="Blanket\t1\n" * 600)
    assert answer.status_code == 422
    assert "At most" in shown(answer.text)
