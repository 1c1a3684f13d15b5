"""What a kit holds: said anew as a version, never under what was built."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from aidtrack.catalogue import owners
from aidtrack.catalogue.models import Item
from aidtrack.core import audit, clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.identity.services import SYSTEM_USER_ID
from aidtrack.kits import queries
from aidtrack.kits.models import KitContent, KitSubstitute, KitVersion

CONTENTS_MAX = 60


@dataclass(frozen=True, slots=True)
class Content:
    """How much of an item each kit holds, and which items may stand in for it."""

    item_id: int
    quantity: int
    substitutes: tuple[int, ...] = ()


def set_contents(item_id: int, contents: Sequence[Content], *, note: str, actor: Actor) -> int:
    """Say what a kit holds from now on; kits that were built stay as they are.

    The version's id; the one that stands when nothing is different.
    """
    with transaction() as session:
        item = session.scalar(select(Item).where(Item.id == item_id).with_for_update())
        if item is None:
            raise NotFound(_("There is no such item."))
        owners.require_own(item, actor)
        _check_contents(item_id, contents)
        before = queries.latest(item_id)
        if before is not None and _same(before, contents):
            return before.id
        version = KitVersion(
            item_id=item_id,
            number=before.number + 1 if before else 1,
            note=note,
            made_at=clock.now(),
            made_by_id=None if actor.user_id == SYSTEM_USER_ID else actor.user_id,
            contents=[
                KitContent(
                    item_id=each.item_id,
                    quantity=each.quantity,
                    substitutes=[KitSubstitute(item_id=other) for other in each.substitutes],
                )
                for each in contents
            ],
        )
        session.add(version)
        session.flush()
        audit.record(
            actor,
            "kit.contents_set",
            kind="item",
            record_id=item_id,
            facts={"version": version.number, "items": len(contents), "note": note},
        )
        return version.id


def _check_contents(item_id: int, contents: Sequence[Content]) -> None:
    if not contents:
        raise Invalid(_("Say what is in it."), field="lines")
    if len(contents) > CONTENTS_MAX:
        raise Invalid(_("At most %(most)d lines fit here.", most=CONTENTS_MAX), field="lines")
    named = [each.item_id for each in contents]
    known = set(db.session.scalars(select(Item.id).where(Item.id.in_(_mentioned(contents)))))
    around = queries.kits_around(item_id)
    for index, each in enumerate(contents):
        field = f"lines-{index}-item_id"
        inside = (each.item_id, *each.substitutes)
        if not set(inside) <= known:
            raise Invalid(_("Choose an item."), field=field)
        if named.index(each.item_id) != index:
            raise Invalid(_("This item has a line already."), field=field)
        if around & set(inside):
            raise Invalid(_("A kit cannot be inside itself."), field=field)
        if len(set(inside)) != len(inside):
            raise Invalid(_("It cannot stand in for itself."), field=f"lines-{index}-substitute_id")


def _mentioned(contents: Sequence[Content]) -> set[int]:
    return {item for each in contents for item in (each.item_id, *each.substitutes)}


def _same(version: KitVersion, contents: Sequence[Content]) -> bool:
    held = [
        (need.item_id, need.per_kit, set(need.substitutes)) for need in queries.needs_of(version)
    ]
    asked = [(each.item_id, each.quantity, set(each.substitutes)) for each in contents]
    return sorted(held, key=lambda x: x[0]) == sorted(asked, key=lambda x: x[0])
