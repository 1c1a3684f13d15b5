"""Bodies of requests, filled from the fields of the forms that read them."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from wtforms import Form

from aidtrack.core import clock
from aidtrack.web.forms import LineList, UseCaseForm
from tests.policy.made import Ids

READS = re.compile(r"\b(\w+Form)\.from_(?:request|record)\(")
# Whose record a field names, where its name does not say.
ALSO = {
    "origin_id": "place_id", "to_place_id": "bin_id", "destination_id": "site_id",
    "driver_id": "user_id", "earmark_area_id": "area_id",
}  # fmt: skip
SAID = {
    "email": "new@example.org", "currency": "USD", "country": "KG", "time_zone": "UTC",
    "language": "en", "role": "driver", "pcode": "KG77", "kind": "shipment", "unit": "piece",
    "value": "10.00", "unit_value": "1.50", "position": "40.5283, 72.7985", "brought": 3,
    "password": "violet harbour lantern 42", "new": "violet harbour lantern 42",
}  # fmt: skip


def form_of(view: Callable[..., Any]) -> type[UseCaseForm] | None:
    """The form that a view reads, as the API documents it or as the view's own text says."""
    about = getattr(view, "documented", None)
    if about is not None:
        return about.form
    plain = inspect.unwrap(view)
    found = READS.search(inspect.getsource(plain))
    form = plain.__globals__.get(found[1]) if found else None
    return form if isinstance(form, type) and issubclass(form, UseCaseForm) else None


def filled(form: type[Form] | None, ids: Ids) -> dict[str, Any]:
    """A JSON body that the form can mean, about these records."""
    if form is None:
        return {}
    return {field.short_name: value for field, value in _values(form(), ids)}


def _values(form: Form, ids: Ids) -> Iterator[tuple[Any, Any]]:
    for field in form:
        if field.short_name == "donor_id" and "role" in form:
            continue  # Only the role of a donor names one.
        value = _lines(field, ids) if isinstance(field, LineList) else value_of(field, ids)
        if value is not None:
            yield field, value


def _lines(field: LineList, ids: Ids) -> list[dict[str, Any]]:
    return [{each.short_name: value for each, value in _values(field.line_form(), ids)}]


def value_of(field: Any, ids: Ids) -> Any:
    name = field.short_name
    if name == "key":
        return str(uuid4())
    if name.endswith("_id"):
        return ids.get(ALSO.get(name, name))
    choices = [choice.value for choice in getattr(field, "choices", None) or ()]
    if getattr(field, "many", False):
        return choices[:1]
    if name in SAID and (not choices or SAID[name] in choices):
        return SAID[name]
    return choices[0] if choices else _usual(field)


def _usual(field: Any) -> Any:
    control = getattr(field, "control", "")
    if control in {"checkbox", "file"}:
        return None
    if getattr(field, "input_type", "") == "datetime-local":
        return clock.now().isoformat(timespec="minutes")[:16]
    if control == "date":
        return clock.today().isoformat()
    return 1 if int in field.reads else "Rope of ten metres"


def flat(body: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The same as a browser sends it: lines[0].lot_id is lines-0-lot_id."""
    found: dict[str, Any] = {}
    for name, value in body.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for number, line in enumerate(value):
                found |= flat(line, f"{prefix}{name}-{number}-")
        else:
            found[prefix + name] = value
    return found
