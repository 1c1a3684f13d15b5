"""Nothing is done, shown or told without a permission, and each is asked where it is bound."""

import ast
import re

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from aidtrack.alerts.kinds import CONCERNS
from aidtrack.alerts.models import AlertKind
from aidtrack.identity import records
from aidtrack.identity.permissions import BOUND, POLICY, Actor, Bound, Grant, Permission, Role
from aidtrack.identity.permissions import require as asked_here
from aidtrack.identity.scopes import NEVER, SCOPES
from aidtrack.identity.words import PERMISSIONS
from aidtrack.jobs.work import REPEATING, WORKS
from aidtrack.lists.columns import KNOWN
from aidtrack.reports.searched_records import RECORDS
from aidtrack.reports.searched_things import THINGS
from aidtrack.web import access
from aidtrack.web.actions import KNOWN as DEEDS
from aidtrack.web.navigation import WAYS
from tests.architecture.source import Module, read_modules, said

# Work by the clock is nobody's: each with what it does for everyone alike.
HOUSEKEEPING = {
    "alerts.tell": "tells people what concerns them, each by their own roles",
    "alerts.mail": "hands letters to the mail server",
    "alerts.watch": "looks for what is late or short, and tells whom it concerns",
    "alerts.digests": "puts what people were told into one letter each",
    "alerts.tidy": "forgets letters that left long ago",
    "ledger.check": "computes every balance and seal again",
    "ledger.seal": "seals what happened since the last seal",
    "privacy.retention": "removes what is past the time that each organisation keeps it",
    "stock_reports.checkpoints": "keeps what lay everywhere at some moments, for reports of them",
    "signin.sweep": "forgets sessions, links and guesses that are over",
}
# What every permission of this bound is asked with.
ASKED_WITH = {
    Bound.SITE: {"organisation_id", "site_id"},
    Bound.ORGANISATION: {"organisation_id"},
    Bound.WHOLE: {"organisation_id"},
    Bound.DONOR: {"donor_id"},
}


def asked_without_a_place(modules: list[Module]) -> list[str]:
    return [
        f"{module.path}:{call.lineno} asks for {name} without {', '.join(sorted(missing))}."
        for module in modules
        for call in module.calls
        if isinstance(call.func, ast.Name) and call.func.id == "require" and len(call.args) == 2
        for name in re.findall(r"Permission\.(\w+)|P\.(\w+)", ast.unparse(call.args[1]))
        for name in [name[0] or name[1]]
        if (
            missing := ASKED_WITH.get(BOUND[Permission[name]], set())
            - {x.arg for x in call.keywords}
        )
    ]


def test_a_permission_is_asked_where_it_is_bound():
    broken = Module("aidtrack/x/services.py", "require(actor, Permission.MOVE_STOCK, site_id=1)")
    assert asked_without_a_place([broken])
    violations = asked_without_a_place(read_modules("aidtrack"))
    assert not violations, said(violations)


def test_forgetting_the_place_is_a_bug_and_not_a_refusal():
    actor = Actor(1, "x", 1, (Grant(Role.ADMINISTRATOR, 1),))
    for permission, bound in BOUND.items():
        if bound in ASKED_WITH:
            with pytest.raises(AssertionError):
                asked_here(actor, permission)


def test_a_role_for_one_site_gives_nothing_beyond_it():
    keeper = Actor(1, "x", 1, (Grant(Role.LOGISTICIAN, 1, site_id=7),))
    for permission, bound in BOUND.items():
        assert not (keeper.may(permission) and bound in {Bound.WHOLE, Bound.SHARED}), permission
        if bound is Bound.SITE and keeper.may(permission):
            assert keeper.may(permission, organisation_id=1, site_id=7)
            assert not keeper.may(permission, organisation_id=1, site_id=8)
            assert not keeper.may(permission, organisation_id=1, site_id=None)
        assert not keeper.may(permission, organisation_id=2)


def test_the_policy_names_every_permission_and_someone_has_each():
    assert set(POLICY) == set(Permission)
    for permission, (_bound, roles) in POLICY.items():
        assert len(roles) == len(Role), permission
        assert roles.strip("-"), f"nobody may {permission}"
        assert all(x in ("-", y) for x, y in zip(roles, "ALCDOU", strict=True)), permission
    said_of = [permission for group in PERMISSIONS.values() for permission in group]
    assert sorted(said_of) == sorted(Permission)


def test_every_permission_is_asked_somewhere():
    everything = "\n".join(
        module.text
        for module in read_modules("aidtrack")
        if module.layer not in {"permissions", "words", "scopes"}
    )
    idle = [each.name for each in Permission if not re.search(rf"\b{each.name}\b", everything)]
    assert not idle, f"nobody asks for {idle}: ask where it is needed, or take it out"


def test_work_needs_a_permission_or_is_housekeeping(application):
    for work in WORKS.values():
        assert isinstance(work.permission, Permission), work.kind
    unknown = {kind for kind in REPEATING if not kind.startswith("test")} - set(HOUSEKEEPING)
    assert not unknown, f"say in HOUSEKEEPING what {unknown} does for everyone alike"


def test_what_is_found_and_told_needs_a_permission(application):
    for each in (*THINGS, *RECORDS):
        assert isinstance(each.permission, Permission), each.kind
    assert set(CONCERNS) == set(AlertKind)
    for kind, concern in CONCERNS.items():
        assert isinstance(concern.permission, Permission), kind
    for each in (*DEEDS, *WAYS):
        assert isinstance(each.permission, Permission), each


def asked_by(app: Flask, path: str) -> Permission | None:
    """What the page at this address asks for; None when there is none."""
    try:
        endpoint, _arguments = app.url_map.bind("").match(path, method="GET")
    except (NotFound, MethodNotAllowed):
        return None
    return getattr(app.view_functions[endpoint], "required_permission", None)


def test_every_list_and_every_record_stands_behind_a_permission(application):
    """Saved views, files and comments follow their list and their record."""
    for name, each in KNOWN.items():
        assert asked_by(application, each.path), f"the list {name} at {each.path}"
    for name in records.names():
        kind = records.kind_called(name)
        assert asked_by(application, kind.path.format(id=1)), f"the records {name}"


def test_a_view_that_says_nothing_is_not_there():
    app = Flask("silent")
    app.secret_key = "x" * 32
    access.init_app(app)
    app.add_url_rule("/silent", view_func=lambda: "all there is", endpoint="silent")
    assert app.test_client().get("/silent").status_code == 404


def test_no_token_reaches_people_keys_or_settings():
    for name in ("MANAGE_OWN_ACCOUNT", "MANAGE_PEOPLE", "PROTECT_PEOPLE", "MANAGE_ORGANISATION"):
        assert Permission[name] in NEVER
    assert not any(given & NEVER for given in SCOPES.values())
