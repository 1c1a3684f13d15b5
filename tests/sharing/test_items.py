"""Everyone reads the catalogue; who added a part of it changes it, and nobody else."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.catalogue import owners, queries, services
from aidtrack.catalogue.models import Category, Item
from aidtrack.catalogue.services import ItemDetails, PackDetails
from aidtrack.core.db import db
from aidtrack.identity.services import system_actor
from aidtrack.imports import services as imports
from tests.factories.world import make_world
from tests.imports.samples import csv_of

BLANKET = ItemDetails(
    code="BLA-1", name="Blanket", category="Shelter", packs=(PackDetails("bale", 10),)
)


@pytest.fixture
def world(database):
    return make_world("Keepers")


@pytest.fixture
def other(world):
    return make_world("Others")


@pytest.fixture
def item_id(world):
    return services.add_item(BLANKET, actor=world.logistician)


def in_common(item_id: int) -> None:
    """The item as one that nobody is known to have added."""
    item = db.session.get_one(Item, item_id)
    item.organisation_id = None
    db.session.commit()


def test_who_added_an_item_keeps_it_and_its_new_category(world, item_id):
    assert queries.item(item_id).organisation_id == world.organisation_id
    assert queries.categories()[0].organisation_id == world.organisation_id


def test_another_organisation_changes_nothing_of_it(world, other, item_id):
    pack_id = queries.item(item_id).packs[0].id
    acts = (
        lambda who: services.change_item(item_id, BLANKET, actor=who),
        lambda who: services.remove_pack(item_id, pack_id, actor=who),
        lambda who: services.retire_item(item_id, actor=who),
        lambda who: services.restore_item(item_id, actor=who),
        lambda who: services.name_category(
            queries.categories()[0].id, name="Mine", names={}, actor=who
        ),
    )
    for act in acts:
        with pytest.raises(owners.KeptByAnother, match="Keepers"):
            act(other.admin)
        act(world.admin)


def test_the_common_catalogue_is_kept_by_whoever_owns_the_machine(world, other, item_id):
    in_common(item_id)
    for actor in (world.admin, other.admin):
        with pytest.raises(owners.KeptByAnother, match="common catalogue"):
            services.change_item(item_id, BLANKET, actor=actor)
    services.change_item(item_id, BLANKET, actor=system_actor(world.organisation_id))
    with pytest.raises(owners.KeptByAnother):
        services.give("BLA-1", other.organisation_id, actor=other.admin)
    machine = system_actor(other.organisation_id)
    services.give("BLA-1", other.organisation_id, actor=machine)
    services.change_item(item_id, BLANKET, actor=other.admin)


def test_its_page_says_whose_it_is_and_offers_a_copy(signed_in, world, other, item_id):
    ours, theirs = signed_in(world.logistician), signed_in(other.logistician)
    assert f"/items/{item_id}/edit" in ours.get(f"/items/{item_id}").text
    page = theirs.get(f"/items/{item_id}").text
    assert "Keepers" in page
    assert f"/items/{item_id}/edit" not in page
    refused = theirs.get(f"/items/{item_id}/edit")
    assert refused.status_code == 403
    assert "who alone may change it" in refused.text
    copy = theirs.get(f"/items/new?copy={item_id}").text
    assert f'href="/items/new?copy={item_id}"' in page
    assert 'value="Blanket"' in copy
    assert 'value="bale"' in copy
    assert 'value="BLA-1"' not in copy


def test_the_api_refuses_by_name(api, other, item_id):
    body = {"code": "BLA-1", "name": "Stolen", "weight_unit": "kg", "volume_unit": "l"}
    answer = api(other.admin).put(f"/api/v1/items/{item_id}", json=body)
    assert answer.status_code == 403
    assert answer.json["error"]["code"] == "kept_by_another"


def test_a_list_leaves_the_items_of_others_as_they_are(other, item_id):
    rows = [["Code", "Name", "Category"], ["BLA-1", "Rug", "Carpets"], ["NEW-1", "Rope", "Tools"]]
    preview = imports.preview("items", "list.csv", csv_of(rows), actor=other.admin)
    assert (preview.counts.create, preview.counts.change, preview.counts.skip) == (1, 0, 1)
    imports.apply(preview.id, actor=other.admin, key=uuid4(), seen=preview.fingerprint)
    db.session.expire_all()
    assert db.session.get_one(Item, item_id).name == "Blanket"
    keepers = dict(db.session.execute(select(Category.name, Category.organisation_id)).all())
    assert keepers["Tools"] == other.organisation_id
    assert "Carpets" not in keepers
