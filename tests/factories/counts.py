"""Counts that are planned, counted and decided."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.counting import approving, entries, planning, rounds
from aidtrack.counting.entries import Counted
from aidtrack.counting.models import CountLine, StockCount
from aidtrack.counting.planning import Counters, Scope


def make_count(world, *, first=None, second=None, number=1, site_id=None, is_blind=True, **scope):
    """A count planned by the coordinator's side of the house: the administrator."""
    return planning.plan(
        site_id or world.warehouse_id,
        Scope(**scope),
        Counters((first or world.logistician).user_id, second and second.user_id, number),
        is_blind=is_blind,
        key=uuid4(),
        actor=world.admin,
        at=clock.now(),
    )


def line_of(count_id, lot_id, place_id=None):
    """The id of the line of a lot, in a bin if it lies in several."""
    asked = select(CountLine.id).filter_by(count_id=count_id, lot_id=lot_id)
    return db.session.scalar(asked.filter_by(place_id=place_id) if place_id else asked)


def enter(count_id, line_id, quantity, *, actor, key=None, ago=0, by=None):
    """Count a line; `ago` seconds before it is sent."""
    now = clock.now()
    counted = Counted(
        quantity,
        now - timedelta(seconds=ago),
        counted_by_id=by.user_id if by else None,
    )
    return entries.save(count_id, line_id, counted, key=key or uuid4(), actor=actor, at=now)


def finish(count_id, actor):
    return rounds.finish(count_id, actor=actor, at=clock.now())


def count_all(count_id, quantities, *actors):
    """Each of the actors counts each lot, and is done; differences are counted again alike."""
    for actor in actors:
        for lot_id, quantity in quantities.items():
            enter(count_id, line_of(count_id, lot_id), quantity, actor=actor)
        status = finish(count_id, actor)
    if status == "recounting":
        again = db.session.scalars(select(CountLine).filter_by(count_id=count_id))
        for line in [x for x in again if x.round == 2]:
            enter(count_id, line.id, quantities[line.lot_id], actor=actors[0])
        finish(count_id, actors[0])


def approve(count_id, actor, **more):
    return approving.approve(count_id, key=uuid4(), actor=actor, at=clock.now(), **more)


def kept(count_id) -> StockCount:
    db.session.rollback()
    return db.session.get_one(StockCount, count_id)
