"""Looking at a list and taking it in: all or nothing, once, and only what was seen."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.catalogue.models import Item
from aidtrack.core import audit
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.core.formulas import harmless
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import system_actor
from aidtrack.imports import items, queries, services, stock_posting
from aidtrack.imports.models import ImportRun, RunStatus
from aidtrack.imports.options import Options
from aidtrack.imports.previews import Preview
from aidtrack.imports.services import ImportedBefore, PlanChanged
from aidtrack.stock.models import StockLine
from tests.factories.world import World, make_item, make_person, make_world
from tests.imports.samples import csv_of, stock_rows
from tests.statements import Statements

Look = Callable[..., Preview]
ITEMS = csv_of([["Code", "Name"], ["A1", "Rope"], ["A2", "Tent"]])
STOCK = csv_of(stock_rows(["Osh warehouse", "A-01", "T1", "Tent", "L-7", "2030-06-30", "40"]))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_preview_saves_the_list_and_nothing_else(look: Look, world: World) -> None:
    found = look("items", ITEMS)
    run = db.session.get_one(ImportRun, found.id)
    assert (run.data, run.status, run.applied_at) == (ITEMS, RunStatus.PREVIEWED, None)
    assert count(Item) == 0


def test_looking_twice_keeps_the_list_once(look: Look) -> None:
    assert look("items", ITEMS).id == look("items", ITEMS, filename="again.csv").id
    assert count(ImportRun) == 1


def test_a_file_of_no_use_is_not_kept(look: Look) -> None:
    for data in (b"", b"a,b\n1,2\n", STOCK):
        with pytest.raises(Invalid):
            look("items", data)
    assert count(ImportRun) == 0


def test_the_same_key_takes_a_list_in_once(look: Look, world: World, key: UUID) -> None:
    found = look("stock", STOCK)
    first = services.apply(found.id, actor=world.logistician, key=key)
    second = services.apply(found.id, actor=world.logistician, key=key)
    assert first == second
    assert count(StockLine) == 1
    with pytest.raises(WrongStatus):
        services.apply(found.id, actor=world.logistician, key=uuid4())
    with pytest.raises(KeyReused):
        services.apply(found.id, actor=world.logistician, key=key, again=True)


def test_what_changed_since_the_preview_is_shown_first(look: Look, world: World) -> None:
    found = look("stock", STOCK)
    make_item("Tent")
    with pytest.raises(PlanChanged):
        services.apply(found.id, actor=world.logistician, key=uuid4(), seen=found.fingerprint)
    assert count(StockLine) == 0
    new = queries.preview(found.id, world.logistician)
    assert new.fingerprint != found.fingerprint
    services.apply(found.id, actor=world.logistician, key=uuid4(), seen=new.fingerprint)
    assert count(StockLine) == 1


def test_a_failure_in_the_middle_leaves_nothing(
    look: Look, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("the machine stops here")

    found = look("stock", STOCK)
    monkeypatch.setattr(stock_posting.ledger, "post", fail)
    with pytest.raises(RuntimeError):
        services.apply(found.id, actor=world.logistician, key=uuid4())
    assert (count(Item), count(StockLine)) == (0, 0)
    assert db.session.get_one(ImportRun, found.id).status is RunStatus.PREVIEWED


def test_the_same_stock_list_twice_must_be_meant(look: Look, world: World) -> None:
    services.apply(look("stock", STOCK).id, actor=world.logistician, key=uuid4())
    again = look("stock", STOCK, filename="copy.csv")
    assert again.imported_before_at is not None
    with pytest.raises(ImportedBefore) as refusal:
        services.apply(again.id, actor=world.logistician, key=uuid4())
    assert refusal.value.field == "again"
    services.apply(again.id, actor=world.logistician, key=uuid4(), again=True)
    assert count(StockLine) == 2


def test_an_applied_import_says_for_ever_what_it_did(look: Look, world: World) -> None:
    found = look("stock", STOCK)
    services.apply(found.id, actor=world.logistician, key=uuid4())
    kept = queries.preview(found.id, world.logistician)
    assert (kept.counts, kept.notes, kept.extras) == (found.counts, found.notes, found.extras)
    assert kept.applied_at is not None
    (entry,) = audit.history("import_run", found.id)
    assert (entry.action, entry.facts["create"]) == ("import.applied", 1)


def test_a_list_is_looked_at_again_with_other_options(look: Look, world: World) -> None:
    rows = stock_rows(["Osh warehouse", "", "T1", "Tent", "", "03/04/2030", "5"])
    found = look("stock", csv_of(rows))
    assert not found.can_apply
    options = Options.from_json({"date_order": "day_first"})
    again = services.preview_again(found.id, actor=world.logistician, options=options)
    assert (again.id, again.can_apply) == (found.id, True)
    services.apply(found.id, actor=world.logistician, key=uuid4(), seen=again.fingerprint)
    with pytest.raises(WrongStatus):
        services.preview_again(found.id, actor=world.logistician, options=Options())


def test_only_those_who_may_import_do(look: Look, world: World) -> None:
    found = look("items", ITEMS)
    for actor in (world.coordinator, world.driver, world.donor, world.auditor):
        with pytest.raises(NotAllowed):
            services.preview("items", "x.csv", ITEMS, actor=actor)
        with pytest.raises(NotFound):
            services.apply(found.id, actor=actor, key=uuid4())


def test_one_site_is_not_enough_to_import(world: World) -> None:
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
    with pytest.raises(NotAllowed):
        services.preview("items", "x.csv", ITEMS, actor=keeper)


def test_a_strangers_import_does_not_exist(look: Look, world: World) -> None:
    found = look("items", ITEMS)
    stranger = make_world("Other society").logistician
    with pytest.raises(NotFound):
        queries.preview(found.id, stranger)
    with pytest.raises(NotFound):
        services.apply(found.id, actor=stranger, key=uuid4())
    assert queries.runs(stranger).rows == []


def test_the_command_line_may_bring_items_but_not_stock(world: World) -> None:
    system = system_actor(world.organisation_id)
    found = services.preview("items", "x.csv", ITEMS, actor=system)
    services.apply(found.id, actor=system, key=uuid4())
    assert count(Item) == 2
    stock = services.preview("stock", "x.csv", STOCK, actor=system)
    with pytest.raises(Invalid, match="Say who you are"):
        services.apply(stock.id, actor=system, key=uuid4())


def test_lists_are_told_newest_first(look: Look, world: World) -> None:
    services.apply(look("items", ITEMS).id, actor=world.logistician, key=uuid4())
    look("stock", STOCK)
    page = queries.runs(world.logistician)
    assert [(row.kind, row.applied_at is None) for row in page.rows] == [
        ("stock", True), ("items", False)
    ]  # fmt: skip
    assert page.rows[1].counts is not None
    assert page.rows[1].counts.create == 2


def test_problems_as_csv_run_nothing(look: Look, world: World) -> None:
    rows = stock_rows(["Osh warehouse", "", "T1", "=cmd|calc", "", "", "-5"])
    found = look("stock", csv_of(rows))
    text = queries.problems_csv(found.id, world.logistician)
    assert text.splitlines() == [
        "Row,Column,As written,Problem",
        '2,Item name,\'=cmd|calc,"is a formula, not a value"',
        "2,Quantity,'-5,is less than 0",
    ]
    assert harmless("Tent") == "Tent"


def test_a_file_name_is_only_a_name(look: Look, world: World) -> None:
    assert look("items", ITEMS, filename="C:\\temp\\..\\a\x00b.csv").filename == "ab.csv"
    assert look("items", ITEMS, filename="/etc/").filename == "list"


@pytest.mark.parametrize("rows", [100, 1000])
def test_statements_do_not_grow_with_the_rows(
    look: Look, world: World, statements: Statements, rows: int
) -> None:
    data = csv_of(
        stock_rows(
            *(
                ["Osh warehouse", f"B-{n % 50}", f"C{n % 60}", f"Item {n % 60}", f"L{n}", "", "5"]
                for n in range(rows)
            )
        )
    )
    with statements() as seen:
        found = look("stock", data)
        services.apply(found.id, actor=world.logistician, key=uuid4())
    assert count(StockLine) == rows
    assert len(seen) < 90, "\n".join(seen)
    assert items.batches([1])
