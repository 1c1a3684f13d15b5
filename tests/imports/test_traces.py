"""A list leaves an entry on each record that it makes or changes."""

from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import select

from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.imports import services
from aidtrack.imports.previews import Preview
from tests.factories.world import World
from tests.imports.samples import csv_of

Look = Callable[..., Preview]
ITEMS = ["Code", "Name", "Weight kg"]


def take_in(look: Look, world: World, kind: str, *rows: list[str]) -> None:
    found = look(kind, csv_of(list(rows)))
    services.apply(found.id, actor=world.logistician, key=uuid4(), seen=found.fingerprint)


def told(kind: str) -> list[tuple[str, object, object]]:
    entries = db.session.scalars(
        select(AuditEntry).filter_by(record_kind=kind).order_by(AuditEntry.id)
    )
    return [(each.action, each.facts.get("name"), each.facts.get("changes")) for each in entries]


def test_each_new_and_each_changed_item_has_an_entry(look: Look, world: World) -> None:
    take_in(look, world, "items", ITEMS, ["B1", "Blanket", "1.5"], ["B2", "Rice", "1"])
    assert told("item") == [("item.imported", "Blanket", None), ("item.imported", "Rice", None)]
    take_in(look, world, "items", ITEMS, ["B1", "Wool blanket", "1.5"], ["B2", "Rice", "1"])
    assert told("item")[2:] == [("item.changed", None, {"name": ["Blanket", "Wool blanket"]})]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.user_id) == ("item.changed", world.logistician.user_id)
