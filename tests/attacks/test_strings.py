"""Whatever is typed into any box comes out as the text that it is: on pages, papers and files."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from itertools import cycle

import pytest
from flask import Flask
from flask.testing import FlaskClient

from aidtrack.core import outbox
from aidtrack.core.errors import Invalid
from aidtrack.core.formulas import BEGINS_A_FORMULA
from aidtrack.core.mail import written
from tests.attacks.forms import Found, forms_of
from tests.privacy.reading import addresses

SCRIPT = "<script>alert(31337)</script>"
HOSTILE = {
    "script": SCRIPT,
    "attribute": "\"'><img src=x onerror=alert(31337)>",
    "template": "{{ 31337*3 }}${31337*3}#{31337*3}<%= 31337*3 %>",
    "formula": "=cmd|'/C calc'!A0",
    "plus": "+1+HYPERLINK(31337)",
    "minus": "-1-31337",
    "at": "@SUM(31337)",
    "sql": "x'); DROP TABLE shipment; --",
    "path": "../../../../etc/passwd",
    "emoji": "👩🏽‍🚀 31337 ﷽",
    "percent": "%s %(name)s {0} {name} %n",
    "header": "a\r\nBcc: evil@example.com\r\n\r\nbody",
    "tab": "\t=31337",
    "nul": "a\x00b",
    "override": "abc\u202egnp.exe",
    "surrogate": "a\ud800b",
}
RUNS = re.compile(r"<script>alert|<img src=x|onerror=alert\(31337\)>|94011")
UNTYPABLE = {"nul", "override", "surrogate"}
SENDER = "aid@example.org"


def sent(form: Found, turn: Iterator[str]) -> dict[str, bytes | str]:
    """As a browser's bytes; a lone surrogate is three bytes that are no UTF-8."""
    return {
        name: value.encode("utf-8", "surrogatepass") if "\ud800" in value else value
        for name, value in form.filled(turn).items()
    }


def fill_every_form(app: Flask, browser: FlaskClient, texts: list[str]) -> Counter[int]:
    """Send them to every form that the browser's person can open, each box another one of
    them; how the forms were answered.
    """
    turn = cycle(texts)
    answers: Counter[int] = Counter()
    for path in sorted(set(addresses(app, {"kind": ["shipment"]}))):
        if path.startswith(("/sign-out", "/api/", "/account", "/styleguide")):
            continue
        page = browser.get(path)
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        for form in forms_of(page.text):
            if form.method != "post" or "sign-out" in form.action or "disable" in form.action:
                continue
            answer = browser.post(form.action or path, data=sent(form, turn))
            assert answer.status_code < 500, f"{form.action or path}: {answer.status_code}"
            assert not RUNS.search(answer.text), form.action or path
            answers[answer.status_code] += 1
    return answers


ROUNDS = {
    "script": [HOSTILE["script"]],
    "formula": [HOSTILE["formula"]],
    "every other": [text for name, text in HOSTILE.items() if name not in UNTYPABLE],
    "untypable": [HOSTILE[name] for name in sorted(UNTYPABLE)],
}


@pytest.mark.parametrize("name", ROUNDS)
def test_no_form_breaks_and_none_gives_it_back_alive(app, world, story, signed_in, name):
    browser = signed_in(world.admin)
    answers = fill_every_form(app, browser, ROUNDS[name])
    assert sum(answers.values()) > 20
    if len(ROUNDS[name]) == 1:
        everywhere(app, browser)
        assert answers[303] > 3, "nothing was saved, so nothing was tried"


def everywhere(app: Flask, browser: FlaskClient) -> None:
    """Read every page, file and paper there is now."""
    for path in sorted(set(addresses(app, {"kind": ["shipment"], "name": ["x"]}))):
        if path.startswith("/sign-out"):
            continue
        page = browser.get(path)
        files = ("?format=csv", "?format=xlsx") if "format=csv" in page.text else ()
        for answer in (page, *(browser.get(path + form) for form in files)):
            assert answer.status_code < 500, path
            if answer.mimetype == "text/html":
                assert not RUNS.search(answer.text), path
            elif answer.mimetype == "text/csv":
                no_formula_in_csv(answer.text, path)
            elif "spreadsheetml" in answer.mimetype:
                no_formula_in_workbook(answer.data, path)


def no_formula_in_csv(text: str, path: str) -> None:
    for line in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        for cell in line:
            number = re.fullmatch(r"-?\d+([.,]\d+)?", cell)
            assert number or not cell.startswith(BEGINS_A_FORMULA), f"{path}: {cell}"


def no_formula_in_workbook(content: bytes, path: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        if name.startswith("xl/worksheets/"):
            assert b"<f>" not in archive.read(name), path


def test_a_hundred_thousand_letters_are_refused_in_a_sentence(world, signed_in):
    browser = signed_in(world.admin)
    for path in ("/partners/new", "/people/new"):
        page = browser.get(path)
        form = next(f for f in forms_of(page.text) if f.method == "post" and len(f.boxes) > 3)
        answer = browser.post(form.action or path, data=form.filled(cycle(["Ж" * 100_000])))
        assert answer.status_code == 422, path


@pytest.mark.parametrize("name", sorted(UNTYPABLE))
def test_what_cannot_be_seen_or_printed_is_refused(world, signed_in, name):
    browser = signed_in(world.admin)
    form = next(f for f in forms_of(browser.get("/partners/new").text) if len(f.boxes) > 3)
    answer = browser.post("/partners/new", data=sent(form, cycle([f"Good {HOSTILE[name]}"])))
    assert answer.status_code == 422


class TestMail:
    def test_a_subject_is_one_line_whatever_is_in_it(self, database):
        letter_id = outbox.post(
            "somebody@example.org", language="en", subject=HOSTILE["header"], text="x"
        )
        (letter,) = outbox.claim(1)
        assert letter.id == letter_id
        assert "\r" not in letter.subject
        assert "\n" not in letter.subject

    @pytest.mark.parametrize(
        "address",
        [
            "a@example.org\r\nBcc: evil@example.com", "a@example.org, evil@example.com",
            "a@example.org\n", "<a@example.org>", "a b@example.org", "a@example.org;b@c.org",
            '"a\\r\\n"@example.org', "a@[127.0.0.1]", "@example.org", "a@example.org%0d%0aBcc:x",
        ],
    )  # fmt: skip
    def test_an_address_holds_nothing_but_one_address(self, database, address):
        with pytest.raises(Invalid):
            outbox.post(address, language="en", subject="x", text="x")

    def test_a_letter_that_goes_out_has_no_header_of_the_attackers(self, database):
        hostile = HOSTILE["header"]
        outbox.post(
            "somebody@example.org", language="en", subject=f"Hello {hostile}", text=hostile,
            html=hostile,
        )  # fmt: skip
        (letter,) = outbox.claim(1)
        sent = written(letter, SENDER).as_bytes()
        headers = sent.partition(b"\r\n\r\n")[0]
        assert b"\r\nSubject: Hello a Bcc: evil@example.com body\r\n" in headers
        arrived = message_from_bytes(sent, policy=policy.SMTP)
        assert arrived["Bcc"] is None
        assert arrived["To"] == "somebody@example.org"
        assert set(arrived.keys()) == {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
            "Content-Type", "Content-Language",
        }  # fmt: skip

    @pytest.mark.parametrize(
        "changed",
        [
            {"subject": HOSTILE["header"]}, {"to_address": HOSTILE["header"]},
            {"to_address": "a@example.org\r\nBcc: evil@example.com"},
            {"unsubscribe_url": HOSTILE["header"]}, {"language": HOSTILE["header"]},
            {"message_id": HOSTILE["header"]},
        ],
    )  # fmt: skip
    def test_what_came_past_the_outbox_makes_no_letter(self, database, changed):
        outbox.post("somebody@example.org", language="en", subject="x", text="x")
        (letter,) = outbox.claim(1)
        assert written(letter, SENDER)["Subject"] == "x"
        with pytest.raises((ValueError, MessageError)):
            written(replace(letter, **changed), SENDER)
