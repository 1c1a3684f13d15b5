"""Sharing a record: with whom, what for, how long, and what both sides are told of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from aidtrack.core import audit, clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.identity import records
from aidtrack.identity.permissions import Role
from aidtrack.sharing import queries, services
from aidtrack.sharing.models import Purpose, Share
from aidtrack.sharing.queries import ShareView
from tests.factories.donations import make_donation
from tests.factories.sharing import make_share
from tests.factories.shipments import make_draft
from tests.factories.world import make_item, make_person, make_stock, make_world


def test_each_side_has_it_on_its_list(world, other):
    share_id = make_share(world, "place", world.point_id, other)
    (ours,) = queries.shares(world.logistician, ShareView.OURS).rows
    (theirs,) = queries.shares(other.auditor, ShareView.WITH_US).rows
    assert (ours.id, theirs.id) == (share_id, share_id)
    assert ours.title == "School 4"
    assert not queries.shares(world.admin, ShareView.WITH_US).rows
    assert not queries.shares(other.admin, ShareView.OURS).rows


def test_a_shipment_a_donation_and_a_place_can_be_shared_and_nothing_else(world, other):
    item_id = make_item()
    make_stock(world, item_id, 10)
    donation_id, receipt_id = make_donation(world, item_id, 10)
    shipment_id = make_draft(world, (item_id, 1))
    for kind, record_id in (("shipment", shipment_id), ("donation", donation_id)):
        assert make_share(world, kind, record_id, other)
    for kind, record_id in (
        ("goods_receipt", receipt_id),
        ("place", world.bin_id),
        ("item", item_id),
        ("partner", world.donor_id),
        ("nonsense", 1),
    ):
        with pytest.raises(NotFound):
            make_share(world, kind, record_id, other)


def test_shared_twice_is_shared_once(world, other):
    first = make_share(world, "place", world.point_id, other)
    assert make_share(world, "place", world.point_id, other) == first
    assert db.session.scalar(select(func.count(Share.id))) == 1
    acts = [x.action for x in audit.history("place", world.point_id)]
    assert acts.count("record.shared") == 1


def test_one_purpose_at_a_time(world, other):
    make_share(world, "place", world.point_id, other, Purpose.PLAN)
    with pytest.raises(services.AlreadyShared, match="Readers"):
        make_share(world, "place", world.point_id, other, Purpose.RECEIVE)


def test_what_was_revoked_can_be_shared_again(world, other):
    share_id = make_share(world, "place", world.point_id, other, Purpose.PLAN)
    services.revoke(share_id, actor=world.admin, at=clock.now())
    assert make_share(world, "place", world.point_id, other, Purpose.RECEIVE) == share_id
    (row,) = queries.shares(other.admin, ShareView.WITH_US).rows
    assert row.purpose == Purpose.RECEIVE


def test_never_with_oneself_nor_with_nobody(world):
    with pytest.raises(Invalid) as refused:
        make_share(world, "place", world.point_id, world)
    assert refused.value.field == "with_organisation_id"
    terms = services.Terms(999_999, Purpose.PLAN)
    with pytest.raises(Invalid):
        services.share("place", world.point_id, terms, actor=world.admin, at=clock.now())


def test_another_purpose_must_be_said(world, other):
    with pytest.raises(Invalid) as refused:
        make_share(world, "place", world.point_id, other, Purpose.OTHER)
    assert refused.value.field == "note"
    make_share(world, "place", world.point_id, other, Purpose.OTHER, note="to mend its roof")
    (row,) = queries.shares(other.admin, ShareView.WITH_US).rows
    assert row.purpose_said == "to mend its roof"


def test_it_cannot_end_before_it_begins(world, other):
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        make_share(world, "place", world.point_id, other, ends_on=yesterday)
    assert refused.value.field == "ends_on"
    share_id = make_share(world, "place", world.point_id, other, ends_on=clock.today())
    with pytest.raises(Invalid):
        services.change_end(share_id, yesterday, actor=world.admin)


def test_only_the_owner_shares_and_only_who_may(world, other):
    with pytest.raises(NotFound):
        make_share(world, "place", world.point_id, other, actor=other.admin)
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
    for actor in (world.coordinator, world.auditor, keeper):
        with pytest.raises(NotAllowed):
            make_share(world, "place", world.point_id, other, actor=actor)


def test_who_receives_cannot_change_or_end_it(world, other):
    share_id = make_share(world, "place", world.point_id, other)
    with pytest.raises(NotAllowed):
        services.revoke(share_id, actor=other.admin, at=clock.now())
    with pytest.raises(NotAllowed):
        services.change_end(share_id, None, actor=other.admin)
    third = make_world("Strangers")
    with pytest.raises(NotFound):
        services.revoke(share_id, actor=third.admin, at=clock.now())
    with pytest.raises(NotFound):
        queries.share(share_id, third.admin)


def test_both_sides_are_told_when_it_began_and_ended_without_names_for_the_other(world, other):
    later = clock.today() + timedelta(days=9)
    share_id = make_share(world, "place", world.point_id, other, ends_on=later)
    services.change_end(share_id, None, actor=world.admin)
    services.revoke(share_id, actor=world.admin, at=clock.now())
    place = records.kind_called("place")
    own = [place.tell(entry) for entry in audit.history("place", world.point_id, 3)]
    assert [act.title for act in own] == [
        "Shared no longer", "Last day of sharing changed", "Shared",
    ]  # fmt: skip
    assert {act.who for act in own} == {world.admin.name, world.logistician.name}
    assert str(later) in own[-1].detail
    theirs = queries.history(share_id)
    assert [act.title for act in theirs] == [act.title for act in own]
    assert all(act.who.startswith("Lenders") for act in theirs)
    (over,) = queries.shares(other.coordinator, ShareView.ENDED).rows
    assert over.revoked_at is not None


def test_revoked_twice_is_revoked_once(world, other):
    share_id = make_share(world, "place", world.point_id, other)
    for _each in range(2):
        services.revoke(share_id, actor=world.admin, at=clock.now())
    acts = [x.action for x in audit.history("place", world.point_id)]
    assert acts.count("record.unshared") == 1
    with pytest.raises(services.SharedNoLonger):
        services.change_end(share_id, None, actor=world.admin)


def test_a_record_is_shared_only_for_what_its_kind_offers(world, other):
    with pytest.raises(Invalid) as refused:
        make_share(world, "place", world.point_id, other, Purpose.REPORT)
    assert refused.value.field == "purpose"
