"""The doctor names each weakness of an installation, and what to do about it."""

import subprocess
from pathlib import Path

import pytest

from aidtrack import config, doctor
from aidtrack.core import clock
from aidtrack.core.archive import LAST_BACKUP
from aidtrack.core.db import db
from aidtrack.doctor import data, machine, people, settings
from aidtrack.doctor.findings import Health
from aidtrack.identity import services as identity
from aidtrack.identity.models import ApiToken, Organisation
from aidtrack.identity.permissions import Role
from aidtrack.sealing import checks, seals
from tests.clients import new_token
from tests.factories.world import make_item, make_person, make_stock, make_world
from tests.tampering import behind_our_back

DATABASE = "SQLALCHEMY_DATABASE_URI"
GOOD_SETTINGS = {
    "PUBLIC_URL": "https://aid.example.org",
    "BREACHED_PASSWORDS": "/nowhere/breached_passwords.txt",
    "IS_PRODUCTION": True,
    "PROXIES": 1,
    "MAIL_URL": "smtp://me:secret@mail.example.org:587?tls=starttls",
    "SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://a:b@db.example.org/a?sslmode=verify-full",
}


def troubles(findings) -> dict[str, Health]:
    return {found.check: found.health for found in findings if found.health != Health.GOOD}


@pytest.fixture
def instance(tmp_path) -> Path:
    folder = tmp_path / "instance"
    config.make_instance(folder)
    (folder / "secret_key").write_text("0123456789abcdef" * 4)
    (folder / "secret_key").chmod(0o600)
    return folder


class TestSettings:
    def test_a_production_that_is_set_up_well_has_no_trouble(self):
        assert troubles(settings.look_over(GOOD_SETTINGS, is_debugged=False)) == {}

    @pytest.mark.parametrize(
        ("name", "value", "check"),
        [
            ("PUBLIC_URL", "http://aid.example.org", "public_url"),
            ("PUBLIC_URL", "https://localhost", "public_url"),
            ("IS_PRODUCTION", False, "stage"),
            ("PROXIES", 0, "proxies"),
            ("MAIL_URL", "", "mail"),
            ("BREACHED_PASSWORDS", __file__, "stolen_passwords"),
            ("MAIL_URL", "smtp://me:x@mail.example.org:25?tls=off", "mail"),
            (DATABASE, "postgresql+psycopg://aid@db.example.org/a", "database_password"),
            (DATABASE, "postgresql+psycopg://a:b@db.example.org/a", "database_tls"),
        ],
    )  # fmt: skip
    def test_each_weakness_is_named(self, name, value, check):
        found = troubles(settings.look_over({**GOOD_SETTINGS, name: value}, is_debugged=False))
        assert check in found

    def test_mail_within_the_machine_needs_no_encryption(self):
        asked = {**GOOD_SETTINGS, "MAIL_URL": "smtp://localhost:25?tls=off"}
        assert troubles(settings.look_over(asked, is_debugged=False)) == {}

    def test_debugging_is_wrong(self):
        found = troubles(settings.look_over(GOOD_SETTINGS, is_debugged=True))
        assert found == {"debug": Health.WRONG}


class TestMachine:
    def look(self, instance: Path) -> dict[str, Health]:
        return troubles(machine.look_over(instance, config.PACKAGE))

    def test_a_first_run_makes_a_closed_folder(self, instance):
        assert instance.stat().st_mode & 0o777 == 0o700
        assert self.look(instance) == {}

    def test_a_folder_that_others_can_enter_is_wrong_and_so_are_its_open_files(self, instance):
        instance.chmod(0o755)
        (instance / "mail_url").write_text("smtp://me:secret@mail.example.org")
        (instance / "mail_url").chmod(0o644)
        found = self.look(instance)
        assert found["instance_mode"] == found["file_mode"] == Health.WRONG

    @pytest.mark.parametrize("key", ["short", "0" * 64, "a" * 40])
    def test_a_plain_key_is_wrong(self, instance, key):
        (instance / "secret_key").write_text(key)
        assert self.look(instance)["secret_key"] == Health.WRONG

    def test_a_key_that_others_can_read_is_wrong(self, instance):
        (instance / "secret_key").chmod(0o640)
        assert self.look(instance)["secret_key_mode"] == Health.WRONG

    def test_a_key_kept_in_git_is_wrong(self, instance):
        for command in (["init", "-q"], ["add", "secret_key"]):
            subprocess.run(["git", "-C", str(instance), *command], check=True)
        assert self.look(instance)["secret_key_in_git"] == Health.WRONG

    def test_a_sqlite_file_that_others_can_read_is_weak(self, tmp_path):
        path = tmp_path / "aid.db"
        path.write_bytes(b"")
        tmp_path.chmod(0o755)
        path.chmod(0o644)
        asked = {**GOOD_SETTINGS, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}"}
        assert "database_mode" in troubles(settings.look_over(asked, is_debugged=False))
        path.chmod(0o600)
        assert troubles(settings.look_over(asked, is_debugged=False)) == {}


class TestPeople:
    def look(self, *, is_production: bool = True) -> dict[str, Health]:
        db.session.expire_all()
        return troubles(people.look_over(is_production=is_production))

    def test_nobody_and_only_one_administrator(self, database):
        assert self.look()["administrators"] == Health.WRONG
        world = make_world()
        assert self.look()["administrators"] == Health.WEAK
        make_person(Role.ADMINISTRATOR, world.organisation_id)
        assert "administrators" not in self.look()

    def test_administrators_without_a_second_factor_are_counted(self, database):
        make_world()
        assert self.look()["second_factors"] == Health.WEAK

    def test_demo_people_are_wrong_in_production_and_weak_elsewhere(self, database):
        world = make_world()
        identity.add_user(
            email="admin@demo.aidtrack.example", name="Demo", password="a long enough secret",
            roles=[identity.RoleAt(Role.AUDITOR, world.organisation_id)],
            actor=identity.system_actor(world.organisation_id),
        )  # fmt: skip
        assert self.look()["demo"] == Health.WRONG
        assert self.look(is_production=False)["demo"] == Health.WEAK

    def test_duties_that_are_not_kept_apart(self, database):
        world = make_world()
        assert "duties" not in self.look()
        db.session.get_one(Organisation, world.organisation_id).keeps_duties_apart = False
        db.session.commit()
        assert self.look()["duties"] == Health.WEAK

    def test_tokens_that_nobody_used_for_long(self, database):
        new_token(make_world().admin)
        assert "tokens" not in self.look()
        token = db.session.query(ApiToken).one()
        token.created_at -= 2 * people.UNUSED
        db.session.commit()
        assert self.look()["tokens"] == Health.WEAK


class TestData:
    def look(self, instance: Path) -> dict[str, Health]:
        db.session.expire_all()
        return troubles(data.look_over(instance))

    def test_movements_that_are_not_sealed(self, database, instance):
        make_stock(make_world(), make_item(), 5)
        assert "seals" not in self.look(instance)
        with clock.telling(clock.now() + 2 * data.SEALED_WITHIN):
            assert self.look(instance)["seals"] == Health.WEAK
            seals.seal_now()
            assert "seals" not in self.look(instance)

    def test_no_backup_an_old_one_and_one_of_today(self, database, instance):
        assert self.look(instance)["backup"] == Health.WEAK
        kept = instance / LAST_BACKUP
        kept.write_text((clock.now() - 2 * data.BACKED_UP_WITHIN).isoformat())
        assert self.look(instance)["backup"] == Health.WEAK
        kept.write_text(clock.now().isoformat())
        assert "backup" not in self.look(instance)

    def test_a_ledger_that_nobody_verified(self, database, instance):
        assert self.look(instance)["verification"] == Health.WEAK
        checks.check()
        assert "verification" not in self.look(instance)
        with clock.telling(clock.now() + 2 * data.CHECKED_WITHIN):
            assert self.look(instance)["verification"] == Health.WEAK

    def test_a_ledger_that_does_not_agree(self, database, instance):
        make_stock(make_world(), make_item(), 5)
        behind_our_back("UPDATE stock_balance SET quantity = 6 WHERE quantity = 5")
        checks.check()
        assert self.look(instance)["verification"] == Health.WRONG

    def test_a_clock_that_went_back(self, database, instance):
        make_stock(make_world(), make_item(), 5)
        with clock.telling(clock.now() - data.SEALED_WITHIN):
            assert self.look(instance)["clock"] == Health.WRONG


def test_every_finding_has_a_name_and_says_what_to_do(app, database):
    findings = list(doctor.look_over(app))
    assert len(findings) > 8
    for found in findings:
        assert found.check.isidentifier()
        assert found.health == Health.GOOD or len(found.sentence.split()) > 5
