"""How a module is written: who may touch stock and the session, sizes, names, words."""

import ast
import re

import pytest

from tests.architecture.source import Module, called_name, module, read_modules, said

LINES_OF_FILE_MAX = 400
LINES_OF_FUNCTION_MAX = 50
LINES_OF_VIEW_MAX = 20
CHARACTERS_OF_LINE_MAX = 100
ADVICE = re.compile(r"\s+# (type: ignore|noqa).*")  # For the checkers, not for the reader.
STOCK_TABLES = {"StockMovement", "StockLine", "StockBalance"}
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "misc"}


def stock_outside_the_ledger(modules: list[Module]) -> list[str]:
    return [
        f"{m.path}:{call.lineno} makes a {called_name(call)}: only stock/ledger.py writes stock."
        " Call ledger.post, reserve, release or reverse."
        for m in modules
        if not m.path.startswith("aidtrack/stock/ledger")
        for call in m.calls
        if called_name(call) in STOCK_TABLES or _writes_stock(call)
    ]


def _writes_stock(call: ast.Call) -> bool:
    """`insert(StockLine)`, `update(StockBalance)` and the like."""
    return called_name(call) in {"insert", "update", "delete"} and any(
        isinstance(argument, ast.Name) and argument.id in STOCK_TABLES for argument in call.args
    )


def sessions_in_views(modules: list[Module]) -> list[str]:
    return [
        f"{m.path} imports {name}: a view reads by a query and changes by a service."
        for m in modules
        if m.layer in {"views", "api"}
        for name in sorted(m.imports)
        if name.startswith(("aidtrack.core.db.", "sqlalchemy", "flask_sqlalchemy"))
    ]


def commits_outside_transactions(modules: list[Module]) -> list[str]:
    return [
        f"{m.path}:{call.lineno} commits: write `with transaction():`, which joins the caller's."
        for m in modules
        if m.path != "aidtrack/core/db.py"
        for call in m.calls
        if called_name(call) == "commit"
    ]


def without_docstring(modules: list[Module]) -> list[str]:
    return [
        f"{m.path} does not say what it is for: open it with one line in triple quotes."
        for m in modules
        if m.tree.body and not ast.get_docstring(m.tree)
    ]


def oversized(modules: list[Module]) -> list[str]:
    found = []
    for m in modules:
        lines = m.text.splitlines()
        if len(lines) > LINES_OF_FILE_MAX:
            found.append(f"{m.path} has {len(lines)} lines: split it by subject.")
        found += [
            f"{m.path}:{number} is {len(line)} characters wide, over {CHARACTERS_OF_LINE_MAX}."
            for number, line in enumerate(lines, 1)
            if len(ADVICE.sub("", line)) > CHARACTERS_OF_LINE_MAX
        ]
        found += [
            f"{m.path}:{function.lineno} {function.name} has {length} lines, over {longest}:"
            " name its steps as functions below it."
            for function, length, longest in _functions(m)
            if length > longest
        ]
    return found


def _functions(m: Module) -> list[tuple[ast.FunctionDef, int, int]]:
    """Each function, its lines without the docstring, and how many it may have."""
    functions = [node for node in ast.walk(m.tree) if isinstance(node, ast.FunctionDef)]
    measured = []
    for function in functions:
        docstring = function.body[0].end_lineno if ast.get_docstring(function) else None
        start = (docstring or function.lineno) + 1
        is_view = m.path.startswith("aidtrack/") and m.layer in {"views", "api"}
        longest = LINES_OF_VIEW_MAX if is_view else LINES_OF_FUNCTION_MAX
        measured.append((function, (function.end_lineno or start) - start + 1, longest))
    return measured


def vaguely_named(modules: list[Module]) -> list[str]:
    return [
        f"{m.path}: a module is named by its subject, not {m.layer}."
        for m in modules
        if m.layer in VAGUE_NAMES
    ]


def unfinished(modules: list[Module]) -> list[str]:
    mark = re.compile(r"#\s*(TODO|FIXME|XXX|HACK)\b")
    return [
        f"{m.path}:{number} leaves work for later: do it now, or leave it out."
        for m in modules
        for number, line in enumerate(m.text.splitlines(), 1)
        if mark.search(line)
    ]


def sleeping(modules: list[Module]) -> list[str]:
    return [
        f"{m.path}:{call.lineno} sleeps: wait for what must happen instead."
        for m in modules
        for call in m.calls
        if called_name(call) == "sleep"
    ]


def asking_the_time(modules: list[Module]) -> list[str]:
    return [
        f"{m.path}:{call.lineno} asks the time: call core.clock.now() or today()."
        for m in modules
        if m.path != "aidtrack/core/clock.py"
        for call in m.calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"now", "utcnow", "today"}
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {"datetime", "date"}
    ]


PRODUCT = ("aidtrack",)
WRITTEN_BY_HAND = ("aidtrack", "tests", "tools")
EVERYWHERE = (*WRITTEN_BY_HAND, "migrations")

# Each rule, where it holds, and samples that it must refuse.
RULES = {
    stock_outside_the_ledger: (
        PRODUCT,
        module("aidtrack/shipments/services.py", "StockLine(quantity=1)"),
        module("aidtrack/shipments/services.py", "session.execute(update(StockBalance))"),
    ),
    sessions_in_views: (
        PRODUCT,
        module("aidtrack/stock/views.py", "from aidtrack.core.db import db"),
    ),
    commits_outside_transactions: (
        PRODUCT,
        module("aidtrack/stock/services.py", "db.session.commit()"),
    ),
    without_docstring: (EVERYWHERE, Module("aidtrack/stock/services.py", "x = 1")),
    oversized: (
        WRITTEN_BY_HAND,
        module("aidtrack/a.py", "x = 1\n" * (LINES_OF_FILE_MAX + 1)),
        module("aidtrack/a.py", "def f():\n" + "    g()\n" * (LINES_OF_FUNCTION_MAX + 1)),
        module("aidtrack/stock/views.py", "def f():\n" + "    g()\n" * (LINES_OF_VIEW_MAX + 1)),
        module("aidtrack/a.py", "x" * (CHARACTERS_OF_LINE_MAX + 1)),
    ),
    vaguely_named: (EVERYWHERE, module("aidtrack/stock/helpers.py", "")),
    unfinished: (EVERYWHERE, module("aidtrack/stock/services.py", "# " + "TODO")),
    sleeping: (EVERYWHERE, module("tests/stock/test_move.py", "time.sleep(1)")),
    asking_the_time: (PRODUCT, module("aidtrack/stock/services.py", "datetime.now(UTC)")),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_refuses_what_is_broken(rule) -> None:
    _folders, *samples = RULES[rule]
    for broken in samples:
        assert rule([broken]), f"{rule.__name__} lets this through: {broken.text[:80]}"


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds(rule) -> None:
    folders, *_samples = RULES[rule]
    violations = rule(read_modules(*folders))
    assert not violations, said(violations)
