"""What else the tree promises: locks name no host, translations keep their placeholders."""

import json
import re
from pathlib import Path

from babel.messages.pofile import read_po

from tests.architecture.source import ROOT, said

PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|\{(\w+)\}")
# A form that serves one number only may say it in a word, as Arabic does for one and two.
SAID_IN_A_WORD = {"num", "count"}


def places_in_locks(texts: dict[str, str]) -> list[str]:
    named = re.compile(r"\w+://|--find-links|--index-url|\"resolved\"|\bfile:")
    return [
        f"{name}:{number} names where to download from: run `make lock`."
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if named.search(line) and "/sponsors/" not in line and "opencollective" not in line
    ]


def changed_placeholders(messages: list[tuple[str, str]]) -> list[str]:
    return [
        f"{translation!r} has other placeholders than {original!r}: keep each as it is."
        for original, translation in messages
        if translation
        and _placeholders(original) - SAID_IN_A_WORD != _placeholders(translation) - SAID_IN_A_WORD
    ]


def _placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def _messages(path: Path) -> list[tuple[str, str]]:
    """Original and translation; a plural form is held against the plural original.

    What is not counted keeps even its number: tests/translations hold that.
    """
    with path.open("rb") as file:
        catalogue = read_po(file)
    pairs = []
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            pairs += [(message.id[-1], form) for form in message.string if "%(" in form]
        else:
            pairs.append((message.id, str(message.string)))
    return pairs


def test_lock_files_name_no_host() -> None:
    assert places_in_locks({"requirements.lock": "--find-links /somewhere"})
    assert places_in_locks({"package-lock.json": '"resolved": "x"'})
    names = [path.name for path in ROOT.glob("requirements*.lock")] + ["package-lock.json"]
    violations = places_in_locks({name: (ROOT / name).read_text("utf-8") for name in names})
    assert not violations, said(violations)


def test_everything_locked_has_a_hash() -> None:
    for path in ROOT.glob("requirements*.lock"):
        entries = re.split(r"\n(?=\S)", path.read_text("utf-8"))
        assert all("--hash=sha256:" in entry for entry in entries if "==" in entry), path.name
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_translations_keep_their_placeholders() -> None:
    assert changed_placeholders([("%(count)s boxes", "%(number)s коробок")])
    assert changed_placeholders([("%(item)s lasts", "%(count)s")])
    assert not changed_placeholders([("%(count)s boxes", "")])
    catalogues = sorted((ROOT / "aidtrack").glob("translations/*/LC_MESSAGES/*.po"))
    violations = [
        f"{path.relative_to(ROOT)}: {violation}"
        for path in catalogues
        for violation in changed_placeholders(_messages(path))
    ]
    assert not violations, said(violations)
