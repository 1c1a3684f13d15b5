"""Files that people bring, kept outside the web root under the SHA-256 of their bytes.

A file is never changed, so a backup that begins with the tables finds every file they name,
unless it was taken out meanwhile because it was kept long enough.
"""

import hashlib
import os
import re
from pathlib import Path
from uuid import uuid4

from flask import current_app

NAME = re.compile(r"[0-9a-f]{64}")
FOLDER = "files"  # Inside the instance folder.


def put(content: bytes) -> str:
    """Keep these bytes and give their name. The same bytes are kept once."""
    name = hashlib.sha256(content).hexdigest()
    path = _path(name)
    if path.is_file():
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and renamed, so that nobody reads half a file after a power cut.
    partial = path.with_name(f"{name}.{uuid4().hex}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return name


def read(name: str) -> bytes | None:
    """The bytes of that name; None when they are gone or are no longer what they were."""
    path = _path(name)
    content = path.read_bytes() if path.is_file() else b""
    return content if hashlib.sha256(content).hexdigest() == name else None


def remove(name: str) -> None:
    """Take these bytes out. They may be gone already."""
    _path(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    assert NAME.fullmatch(name), "a file is named by its own bytes"
    return Path(current_app.instance_path) / FOLDER / name[:2] / name
