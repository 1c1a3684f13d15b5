"""Walks routes as everybody there is, and puts the installation back after each change."""

import inspect
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from aidtrack.core.db import db
from tests.clients import session_cookie
from tests.factories.driver_links import begin, make_link
from tests.policy.bodies import filled, flat, form_of, names_one
from tests.policy.made import CALLED, NAMED_BY, WORDS, Ids, Made

ROLES = ("admin", "logistician", "coordinator", "driver", "donor", "auditor")
# Everybody, in the order of the table's columns.
GROUPS = {
    "own": [f"own {role}" for role in ROLES],
    "site": ["keeper of another site"],
    "link": ["driver by link"],
    "other": [f"other {role}" for role in ROLES],
    "none": ["locked out", "nobody"],
}
EVERYBODY = [who for group in GROUPS.values() for who in group]
STRANGERS = GROUPS["other"]
AT_HOME = [who for who in EVERYBODY if who not in STRANGERS]
PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
UNKNOWN = 2_000_000_000


@dataclass
class Walk:
    """An application, its two organisations, and the cookies of everybody."""

    app: Flask
    own: Made
    other: Made
    path: Path
    cookies: dict[str, str] = field(default_factory=dict)
    has_written: bool = False

    def __post_init__(self) -> None:
        self._kept = sqlite3.connect(":memory:")
        event.listen(db.engine, "commit", self._note)

    def _note(self, _connection: Any) -> None:
        self.has_written = True

    def close(self) -> None:
        event.remove(db.engine, "commit", self._note)
        self._kept.close()

    def sign_in(self) -> None:
        """Everybody, before the installation is kept as it is."""
        for side, made in (("own", self.own), ("other", self.other)):
            for role in ROLES:
                self._sign_in(f"{side} {role}", getattr(made.world, role))
        self._sign_in("keeper of another site", self.own.keeper)
        self._sign_in("locked out", self.own.locked_out)
        phone = self.app.test_client()
        begin(phone, make_link(self.own.world, int(self.own.ids["shipment_id"])).token)
        self.cookies["driver by link"] = _jar(phone)
        self.cookies["nobody"] = ""

    def _sign_in(self, who: str, person: Any) -> None:
        self.cookies[who] = "=".join(session_cookie(self.app, person))

    def remember(self) -> None:
        db.session.rollback()
        with closing(sqlite3.connect(self.path, timeout=10)) as connection:
            connection.backup(self._kept)
        self.has_written = False

    def put_back(self) -> None:
        with closing(sqlite3.connect(self.path, timeout=10)) as connection:
            self._kept.backup(connection)
        self.has_written = False

    def ask(
        self, who: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[TestResponse, bool]:
        """The answer, and whether something was written; it is put back."""
        client = self.app.test_client(use_cookies=False)
        sent: dict[str, Any] = {}
        if method != "GET" and body is not None:
            sent = {"json": body} if path.startswith("/api/") else {"data": flat(body)}
        headers = {"Cookie": self.cookies[who]} if self.cookies[who] else {}
        answer = client.open(path, method=method, headers=headers, **sent)
        answer.close()
        wrote = self.has_written
        if wrote:
            self.put_back()
        return answer, wrote

    def routes(self) -> Iterator[tuple[str, Rule]]:
        """Every method of every route, in the order of their addresses."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda each: each.rule):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule

    def view(self, rule: Rule) -> Any:
        """The function itself, without what guards it."""
        return inspect.unwrap(self.app.view_functions[rule.endpoint])

    def body(self, rule: Rule, ids: Ids) -> dict[str, Any]:
        return filled(form_of(self.app.view_functions[rule.endpoint]), ids)


def _jar(client: Any) -> str:
    return "; ".join(f"{each.key}={each.value}" for each in client._cookies.values())


def address(rule: Rule, ids: Ids) -> str:
    """The address of these records."""
    words = WORDS | ids
    blueprint = rule.endpoint.split(".")[0]
    words["name"] = NAMED_BY.get(rule.endpoint) or NAMED_BY.get(blueprint, "nobody")
    return PARAMETER.sub(lambda found: str(words[called(rule, found[2])]), rule.rule)


def called(rule: Rule, name: str) -> str:
    """The name under which the records here have what the address calls so."""
    blueprint = rule.endpoint.split(".")[0]
    return (CALLED.get(rule.endpoint) or CALLED.get(blueprint, {})).get(name, name)


def names_records(rule: Rule, body: dict[str, Any] | None = None) -> bool:
    """Whether the address, or the body, says which record it is about."""
    said = flat(body or {})
    return (
        any(names_one(each.rpartition("-")[2]) for each in said)
        or any(kind == "int" for kind, _name in PARAMETER.findall(rule.rule))
        or "lot_code" in CALLED.get(rule.endpoint, {}).values()
    )


def nowhere(rule: Rule, ids: Ids) -> str:
    """The same address with numbers that nothing has."""
    names = {called(rule, name) for _kind, name in PARAMETER.findall(rule.rule)}
    unknown: Ids = {
        name: "L999999" if name == "lot_code" else UNKNOWN
        for name in names
        if name in ids and name not in WORDS | {"reason": ""}
    }
    return address(rule, ids | unknown)


def letter(answer: TestResponse) -> str:
    """What an answer comes to: + allowed (though a form or a rule may say no to what was sent),
    - refused, 0 not there, s sign in first, ! broken."""
    status, leads_to = answer.status_code, answer.headers.get("Location", "")
    if status == 401 or (300 <= status < 400 and re.match(r"/(sign-in|j)(\?|$)", leads_to)):
        return "s"
    if status >= 500:
        return "!"
    return {403: "-", 404: "0"}.get(status, "+")
