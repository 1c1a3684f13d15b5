"""Areas as people enter them: one P-code each, inside the area above."""

import re

from sqlalchemy import select

from aidtrack.core import audit
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.history import changes
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places.details import AreaDetails
from aidtrack.places.models import Area

PCODE = re.compile(r"[0-9A-Z][0-9A-Z_.-]{0,29}")
LEVEL_MAX = 4


class PcodeTaken(RuleBroken):
    code = "pcode_taken"


def cleaned_pcode(text: str) -> str:
    """A P-code without the spaces that people read it with; empty when it cannot be one."""
    pcode = "".join(text.split()).upper()
    return pcode if PCODE.fullmatch(pcode) else ""


def add(details: AreaDetails, *, actor: Actor) -> int:
    """A new administrative unit, shared by every organisation. Raises PcodeTaken."""
    require(actor, Permission.MANAGE_AREAS)
    taken = PcodeTaken(
        _("There is already an area with the P-code %(pcode)s.", pcode=details.pcode),
        field="pcode",
    )
    with transaction() as session:
        if session.scalar(select(Area.id).filter_by(pcode=details.pcode)):
            raise taken
        _expect_parent(details)
        area = Area(
            pcode=details.pcode,
            name=details.name,
            names=details.names,
            level=details.level,
            country=details.country,
            parent_id=details.parent_id,
        )
        with refusing(taken):
            session.add(area)
        facts: dict[str, object] = {"note": details.pcode}
        audit.record(actor, "area.added", kind="area", record_id=area.id, facts=facts)
        return area.id


def rename(area_id: int, *, name: str, names: dict[str, str], actor: Actor) -> None:
    """Say what an area is called, in every language it has a name in. Its P-code stays."""
    require(actor, Permission.MANAGE_AREAS)
    with transaction() as session:
        area = session.get(Area, area_id, with_for_update=True)
        if area is None:
            raise NotFound(_("There is no such area."))
        before = {"name": area.name, "names": area.names}
        area.name, area.names = name, names
        audit.record(
            actor,
            "area.changed",
            kind="area",
            record_id=area.id,
            facts=changes(before, {"name": name, "names": names}),
        )


def _expect_parent(details: AreaDetails) -> None:
    if details.parent_id is None:
        return
    parent = db.session.get(Area, details.parent_id)
    if parent is None:
        raise Invalid(_("There is no such area."), field="parent_id")
    if parent.country != details.country:
        raise Invalid(_("%(name)s is in another country.", name=parent.name), field="parent_id")
    if parent.level >= details.level:
        raise Invalid(
            _("%(name)s is of level %(level)d, so it cannot hold an area of level %(own)d.",
              name=parent.name, level=parent.level, own=details.level),
            field="parent_id",
        )  # fmt: skip
