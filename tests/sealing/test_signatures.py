"""Signatures over seals: who writes into the database cannot make a chain of their own."""

import base64

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import select, text

from aidtrack.core.db import db
from aidtrack.core.errors import NotAllowed
from aidtrack.identity.permissions import Role
from aidtrack.sealing import checks, queries, seals, services, verification
from aidtrack.sealing.models import SigningKey
from tests.clients import signed_in_client
from tests.factories.world import make_item, make_person, make_stock
from tests.tampering import behind_our_back


@pytest.fixture
def sealed(world):
    make_stock(world, make_item(), 10)
    return seals.seal_now()


@pytest.fixture
def administrator(world):
    return make_person(Role.ADMINISTRATOR, world.organisation_id)


@pytest.fixture
def auditor(world):
    return make_person(Role.AUDITOR, world.organisation_id)


def wrong() -> list[str]:
    return [row.sentence for row in verification.verify().disagreements]


def test_a_seal_is_signed_by_the_organisation_whose_work_it_covers(world, sealed):
    proof = queries.proof(sealed.id)
    (signed,) = proof.signatures
    key = load_pem_public_key(signed.public_key.encode())
    key.verify(base64.b64decode(signed.signature), signed.signed.encode())
    assert proof.hash in signed.signed
    assert wrong() == []


def test_who_writes_another_hash_into_the_seal_is_found_by_its_signature(sealed):
    behind_our_back(f"UPDATE seal SET hash = '{'a' * 64}'")
    assert any("does not hold" in sentence for sentence in wrong())


def test_a_signature_with_a_key_put_in_place_of_ours_is_found(sealed):
    behind_our_back("UPDATE signing_key SET public_key = seal_signature.signature"
                    " FROM seal_signature")  # fmt: skip
    assert any("not what its fingerprint says" in sentence for sentence in wrong())


def test_a_seal_whose_signature_was_taken_off_is_found(world, sealed):
    make_stock(world, make_item(), 5)
    later = seals.seal_now().id
    behind_our_back(f"DELETE FROM seal_signature WHERE seal_id = {later}")
    assert wrong() == ["a signature of it is gone"]


def test_a_new_key_signs_from_the_next_seal_on_and_the_old_signatures_stay_good(
    world, administrator, sealed
):
    first = queries.proof(sealed.id).signatures[0].fingerprint
    services.begin_new_key(world.organisation_id, actor=administrator)
    make_stock(world, make_item(), 5)
    later = queries.proof(seals.seal_now().id).signatures[0].fingerprint
    assert later != first
    assert wrong() == []
    assert db.session.scalar(select(SigningKey.secret).filter_by(fingerprint=first)) is None


def test_the_key_of_an_organisation_is_its_administrators(world, sealed):
    with pytest.raises(NotAllowed):
        services.begin_new_key(world.organisation_id, actor=world.logistician)


def test_the_secret_of_a_key_cannot_be_read_off_the_database(sealed):
    kept = db.session.scalar(text("SELECT secret FROM signing_key"))
    assert len(bytes.fromhex(queries.keys()[0].fingerprint)) == 16
    assert kept.startswith("gAAAA")


def test_a_database_that_moved_without_its_secret_key_signs_with_another(
    app, world, sealed, monkeypatch
):
    other = "another installation's secret key, long enough"
    monkeypatch.setitem(app.config, "SECRET_KEY", other)
    make_stock(world, make_item(), 5)
    seals.seal_now()
    assert len(queries.keys()) == 2
    assert wrong() == []


def test_checks_are_kept_and_the_page_says_when_everything_agreed(app, administrator, sealed):
    checks.check()
    page = signed_in_client(app, administrator).get("/ledger")
    assert page.status_code == 200
    assert "agreed on" in page.text
    behind_our_back("UPDATE stock_balance SET quantity = 11 WHERE quantity = 10")
    checks.check()
    page = signed_in_client(app, administrator).get("/ledger")
    assert "rows that disagree" in page.text
    assert "the lines add up to 10" in page.text


def test_the_page_is_for_auditors_and_administrators(app, world, auditor, sealed):
    assert signed_in_client(app, auditor).get("/ledger").status_code == 200
    assert signed_in_client(app, world.logistician).get("/ledger").status_code == 403


def test_anyone_may_check_a_seal(app, world, sealed):
    anyone = app.test_client()
    assert "openssl" in anyone.get(f"/v/seals/{sealed.id}").text
    assert anyone.get("/v/seals/999").status_code == 404
    assert anyone.get(f"/v/seals/{10**30}").status_code == 404
    fingerprint = queries.keys()[0].spoken
    assert fingerprint in anyone.get("/v/keys").text
    told = anyone.get(f"/api/v1/verify/seals/{sealed.id}").get_json()
    assert told["hash"] == sealed.hash
