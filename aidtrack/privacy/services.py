"""How long data of people is kept: choosing it, and removing what is past it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from aidtrack.core import audit, clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity.history import changes
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor
from aidtrack.identity.services import system_actor
from aidtrack.privacy import accounts, queries, removal
from aidtrack.privacy.models import RetentionPeriod
from aidtrack.privacy.periods import BY_NAME, before

KIND = "retention"
# What each kind removes of an organisation: a batch of what ended before a moment; how many.
REMOVALS: tuple[tuple[str, Callable[[int, datetime], int]], ...] = (
    ("names", removal.names),
    ("reports", removal.reports),
    ("photos", removal.photos),
    ("names", accounts.drivers_by_link),
    ("addresses", accounts.addresses),
    ("accounts", accounts.locked_out),
)


def set_periods(organisation_id: int, months: Mapping[str, int], *, actor: Actor) -> None:
    """Choose how many months each kind is kept."""
    with transaction() as session:
        queries.protected(organisation_id, actor)
        session.get_one(Organisation, organisation_id, with_for_update=True)
        for name, number in months.items():
            period = BY_NAME[name]
            if not period.least <= number <= period.most:
                raise Invalid(
                    _("Choose %(least)d to %(most)d.", least=period.least, most=period.most),
                    field=name,
                )
        held = queries.periods(organisation_id)
        for name, number in months.items():
            session.merge(
                RetentionPeriod(organisation_id=organisation_id, kind=name, months=number)
            )
        if told := changes(held, months)["changes"]:
            audit.record(
                actor,
                "retention.changed",
                kind=KIND,
                record_id=organisation_id,
                facts={"changes": told},
            )


def apply_to_all(step: Callable[[int, int], None] = lambda _done, _total: None) -> dict[str, int]:
    """Remove what is past its time, of every organisation; how many rows of each kind."""
    organisations = db.session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
    db.session.rollback()
    sums: dict[str, int] = {}
    accounts.end_tokens()
    for done, organisation_id in enumerate(organisations):
        step(done, len(organisations))
        for name, count in apply(organisation_id).items():
            sums[name] = sums.get(name, 0) + count
    return sums


def apply(organisation_id: int) -> dict[str, int]:
    """Remove what this organisation has kept long enough. Done twice it comes to the same."""
    periods = queries.periods(organisation_id)
    db.session.rollback()
    now = clock.now()
    removed: dict[str, int] = {}
    for name, remove in REMOVALS:
        count = 0
        while batch := remove(organisation_id, before(periods[name], now)):
            count += batch
        if count:
            removed[name] = removed.get(name, 0) + count
    if removed:
        with transaction():
            audit.record(
                system_actor(organisation_id),
                "retention.applied",
                kind=KIND,
                record_id=organisation_id,
                facts={
                    "removed": removed,
                    "note": ", ".join(f"{name} {count}" for name, count in removed.items()),
                },
            )
    return removed


def note_given_out(user_id: int, *, actor: Actor) -> None:
    """Say that an administrator took what is held on somebody out of AidTrack."""
    with transaction():
        audit.record(actor, "user.data_given", kind="user", record_id=user_id)


def note_named_given_out(organisation_id: int, *, actor: Actor) -> None:
    """The same of a person without an account; whose name it was stands nowhere, for erasing."""
    with transaction():
        audit.record(
            actor, "named_person.data_given", kind="organisation", record_id=organisation_id
        )
