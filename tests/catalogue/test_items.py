"""The catalogue: codes, packs, measures, search, and who may change it."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from aidtrack.catalogue import measures, queries, services
from aidtrack.catalogue.services import CodeTaken, ItemDetails, PackDetails, PackInUse
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.stock.models import Lot
from tests.factories.world import make_item, make_stock


def blanket(**more) -> ItemDetails:
    return ItemDetails(**({"code": "HSHEBLAN", "name": "Thermal blanket"} | more))


def test_an_item_is_found_by_any_word_in_any_language(world):
    names = {"ru": "Термоодеяло", "ar": "بطانية حرارية", "ky": "Жылуу жууркан"}
    item_id = services.add_item(blanket(names=names), actor=world.logistician)
    make_item("Tent")
    for words in ("thermal", "BLANKET", "hshe", "термоОДЕЯЛО", "بطانية", "жуу", "blan therm"):
        assert [row.id for row in queries.items(words=words).rows] == [item_id], words
    for words in ("tent blanket", "100%", "_", "blan\x00ket", "'; DROP TABLE item; --"):
        assert queries.items(words=words.replace("\x00", "")).rows == [] or words.count("\x00")


@pytest.mark.parametrize("code", ["HSHEBLAN", "hsheblan"])
def test_two_items_never_share_a_code(world, code):
    services.add_item(blanket(), actor=world.logistician)
    with pytest.raises(CodeTaken) as refused:
        services.add_item(blanket(code=code, name="Other"), actor=world.logistician)
    assert refused.value.field == "code"
    assert len(queries.items().rows) == 1


def test_an_item_keeps_its_own_code_when_it_changes(world):
    item_id = services.add_item(blanket(), actor=world.logistician)
    services.change_item(item_id, blanket(code="hsheblan"), actor=world.logistician)
    assert queries.item(item_id).code == "hsheblan"


def test_the_unit_of_an_item_is_fixed(world):
    item_id = services.add_item(blanket(), actor=world.logistician)
    with pytest.raises(Invalid) as refused:
        services.change_item(item_id, blanket(base_unit="kit"), actor=world.logistician)
    assert refused.value.field == "base_unit"


def test_packs_are_added_and_never_twice(world):
    item_id = services.add_item(blanket(packs=(PackDetails("bale", 10),)), actor=world.logistician)
    more = (PackDetails("bale", 10), PackDetails("carton", 24), PackDetails("carton", 24))
    services.change_item(item_id, blanket(packs=more), actor=world.logistician)
    assert [(x.name, x.size) for x in queries.item(item_id).packs] == [("carton", 24), ("bale", 10)]


@pytest.mark.parametrize("size", [-1, 0, 1, 10**12])
def test_a_pack_holds_several(world, size):
    with pytest.raises(Invalid):
        services.add_item(blanket(packs=(PackDetails("bale", size),)), actor=world.logistician)
    assert queries.items().rows == []


def test_a_pack_that_nothing_speaks_of_is_taken_out(world):
    item_id = make_item(pack=240)
    (pack,) = queries.item(item_id).packs
    services.remove_pack(item_id, pack.id, actor=world.logistician)
    db.session.expire_all()
    assert queries.item(item_id).packs == []
    assert queries.item_history(item_id)[0].detail == "bale × 240"


def test_a_pack_in_use_stays(world):
    item_id = make_item()
    (pack,) = queries.item(item_id).packs
    lot_id = make_stock(world, item_id, 10)
    db.session.get_one(Lot, lot_id).pack_id = pack.id
    db.session.commit()
    with pytest.raises(PackInUse):
        services.remove_pack(item_id, pack.id, actor=world.logistician)
    assert len(queries.item(item_id).packs) == 1


def test_a_pack_of_another_item_is_not_this_ones(world):
    first, second = make_item(), make_item()
    (pack,) = queries.item(first).packs
    with pytest.raises(NotFound):
        services.remove_pack(second, pack.id, actor=world.logistician)


def test_a_retired_item_is_offered_no_more_and_comes_back(world):
    item_id = make_item("Old tent")
    services.retire_item(item_id, actor=world.logistician)
    assert queries.items(words="old tent").rows == []
    assert queries.item_choices("old tent") == []
    assert len(queries.items(words="old tent", is_active=False).rows) == 1
    services.restore_item(item_id, actor=world.logistician)
    assert len(queries.items(words="old tent").rows) == 1


@pytest.mark.parametrize("role", ["coordinator", "driver", "donor", "auditor"])
def test_only_those_who_keep_lists_change_items(world, role):
    actor, item_id = getattr(world, role), make_item()
    (pack,) = queries.item(item_id).packs
    for act in (
        lambda: services.add_item(blanket(), actor=actor),
        lambda: services.change_item(item_id, blanket(), actor=actor),
        lambda: services.remove_pack(item_id, pack.id, actor=actor),
        lambda: services.retire_item(item_id, actor=actor),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_item_that_is_not_there_is_not_found(world):
    with pytest.raises(NotFound):
        queries.item(999)
    with pytest.raises(NotFound):
        services.change_item(999, blanket(), actor=world.logistician)


def test_history_says_what_became_of_what(world):
    item_id = services.add_item(blanket(), actor=world.logistician)
    services.change_item(
        item_id, blanket(name="Warm blanket", packs=(PackDetails("bale", 5),)), actor=world.admin
    )
    last, first = queries.item_history(item_id)
    assert (first.title, last.title, last.who) == ("Added", "Changed", world.admin.name)
    assert "Name: Thermal blanket → Warm blanket" in last.detail
    assert "bale × 5" in last.detail


def test_a_category_is_made_once_however_it_is_written(world):
    first = services.add_item(blanket(category="Shelter"), actor=world.admin)
    second = services.add_item(blanket(code="2", category="shelter"), actor=world.admin)
    assert queries.item(first).category_id == queries.item(second).category_id
    assert [name for _id, name in queries.category_choices("SHEL")] == ["Shelter"]


def test_a_choice_finds_its_item_again(world):
    item_id = services.add_item(blanket(), actor=world.admin)
    ((found, label),) = queries.item_choices("blanket")
    assert (found, label) == (item_id, "Thermal blanket · HSHEBLAN")
    assert queries.item_called(label) == queries.item_called("hsheblan") == item_id
    assert queries.item_called("blanket") is None


def test_items_are_read_in_as_many_statements_however_many(world, statements):
    make_item()
    db.session.rollback()
    with statements() as few:
        queries.items()
    for _ in range(10):
        make_item()
    db.session.rollback()
    with statements() as many:
        page = queries.items(limit=6)
    assert len(many) == len(few)
    rest = queries.items(limit=6, cursor=page.next_cursor)
    assert len({row.id for row in [*page.rows, *rest.rows]}) == 11
    assert rest.next_cursor is None


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [("1.5", "kg", 1_500_000), ("0.000001", "kg", 1), ("67", "mg", 67), ("400", "g", 400_000),
     ("0", "kg", None), ("0.00", "g", None), (None, "kg", None), ("50", "kg", 50_000_000)],
)  # fmt: skip
def test_weight_is_whole_milligrams(amount, unit, expected):
    assert measures.weight_mg(Decimal(amount) if amount else None, unit) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [("1.2", "m3", 1_200_000_000), ("8", "l", 8_000_000), ("1", "cm3", 1_000), ("0", "l", None)],
)
def test_volume_is_whole_cubic_millimetres(amount, unit, expected):
    assert measures.volume_mm3(Decimal(amount), unit) == expected


@pytest.mark.parametrize(("amount", "unit"), [("0.0000001", "kg"), ("1.5", "mg"), ("999999", "kg")])
def test_a_measure_that_cannot_be_kept_is_refused(app, amount, unit):
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        measures.weight_mg(Decimal(amount), unit)
    assert refused.value.field == "weight"


@pytest.mark.parametrize("weight", [1, 67, 400_000, 999_999, 1_000_000, 1_234_567, 10**11])
def test_a_weight_shown_and_saved_again_stays_the_same(weight):
    amount, unit = measures.in_weight_unit(weight)
    assert measures.weight_mg(amount, unit) == weight


@pytest.mark.parametrize("volume", [1, 999, 1_000_000, 10**9, 1_234_567_891])
def test_a_volume_shown_and_saved_again_stays_the_same(volume):
    amount, unit = measures.in_volume_unit(volume)
    assert measures.volume_mm3(amount, unit) == volume


def test_search_goes_through_its_index(world):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has one only where the extension is available")
    where = " AND ".join(["is_active = 1", "search_text LIKE '%tent%'"])
    plan = db.session.execute(
        text(f"EXPLAIN QUERY PLAN SELECT id FROM item WHERE {where} ORDER BY name, id LIMIT 51")
    ).all()
    assert "COVERING INDEX ix_item_search" in str(plan)
