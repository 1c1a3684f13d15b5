"""Reads a JSON body as carefully as a browser's form: by the form, never deeper than it."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType
from wtforms import FieldList, Form

from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.web.problems import Problem

KEY_HEADER = "Idempotency-Key"
PRESENT = "_json"
NAMES_MAX = 20
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


class BadBody(RuleBroken):
    """The body is no JSON object, so there is nothing to check field by field."""

    code = "bad_json"
    status = 400


def is_json() -> bool:
    """Whether to read the body as JSON: always under /api/, except for uploaded forms."""
    if request.is_json:
        return True
    if not request.path.startswith("/api/") or request.mimetype in FORM_TYPES:
        return False
    if request.mimetype and request.get_data():
        raise UnsupportedMediaType
    return True


def json_object() -> dict[str, Any]:
    """The body as an object; an empty body is an empty object. Raises BadBody."""
    text = request.get_data()
    if not text.strip():
        return {}
    try:
        body = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, ArithmeticError):
        raise BadBody(_("The body is not valid JSON.")) from None
    if not isinstance(body, dict):
        raise BadBody(_("The body must be a JSON object."))
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def take_key(body: dict[str, Any], header: str | None) -> list[Problem]:
    """Put the Idempotency-Key header where the form looks for it."""
    if header is None:
        if body.get("key") is None:
            sentence = _("Send an Idempotency-Key header (a UUID), so that a repeat counts once.")
            return [Problem("key", sentence)]
        return []
    if body.get("key") not in (None, header):
        return [Problem("key", _("The Idempotency-Key header and the key differ."))]
    body["key"] = header
    return []


def flatten(form: Form, body: dict[str, Any]) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The flat pairs that WTForms reads, and what had the wrong name, shape or type."""
    pairs: list[tuple[str, str]] = [(PRESENT, "1")]
    problems: list[Problem] = []
    for found in _walk(form, body, ""):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            pairs.append(found)
    return pairs, problems


def _walk(form: Form, body: dict[str, Any], prefix: str) -> Iterator[tuple[str, str] | Problem]:
    unknown = [name for name in body if name not in form]
    for name in unknown[:NAMES_MAX]:
        yield Problem(prefix + printable(name), _("There is no such field."))
    for field in form:
        path = prefix + field.short_name
        value = body.get(field.short_name)
        if value is None:
            yield from _default(field, path)
        elif isinstance(field, FieldList):
            yield from _walk_lines(field, value, path)
        elif getattr(field, "many", False):
            yield from _walk_many(field, value, path)
        elif type(value) not in field.reads:
            yield Problem(path, _wrong_type(field), field.label.text)
        else:
            yield path, as_text(value)


def _default(field: Any, path: str) -> Iterator[tuple[str, str]]:
    """An absent tick box is a no in a page, but its default in JSON."""
    if getattr(field, "control", "") == "checkbox" and field.data:
        yield path, "true"


def _walk_lines(field: Any, value: Any, path: str) -> Iterator[tuple[str, str] | Problem]:
    if not isinstance(value, list):
        yield Problem(path, _("This must be a list."), field.label.text)
        return
    if len(value) > field.max_lines:
        yield Problem(path, _("At most %(most)d lines fit here.", most=field.max_lines))
        return
    blank = field.line_form()  # Building a form costs more than reading a line by it.
    for index, line in enumerate(value):
        if isinstance(line, dict):
            yield f"{path}-{index}-{PRESENT}", "1"
            yield from _walk(blank, line, f"{path}-{index}-")
        else:
            yield Problem(f"{path}-{index}", _("This must be an object."))


def _walk_many(field: Any, value: Any, path: str) -> Iterator[tuple[str, str] | Problem]:
    if not isinstance(value, list) or any(type(x) not in field.reads for x in value):
        yield Problem(path, _("This must be a list of values."), field.label.text)
        return
    yield from ((path, as_text(x)) for x in value)


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return str(value)
    except ValueError:  # An integer too long for Python to print.
        return "9" * 99


def printable(name: str) -> str:
    return name[:60].encode("ascii", "backslashreplace").decode()


def _wrong_type(field: Any) -> str:
    if int in field.reads:
        return _("This must be a whole number.")
    if bool in field.reads:
        return _("This must be true or false.")
    if str in field.reads:
        return _("This must be text.")
    return _("This cannot be sent as JSON; send a form.")
