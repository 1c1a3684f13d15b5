"""How the databases read what is shared: from the few shares, never through all records."""

import pytest
from sqlalchemy import Engine, event

from aidtrack.donations import queries as donations
from aidtrack.donations.queries import DonationFilter, DonationView
from aidtrack.identity.permissions import Permission
from aidtrack.places import queries as places
from aidtrack.sharing import queries as sharing
from aidtrack.shipments import overview
from aidtrack.shipments.overview import ShipmentFilter, ShipmentView
from tests.factories.world import make_world
from tests.lists.test_plans import plan_of

READS = {
    "shipment": lambda a: overview.shipments(a, ShipmentFilter(view=ShipmentView.SHARED)),
    "donation": lambda a: donations.donations(a, DonationFilter(view=DonationView.SHARED)),
    "place": lambda a: places.sites(a, is_shared=True),
    "one": lambda a: sharing.shared_with("shipment", 1, a, Permission.VIEW_SHIPMENTS),
    "card": lambda _actor: sharing.shares_of("shipment", 1),
}


@pytest.mark.parametrize("read", READS)
def test_shares_lead_to_records(database, read):
    actor = make_world().logistician
    seen = []

    def note(_connection, _cursor, statement, asked, *_more):
        seen.append((statement, asked))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        READS[read](actor)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    (statement, asked) = next(each for each in seen if "FROM share" in each[0])
    steps = [step.strip().removeprefix("->  ").lower() for step in plan_of(statement, asked)]
    whole = [step for step in steps if step.startswith(("scan ", "seq scan on "))]
    allowed = ("partner", "organisation", "owner", "other", "area", "user_account")
    assert not [step for step in whole if not any(name in step for name in allowed)], steps
