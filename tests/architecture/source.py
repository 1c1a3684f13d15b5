"""The tree as the rules see it: modules and templates, real ones or samples made up here."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Layers of which a large package may have more than one file, each named by its subject.
SEVERAL = {"models", "views", "forms", "answers", "api", "lists"}


@dataclass(frozen=True)
class Module:
    """A Python file. `path` is relative to the root, as in `aidtrack/stock/ledger.py`."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        """The package below aidtrack; for a file directly in it the file's own name."""
        return self.path.split("/")[1].removesuffix(".py")

    @property
    def layer(self) -> str:
        """The file's name. Of a package with several such files (`factor_views`) its last word."""
        name = Path(self.path).stem
        _subject, _underscore, last = name.rpartition("_")
        return last if last in SEVERAL else name

    @cached_property
    def imports(self) -> frozenset[str]:
        """Every dotted name imported; `from a import b` counts as `a.b`."""
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                start = "." * node.level + (node.module or "")
                names |= {f"{start}.{alias.name}" for alias in node.names}
        return frozenset(names)

    @cached_property
    def calls(self) -> list[ast.Call]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]


@dataclass(frozen=True)
class Template:
    """A template. `path` is relative to templates/, as in `stock/index.html`."""

    path: str
    text: str

    @property
    def folder(self) -> str:
        return self.path.split("/")[0]


def read_modules(*folders: str) -> list[Module]:
    return [m for folder in folders for m in _read_folder(folder)]


@cache
def _read_folder(folder: str) -> list[Module]:
    return [
        Module(str(path.relative_to(ROOT)), path.read_text("utf-8"))
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def read_templates() -> list[Template]:
    folder = ROOT / "templates"
    return [
        Template(str(path.relative_to(folder)), path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.*"))
        if path.suffix in {".html", ".txt", ".svg", ".js"}
    ]


def module(path: str, text: str) -> Module:
    """A sample for showing that a rule bites."""
    return Module(path, f'"""A sample."""\n{text}\n')


def called_name(call: ast.Call) -> str:
    """The last word of what is called: `StockLine` for both `StockLine()` and `m.StockLine()`."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def said(violations: list[str]) -> str:
    """All violations in one failure, each with what to write instead."""
    return "\n".join(["", *violations])
