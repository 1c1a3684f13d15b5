"""Who may import whom: packages one way, layers downwards, HTTP at the edge only."""

from tests.architecture.source import Module, module, read_modules, said

RECORDS = {"core", "identity"}
THINGS = RECORDS | {"catalogue", "partners", "places", "documents", "sharing"}
OPERATIONS = {"donations", "shipments", "distributions"}
# What is done to goods that lie in a store.
STORE = {"holds", "kits", "corrections", "counting"}

# A package may import itself and the packages named here, nothing else.
MAY_IMPORT: dict[str, set[str]] = {
    "config": set(),
    "core": set(),
    "identity": {"core"},
    "signin": RECORDS | {"jobs"},
    "audit": RECORDS | {"jobs"},
    "sharing": RECORDS,
    "catalogue": RECORDS | {"sharing"},
    "places": RECORDS | {"sharing"},
    "partners": RECORDS | {"places"},
    "jobs": RECORDS,
    "lists": RECORDS,
    "pictures": {"core"},
    "remarks": RECORDS,
    "help": RECORDS,
    "documents": RECORDS | {"pictures"},
    "stock": THINGS,
    "sealing": THINGS | {"stock", "jobs"},
    "holds": THINGS | {"stock"},
    "kits": THINGS | {"stock"},
    "corrections": THINGS | {"stock", "kits"},
    "counting": THINGS | {"stock"},
    "planning": THINGS | {"stock", "pictures"} | OPERATIONS,
    "stock_reports": THINGS | {"stock", "pictures", "jobs"} | STORE | OPERATIONS,
    "scanning": THINGS | {"stock"} | STORE | OPERATIONS,
    "donations": THINGS | {"stock"},
    "shipments": THINGS | {"stock"},
    "distributions": THINGS | {"stock"},
    "reports": THINGS | {"stock", "pictures", "jobs"} | OPERATIONS,
    "driver": THINGS | {"stock"} | OPERATIONS,
    "imports": THINGS | {"stock", "jobs"} | OPERATIONS,
    "alerts": THINGS | {"stock", "jobs"} | OPERATIONS,
    "privacy": THINGS | {"stock", "jobs", "remarks", "alerts", "signin"} | OPERATIONS,
    "web": RECORDS,
}
# Edges beyond the map, each with its reason.
LISTED_EDGES: dict[tuple[str, str], str] = {
    ("corrections", "donations"): "a wrong donor is put right on the lines of both gifts",
    ("alerts", "counting"): "a count that waits is told to who may approve it",
    ("web", "pictures"): "the bars of every page wear the tones and hatches of the pictures",
}
# The only modules that know every package: what stands directly in aidtrack/, and the demo.
SEE_EVERYTHING = {
    "__init__", "__main__", "app", "cli", "demo", "doctor", "provider_commands", "server",
    "terminal",
}  # fmt: skip
# `web` and `lists` hold no rules: what stands at the edge of a package may use them.
BORROWS_WEB = {"answers", "views", "api", "forms", "lists", "__init__", "jobs"}

LAYERS: dict[str, set[str]] = {
    "models": {"models"},
    "ledger": {"models"},
    "queries": {"models", "queries"},
    "services": {"models", "queries", "ledger", "services"},
    # A form hands over what the service takes, so it knows the service's dataclasses.
    "forms": {"models", "queries", "services", "forms"},
    "views": {"models", "queries", "services", "forms", "answers"},
    "api": {"models", "queries", "services", "forms", "answers"},
    "answers": {"models", "queries", "services"},
    "jobs": {"models", "queries", "services"},
}

HTTP = {"flask", "werkzeug", "wtforms", "flask_wtf", "flask_login", "flask_limiter"}
KNOWS_HTTP_LAYERS = {"views", "api", "forms", "answers"}
KNOWS_HTTP_PACKAGES = {"web", "driver", "app"}
KNOWS_HTTP: dict[str, str] = {
    "aidtrack/core/i18n.py": "keeps the language at hand for as long as one request lasts",
    "aidtrack/core/files.py": "asks the running application where its instance folder is",
    "aidtrack/sealing/signatures.py": "asks the running application for its secret key",
    "aidtrack/terminal.py": "a command builds the application and works inside its context",
    "aidtrack/doctor/__init__.py": "looks over an application from outside",
    "aidtrack/server.py": "serves an application",
    "aidtrack/jobs/queue.py": "reads where the queue is off the application that it serves",
    "aidtrack/identity/login.py": "teaches Flask-Login whom a cookie stands for",
    "aidtrack/identity/models.py": "Flask-Login reads its answers off the user",
}


def across_packages(modules: list[Module]) -> list[str]:
    return [
        f"{m.path} imports aidtrack.{other}: {m.package} may import only"
        f" {', '.join(sorted(_allowed(m))) or 'nothing of ours'}. Move what is shared down,"
        " or let a package above call both."
        for m in modules
        if m.package not in SEE_EVERYTHING
        for other in sorted(_used_packages(m) - _allowed(m))
    ]


def across_layers(modules: list[Module]) -> list[str]:
    return [
        f"{m.path} imports {name}: {m.layer}.py may import only"
        f" {', '.join(sorted(LAYERS[m.layer]))} of its own package."
        for m in modules
        if m.layer in LAYERS
        for name in sorted(m.imports)
        if _own_layer(m, name) in LAYERS and _own_layer(m, name) not in LAYERS[m.layer]
    ]


def relative(modules: list[Module]) -> list[str]:
    return [
        f"{m.path} imports {name}: write the whole name, aidtrack.{m.package}.…"
        for m in modules
        for name in sorted(m.imports)
        if name.startswith(".")
    ]


def knows_http(modules: list[Module]) -> list[str]:
    return [
        f"{m.path} imports {name}: only views, api, forms, web, driver and app know HTTP."
        " Pass what is needed as an argument."
        for m in modules
        if m.layer not in KNOWS_HTTP_LAYERS
        and m.package not in KNOWS_HTTP_PACKAGES
        and m.path not in KNOWS_HTTP
        for name in sorted({name.split(".")[0] for name in m.imports} & HTTP)
    ]


def cycles(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()
    while remaining := set(graph) - done:
        ready = {package for package in remaining if graph[package] <= done}
        if not ready:
            return [f"These packages import each other in a circle: {sorted(remaining)}"]
        done |= ready
    return []


def _allowed(m: Module) -> set[str]:
    listed = {other for package, other in LISTED_EDGES if package == m.package}
    web = {"web", "lists"} if m.layer in BORROWS_WEB or m.package == "driver" else set()
    return MAY_IMPORT.get(m.package, set()) | listed | web | {m.package}


def _used_packages(m: Module) -> set[str]:
    return {name.split(".")[1] for name in m.imports if name.startswith("aidtrack.")}


def _own_layer(m: Module, name: str) -> str:
    start = f"aidtrack.{m.package}."
    return name.removeprefix(start).split(".")[0] if name.startswith(start) else ""


def test_packages_import_only_what_stands_below_them() -> None:
    broken = module("aidtrack/stock/services.py", "from aidtrack.shipments import services")
    assert across_packages([broken])
    borrowed = module("aidtrack/stock/views.py", "from aidtrack.web.access import requires")
    assert not across_packages([borrowed])
    violations = across_packages(read_modules("aidtrack"))
    assert not violations, said(violations)


def test_layers_import_only_downwards() -> None:
    broken = module("aidtrack/stock/models.py", "from aidtrack.stock.services import move")
    assert across_layers([broken])
    violations = across_layers(read_modules("aidtrack"))
    assert not violations, said(violations)


def test_imports_are_absolute() -> None:
    assert relative([module("aidtrack/stock/views.py", "from . import services")])
    violations = relative(read_modules("aidtrack"))
    assert not violations, said(violations)


def test_rules_do_not_know_about_http() -> None:
    broken = module("aidtrack/stock/services.py", "from flask import request")
    assert knows_http([broken])
    assert not knows_http([module("aidtrack/stock/views.py", "from flask import request")])
    violations = knows_http(read_modules("aidtrack"))
    assert not violations, said(violations)


def test_the_package_graph_has_no_circle() -> None:
    assert cycles({"a": {"b"}, "b": {"a"}})
    violations = cycles(MAY_IMPORT)
    assert not violations, said(violations)


def test_every_package_is_on_the_map() -> None:
    packages = {m.package for m in read_modules("aidtrack")} - SEE_EVERYTHING
    assert packages <= set(MAY_IMPORT), "name the new package in MAY_IMPORT, and say what it may"


def test_every_exception_is_still_needed() -> None:
    paths = {m.path for m in read_modules("aidtrack")}
    assert not set(KNOWS_HTTP) - paths, "take the exceptions of files that are gone off the list"
