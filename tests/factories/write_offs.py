"""Write-offs that are prepared, approved, refused and withdrawn."""

from uuid import uuid4

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity import duties
from aidtrack.stock import storekeeping, write_offs
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.models import Reason
from aidtrack.stock.services import Taking


def write_off(world, lot, quantity, *, key=None, actor=None, at=None, place_id=None, again=True):
    return storekeeping.write_off(
        [Taking(lot, place_id or world.bin_id, quantity)],
        reason=Reason.WET,
        note="Rain came in",
        again=again,
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=at or clock.now(),
    )


def approve(write_off_id, actor, **more):
    return write_offs.approve(write_off_id, key=uuid4(), actor=actor, at=clock.now(), **more)


def refuse(write_off_id, actor, reason="They are dry"):
    write_offs.refuse(write_off_id, reason=reason, actor=actor, at=clock.now())


def withdraw(write_off_id, actor):
    write_offs.withdraw(write_off_id, actor=actor, at=clock.now())


def kept(write_off_id) -> WriteOff:
    db.session.rollback()
    return db.session.get_one(WriteOff, write_off_id)


def switch_off(world):
    duties.change(
        world.organisation_id,
        keeps_apart=False,
        write_off_limit_minor=500_00,
        reason="There is only one of us",
        actor=world.admin,
    )
