"""What browsers are told of every page: nothing inline runs, nothing is framed or kept."""

import re
from html.parser import HTMLParser

import pytest

from aidtrack.app import create_app
from aidtrack.web import headers
from tests.conftest import SECRET_KEY
from tests.privacy.reading import addresses

EVENT = re.compile(r"on[a-z]+$")
RUNNING = ("javascript:", "data:text", "vbscript:")
# Drawn for whoever comes, signed in or not: they name nobody and have no menu of a person.
ANYBODYS = {"/sign-in/forgotten", "/sign-in/passkey", "/t", "/v", "/v/keys", "/v/seals/1"}
# The reader of codes is compiled: that is allowed there, and runs no text.
COMPILED = "'wasm-unsafe-eval'"
SETTINGS = {
    "TESTING": True,
    "SECRET_KEY": SECRET_KEY,
    "SQLALCHEMY_DATABASE_URI": "sqlite://",
    "IS_PRODUCTION": True,
    "PUBLIC_URL": "https://aid.example.org",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-aidtrack",
    "TRUSTED_HOSTS": ["aid.example.org", "localhost", "127.0.0.1", "[::1]"],
}


class Inline(HTMLParser):
    """What of a page a browser would run or style without asking the server for it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.inside = tag if tag in {"script", "style"} and "src" not in has else ""
        self.found += [f"{tag} {name}" for name in has if EVENT.match(name) or name == "style"]
        self.found += [
            f"{tag} {value}" for value in has.values() if value.strip().lower().startswith(RUNNING)
        ]
        if tag in {"iframe", "object", "embed", "base"} or "srcdoc" in has:
            self.found.append(tag)
        address = has.get("src", "") if tag in {"script", "img"} else ""
        if address.startswith(("http", "//")):
            self.found.append(f"{tag} from {address}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.found.append(f"{self.inside}: {data.strip()[:40]}")


def test_the_parser_of_this_file_sees_what_is_inline():
    reader = Inline()
    reader.feed('<p style="x"><a onclick="y" href="javascript:z">a</a><script>s</script>')
    assert len(reader.found) == 4


@pytest.mark.parametrize("role", ["admin", "donor", "driver"])
def test_no_page_has_anything_inline_and_all_are_closed(app, world, story, signed_in, role):
    browser = signed_in(getattr(world, role))
    pages = 0
    for path in sorted(set(addresses(app, {"kind": ["shipment"]}))):
        if path.startswith("/sign-out"):
            continue
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src" in policy, path
        assert COMPILED not in policy or path == "/scan", path
        assert "unsafe-eval" not in policy.replace(COMPILED, ""), path
        assert "frame-ancestors 'none'" in policy, path
        # What somebody brought is locked up wholly; only there may a picture style itself.
        assert "unsafe-inline" not in policy or "sandbox" in policy, path
        assert answer.headers["X-Frame-Options"] == "DENY", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, path
        if answer.status_code == 200 and answer.mimetype == "text/html":
            pages += 1
            assert "no-store" in answer.headers["Cache-Control"], path
            is_theirs = "<html" in answer.text and path not in ANYBODYS
            assert not is_theirs or 'action="/sign-out"' in answer.text, path
            reader = Inline()
            reader.feed(answer.text)
            assert not reader.found, f"{path}: {reader.found}"
    assert pages > 3


def test_what_a_program_reads_is_not_kept_either(world, api):
    answer = api(world.admin).get("/api/v1/items")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_policy_lets_nothing_run_that_is_not_ours():
    rules = dict(rule.strip().split(" ", 1) for rule in headers.CONTENT_POLICY.split(";"))
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == rules["default-src"] == "'self'"


@pytest.fixture(scope="module")
def production():
    return create_app(SETTINGS)


class TestProduction:
    def test_cookies_go_nowhere_but_to_us_and_no_script_reads_them(self, production):
        browser = production.test_client()
        form = browser.get("/sign-in", base_url="https://aid.example.org")
        cookies = form.headers.getlist("Set-Cookie")
        assert cookies, "the sign-in page holds a form, whose proof is in the cookie"
        for cookie in cookies:
            assert cookie.startswith("__Host-aidtrack=")
            assert "HttpOnly" in cookie
            assert "Secure" in cookie
            assert "SameSite=Lax" in cookie
            assert "Path=/" in cookie
            assert "Domain=" not in cookie

    @pytest.mark.parametrize(
        "host", ["evil.example.com", "aid.example.org.evil.example", "aid.example.org@evil.example"]
    )
    def test_another_hosts_name_is_not_answered(self, production, host):
        answer = production.test_client().get("/sign-in", headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text

    def test_a_forwarded_host_is_not_believed(self, production):
        told = {"X-Forwarded-Host": "evil.example.com", "X-Host": "evil.example.com"}
        answer = production.test_client().get("/", headers=told, base_url="https://aid.example.org")
        assert "evil" not in answer.text + answer.headers.get("Location", "")

    def test_the_machine_itself_may_ask_how_we_are(self, production):
        answer = production.test_client().get("/healthz", headers={"Host": "127.0.0.1:8000"})
        assert answer.status_code == 200

    def test_browsers_are_told_to_come_by_https_only(self, production):
        answer = production.test_client().get("/healthz", base_url="https://aid.example.org")
        assert "max-age=31536000; includeSubDomains" in answer.headers["Strict-Transport-Security"]

    def test_samples_for_builders_are_not_shown(self, production):
        answer = production.test_client().get("/styleguide", base_url="https://aid.example.org")
        assert answer.status_code == 404
