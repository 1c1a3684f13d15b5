"""What the doctor looks at on the machine: who can read our files, and how much disk is free."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from aidtrack.doctor.findings import Finding, good, weak, wrong

DISK_BYTES_MIN = 500 * 1024 * 1024
KEY_LETTERS_MIN = 32
OTHERS = 0o077
OTHERS_WRITE = 0o022
VENDOR = ("bootstrap.min.css", "fonts/NotoSans-Regular.ttf")


def look_over(instance: Path, package: Path) -> Iterator[Finding]:
    yield good("python", f"Python {sys.version_info.major}.{sys.version_info.minor}.")
    yield _browser_files(package / "static" / "vendor")
    yield from _modes(instance)
    yield from _secret_key(instance)
    yield _disk(instance)


def _browser_files(vendor: Path) -> Finding:
    lacking = [name for name in VENDOR if not (vendor / name).is_file()]
    if lacking:
        return wrong(
            "browser_files",
            f"Files for pages and papers are missing ({', '.join(lacking)}). Run: make setup",
        )
    return good("browser_files", "Styles and fonts are in place.")


def _modes(instance: Path) -> Iterator[Finding]:
    """Everything of this installation is in one folder: closed, it closes all that is inside."""
    is_open = bool(_mode(instance) & OTHERS)
    if is_open:
        yield wrong(
            "instance_mode",
            f"Other people of this machine can look into {instance}. Run: chmod 700 {instance}",
        )
    else:
        yield good("instance_mode", "Nobody else on this machine can look into the data.")
    for path in sorted(instance.iterdir()) if instance.is_dir() else ():
        loose = _mode(path) & (OTHERS if is_open and path.is_file() else OTHERS_WRITE)
        if is_open and loose:
            yield wrong(
                "file_mode", f"Others can read or change {path.name}. Run: chmod go-rwx {path}"
            )


def _secret_key(instance: Path) -> Iterator[Finding]:
    path = instance / "secret_key"
    given = os.environ.get("SECRET_KEY", "")
    key = given or (path.read_text().strip() if path.is_file() else "")
    if len(key) < KEY_LETTERS_MIN or len(set(key)) < KEY_LETTERS_MIN // 4:
        yield wrong(
            "secret_key",
            f"The secret key is short or plain. Use {KEY_LETTERS_MIN} random letters or more, or"
            " unset SECRET_KEY: then one is made in the instance folder.",
        )
    if not given and path.is_file() and _mode(path) & OTHERS:
        yield wrong("secret_key_mode", f"Others can read the secret key. Run: chmod 600 {path}")
    if _is_in_git(path):
        yield wrong(
            "secret_key_in_git",
            f"{path.name} is kept in git, where everybody who has the code can read it. Take it"
            " out, delete the file, and start again: a new one is made and everybody signs in"
            " anew.",
        )


def _is_in_git(path: Path) -> bool:
    git = shutil.which("git")
    if git is None or not path.is_file():
        return False
    command = [git, "-C", str(path.parent), "ls-files", "--error-unmatch", path.name]
    asked = subprocess.run(  # noqa: S603 - git, asked of a file of ours
        command, capture_output=True, check=False
    )
    return asked.returncode == 0


def _disk(instance: Path) -> Finding:
    free = shutil.disk_usage(instance).free
    if free < DISK_BYTES_MIN:
        return wrong(
            "disk", f"Only {free // 1024**2} MB of disk are free. Make room before it fills."
        )
    return good("disk", f"{free // 1024**3} GB of disk are free.")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0


def is_readable_by_others(path: Path) -> Finding | None:
    """A SQLite file outside the instance folder, which nothing closes for it."""
    if path.is_file() and _mode(path) & OTHERS and _mode(path.parent) & OTHERS:
        return weak("database_mode", f"Others can read the database. Run: chmod 600 {path}")
    return None
