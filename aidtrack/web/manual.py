"""The API's manual for people, read from the same description that programs read."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One field or parameter: where it goes, its type in words, and what it means."""

    name: str
    place: str
    kind: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    anchor: str
    summary: str
    description: str
    is_public: bool
    entries: tuple[Entry, ...]
    answers: tuple[tuple[str, str], ...]
    example: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Everything that can be asked about one thing; `slug` stands in its address."""

    slug: str
    name: str
    operations: tuple[Operation, ...]


# What a refusal looks like, whatever refuses it.
REFUSAL = json.dumps(
    {
        "error": {
            "code": "not_enough_stock",
            "message": "Main warehouse has 40 blankets free, you asked for 60.",
            "field": "lines[0].quantity",
            "free": 40,
        }
    },
    indent=2,
)


def chapters(description: dict[str, Any]) -> list[Chapter]:
    """The operations by what they are about, in the order of the names."""
    found: dict[str, list[Operation]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    named = [
        Chapter(
            slug=tag.replace("_", "-") or "api",
            name=tag.replace("_", " ").capitalize() or "API",
            operations=tuple(operations),
        )
        for tag, operations in found.items()
    ]
    return sorted(named, key=lambda chapter: chapter.name)


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    contents = operation.get("requestBody", {}).get("content", {}).values()
    body: dict[str, Any] = next(iter(contents), {})
    schema = body.get("schema", {})
    return Operation(
        method=method.upper(),
        path=path,
        anchor=operation["operationId"],
        summary=operation["summary"],
        description=operation.get("description", ""),
        is_public=operation.get("security") == [],
        entries=(*map(_parameter, operation["parameters"]), *_fields(schema)),
        answers=tuple(
            (status, _answer_kind(answer)) for status, answer in operation["responses"].items()
        ),
        example=json.dumps(example_of(schema), indent=2, ensure_ascii=False) if schema else "",
    )


def _parameter(parameter: dict[str, Any]) -> Entry:
    return Entry(
        name=parameter["name"],
        place=parameter["in"],
        kind=kind_of(parameter["schema"]),
        is_required=parameter.get("required", False),
        description=parameter.get("description", ""),
    )


def _fields(schema: dict[str, Any], prefix: str = "") -> tuple[Entry, ...]:
    found: list[Entry] = []
    for name, known in schema.get("properties", {}).items():
        found.append(
            Entry(
                name=prefix + name,
                place="body",
                kind=kind_of(known),
                is_required=name in schema.get("required", ()),
                description=known.get("description", ""),
            )
        )
        if known.get("type") == "array":
            found.extend(_fields(known["items"], f"{prefix}{name}[]."))
    return tuple(found)


def _answer_kind(answer: dict[str, Any]) -> str:
    for media, content in answer.get("content", {}).items():
        return kind_of(content["schema"]) if media == "application/json" else media
    return ""


def kind_of(schema: dict[str, Any]) -> str:
    """A schema in a few words: integer 1 to 500, list of Shipment, one of draft, ready."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(kind_of(option) for option in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(str(x) for x in schema["enum"] if x is not None)
    kind = schema.get("type", "anything")
    words = " or ".join(kind) if isinstance(kind, list) else kind
    if kind == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    if kind == "object" and "rows" in schema.get("properties", {}):
        return f"page of {kind_of(schema['properties']['rows']['items'])}"
    if "format" in schema:
        words += f" ({schema['format']})"
    if "maximum" in schema and schema["maximum"] < 2**62:
        words += f" {schema.get('minimum', 0)} to {schema['maximum']}"
    if "maxLength" in schema:
        words += f", at most {schema['maxLength']} characters"
    return words


SAMPLES = {
    "date": "2026-12-31",
    "date-time": "2026-12-31T14:30:00Z",
    "uuid": "5f0c1f4e-7a35-4bde-9d6e-2f6f0d1f1c11",
    "email": "name@example.org",
}


def example_of(schema: dict[str, Any]) -> Any:
    """A body that the schema accepts, with the required fields only."""
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if "enum" in schema:
        return schema["enum"][0]
    if "examples" in schema:
        return schema["examples"][0]
    if kind == "object":
        wanted = schema.get("required") or list(schema.get("properties", {}))[:3]
        return {name: example_of(schema["properties"][name]) for name in wanted}
    if kind == "array":
        return [example_of(schema["items"])]
    if kind == "integer":
        return max(schema.get("minimum", 0), 1)
    if kind == "boolean":
        return True
    return SAMPLES.get(schema.get("format", ""), "text")
