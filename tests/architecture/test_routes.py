"""Every address says who may open it, and is written like every other."""

import re

import pytest
from flask import Flask

from tests.architecture.source import said

# Open to everyone, each with its reason. A view not named here needs a permission.
PUBLIC: dict[str, str] = {
    "alerts.unsubscribe": "whoever got a letter may end letters like it, by its signed address",
    "documents.ask": "anyone may check a paper they hold",
    "tracking.ask": "whoever stands before a truck may type the code on it",
    "tracking.show": "contents, weight and areas of what left; no people, no streets, no times",
    "documents.verify": "anyone may check a paper they hold",
    "sealing.keys": "public keys are there to be compared",
    "sealing.seal": "anyone may check a seal that stands on a paper",
    "sealing_api.seal_proof": "anyone may check a seal that stands on a paper",
    "documents_api.verify": "anyone may check a paper they hold",
    "journey.begin": "its address is the key of a driver's link; wrong ones are counted",
    "journey.over": "tells a phone that its driver's link has ended, and nothing else",
    "health.alive": "whoever watches the server has no account",
    "health.ready": "whoever watches the server has no account",
    "static": "style sheets, scripts and fonts",
    "links.forgotten": "whoever forgot their password cannot sign in; answers alike for everyone",
    "links.choose": "opens with a secret that only its receiver has; guesses are counted",
    "signin.sign_in": "nobody is signed in yet; guesses are counted",
    "signin.sign_out": "ends this browser's session, whoever's it is",
    "second.second_step_page": "whoever is here has shown their password; guesses are counted",
    "second.passkey_alone": "nobody is signed in yet; a passkey's answer cannot be guessed",
    "providers.go": "nobody is signed in yet; leads to a provider that the machine's owner named",
    "providers.back": "opens with what this browser was sent away with, once",
    "web.start": "the front door",
    "web.favicon": "a picture that browsers ask for by themselves",
    "web.shortcuts": "what the keyboard does is no secret",
    "web.choose_shortcuts": "a setting of this browser, like the language",
    "web.said_day": "reads a day; knows nothing of anybody",
    "web.choose_language": "whoever reads a public page may read it in their language",
    "web.more": "asks the visitor to sign in by itself",
    "web.openapi_json": "describes the program, not its data",
    "web.api_docs": "describes the program, not its data",
    "web.api_chapter": "describes the program, not its data",
    "web.styleguide": "shows made-up examples, and only outside production",
}
KEBAB = re.compile(r"(/[a-z0-9]+([.-][a-z0-9]+)*)*/?")


def unguarded(app: Flask) -> list[str]:
    return [
        f"{endpoint} says nothing about who may open it: put @requires(Permission.…) on the view,"
        " or @public when anyone may."
        for endpoint, view in app.view_functions.items()
        if endpoint not in PUBLIC
        and not hasattr(view, "required_permission")
        and not getattr(view, "is_public", False)
    ]


def unexpectedly_public(app: Flask) -> list[str]:
    return [
        f"{endpoint} is open to everyone: add it to PUBLIC in this file with the reason, or"
        " require a permission."
        for endpoint, view in app.view_functions.items()
        if getattr(view, "is_public", False) and endpoint not in PUBLIC
    ]


def oddly_named(app: Flask) -> list[str]:
    return [
        f"{rule.rule} ({rule.endpoint}): addresses are lower case words joined by hyphens."
        for rule in app.url_map.iter_rules()
        if not KEBAB.fullmatch(re.sub(r"<[^>]*>", "x", rule.rule))
    ]


def changing_by_get(app: Flask) -> list[str]:
    """A link or a prefetch must never change anything."""
    verbs = ("/cancel", "/delete", "/dispatch", "/void", "/reverse", "/sign-out")
    return [
        f"{rule.rule} is changed by a mere GET: allow POST only, or show a form on GET."
        for rule in app.url_map.iter_rules()
        if rule.rule.endswith(verbs) and "POST" not in (rule.methods or ())
    ]


def undocumented(app: Flask) -> list[str]:
    return [
        f"{rule.rule} is missing from the API's description: put @documented(…) on {rule.endpoint}."
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        and rule.rule != "/api/v1/openapi.json"
        and not hasattr(app.view_functions[rule.endpoint], "documented")
    ]


@pytest.fixture(scope="module")
def real(application: Flask) -> Flask:
    return application


@pytest.fixture
def broken() -> Flask:
    """An application that breaks every rule of this file."""
    app = Flask("broken")

    def nobody_asked() -> str:
        return ""

    def anyone() -> str:
        return ""

    anyone.is_public = True
    app.add_url_rule("/Stock_Lines", view_func=nobody_asked)
    app.add_url_rule("/api/v1/things", view_func=nobody_asked, endpoint="things")
    app.add_url_rule("/people/<int:user_id>/delete", view_func=anyone)
    return app


RULES = [unguarded, unexpectedly_public, oddly_named, changing_by_get, undocumented]


@pytest.mark.parametrize("rule", RULES)
def test_rule_refuses_what_is_broken(rule, broken) -> None:
    assert rule(broken), f"{rule.__name__} lets a broken sample through"


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds(rule, real) -> None:
    violations = rule(real)
    assert not violations, said(violations)


def test_no_public_address_is_listed_in_vain(real) -> None:
    assert set(PUBLIC) <= set(real.view_functions), "take what is gone out of PUBLIC"
