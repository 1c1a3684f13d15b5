"""Requests that no browser makes: other methods, ways out, bodies without end or sense."""

import json
import logging
import socket

import pytest

from tests.attacks.forms import forms_of
from tests.privacy.reading import addresses

OUTSIDE = (
    "https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "\\/\\/evil.com",
    "https:evil.example.com", "http:///evil.example.com", "javascript:alert(1)", "/%09/evil.com",
    "/\t/evil.example.com", "//evil.example.com@aid.example.org", "https://aid.example.org.evil",
    "data:text/html,x", " //evil.example.com", "\x00//evil.example.com", "////evil.example.com",
)  # fmt: skip
WHERE_TO = ("next", "back", "return", "return_to", "url", "to", "redirect", "continue", "goto")
METHODS = ("TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG", "PUT", "DELETE", "PATCH")
DEPTH = 100_000


def leads_out(location: str) -> bool:
    """Whether a browser at our site would leave it."""
    cleaned = location.replace("\t", "").replace("\n", "").replace("\\", "/").lstrip()
    if cleaned.startswith(("http://localhost/", "https://localhost/")):
        return False
    return cleaned.startswith("//") or not cleaned.startswith("/")


def test_what_leads_out_is_known_when_seen():
    for wanted in ("//x", "/\\x", "https://x", "javascript:x", "/\t/x"):
        assert leads_out(wanted)
    assert not leads_out("/home?next=https://x")


@pytest.mark.parametrize("where", ["anonymous", "admin"])
def test_no_address_sends_anybody_elsewhere(app, world, client, signed_in, where):
    browser = client if where == "anonymous" else signed_in(world.admin)
    for path in sorted(set(addresses(app, {"kind": ["shipment"]}))):
        answer = browser.get(path, query_string=dict.fromkeys(WHERE_TO, OUTSIDE[1]))
        location = answer.headers.get("Location")
        assert location is None or not leads_out(location), f"{path} → {location}"


@pytest.mark.parametrize("outside", OUTSIDE)
def test_no_form_sends_anybody_elsewhere(world, signed_in, outside):
    browser = signed_in(world.admin)
    for path in ("/language", "/account", "/shortcuts", "/remarks/1/take-back", "/sign-in"):
        answer = browser.post(path, data=dict.fromkeys(WHERE_TO, outside) | {"language": "en"})
        location = answer.headers.get("Location")
        assert location is None or not leads_out(location), f"{path} → {location}"


def test_signing_in_leads_to_our_own_pages_only(world, client):
    for outside in OUTSIDE:
        page = client.get("/sign-in", query_string={"next": outside})
        for form in forms_of(page.text):
            for name, _kind, value in form.boxes:
                assert name not in WHERE_TO or not value or not leads_out(value), value


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_do_nothing(app, world, signed_in, method):
    browser = signed_in(world.admin)
    for path in ("/", "/home", "/shipments", "/account", "/healthz", "/static/css/aidtrack.css"):
        assert browser.open(path, method=method).status_code == 405, path


def test_the_method_of_a_request_cannot_be_overridden(world, signed_in):
    browser = signed_in(world.admin)
    answer = browser.post("/shipments", headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 405
    assert browser.get("/home?_method=DELETE").status_code == 200


class TestJson:
    def post(self, program, body: bytes | str, kind: str = "application/json"):
        return program.post("/api/v1/partners", data=body, content_type=kind)

    @pytest.mark.parametrize(
        "body",
        [
            "[" * DEPTH, '{"a":' * DEPTH, "[]", "null", "1", '"x"', "{", "NaN", '{"a": Infinity}',
            '{"name": 1' + "0" * 5000 + "}", '{"name": 1e999999}', b"\xff\xfe{}", b"\x00", "{}{}",
            '{"__proto__": {"x": 1}, "constructor": 1}', '{"name": {"$gt": ""}}',
            '{"name": "a", "name": "b"}', '{"name": ["a"]}', '{"organisation_id": "1 OR 1=1"}',
            json.dumps({str(number): number for number in range(20_000)}),
            json.dumps({"names": [{"language": "en", "name": "x"}] * 20_000}),
        ],
        ids=range(21),
    )  # fmt: skip
    def test_a_body_without_sense_is_refused_in_a_sentence(self, world, api, body):
        answer = self.post(api(world.admin), body)
        assert 400 <= answer.status_code < 500
        assert set(answer.json) == {"error"}
        assert len(answer.data) < 20_000

    def test_a_body_of_another_kind_is_refused(self, world, api):
        for kind in ("text/xml", "text/plain", "application/x-yaml", "application/octet-stream"):
            assert self.post(api(world.admin), "<x/>", kind).status_code == 415

    def test_too_much_is_refused_before_it_is_read(self, world, api):
        body = b'{"name": "' + b"a" * (21 * 1024 * 1024) + b'"}'
        assert self.post(api(world.admin), body).status_code == 413

    def test_too_many_boxes_are_refused(self, world, signed_in):
        body = "&".join(f"a{number}=1" for number in range(30_000))
        kind = "application/x-www-form-urlencoded"
        answer = signed_in(world.admin).post("/partners/new", data=body, content_type=kind)
        assert answer.status_code in {413, 422}


class TestLogs:
    def test_what_is_asked_for_writes_no_line_of_its_own(self, world, signed_in, caplog):
        caplog.set_level(logging.DEBUG)
        forged = "x%0d%0a2026-11-29 ERROR forged line%1b[31m"
        signed_in(world.admin).get(f"/{forged}?q={forged}")
        for record in caplog.records:
            assert "\n" not in record.getMessage()
            assert "\x1b" not in record.getMessage()

    def test_who_was_refused_what_is_logged(self, world, signed_in, caplog):
        signed_in(world.driver).get("/people?name=secret31337")
        (line,) = [each for each in caplog.messages if each.startswith("refused status=403")]
        assert f"user={world.driver.user_id} " in line
        assert line.endswith("to=people.index")
        assert "31337" not in line

    def test_no_secret_of_a_request_is_logged(self, world, client, caplog):
        caplog.set_level(logging.DEBUG)
        client.post("/sign-in", data={"email": "a@example.org", "password": "open sesame 31337"})
        client.get("/api/v1/items", headers={"Authorization": "Bearer aidtrack_31337"})
        assert "31337" not in caplog.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config.py", "/static/%2e%2e/config.py", "/static/..%2f..%2fetc/passwd",
        "/static/....//config.py", "/static/js/../../app.py", "/static/%00", "/static//etc/passwd",
        "/remarks/files/..%2f1", "/v/%2e%2e%2f", "/static/C:/windows/win.ini",
    ],
)  # fmt: skip
def test_no_path_climbs_out_of_its_folder(client, path):
    answer = client.get(path)
    assert answer.status_code in {301, 303, 308, 400, 404}
    assert "import" not in answer.text


class TestBytes:
    """What a proxy and a server could read in two ways is refused by the server that we run."""

    def say(self, server: str, request: bytes) -> bytes:
        host, port = server.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(request)
            return connection.recv(65536)

    @pytest.mark.parametrize(
        "lines",
        [
            b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"Content-Length: 4\r\nContent-Length: 5\r\n\r\naaaa",
            b"Content-Length: -1\r\n\r\n",
            b"Content-Length: +4\r\n\r\naaaa",
            b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            b"X: " + b"a" * 100_000 + b"\r\n\r\n",
            b"".join(b"X%d: a\r\n" % number for number in range(500)) + b"\r\n",
        ],
        ids=range(8),
    )
    def test_a_request_of_two_lengths_is_refused(self, server, lines):
        answer = self.say(server, b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + lines)
        assert answer.split(b"\r\n")[0].split()[1] in {b"400", b"411", b"431", b"501", b"505"}
