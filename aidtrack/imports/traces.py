"""Leaves an entry of the audit on every record that a list makes or changes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from aidtrack.catalogue.models import Item
from aidtrack.core import audit
from aidtrack.core.bulk import noting_new
from aidtrack.core.db import Model
from aidtrack.identity.permissions import Actor
from aidtrack.partners.models import Partner
from aidtrack.places.models import Area, Place

# Kind of record, and the acts on one that is new and one that is changed.
TRACED: dict[type[Model], tuple[str, str, str]] = {
    Area: ("area", "area.added", "area.changed"),
    Item: ("item", "item.imported", "item.changed"),
    Partner: ("partner", "partner.added", "partner.changed"),
    Place: ("place", "place.added", "place.changed"),
}
# Written for searching only.
UNTOLD = frozenset({"search_text"})


@dataclass
class Traces:
    """What was made and changed so far: the model, the key, and the facts of its entry."""

    made: list[tuple[type[Model], int, Mapping[str, Any]]] = field(default_factory=list)
    changed: dict[tuple[type[Model], int], dict[str, list[object]]] = field(default_factory=dict)

    def note_changes(self, session: Session, *_more: object) -> None:
        """Keep what rows were before they are written: their columns, before and after."""
        for row in session.dirty:
            if type(row) in TRACED:
                key = (type(row), row.id)
                for name, pair in _differing(row).items():
                    first, _last = self.changed.setdefault(key, {}).setdefault(name, pair)
                    self.changed[key][name] = [first, pair[1]]

    def leave(self, actor: Actor, *, source: str) -> None:
        """Write the entries. `source` is the file that says so."""
        fresh = {(model, key) for model, key, _row in self.made}
        for model, (kind, added, changed) in TRACED.items():
            new = [
                (key, {"name": row.get("name", ""), "file": source})
                for each, key, row in self.made
                if each is model
            ]
            old = [
                (key, {audit.CHANGES: pairs, "file": source})
                for (each, key), pairs in self.changed.items()
                if each is model and (each, key) not in fresh
            ]
            audit.record_many(actor, added, kind=kind, records=new)
            audit.record_many(actor, changed, kind=kind, records=old)


@contextmanager
def traced(session: Session, actor: Actor, *, source: str) -> Iterator[None]:
    """Everything that is written inside leaves its entries, in the same transaction."""
    traces = Traces()
    event.listen(session, "before_flush", traces.note_changes)
    try:
        with noting_new(session, traces.made):
            yield
            session.flush()
    finally:
        event.remove(session, "before_flush", traces.note_changes)
    traces.leave(actor, source=source)


def _differing(row: Model) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for attribute in inspect(row).mapper.column_attrs:
        known = inspect(row).attrs[attribute.key].history
        if attribute.key not in UNTOLD and known.deleted and known.added:
            before, after = _plain(known.deleted[0]), _plain(known.added[0])
            if before != after:
                found[attribute.key] = [before, after]
    return found


def _plain(value: object) -> object:
    """As JSON can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
