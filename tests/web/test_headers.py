"""What the browser is told, and how much is sent."""

import re

import pytest

FIRST_VISIT = 100_000
LATER_PAGE = 20_000
BROTLI = {"Accept-Encoding": "br"}


def weight_of(logistician, path: str) -> int:
    """Bytes on the wire."""
    return len(logistician.get(path, headers=BROTLI, buffered=True).data)


def test_every_answer_says_what_may_run(logistician):
    for path in ("/sent", "/nowhere", "/api/v1/sent", "/static/js/app.js"):
        headers = logistician.get(path, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_not_kept_by_others(logistician):
    answer = logistician.get("/sent")
    assert "private" in answer.headers["Cache-Control"]
    assert "Cookie" in answer.headers["Vary"]


def test_a_page_of_a_person_is_gone_from_the_browser_once_they_sign_out(logistician):
    assert logistician.get("/sent").headers["Cache-Control"] == "private, no-store"


def test_files_are_kept_for_a_year_under_their_fingerprint(logistician):
    page = logistician.get("/sent").text
    address = re.search(r'href="(/static/css/aidtrack\.css\?v=[0-9a-f]{10})"', page)[1]
    assert "immutable" in logistician.get(address, buffered=True).headers["Cache-Control"]
    bare = logistician.get("/static/css/aidtrack.css", buffered=True)
    assert "no-cache" in bare.headers["Cache-Control"]


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_text_is_compressed(logistician, encoding):
    answer = logistician.get("/sent", headers={"Accept-Encoding": encoding})
    assert answer.headers["Content-Encoding"] == encoding


def test_the_first_visit_and_every_later_page_are_light(logistician):
    page = logistician.get("/send")
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert len(files) >= 4
    weight = sum(weight_of(logistician, path) for path in files)
    later = weight_of(logistician, "/send")
    assert later <= LATER_PAGE
    assert weight + later <= FIRST_VISIT


def test_the_script_is_small(logistician):
    assert weight_of(logistician, "/static/js/app.js") < 6_000
