"""Everyone follows every link of the demo: no page breaks, none leads nowhere or needs a script."""

import re
from collections import Counter
from html import unescape

from flask.testing import FlaskClient

from aidtrack.demo.cast import LOGINS
from aidtrack.identity import queries as identity
from tests.journeys.unscripted import needs_script

LINK = re.compile(r'<a [^>]*href="([^"#]*)')
# A person would not walk further: the same page with other filters, and the way out.
PAGES_MAX = 200
SAME_KIND_MAX = 2


def kind_of(path: str) -> str:
    """The path without its numbers: pages of one kind differ by these alone."""
    return re.sub(r"\d+", "N", path)


def broken_links(browser: FlaskClient) -> tuple[list[str], int]:
    """What a walk from the front door finds broken, and how many pages it saw."""
    waiting, seen, kinds, wrong = ["/"], {"/"}, Counter(), []
    while waiting and len(seen) < PAGES_MAX:
        path = waiting.pop(0)
        answer = browser.get(path)
        if answer.status_code in {301, 302, 303}:
            links = [answer.location]
        elif answer.status_code == 200:
            page = answer.text if answer.mimetype == "text/html" else ""
            links = LINK.findall(page)
            wrong += [f"{path}: {what}" for what in needs_script(page)]
        else:
            wrong.append(f"{answer.status_code} {path}")
            continue
        for link in map(unescape, links):
            kind = kind_of(link)
            if link.startswith("/") and link not in seen and kinds[kind] < SAME_KIND_MAX:
                kinds[kind] += 1
                seen.add(link)
                waiting.append(link)
    return wrong, len(seen)


def test_every_link_leads_to_a_page(told, signed_in):
    for role, email in LOGINS:
        wrong, seen = broken_links(signed_in(identity.user_by_email(email)))
        assert not wrong, f"{role}: " + "\n".join(wrong)
        assert seen > 3, role


def test_what_needs_a_script_is_told():
    for broken in (
        '<form action="/x"><input name="a"><input name="b"></form>',
        '<form action="/x"><select name="a"></select></form>',
        '<button type="button">Undo</button>',
        "<a>Next</a>",
        '<input name="q">',
    ):
        assert needs_script(broken), broken
    whole = '<form><input name="a"><select name="b"></select><button>Send</button></form>'
    assert not needs_script(whole + '<button type="button" hidden>Undo</button><a href="/">x</a>')
