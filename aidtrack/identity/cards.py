"""Cards on pages that a person may put away, and call back."""

from datetime import datetime

from aidtrack.core.db import db, transaction
from aidtrack.identity.models import PutAway, User
from aidtrack.identity.permissions import Actor

FIRST_HOUR = "first_hour"


def is_put_away(card: str, actor: Actor) -> bool:
    return db.session.get(PutAway, (actor.user_id, card)) is not None


def put_away(card: str, *, actor: Actor, at: datetime) -> None:
    """Show it to this person no more. Twice is once."""
    with transaction() as session:
        session.get_one(User, actor.user_id, with_for_update={"key_share": True})
        if session.get(PutAway, (actor.user_id, card)) is None:
            session.add(PutAway(user_id=actor.user_id, card=card, put_away_at=at))


def bring_back(card: str, *, actor: Actor) -> None:
    with transaction() as session:
        found = session.get(PutAway, (actor.user_id, card))
        if found is not None:
            session.delete(found)
