"""Passwords: how hard to guess they must be, and whether they were stolen somewhere."""

import hashlib

import pytest

from aidtrack.core.errors import Invalid
from aidtrack.identity import breached, passwords, services, strength
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from tests.factories.world import make_world

ABOUT = ["Aigul Mamatova", "aigul@osh-relief.example", "Osh Relief Society", "ORS"]


@pytest.mark.parametrize(
    "password",
    [
        "a long enough secret", "Kx9#mv2!pQ", "correct horse battery", "пять коров пьют вино",
        "صندوق أزرق فوق الجبل", "🐫 🐫 🐪 camels wait", "lantern-mule-harbour",
    ],
)  # fmt: skip
def test_what_is_hard_to_guess_is_taken_in_every_alphabet(password):
    assert strength.weakness(password, ABOUT) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("aigulmamatova", "your name"),
        ("Aigul-Mamatova", "your name"),
        ("OshReliefSociety", "your organisation"),
        ("aigul@osh-relief.example", "your address"),
        ("administrator1", "many people use"),
        ("йцукенгшщзхъ", "many people use"),
        ("qwertyuiop1", "many people use"),
        ("1qaz2wsx3edc", "many people use"),
        ("zxcvbnm,./zx", "beside each other"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("abababababab", "repeats"),
        ("abcdefghijkl", "usual order"),
        ("12.03.1987x", "Days and years"),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_its_reason(password, reason):
    weak = strength.weakness(password, ABOUT)
    assert weak is not None
    assert reason in weak
    assert "several words" in weak


def test_length_is_bounded_and_letters_are_not():
    with pytest.raises(Invalid, match="at least 10"):
        passwords.hash_password("Kx9#mv2!p")
    with pytest.raises(Invalid):
        passwords.hash_password("Kx9#mv2!pQ" * 21)
    kept = passwords.hash_password("Kx9#mv2!pQ" * 20)
    assert passwords.is_right("Kx9#mv2!pQ" * 20, kept)
    assert not passwords.is_right("Kx9#mv2!pQ" * 19 + "Kx9#mv2!pR", kept)


def test_a_name_is_no_password_of_its_person(database):
    world = make_world("Osh Relief Society")
    with pytest.raises(Invalid, match="your organisation"):
        services.add_user(
            email="new@example.org", name="New", password="Osh Relief Society",
            roles=[RoleAt(Role.DRIVER, world.organisation_id)], actor=world.admin,
        )  # fmt: skip


@pytest.fixture
def stolen(tmp_path, monkeypatch):
    """A file as the download is, of a thousand passwords."""
    hashes = sorted(sha1(f"stolen password {number}") for number in range(1000))
    path = tmp_path / "breached_passwords.txt"
    path.write_text("\r\n".join(f"{each}:{number}" for number, each in enumerate(hashes)))
    monkeypatch.setattr(breached, "_file", path)
    return path


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def test_every_stolen_password_is_found_and_no_other(stolen):
    assert all(breached.is_breached(f"stolen password {number}") for number in range(1000))
    assert not any(breached.is_breached(f"kept password {number}") for number in range(1000))
    with pytest.raises(Invalid, match="stolen"):
        passwords.hash_password("stolen password 7")


def test_beginnings_of_hashes_do_as_well(stolen):
    stolen.write_text("\n".join(sorted(sha1(word)[:10] for word in ("one", "two", "three"))))
    assert breached.is_breached("two")
    assert not breached.is_breached("four")


@pytest.mark.parametrize("content", ["", "\n", "not a hash\n", "\r\n\r\n"])
def test_a_broken_file_stops_nobody(stolen, content):
    stolen.write_text(content)
    assert not breached.is_breached("stolen password 7")
    assert not breached.looks_right(stolen)


def test_without_a_file_nothing_is_looked_up(stolen):
    assert breached.looks_right(stolen)
    stolen.unlink()
    assert not breached.is_breached("stolen password 7")
    assert not breached.looks_right(stolen)
