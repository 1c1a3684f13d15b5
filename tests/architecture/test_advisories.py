"""What is known against what we build on fails the run; an answer that never came does not."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

GOOD = "echo No known vulnerabilities found"
FOUND = "echo 'Found 2 known vulnerabilities in 1 package'; exit 1"
MIRROR = "echo 'x  Dependency not found on PyPI and could not be audited: x (1.0)'"
BROKEN = "echo 'Connection refused' >&2; exit 1"
SLOW = "exec sleep 30"


def ask(folder: Path, pip_audit: str, npm: str = GOOD) -> subprocess.CompletedProcess[str]:
    for name, body in (("pip-audit", pip_audit), ("npm", npm)):
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    made_up = {"PIP_AUDIT": f"{folder}/pip-audit", "NPM": f"{folder}/npm"}
    return subprocess.run(
        [str(ROOT / "tools" / "advisories.sh")],
        env={**os.environ, **made_up, "ADVISORIES_SECONDS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_known_passes(tmp_path):
    told = ask(tmp_path, GOOD)
    assert told.returncode == 0
    assert "SKIPPED" not in told.stderr


def test_a_known_weakness_fails_and_is_shown(tmp_path):
    told = ask(tmp_path, FOUND)
    assert told.returncode == 1
    assert "Found 2 known" in told.stdout
    told = ask(tmp_path, GOOD, npm="echo '1 high severity vulnerability'; exit 1")
    assert told.returncode == 1


@pytest.mark.parametrize("answer", [MIRROR, BROKEN, SLOW])
def test_no_answer_is_said_aloud_and_passes(tmp_path, answer):
    told = ask(tmp_path, answer)
    assert told.returncode == 0
    assert "pip-audit: SKIPPED" in told.stderr
