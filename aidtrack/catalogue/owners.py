"""Whose an item or a category is: everyone reads it, its own organisation alone changes it.

What no organisation is known to have added is the common catalogue; whoever owns the machine
keeps it, at the command line.
"""

from aidtrack.catalogue.models import Category, Item
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.identity.services import SYSTEM_USER_ID


class KeptByAnother(RuleBroken):
    """The catalogue is read by all; each part of it has one keeper."""

    code = "kept_by_another"
    status = 403


def keeper_for(actor: Actor) -> int | None:
    """The organisation for which the actor adds to the catalogue: theirs, where they may."""
    own = actor.organisations(Permission.MANAGE_ITEMS)
    return actor.organisation_id if actor.organisation_id in own else min(own, default=None)


def may_change(kept: Item | Category, actor: Actor) -> bool:
    """Whether the actor keeps this part of the catalogue."""
    if actor.user_id == SYSTEM_USER_ID:
        return True
    return kept.organisation_id in actor.organisations(Permission.MANAGE_ITEMS)


def require_own(kept: Item | Category, actor: Actor) -> None:
    """Raises KeptByAnother, saying who alone may change it."""
    require(actor, Permission.MANAGE_ITEMS)
    if may_change(kept, actor):
        return
    if kept.organisation_id is None:
        raise KeptByAnother(
            _(
                "%(name)s is of the common catalogue, which only whoever runs this installation"
                " changes.",
                name=kept.name_in(),
            )
        )
    owner = db.session.get_one(Organisation, kept.organisation_id)
    raise KeptByAnother(
        _(
            "%(name)s was added by %(organisation)s, who alone may change it.",
            name=kept.name_in(),
            organisation=owner.name,
        )
    )
