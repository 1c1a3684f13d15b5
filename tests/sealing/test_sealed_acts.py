"""Acts are kept for ever, sealed with the ledger, and people can be taken out of them."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from aidtrack.core import audit, redaction
from aidtrack.core.audit import AuditEntry, AuditRedaction
from aidtrack.core.db import db, transaction
from aidtrack.core.redaction import Part
from aidtrack.identity import services
from aidtrack.sealing import seals, verification
from aidtrack.sealing.models import Seal
from tests.factories.world import World, make_item, make_stock
from tests.tampering import behind_our_back

ONE = (
    "INSERT INTO audit_entry (id, action, topic, record_kind, record_id, user_name, recorded_at,"
    " channel, address, device, facts, personal, salt) VALUES (0, 'item.added', 'records',"
    " 'item', 1, 'Nobody', '2026-01-01 00:00:00', 'api', '', '', '{}', '[]', 'abc')"
)


def act(world: World, number: int = 1, **facts: object) -> None:
    with transaction():
        audit.record(world.admin, "item.changed", kind="item", record_id=number, facts=facts)


def last_act() -> int:
    return db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())).first() or 0


def found() -> list[tuple[str, str]]:
    return [(row.table, row.key) for row in verification.verify().disagreements]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET user_name = 'Somebody else'",
        "UPDATE audit_entry SET record_id = 77",
        # As a redaction would, but no digest is kept beside it.
        "UPDATE audit_entry SET user_name = '', salt = ''",
        "DELETE FROM seal",
        "UPDATE seal SET hash = 'x'",
        "DELETE FROM stock_movement",
        "UPDATE stock_line SET quantity = 1",
        "DELETE FROM audit_redaction",
        "UPDATE audit_redaction SET digest = 'x'",
    ],
)
def test_the_database_refuses_to_rewrite_what_happened(world, statement):
    make_stock(world, make_item(), 10)
    act(world)
    redaction.redact([last_act()], reason="asked", actor=world.admin)
    seals.seal_now()
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(statement))


def test_a_redacted_act_cannot_be_given_another_doer(world):
    act(world)
    entry_id = last_act()
    redaction.redact([entry_id], reason="asked", actor=world.admin)
    for change in ("user_name = 'Other'", "record_id = 5", "recorded_at = '2020-01-01 00:00:00'"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(f"UPDATE audit_entry SET {change} WHERE id = {entry_id}"))
        db.session.rollback()


def test_acts_are_sealed_even_when_no_goods_moved(world):
    make_stock(world, make_item(), 10)
    first = seals.seal_now()
    first_id, movement = first.id, first.last_movement_id
    act(world)
    second = seals.seal_now()
    assert (second.id, second.last_movement_id) == (first_id + 1, movement)
    assert second.last_entry_id == last_act()
    assert seals.seal_now().id == second.id
    verdict = verification.verify()
    assert verdict.holds
    assert verdict.acts == last_act()


def test_many_acts_take_several_seals(world, monkeypatch):
    monkeypatch.setattr(seals, "ROWS_MAX", 3)
    monkeypatch.setattr(seals, "BATCH", 2)
    for number in range(7):
        act(world, number + 1)
    make_stock(world, make_item(), 10)
    seals.seal_now()
    assert db.session.query(Seal).count() >= 3
    assert db.session.scalars(select(Seal.last_entry_id).order_by(Seal.id.desc())).first() == (
        last_act()
    )
    assert verification.verify().holds


@pytest.mark.parametrize(
    "change",
    [
        "record_id = 77",
        "user_id = NULL",
        "user_name = 'Somebody else'",
        "address = '10.0.0.1'",
        "recorded_at = '2020-01-01 00:00:00'",
        """facts = '{"quantity": 4}'""",
    ],
)
def test_a_changed_act_is_named(world, change):
    for number in (1, 2, 3):
        act(world, number, quantity=5)
    seals.seal_now()
    middle = last_act() - 1
    behind_our_back(f"UPDATE audit_entry SET {change} WHERE id = {middle}")
    assert found() == [("audit_entry", f"entry {middle}")]


def test_a_removed_act_is_missed(world):
    for number in (1, 2, 3):
        act(world, number)
    seals.seal_now()
    last = last_act()
    behind_our_back(f"DELETE FROM audit_entry WHERE id = {last - 1}")
    (gone,) = verification.verify().disagreements
    assert gone.key == f"entry {last}"
    assert "an entry before it is gone" in gone.sentence


def test_the_last_act_of_a_seal_is_missed(world):
    act(world)
    seals.seal_now()
    behind_our_back(f"DELETE FROM audit_entry WHERE id = {last_act()}")
    assert found() == [("seal", "seal 1")]


def test_an_act_that_nobody_did_is_named(world):
    act(world)
    seals.seal_now()
    behind_our_back(ONE)
    assert found() == [("audit_entry", "entry 0")]


def test_what_names_a_person_is_taken_out_and_the_seal_holds(world):
    came = audit.Origin(audit.Channel.BROWSER, "192.0.2.7", "Firefox on Linux", lambda: 12)
    with audit.coming_from(came):
        act(world, receiver="Aibek", quantity=5, changes={"phone": ["1", "2"], "weight": [3, 4]})
    entry_id = last_act()
    seals.seal_now()
    assert redaction.redact([entry_id], reason="They asked for it.", actor=world.admin) == 1
    entry = db.session.get_one(AuditEntry, entry_id)
    assert (entry.user_name, entry.address, entry.device, entry.salt) == ("", "", "", "")
    assert entry.facts == {"quantity": 5, "changes": {"weight": [3, 4]}}
    assert entry.is_redacted
    verdict = verification.verify()
    assert (verdict.holds, verdict.redacted) == (True, 1)
    assert db.session.get_one(AuditEntry, last_act()).action == "audit.redacted"
    seals.seal_now()
    assert verification.verify().holds
    # Twice is once, and what stays open is still proven.
    assert redaction.redact([entry_id], reason="again", actor=world.admin) == 0
    behind_our_back(f"""UPDATE audit_entry SET facts = '{{"quantity": 6}}' WHERE id = {entry_id}""")
    assert found() == [("audit_entry", f"entry {entry_id}")]


def test_only_where_somebody_was_can_be_forgotten(world):
    with audit.coming_from(audit.Origin(audit.Channel.API, "192.0.2.7", "curl")):
        act(world, note="By Aibek")
    entry_id = last_act()
    seals.seal_now()
    where = frozenset({Part.WHERE})
    assert redaction.redact([entry_id], reason="old", actor=world.admin, parts=where) == 1
    entry = db.session.get_one(AuditEntry, entry_id)
    assert (entry.address, entry.device) == ("", "")
    assert entry.user_name == world.admin.name
    assert entry.facts == {"note": "By Aibek"}
    assert redaction.redact([entry_id], reason="asked", actor=world.admin) == 1
    assert db.session.get_one(AuditEntry, entry_id).facts == {}
    assert verification.verify().holds


def test_a_person_is_taken_out_of_everything(world):
    actor = world.logistician
    act(world, receiver=actor.name, reason="Nothing of them")
    elsewhere = last_act()
    with transaction():
        audit.record(actor, "item.changed", kind="item", record_id=2, facts={"note": "mine"})
    by_them = last_act()
    services.change_user(actor.user_id, name=actor.name, phone="+996 700", actor=world.admin)
    about_them = last_act()
    seals.seal_now()
    redaction.redact_person(
        actor.user_id, reason="They left.", actor=world.admin, words=[actor.name],
        organisation_ids={world.organisation_id},
    )  # fmt: skip
    entries = {each: db.session.get_one(AuditEntry, each) for each in (elsewhere, by_them)}
    assert entries[elsewhere].facts == {"reason": "Nothing of them"}
    assert entries[elsewhere].user_name == world.admin.name
    assert (entries[by_them].user_name, entries[by_them].facts) == ("", {"note": "mine"})
    told = db.session.get_one(AuditEntry, about_them)
    assert (told.user_name, told.facts) == (world.admin.name, {"changes": {}})
    left = db.session.scalars(select(AuditEntry.user_name).filter_by(user_id=actor.user_id))
    assert set(left) == {""}
    assert verification.verify().holds


def test_a_redaction_that_no_act_tells_of_is_named(world):
    act(world)
    act(world, 2)
    last = last_act()
    seals.seal_now()
    behind_our_back(
        "INSERT INTO audit_redaction (entry_id, act_id, digest, reason, redacted_at)"
        f" VALUES ({last}, {last - 1}, 'x', '', '2026-01-01 00:00:00')"
    )
    assert ("audit_entry", f"entry {last - 1}") in found()
    behind_our_back(f"UPDATE audit_entry SET salt = '' WHERE id = {last}")
    assert db.session.get_one(AuditRedaction, last)
    assert ("audit_entry", f"entry {last}") in found()
