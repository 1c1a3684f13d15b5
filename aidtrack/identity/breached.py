"""Passwords that were stolen somewhere, looked up in a file of this installation if it has one.

The file is the download of haveibeenpwned.com: a line a password, its SHA-1 in hexadecimal, a
colon and a count, in order of the hashes; the beginnings of hashes do as well. It may have
forty thousand megabytes: it is searched where it lies. No password leaves the machine.
"""

import hashlib
import re
from pathlib import Path
from typing import IO

_file: Path | None = None
LINE = re.compile(rb"[0-9A-Fa-f]{8,40}(:\d+)?\r?\n?")


def use(path: Path) -> None:
    """This installation's file, whether it is there or not."""
    global _file  # noqa: PLW0603 - one installation has one file
    _file = path


def is_breached(password: str) -> bool:
    """Whether it stands in the file; no when there is no file."""
    if _file is None:
        return False
    try:
        with _file.open("rb") as file:
            digest = hashlib.sha1(password.encode(), usedforsecurity=False)
            return _find(file, digest.hexdigest().upper().encode())
    except OSError:
        return False


def looks_right(path: Path) -> bool:
    """Whether a file begins as the download does."""
    try:
        with path.open("rb") as file:
            return LINE.fullmatch(file.readline(100)) is not None
    except OSError:
        return False


def _find(file: IO[bytes], wanted: bytes) -> bool:
    """Halve the file again and again; the line can only begin between `low` and `high`."""
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        start = _next_line(file, middle)
        line = file.readline()
        entry = line.partition(b":")[0].strip().upper()
        if start >= high or not entry:
            high = middle
        elif wanted.startswith(entry):
            return True
        elif entry < wanted:
            low = start + len(line)
        else:
            high = middle
    return False


def _next_line(file: IO[bytes], offset: int) -> int:
    """Go to the first line that begins at the offset or after it."""
    file.seek(max(offset - 1, 0))
    if offset:
        file.readline()
    return file.tell()
