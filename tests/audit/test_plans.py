"""How the databases read the audit when it is narrowed: along an index, newest first."""

import pytest

from aidtrack.audit import queries
from aidtrack.audit.queries import Wanted
from aidtrack.core import clock
from tests.factories.world import make_world
from tests.lists.test_plans import LIMIT, kept, plan_of, whole_sorts


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(topic="rights"),
        Wanted(kind="shipment"),
        Wanted(channel="job"),
        Wanted(user_id=1),
        Wanted(since=clock.now(), before=clock.now()),
        Wanted(topic="rights", user_id=1),
    ],
    ids=["topic", "kind", "channel", "user", "days", "topic_and_user"],
)
def test_an_index_walks_what_is_asked(database, wanted):
    actor = make_world().auditor
    with kept() as seen:
        queries.everything(actor, wanted, limit=LIMIT)
    ((statement, asked),) = seen
    assert not whole_sorts(statement, asked), plan_of(statement, asked)
    steps = " ".join(plan_of(statement, asked))
    assert "ix_audit_entry" in steps, steps


def test_an_index_walks_the_story_of_one_record(database):
    world = make_world()
    with kept() as seen:
        queries.of_record("user", world.driver.user_id, world.auditor, limit=LIMIT)
    ((statement, asked),) = seen
    assert not whole_sorts(statement, asked), plan_of(statement, asked)
