"""A walk over the demo's pages finds no English sentence for those who read another language."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import JSON, String, select

from aidtrack.core.db import Model, db
from aidtrack.core.i18n import LANGUAGES
from aidtrack.core.standards import currency_codes, time_zones
from aidtrack.demo.cast import LOGINS
from aidtrack.identity import queries as identity
from tests.translations.reader import Names, english_in

pytestmark = pytest.mark.pages
LINK = re.compile(r'<a [^>]*href="([^"#]*)')
KINDS_MIN = 60
# Written in English only: what programs and those who build pages read.
FOR_BUILDERS = ("/api/", "/styleguide")
NUMBER = re.compile(r"\d+")


def everything_typed() -> set[str]:
    """Every text in the database, those inside of JSON too."""
    found: set[str] = set()
    for table in Model.metadata.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, String | JSON)]
        for row in db.session.execute(select(*columns)) if columns else ():
            for value in row:
                found.update(_texts(value))
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value, *value.splitlines()]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return []


def english_on_the_way(browser: FlaskClient, names: Names, kinds: set[str]) -> list[str]:
    """English texts on the pages that somebody reaches by links, one page of each kind.

    `kinds` are those that somebody else has seen already.
    """
    waiting, wrong = ["/"], []
    while waiting:
        path = waiting.pop(0)
        answer = browser.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        wrong += [f"{path}: {text}" for text in english_in(answer.text, names)]
        for link in map(unescape, LINK.findall(answer.text)):
            kind = NUMBER.sub("N", link.split("?")[0])
            if link.startswith("/") and kind not in kinds and not link.startswith(FOR_BUILDERS):
                kinds.add(kind)
                waiting.append(link)
    return wrong


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_no_page_of_the_demo_stays_english(told, signed_in, language):
    others = {*currency_codes(), *time_zones(), *(x.replace("_", " ") for x in time_zones())}
    names = Names(everything_typed() | others)
    wrong: list[str] = []
    kinds: set[str] = set()
    for _role, email in LOGINS:
        browser = signed_in(identity.user_by_email(email))
        with browser.session_transaction() as session:
            session["language"] = language
        wrong += english_on_the_way(browser, names, kinds)
    assert len(kinds) > KINDS_MIN
    assert not wrong, "\n".join(dict.fromkeys(wrong))
