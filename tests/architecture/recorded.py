"""Which acts the code records, read off the code: words, constants, and what is handed on."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.architecture.source import Module, called_name

WRITERS = {"record", "row"}
DEPTH = 5


@dataclass(frozen=True)
class Recording:
    """One place that records: the words that the act may have there; none when unreadable."""

    path: str
    line: int
    actions: frozenset[str]


class Code:
    """All modules together, for finding out what a name stands for."""

    def __init__(self, modules: list[Module]) -> None:
        self.modules = modules

    @cached_property
    def constants(self) -> dict[str, str]:
        """Module-level names of words, whichever module they stand in."""
        return {
            target.id: value.value
            for module in self.modules
            for node in module.tree.body
            if isinstance(node, ast.Assign)
            for target, value in zip(_targets(node), _values(node.value), strict=False)
            if isinstance(value, ast.Constant) and isinstance(value.value, str)
        }

    def recordings(self) -> Iterator[Recording]:
        for module in self.modules:
            for function, call in _calls_within(module.tree):
                if not _records(call):
                    continue
                found = frozenset(self._words(call.args[1], function, module, DEPTH))
                yield Recording(module.path, call.lineno, found)

    def _words(
        self, node: ast.expr, function: ast.FunctionDef | None, module: Module, depth: int
    ) -> Iterator[str]:
        """Everything that an expression may say."""
        match node:
            case ast.Constant(value=str(word)):
                yield word
            case ast.IfExp(body=one, orelse=other):
                yield from self._words(one, function, module, depth)
                yield from self._words(other, function, module, depth)
            case ast.JoinedStr(values=[ast.Constant(value=start), ast.FormattedValue(value=end)]):
                for word in self._words(end, function, module, depth):
                    yield f"{start}{word}"
            case ast.Attribute(attr=name) if name in self.constants:
                yield self.constants[name]
            case ast.Name(id=name):
                yield from self._named(name, function, module, depth)

    def _named(
        self, name: str, function: ast.FunctionDef | None, module: Module, depth: int
    ) -> Iterator[str]:
        given = [
            node.value
            for node in ast.walk(function or module.tree)
            if isinstance(node, ast.Assign) and name in {target.id for target in _targets(node)}
        ]
        if given:
            for value in given:
                yield from self._words(value, function, module, depth)
        elif function and depth and name in (names := _parameters(function)):
            for caller, call in _calls_within(module.tree):
                if called_name(call) == function.name:
                    for value in _argument(call, name, names.index(name)):
                        yield from self._words(value, caller, module, depth - 1)
        elif name in self.constants:
            yield self.constants[name]


def _records(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="audit"), attr=name):
            return name in WRITERS and len(call.args) > 1
    return False


def _calls_within(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | None, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from ((node, call) for call in ast.walk(node) if isinstance(call, ast.Call))


def _targets(node: ast.Assign) -> list[ast.Name]:
    return [
        each
        for target in node.targets
        for each in (target.elts if isinstance(target, ast.Tuple) else [target])
        if isinstance(each, ast.Name)
    ]


def _values(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]


def _argument(call: ast.Call, name: str, position: int) -> list[ast.expr]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    return named or call.args[position : position + 1]
