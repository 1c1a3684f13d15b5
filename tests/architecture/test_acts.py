"""Every act leaves a trace, and every trace has words: nothing changes without an entry."""

import ast
from functools import cache
from importlib import import_module

from aidtrack.app import PACKAGES
from aidtrack.core import acts
from tests.architecture.recorded import Code, Recording
from tests.architecture.source import Module, called_name, module, read_modules, said

Function = tuple[str, str]
# Public functions that write without an entry of the audit, each with the reason.
SILENT = {
    "alerts/sending.tidy": "letters that were sent long ago go",
    "alerts/services.mark_all_read": "one's own inbox",
    "alerts/services.mark_read": "one's own inbox",
    "alerts/services.open_alert": "one's own inbox",
    "alerts/watching.watch": "tells people what time brought; nobody acts",
    "counting/entries.save": "each figure keeps who counted and when; finishing is recorded",
    "documents/services.pdf": "the bytes of a paper whose issue is recorded",
    "identity/cards.bring_back": "which hints one has read",
    "identity/cards.put_away": "which hints one has read",
    "identity/sessions.begin": "whoever proves who someone is records that they signed in",
    "identity/sessions.forget_old": "sessions that ended long ago go",
    "identity/sessions.prove_again": "opens the way for a moment, to acts that are recorded",
    "identity/sessions.revoke_one": "signin/services says whose it was, and who ended it",
    "imports/services.preview": "a look at a list; taking it in is recorded",
    "imports/services.preview_again": "a look at a list; taking it in is recorded",
    "jobs/runner.give_up": "a worker died; nobody acts",
    "jobs/runner.take": "a worker begins; what the job does records itself",
    "jobs/services.enqueue": "what is asked for records itself when it is done",
    "places/services.add_area": "the demo's map; imports record what they take in",
    "places/services.add_in_transit": "part of preparing a shipment, which is recorded",
    "privacy/accounts.end_tokens": "retention.applied says how much was past its time",
    "privacy/removal.remove_photos": "retention.applied says how much was past its time",
    "privacy/removal.reports": "retention.applied says how much was past its time",
    "signin/codes.begin": "a secret that does nothing before it is confirmed, which is recorded",
    "signin/links.forget_old": "links that ended long ago go",
    "stock/ledger.create_parts": "the ledger is proof itself; the event that posts is recorded",
    "stock/found.lines_of_all_found": "says what to post; whoever posts it records it",
    "stock/ledger.hold_still": "changes nothing: it only locks",
    "stock/ledger.create_lots": "the ledger is proof itself; the event that posts is recorded",
    "stock/ledger.mark_recalled": "the recall that marks them is recorded",
    "stock/ledger.redate": "each made lot records that its date followed",
    "stock/ledger.post": "the ledger is proof itself; the event that posts is recorded",
    "stock/ledger.reverse": "the ledger is proof itself; the event that posts is recorded",
    "stock/making.make": "the ledger is proof itself; the event that builds is recorded",
    "stock/making.unmake": "the ledger is proof itself; the event that takes apart is recorded",
    "sealing/checks.check": "what came out is a record itself",
    "sealing/seals.seal_now": "seals are proof themselves",
}


def code() -> Code:
    return Code([m for m in read_modules("aidtrack") if m.package != "demo"])


def unread(recordings: list[Recording]) -> list[str]:
    return [
        f"{each.path}:{each.line} records an act that cannot be read off the code: write it as"
        " a word, or hand it on as one."
        for each in recordings
        if not each.actions
    ]


def untitled(recordings: list[Recording], titles: set[str]) -> list[str]:
    return [
        f"{each.path}:{each.line} records {action}: give it a title with core.acts.register."
        for each in recordings
        for action in sorted(each.actions - titles)
    ]


def silent(modules: list[Module], listed: dict[str, str]) -> list[str]:
    """Public functions that open a transaction, and reach no entry of the audit."""
    graph = {name: found for m in modules for name, found in _functions(m).items()}
    return [
        f"{path}: {name} changes something and records nothing: call audit.record, or list it"
        " in SILENT with the reason."
        for (path, name), node in sorted(graph.items(), key=lambda each: each[0])
        if not name.startswith("_")
        and _opens_transaction(node.tree)
        and f"{path.removeprefix('aidtrack/').removesuffix('.py')}.{name}" not in listed
        and not _reaches(graph, (path, name))
    ]


class _Body:
    """A function, with what the names in it stand for."""

    def __init__(self, tree: ast.FunctionDef, owner: Module, known: dict[str, str]) -> None:
        self.tree = tree
        self.owner = owner
        self.known = known

    @property
    def records(self) -> bool:
        return any(
            isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in {("audit", "record"), ("redaction", "redact")}
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Attribute)
        )

    @property
    def uses(self) -> set[Function]:
        """Functions of ours that it calls or hands on."""
        found: set[Function] = set()
        for node in ast.walk(self.tree):
            match node:
                case ast.Name(id=name):
                    found.add((self.owner.path, name))
                    if name in self.known:
                        found.add(_function(self.known[name]))
                case ast.Attribute(value=ast.Name(id=alias), attr=name) if alias in self.known:
                    found.add(_function(f"{self.known[alias]}.{name}"))
        return found


def _function(dotted: str) -> Function:
    """aidtrack.stock.services.move as its file and its name."""
    *folders, name = dotted.split(".")
    return f"{'/'.join(folders)}.py", name


@cache
def _known(m: Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aidtrack")
        for alias in node.names
    }


def _functions(m: Module) -> dict[Function, _Body]:
    return {
        (m.path, node.name): _Body(node, m, _known(m))
        for node in m.tree.body
        if isinstance(node, ast.FunctionDef)
    }


def _opens_transaction(tree: ast.FunctionDef) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call) and called_name(item.context_expr) == "transaction"
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        for item in node.items
    )


def _reaches(graph: dict[Function, _Body], start: Function) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        function = waiting.pop()
        if function in seen or function not in graph:
            continue
        seen.add(function)
        if graph[function].records:
            return True
        waiting += graph[function].uses
    return False


def test_every_act_that_is_recorded_has_a_title() -> None:
    for package in PACKAGES:
        import_module(f"aidtrack.{package}")
    sample = Code([module("aidtrack/x/services.py", "def f(a):\n    audit.record(a, 'x.y')")])
    assert untitled(list(sample.recordings()), {"x.z"})
    handed = "def f(a, act):\n    audit.record(a, act)\ndef g(a):\n    f(a, 'x.z')"
    (known,) = Code([module("aidtrack/x/services.py", handed)]).recordings()
    assert known.actions == {"x.z"}
    unknown = "def f(a, act):\n    audit.record(a, act)"
    assert unread(list(Code([module("aidtrack/x/services.py", unknown)]).recordings()))
    recordings = list(code().recordings())
    violations = unread(recordings) + untitled(recordings, set(acts.TITLES))
    assert not violations, said(violations)


def test_every_service_that_changes_something_leaves_an_entry() -> None:
    quiet = "def change():\n    with transaction():\n        pass"
    told = "from aidtrack.core import audit\n" + quiet.replace("pass", "_trace()") + (
        "\ndef _trace():\n    audit.record(1, 'x.y')"
    )  # fmt: skip
    assert silent([module("aidtrack/x/services.py", quiet)], {})
    assert not silent([module("aidtrack/x/services.py", quiet)], {"x/services.change": "so"})
    assert not silent([module("aidtrack/x/services.py", told)], {})
    modules = [m for m in read_modules("aidtrack") if m.package not in {"demo", "core"}]
    violations = silent(modules, SILENT)
    assert not violations, said(violations)


def test_no_silence_is_listed_in_vain() -> None:
    modules = [m for m in read_modules("aidtrack") if m.package not in {"demo", "core"}]
    needed = "\n".join(silent(modules, {}))
    vain = [
        name
        for name in SILENT
        if f"aidtrack/{name.rpartition('.')[0]}.py: {name.rpartition('.')[2]} " not in needed
    ]
    assert not vain, f"take these off SILENT: {vain}"
