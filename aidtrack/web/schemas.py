"""JSON Schema of the forms, read from the fields that check them."""

from collections.abc import Iterator
from typing import Any

from wtforms import Form

from aidtrack.web.forms import LineList

ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "field"],
            "properties": {
                "code": {"type": "string", "description": "A name that stays the same."},
                "message": {"type": "string", "description": "A sentence for a person."},
                "field": {"type": ["string", "null"], "examples": ["lines[0].quantity"]},
                "problems": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["field", "message"],
                        "properties": {
                            "field": {"type": ["string", "null"]},
                            "message": {"type": "string"},
                        },
                    },
                },
            },
            "additionalProperties": True,
        }
    },
}


def body_of(form: type[Form]) -> dict[str, Any]:
    """The content of a request that this form reads: JSON, or a form when it has a file."""
    empty = form()
    schema = schema_of(empty)
    if getattr(empty, "has_files", False):
        return {"multipart/form-data": {"schema": schema}}
    return {"application/json": {"schema": schema}}


def schema_of(form: Form, *, in_a_list: bool = False) -> dict[str, Any]:
    """The object that the form accepts.

    The key travels in its header; in a list, where one request carries several, beside the rest.
    """
    properties: dict[str, Any] = {}
    required: list[str] = []
    for field in form:
        is_key = field.short_name == "key"
        if is_key and not in_a_list:
            continue
        properties[field.short_name] = _property_of(field)
        if getattr(field, "required", False) and (is_key or field.data in (None, [], ())):
            required.append(field.short_name)
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    } | ({"required": required} if required else {})


def _property_of(field: Any) -> dict[str, Any]:
    if isinstance(field, LineList):
        lines: dict[str, Any] = {
            "type": "array",
            "items": schema_of(field.line_form(), in_a_list=True),
            "maxItems": field.max_lines,
        }
        schema = lines | ({"minItems": 1} if field.required else {})
    else:
        schema = field.schema()
        if not field.required and isinstance(schema.get("type"), str):
            schema = schema | {"type": [schema["type"], "null"]}
            if "enum" in schema:
                schema["enum"] = [*schema["enum"], None]
    description = str(field.description or field.label.text)
    return schema | {"description": description}


def query_parameters(form: type[Form]) -> Iterator[dict[str, Any]]:
    """The filters of a list, as parameters of its address."""
    for field in form():
        schema = field.schema()
        yield {
            "name": field.short_name,
            "in": "query",
            "description": str(field.description or field.label.text),
            "schema": schema,
        }
