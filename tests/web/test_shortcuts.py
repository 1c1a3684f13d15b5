"""What the keyboard does: its page, and the letters that can be turned off."""

from aidtrack.web import navigation


def test_the_page_lists_the_shortcuts_of_the_pages_one_may_open(logistician):
    page = logistician.get("/shortcuts").text
    assert "Next row" in page
    assert ">Ctrl</kbd>" in page


def test_letters_are_turned_off_and_on_again_in_this_browser(logistician):
    page = logistician.get("/shortcuts").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert 'data-keys="off"' not in page
    sent = logistician.post("/shortcuts", data={"csrf_token": token, "keys": "off"})
    assert (sent.status_code, sent.location) == (303, "/shortcuts")
    assert 'data-keys="off"' in logistician.get("/shortcuts").text
    logistician.post("/shortcuts", data={"csrf_token": token, "keys": "on"})
    assert 'data-keys="off"' not in logistician.get("/shortcuts").text


def test_no_two_pages_have_the_same_letter():
    letters = [way.key for way in navigation.WAYS if way.key]
    assert len(letters) == len(set(letters))


def test_a_day_is_understood_as_it_is_said(stranger):
    assert stranger.get("/said-day?said=12/2027").json == {"day": "2027-12-31"}
    assert stranger.get("/said-day?said=soon").json == {"day": None}
    assert stranger.get("/said-day").json == {"day": None}
