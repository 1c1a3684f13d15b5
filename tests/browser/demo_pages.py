"""Every page of the demo once, each found by following links as somebody who may open it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from aidtrack.core.db import db
from aidtrack.demo.cast import LOGINS
from aidtrack.documents.models import Paper, PaperStatus
from aidtrack.identity import queries as identity
from aidtrack.shipments.models import Shipment, ShipmentStatus

LINK = re.compile(r'(?:href|formaction)="(/[^"#]*)')
STRANGER = ""
# How many pages of one kind are opened to find links from them.
SAMPLES = 12
# Answers that are no pages for people to look at, by the start of their address.
NO_PAGES = ("/api/v1", "/static", "/healthz", "/readyz", "/metrics", "/favicon.ico")


@dataclass(frozen=True, slots=True)
class Stop:
    """A page, and the e-mail address of who opens it (none for a stranger)."""

    path: str
    endpoint: str
    email: str


def stops(app: Flask, signed_in: Callable[[Any], FlaskClient]) -> list[Stop]:
    """Each kind of page once, as whoever may do most there; the first page of every role."""
    homes: list[Stop] = []
    found: dict[str, Stop] = {}
    for email in (STRANGER, *(email for _role, email in LOGINS)):
        person = identity.user_by_email(email) if email else None
        assert person or not email, f"the demo has no {email}"
        browser = signed_in(person) if person else app.test_client()
        seen = list(_walk(app, browser, email, set(found)))
        homes.append(seen[0])
        for stop in seen:
            found.setdefault(stop.endpoint, stop)
    return list({(stop.path, stop.email): stop for stop in (*homes, *found.values())}.values())


def unseen(app: Flask, seen: list[Stop]) -> list[str]:
    """Addresses with a page that no link of the demo leads to."""
    known = {stop.endpoint for stop in seen}
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.endpoint not in known
        and not rule.rule.startswith(NO_PAGES)
        and not _is_file(rule)
    )


def _walk(app: Flask, browser: FlaskClient, email: str, known: set[str]) -> Iterator[Stop]:
    """From the front door on; pages that answer with something to read, new kinds often."""
    waiting, asked, opened = ["/", *_typed(email)], set(), {}
    while waiting:
        path = waiting.pop(0)
        endpoint = _endpoint(app, path)
        enough = 1 if endpoint in known else SAMPLES
        if path in asked or not endpoint or opened.get(endpoint, 0) >= enough:
            continue
        asked.add(path)
        answer = browser.get(path)
        if answer.status_code in {301, 302, 303}:
            waiting.insert(0, answer.location)
        elif answer.status_code == 200 and answer.mimetype == "text/html":
            opened[endpoint] = opened.get(endpoint, 0) + 1
            waiting += map(unescape, LINK.findall(answer.text))
            yield Stop(path, endpoint, email)


def _typed(email: str) -> list[str]:
    """Addresses that people type or scan rather than follow."""
    paper = db.session.scalars(
        select(Paper.code).where(Paper.status == PaperStatus.VALID).order_by(Paper.id).limit(1)
    ).one()
    shipment = db.session.scalars(
        select(Shipment.code).where(Shipment.status == ShipmentStatus.ON_THE_ROAD).limit(1)
    ).one()
    scanned = [f"/v/{paper}", f"/t/{shipment}"]
    if email:
        return [*scanned, "/styleguide", "/more", "/search?q=osh", "/remarks/shipment/1"]
    return [*scanned, "/v", "/t", "/api/docs"]


def _endpoint(app: Flask, path: str) -> str:
    if path.startswith(NO_PAGES):
        return ""
    try:
        return app.url_map.bind("localhost").match(path.split("?", maxsplit=1)[0], method="GET")[0]
    except HTTPException:
        return ""


def _is_file(rule: Rule) -> bool:
    return "." in rule.rule.rsplit("/", 1)[-1]
