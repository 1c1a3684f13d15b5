"""Minimum levels: what counts as free, who may set and see them, the list and its numbers."""

from datetime import timedelta

import pytest

from aidtrack.catalogue import services as catalogue
from aidtrack.core import clock
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.identity.permissions import Actor, Role
from aidtrack.places import queries as places
from aidtrack.places import services as site_services
from aidtrack.stock import minimums
from aidtrack.stock.minimums import MinimumFilter
from tests.factories.shipments import make_ready
from tests.factories.world import World, make_item, make_person, make_stock, make_world

BELOW = MinimumFilter(below=True)


def set_minimum(world: World, item_id: int, quantity: int, **more: object) -> int:
    details = {
        "organisation_id": world.organisation_id,
        "site_id": world.warehouse_id,
        "actor": world.logistician,
    } | more
    return minimums.set_minimum(item_id, quantity, **details)


def free_of(actor: Actor, minimum_id: int) -> int:
    return minimums.minimum(minimum_id, actor).free


class TestWhatIsFree:
    def test_stock_in_any_bin_of_the_site_counts(self, world):
        item = make_item()
        make_stock(world, item, 30)
        make_stock(world, item, 20, place_id=world.warehouse_id)
        make_stock(world, item, 500, place_id=world.other_warehouse_id)
        assert free_of(world.logistician, set_minimum(world, item, 100)) == 50

    def test_what_has_expired_or_is_promised_does_not_count(self, world):
        item = make_item(has_expiry=True)
        make_stock(world, item, 70, expires_on=clock.today() + timedelta(days=100))
        make_stock(world, item, 500, expires_on=clock.today() - timedelta(days=1))
        make_ready(world, (item, 30))
        level = minimums.minimum(set_minimum(world, item, 100), world.logistician)
        assert (level.free, level.missing) == (40, 60)

    def test_without_a_site_every_site_of_the_organisation_counts(self, world):
        item = make_item()
        make_stock(world, item, 30)
        make_stock(world, item, 20, place_id=world.other_warehouse_id)
        stranger = make_world("Others")
        make_stock(stranger, item, 500)
        assert free_of(world.logistician, set_minimum(world, item, 100, site_id=None)) == 50

    def test_an_item_that_never_came_is_short(self, world):
        level = set_minimum(world, make_item(), 5)
        assert free_of(world.logistician, level) == 0
        assert minimums.count_below(world.logistician) == 1

    def test_as_much_as_the_minimum_is_enough(self, world):
        item = make_item()
        make_stock(world, item, 100)
        set_minimum(world, item, 100)
        assert minimums.count_below(world.logistician) == 0


class TestSetting:
    def test_setting_again_changes_the_level_and_leaves_a_trace(self, world):
        item = make_item("Blanket")
        first = set_minimum(world, item, 100)
        assert set_minimum(world, item, 40) == first
        assert minimums.minimum(first, world.logistician).quantity == 40
        newest = places.place_history(world.warehouse_id)[0]
        assert newest.title == "Minimum level set"
        assert newest.detail.endswith("100 → 40")

    def test_a_site_and_the_whole_organisation_have_levels_of_their_own(self, world):
        item = make_item()
        assert set_minimum(world, item, 10) != set_minimum(world, item, 90, site_id=None)
        assert len(minimums.minimums(world.logistician, MinimumFilter()).rows) == 2

    def test_a_removed_level_is_gone(self, world):
        level = set_minimum(world, make_item(), 10)
        minimums.remove_minimum(level, actor=world.logistician)
        with pytest.raises(NotFound):
            minimums.minimum(level, world.logistician)

    def test_nothing_is_no_minimum(self, world):
        with pytest.raises(Invalid):
            set_minimum(world, make_item(), 0)

    def test_a_bin_has_no_minimum(self, world):
        with pytest.raises(Invalid):
            set_minimum(world, make_item(), 5, site_id=world.bin_id)

    def test_an_auditor_may_only_look(self, world):
        level = set_minimum(world, make_item(), 10)
        assert free_of(world.auditor, level) == 0
        with pytest.raises(NotAllowed):
            set_minimum(world, make_item(), 5, actor=world.auditor)

    def test_who_works_at_one_site_sets_only_its_levels(self, world):
        keeper = make_person(
            Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id
        )
        set_minimum(world, make_item(), 5, actor=keeper, site_id=world.other_warehouse_id)
        for site_id in (world.warehouse_id, None):
            with pytest.raises(NotAllowed):
                set_minimum(world, make_item(), 5, actor=keeper, site_id=site_id)


class TestSeeing:
    def test_a_stranger_sees_and_removes_nothing(self, world):
        level = set_minimum(world, make_item(), 10)
        stranger = make_world("Others").admin
        assert minimums.count_below(stranger) == 0
        assert not minimums.minimums(stranger, MinimumFilter()).rows
        with pytest.raises(NotFound):
            minimums.remove_minimum(level, actor=stranger)

    def test_who_works_at_one_site_sees_only_its_levels(self, world):
        keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
        mine = set_minimum(world, make_item(), 10)
        set_minimum(world, make_item(), 10, site_id=world.other_warehouse_id)
        set_minimum(world, make_item(), 10, site_id=None)
        assert [row.id for row in minimums.minimums(keeper, MinimumFilter()).rows] == [mine]
        assert minimums.count_below(keeper) == 1

    def test_only_what_is_short_and_found_by_words_is_listed(self, world):
        short, enough = make_item("Soap bar"), make_item("Soap powder")
        make_stock(world, enough, 50)
        levels = [set_minimum(world, item, 10) for item in (short, enough, make_item("Tent"))]
        wanted = MinimumFilter(words="soap", below=True)
        assert [row.id for row in minimums.minimums(world.logistician, wanted).rows] == levels[:1]

    def test_levels_of_retired_items_and_closed_sites_rest(self, world):
        retired = make_item()
        set_minimum(world, retired, 10)
        catalogue.retire_item(retired, actor=world.admin)
        set_minimum(world, make_item(), 10, site_id=world.other_warehouse_id)
        site_services.close_place(world.other_warehouse_id, actor=world.admin)
        assert not minimums.minimums(world.logistician, MinimumFilter()).rows

    def test_pages_follow_each_other(self, world):
        levels = {set_minimum(world, make_item("Same name"), 10) for _each in range(5)}
        found, cursor = [], None
        for _page in range(3):
            page = minimums.minimums(world.logistician, BELOW, cursor=cursor, limit=2)
            found += [row.id for row in page.rows]
            cursor = page.next_cursor
        assert cursor is None
        assert sorted(found) == sorted(levels)

    def test_more_levels_ask_no_more_statements(self, world, statements):
        def asked() -> int:
            with statements() as seen:
                minimums.minimums(world.logistician, BELOW)
                minimums.count_below(world.logistician)
            return len(seen)

        set_minimum(world, make_item(), 10)
        before = asked()
        for _each in range(5):
            set_minimum(world, make_item(), 10)
        assert asked() == before
