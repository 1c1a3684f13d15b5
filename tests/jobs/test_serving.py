"""`aidtrack run` keeps a worker beside the server, and takes it along when it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from flask import Flask

from tests.databases import free_socket
from tests.jobs.conftest import ROOT
from tests.jobs.waiting import until


def children(process: int) -> dict[int, str]:
    """The processes that this one started, and what they were started with."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = (path / "stat").read_text().rpartition(")")[2].split()[1]
            words = (path / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if int(parent) == process:
            found[int(path.name)] = " ".join(words)
    return found


def workers_of(server: int) -> list[int]:
    return [number for number, words in children(server).items() if "aidtrack work" in words]


def test_the_server_keeps_a_worker_and_ends_it(app: Flask, queue_url: str, tmp_path: Path) -> None:
    with free_socket() as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "aidtrack", "run", "--workers", "1", "--port", str(port)],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "QUEUE_URL": queue_url,
            "AIDTRACK_INSTANCE": str(tmp_path),
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: workers_of(server.pid), "the server to start a worker")
        (first,) = workers_of(server.pid)
        os.kill(first, signal.SIGKILL)
        until(lambda: workers_of(server.pid) not in ([], [first]), "another worker")
        (second,) = workers_of(server.pid)
    finally:
        server.terminate()
        server.wait(timeout=60)
    until(lambda: not Path(f"/proc/{second}").exists(), "the worker to end with the server")
