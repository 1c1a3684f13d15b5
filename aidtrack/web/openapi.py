"""Writes the API's OpenAPI description from the code that serves it, so it stays true."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from flask import Flask
from werkzeug.routing import Rule

from aidtrack.core.i18n import speaking
from aidtrack.core.paging import PAGE_ROWS, PAGE_ROWS_MAX
from aidtrack.web.bodies import KEY_HEADER
from aidtrack.web.schemas import ERROR, body_of, query_parameters

View = TypeVar("View", bound=Callable[..., Any])
REFERENCE = "#/components/schemas/{name}"
PREFIX = "/api/v1/"
EXTENSION = "aidtrack_openapi"
KINDS = {"int": {"type": "integer", "minimum": 0}, "uuid": {"type": "string", "format": "uuid"}}
REFUSALS = {
    "400": "The body is not a JSON object, or a browser's request was forged.",
    "401": "No valid token was sent.",
    "403": "The token's person may not do this, here or anywhere.",
    "404": "There is no such record, or it is not theirs to see.",
    "409": "A rule refuses it: the sentence says why, the facts say how much.",
    "413": "The body is too large.",
    "415": "The body is neither JSON nor a form.",
    "422": "Something that was sent cannot be meant; `problems` names every field.",
    "429": "Too many requests; wait as long as Retry-After says.",
}


@dataclass(frozen=True, slots=True)
class Documented:
    """What a reader of the API cannot see in its address."""

    summary: str
    description: str
    form: type | None
    query: type | None
    returns: Any
    paged: bool
    status: int
    depends: bool


def documented(
    *,
    summary: str,
    form: type | None = None,
    query: type | None = None,
    returns: Any = None,
    paged: bool = False,
    status: int = 200,
    depends: bool = False,
) -> Callable[[View], View]:
    """Describe an API view: the form it reads, and what it answers.

    `returns` is a dataclass, `list[D]`, a media type such as ``"application/pdf"``, or None
    for an empty answer. `paged=True` means `page_answer` of rows of `returns`, with cursor
    and limit. `depends=True` is for reading what only a record in some state has. The view's
    docstring becomes the description. Use it above `@requires`.
    """

    def decorate(view: View) -> View:
        view.documented = Documented(  # type: ignore[attr-defined]
            summary=summary,
            description=inspect.getdoc(view) or "",
            form=form,
            query=query,
            returns=returns,
            paged=paged,
            status=status,
            depends=depends,
        )
        return view

    return decorate


def description(app: Flask) -> dict[str, Any]:
    """`build`, made once for each application and in English, as programs read it."""
    if EXTENSION not in app.extensions:
        with speaking("en"):
            app.extensions[EXTENSION] = build(app)
    return app.extensions[EXTENSION]


def build(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 description of every documented route under /api/v1/."""
    routes = list(_routes(app))
    answered = {id(x.returns): x.returns for *_route, x in routes if _has_schema(x.returns)}
    schemas, named = msgspec.json.schema_components(list(answered.values()), ref_template=REFERENCE)
    known = dict(zip(answered, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, view, about in routes:
        operation = _operation(rule, method, view, about, known.get(id(about.returns)))
        paths.setdefault(_path_of(rule), {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AidTrack",
            "version": "1",
            "description": (
                "Follows aid from donors to the people it is for. Quantities are whole base"
                " units unless a pack is named, money is in minor units of its currency, and"
                " moments are in UTC. Every list goes on with `cursor`."
            ),
        },
        "servers": [{"url": app.config.get("PUBLIC_URL") or "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {**named, "Error": ERROR},
        },
    }


def undocumented(app: Flask) -> list[str]:
    """Routes of the API that nobody described; a test wants none."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        and not hasattr(app.view_functions[rule.endpoint], "documented")
    )


def _routes(app: Flask) -> Iterator[tuple[Rule, str, Any, Documented]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda x: x.rule):
        view = app.view_functions[rule.endpoint]
        about = getattr(view, "documented", None)
        if about is not None and rule.rule.startswith(PREFIX):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, view, about


def _has_schema(returns: Any) -> bool:
    return returns is not None and not isinstance(returns, str)


def _path_of(rule: Rule) -> str:
    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)


def _operation(
    rule: Rule, method: str, view: Any, about: Documented, schema: Any
) -> dict[str, Any]:
    is_public = getattr(view, "is_public", False)
    blueprint, _dot, _name = rule.endpoint.rpartition(".")
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "tags": [blueprint.removesuffix("_api")],
        "summary": about.summary,
        "parameters": [*_path_parameters(rule), *_other_parameters(about)],
        "responses": _responses(rule, method, about, schema, is_public),
    }
    if about.description:
        operation["description"] = about.description
    if is_public:
        operation["security"] = []
    if about.form is not None:
        operation["requestBody"] = {"required": True, "content": body_of(about.form)}
    return operation


def _path_parameters(rule: Rule) -> Iterator[dict[str, Any]]:
    for kind, name in re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule):
        schema = KINDS.get(kind, {"type": "string"})
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _other_parameters(about: Documented) -> Iterator[dict[str, Any]]:
    if about.query is not None:
        yield from query_parameters(about.query)
    if about.paged:
        limit = {"type": "integer", "minimum": 1, "maximum": PAGE_ROWS_MAX, "default": PAGE_ROWS}
        yield {
            "name": "cursor",
            "in": "query",
            "description": "`next_cursor` of the page before.",
            "schema": {"type": "string"},
        }
        yield {"name": "limit", "in": "query", "schema": limit}
    if about.form is not None and "key" in about.form():
        yield {
            "name": KEY_HEADER,
            "in": "header",
            "required": True,
            "description": "A UUID of yours. The same key and body again: the same answer.",
            "schema": {"type": "string", "format": "uuid"},
        }


def _responses(
    rule: Rule, method: str, about: Documented, schema: Any, is_public: bool
) -> dict[str, Any]:
    if isinstance(about.returns, str):
        content = {about.returns: {"schema": {"type": "string", "format": "binary"}}}
    elif about.returns is None:
        content = {}
    else:
        content = {"application/json": {"schema": _page_of(schema) if about.paged else schema}}
    done = {"description": "Done." if about.status != 200 else "The answer."}
    answers: dict[str, Any] = {str(about.status): done | ({"content": content} if content else {})}
    expected = {"429"} | (set() if is_public else {"401", "403"})
    if rule.arguments or about.form is not None:
        expected.add("404")
    if about.query is not None or about.paged:
        expected.add("422")
    if about.depends:
        expected.add("409")
    if method != "GET":
        expected |= {"409", "422"}
    if about.form is not None:
        expected |= {"400", "413", "415"}
    for status in sorted(expected):
        answers[status] = {
            "description": REFUSALS[status],
            "content": {"application/json": {"schema": {"$ref": REFERENCE.format(name="Error")}}},
        }
    return answers


def _page_of(row: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["rows", "next_cursor"],
        "properties": {
            "rows": {"type": "array", "items": row},
            "next_cursor": {"type": ["string", "null"]},
        },
    }
