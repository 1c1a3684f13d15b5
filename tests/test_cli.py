"""The aidtrack command, run as people and scripts run it: in a process of its own."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from aidtrack.core.db import db
from aidtrack.sealing import seals
from tests.factories.world import make_item, make_stock
from tests.tampering import behind_our_back

ROOT = Path(__file__).parents[1]
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def aidtrack(app, tmp_path) -> Command:
    """Run the command on the test's database; its output and exit code."""

    def run(*arguments: str | Path, url: str = "", **environment: str):
        db.session.rollback()  # What the test has read must not keep the command waiting.
        url = url or app.config["SQLALCHEMY_DATABASE_URI"]
        return subprocess.run(
            [sys.executable, "-m", "aidtrack", *map(str, arguments)],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "AIDTRACK_INSTANCE": str(tmp_path / "instance"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def test_help_teaches_a_first_day(aidtrack):
    told = aidtrack("--help")
    assert told.returncode == 0
    assert "aidtrack db upgrade" in told.stdout
    for command in ("run", "demo", "backup", "restore", "doctor", "import", "ledger", "token"):
        assert command in told.stdout


def test_a_new_installation_is_set_up_with_four_commands(aidtrack, tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    assert "revision" in aidtrack("db", "upgrade", url=url).stdout
    founded = aidtrack("organisation", "add", "Relief Society", "--country", "kg", url=url)
    assert founded.returncode == 0, founded.stderr
    added = aidtrack(
        "user", "add", "me@example.org", "--role", "administrator",
        url=url, AIDTRACK_PASSWORD="a long enough secret",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    token = aidtrack("token", "create", "--user", "me@example.org", url=url)
    assert token.stdout.startswith("aidtrack_")
    assert aidtrack("doctor", url=url).returncode == 0


def test_a_second_upgrade_keeps_the_data(aidtrack, world):
    make_stock(world, make_item(), 10)
    assert aidtrack("db", "upgrade").returncode == 0
    assert "1 movements" in aidtrack("ledger", "verify").stdout


def test_a_short_password_is_refused_in_one_sentence(aidtrack, world):
    refused = aidtrack(
        "user", "add", "me@example.org", "--role", "auditor", AIDTRACK_PASSWORD="short"
    )
    assert refused.returncode == 1
    assert "Use a password of at least" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_setting_that_cannot_be_meant_is_refused_by_name(aidtrack):
    refused = aidtrack("doctor", DATABASE_URL="mysql://nowhere", url="mysql://nowhere")
    assert refused.returncode == 1
    assert "DATABASE_URL" in refused.stderr


def test_production_needs_an_address_that_others_can_open(aidtrack):
    refused = aidtrack("doctor", AIDTRACK_ENV="production")
    assert refused.returncode == 1
    assert "PUBLIC_URL" in refused.stderr


def test_the_doctor_names_a_database_that_is_not_up_to_date(aidtrack, tmp_path):
    told = aidtrack("doctor", url=f"sqlite:///{tmp_path}/empty.db")
    assert told.returncode == 1
    assert "aidtrack db upgrade" in told.stdout


def test_the_doctor_speaks_to_programs_too(aidtrack, world):
    told = aidtrack("doctor", "--json")
    findings = json.loads(told.stdout)
    assert {"check", "health", "sentence"} == set(findings[0])
    assert "administrators" in {found["check"] for found in findings}


def test_a_backup_is_for_the_eyes_of_its_owner(aidtrack, world, tmp_path):
    kept = tmp_path / "kept.zip"
    assert aidtrack("backup", kept).returncode == 0
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "backup" in {
        found["check"]
        for found in json.loads(aidtrack("doctor", "--json").stdout)
        if found["health"] == "good"
    }


def test_verify_names_the_row_that_was_changed_behind_our_back(aidtrack, world):
    lot = make_stock(world, make_item(), 10)
    seals.seal_now()
    assert aidtrack("ledger", "verify").returncode == 0
    behind_our_back(f"UPDATE stock_balance SET quantity = 9 WHERE place_id = {world.bin_id}")
    told = aidtrack("ledger", "verify")
    assert told.returncode == 1
    assert f"stock_balance, place {world.bin_id}, lot {lot}" in told.stdout


class TestBackup:
    def test_what_is_restored_is_what_was_there_and_verifies(self, aidtrack, world, tmp_path):
        make_stock(world, make_item(), 10)
        seals.seal_now()
        kept = tmp_path / "kept.zip"
        assert aidtrack("backup", kept).returncode == 0
        url = f"sqlite:///{tmp_path}/other.db"
        restored = aidtrack("restore", kept, url=url)
        assert restored.returncode == 0, restored.stderr
        assert "the ledger verifies" in restored.stdout
        again = tmp_path / "again.zip"
        assert aidtrack("backup", again, url=url).returncode == 0
        assert rows_of(kept) == rows_of(again)

    def test_new_rows_after_a_restore_take_new_numbers(self, aidtrack, world, tmp_path):
        make_stock(world, make_item(), 10)
        kept = tmp_path / "kept.zip"
        aidtrack("backup", kept)
        assert aidtrack("restore", kept, "--overwrite").returncode == 0
        db.session.rollback()
        make_stock(world, make_item("Another"), 5)
        assert "2 movements" in aidtrack("ledger", "verify").stdout

    def test_it_never_replaces_a_file(self, aidtrack, world, tmp_path):
        kept = tmp_path / "kept.zip"
        kept.write_text("mine")
        assert aidtrack("backup", kept).returncode == 1
        assert kept.read_text() == "mine"

    def test_restoring_over_data_must_be_said_and_keeps_what_was_there(
        self, aidtrack, world, tmp_path
    ):
        kept = tmp_path / "kept.zip"
        aidtrack("backup", kept)
        refused = aidtrack("restore", kept)
        assert refused.returncode == 1
        assert "--overwrite" in refused.stderr
        assert aidtrack("restore", kept, "--overwrite").returncode == 0
        assert len(list(tmp_path.glob("kept-replaced-*.zip"))) == 1

    @pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04broken"])
    def test_a_file_that_is_no_backup_is_refused_and_nothing_is_lost(
        self, aidtrack, world, tmp_path, content
    ):
        make_stock(world, make_item(), 10)
        wrong = tmp_path / "wrong.zip"
        wrong.write_bytes(content)
        refused = aidtrack("restore", wrong, "--overwrite")
        assert refused.returncode == 1
        assert "not a backup" in refused.stderr
        assert "1 movements" in aidtrack("ledger", "verify").stdout


class TestImport:
    LIST = "Code,Item,Unit,Weight kg\nB-1,Blanket,piece,1.8\nB-2,Tent,piece,58\n"

    def test_nothing_is_saved_unless_one_says_so(self, aidtrack, world, tmp_path):
        listed = tmp_path / "items.csv"
        listed.write_text(self.LIST)
        told = aidtrack("import", "items", listed)
        assert told.returncode == 0, told.stderr
        assert "2 new" in told.stdout
        assert "Nothing was saved" in told.stdout
        assert "2 new" in aidtrack("import", "items", listed, "--yes").stdout
        assert "2 as they are" in aidtrack("import", "items", listed).stdout

    def test_every_bad_row_is_named_and_the_exit_code_tells(self, aidtrack, world, tmp_path):
        listed = tmp_path / "items.csv"
        listed.write_text(self.LIST + "B-3,Stove,piece,heavy\n,,piece,1\n")
        told = aidtrack("import", "items", listed, "--yes")
        assert told.returncode == 1
        assert "row 4" in told.stderr
        assert "heavy" in told.stderr


def rows_of(path: Path) -> dict[str, bytes]:
    """The tables of an archive, byte for byte."""
    with zipfile.ZipFile(path) as archive:
        return {
            name: archive.read(name) for name in archive.namelist() if name.startswith("tables/")
        }


def test_people_are_told_once_by_cron(aidtrack, world):
    first, second = aidtrack("alerts"), aidtrack("alerts")
    assert (first.returncode, second.returncode) == (0, 0)
    assert not first.stdout.startswith("0 told")
    assert second.stdout.startswith("0 told")
