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
ASKS = re.compile(r"\b(\w+)\.from_query\(")
# Named in the view itself, for the helper that reads it; or read by such a helper.
NAMED = re.compile(r"\b(\w+Form)\b(?!\.from_query)")
HELPS = re.compile(r"\b((?:\w+\.)?\w+)\(")
# Whose record a field names, where its name does not say.
ALSO = {
    "origin_id": "place_id", "to_place_id": "bin_id", "destination_id": "site_id",
    "driver_id": "user_id", "earmark_area_id": "area_id", "first_counter_id": "counter_id",
    "second_counter_id": "user_id", "counted_by_id": "counter_id", "person_id": "counter_id",
    "place_ids": "bin_id", "line_ids": "count_line_id", "place": "site_place",
    "bins_of": "place_id",
}  # fmt: skip
# The same, where a form means another record by the name than the others do.
ALSO_IN = {
    "BinForm": {"parent_id": "zone_id"},
    "ContentLine": {"item_id": "part_item_id"},
    "FigureForm": {"line_id": "count_line_id"},
    "FoundLine": {"line_id": "write_off_line_id"},
    "RecallForm": {"lot_id": "kit_lot_id"},
}
SAID = {
    "email": "new@example.org", "currency": "USD", "country": "KG", "time_zone": "UTC",
    "language": "en", "role": "driver", "pcode": "KG77", "kind": "shipment", "unit": "piece",
    "value": "10.00", "unit_value": "1.50", "position": "40.5283, 72.7985", "brought": 3,
    "reason": "wet", "counted": "3", "room_m3": "2.5", "room_kg": "900", "weight": "4.5",
    "volume": "20", "reorder_at": 2, "order_up_to": 5, "amount": "10.00",
    "value_above": "0.01",
    "password": "violet harbour lantern 42", "new": "violet harbour lantern 42",
}  # fmt: skip


def form_of(view: Callable[..., Any]) -> type[UseCaseForm] | None:
    """The form that a view reads, as the API documents it or as the view's own text says."""
    about = getattr(view, "documented", None)
    if about is not None:
        return about.form
    plain = inspect.unwrap(view)
    text = inspect.getsource(plain)
    return (
        _form(plain, READS.search(text))
        or _form(plain, NAMED.search(text))
        or next(filter(None, map(_read_by, _helpers(plain, text))), None)
    )


def filters_of(view: Callable[..., Any]) -> list[str]:
    """The fields of an address by which a list is narrowed to what belongs to one record."""
    about = getattr(view, "documented", None)
    plain = inspect.unwrap(view)
    form = about.query if about else _form(plain, ASKS.search(inspect.getsource(plain)))
    return [field.short_name for field in form() if names_one(field.short_name)] if form else []


def _form(view: Callable[..., Any], found: re.Match[str] | None) -> type[UseCaseForm] | None:
    form = _known(view, found[1]) if found else None
    return form if isinstance(form, type) and issubclass(form, UseCaseForm) else None


def _known(view: Callable[..., Any], name: str) -> Any:
    """What a name means where the view is written, be it of its `forms`."""
    known = view.__globals__
    return known.get(name) or getattr(known.get("forms"), name, None)


def _helpers(view: Callable[..., Any], text: str) -> Iterator[Callable[..., Any]]:
    """Functions of its module, and of the pages beside it, that a view leaves the rest to."""
    for name in HELPS.findall(text.partition(":\n")[2]):
        module, _dot, last = name.rpartition(".")
        found = view.__globals__.get(module or name)
        helper = getattr(found, last, None) if module == "pages" else found
        if inspect.isfunction(helper) and helper.__module__.split(".")[0] == "aidtrack":
            yield helper


def _read_by(helper: Callable[..., Any]) -> type[UseCaseForm] | None:
    return _form(helper, READS.search(inspect.getsource(helper)))


def filled(form: type[Form] | None, ids: Ids) -> dict[str, Any]:
    """A JSON body that the form can mean, about these records."""
    if form is None:
        return {}
    return {field.short_name: value for field, value in _values(form(), ids)}


def _values(form: Form, ids: Ids) -> Iterator[tuple[Any, Any]]:
    for field in form:
        if field.short_name == "donor_id" and "role" in form:
            continue  # Only the role of a donor names one.
        value = (
            _lines(field, ids) if isinstance(field, LineList) else value_of(field, ids, type(form))
        )
        if value is not None:
            yield field, value


def _lines(field: LineList, ids: Ids) -> list[dict[str, Any]]:
    return [{each.short_name: value for each, value in _values(field.line_form(), ids)}]


def names_one(name: str) -> bool:
    """Whether a field of this name says which record is meant."""
    return name.endswith(("_id", "_ids")) or name in {"place", "bins_of"}


def whose(name: str, form: type[Form] | None) -> str:
    """The name that the records here have, for a field of a form."""
    also = ALSO_IN.get(form.__name__, {}) if form is not None else {}
    return also.get(name) or ALSO.get(name, name)


def form_with(form: type[Form], path: str) -> type[Form]:
    """The form in which a field of the body stands: that of a line for `lines-0-lot_id`."""
    first, dash, _rest = path.partition("-")
    field = getattr(form(), first, None) if dash else None
    return field.line_form if isinstance(field, LineList) else form


def value_of(field: Any, ids: Ids, form: type[Form] | None = None) -> Any:
    name = field.short_name
    if name == "key":
        return str(uuid4())
    if names_one(name):
        found = ids.get(whose(name, form))
        return [found] if name.endswith("_ids") and found is not None else found
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
