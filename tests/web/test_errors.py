"""What went wrong, as a page with a way out or as JSON."""

import pytest


@pytest.fixture
def broken_site(site, monkeypatch):
    """The site as it runs for people: a bug becomes an answer, not a traceback."""
    monkeypatch.setitem(site.config, "PROPAGATE_EXCEPTIONS", False)


def test_nothing_there_is_a_page_with_a_way_out(stranger):
    answer = stranger.get("/nowhere")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_a_missing_record_reveals_nothing_about_it(stranger):
    answer = stranger.get("/missing/7")
    assert answer.status_code == 404
    assert "shipment 7" not in answer.text


def test_a_number_that_no_database_holds_is_not_found(stranger):
    assert stranger.get(f"/missing/{10**30}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/nowhere", 404, "not_found"),
        ("put", "/api/v1/send", 405, "wrong_method"),
        ("get", "/api/v1/sent?limit=x", 401, "not_signed_in"),
    ],
)
def test_the_api_answers_json_whatever_happens(stranger, method, path, status, code):
    answer = getattr(stranger, method)(path)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert set(answer.json["error"]) >= {"code", "message", "field"}


def test_a_wrong_method_says_which_are_right(stranger):
    assert "POST" in stranger.put("/api/v1/send").headers["Allow"]


@pytest.mark.usefixtures("broken_site")
def test_a_bug_is_an_answer_without_its_details(stranger):
    page, call = stranger.get("/crash"), stranger.get("/api/v1/crash")
    assert page.status_code == call.status_code == 500
    assert "secret detail" not in page.text + call.text
    assert call.json["error"]["code"] == "server_error"
    assert 'href="/"' in page.text


@pytest.mark.usefixtures("broken_site")
@pytest.mark.parametrize("path", ["/crash", "/api/v1/crash"])
def test_a_bug_is_logged_with_its_trace_and_shows_none(stranger, caplog, path):
    answer = stranger.get(path)
    (noted,) = [record for record in caplog.records if record.exc_info]
    assert noted.levelname == "ERROR"
    assert path in noted.getMessage()
    assert noted.exc_info[0] is ZeroDivisionError
    assert "secret detail" in caplog.text
    assert "Traceback" in caplog.text
    for word in ("Traceback", "ZeroDivisionError", ".py", "secret detail"):
        assert word not in answer.text
