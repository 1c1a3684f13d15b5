"""A queue of its own for each test, and real workers."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from aidtrack.jobs.queue import EXTENSION
from tests.databases import free_socket, postgresql_server, temporary_folder
from tests.jobs import works as works
from tests.jobs.waiting import until

ROOT = Path(__file__).parents[2]
StartWorker = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture(autouse=True)
def queue_url(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    """Where words wait in this test: a SQLite file, or what the test is parametrized with."""
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        kind = getattr(request, "param", "sqlite")
        url = f"sqlite:///{folder}/queue.db"
        if kind == "redis":
            url = stack.enter_context(redis_server(folder))
        elif kind == "postgresql":
            url = stack.enter_context(postgresql_server(folder))
        before = app.config["QUEUE_URL"]
        app.config["QUEUE_URL"] = url
        app.extensions.pop(EXTENSION, None)
        yield url
        app.config["QUEUE_URL"] = before
        known = app.extensions.pop(EXTENSION, None)
        if known is not None:
            known.huey.storage.close()


@pytest.fixture
def start_worker(app: Flask, queue_url: str, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts a process that works, as often as asked; all are ended with the test."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "QUEUE_URL": queue_url,
        "AIDTRACK_INSTANCE": str(tmp_path),
    }

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.jobs.program", "2"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(timeout=30)


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A throw-away Redis that keeps nothing on disk."""
    assert shutil.which("redis-server"), "install the package `redis-server`"
    with free_socket() as free:
        port = free.getsockname()[1]
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    with (folder / "redis.txt").open("w") as log:
        process = subprocess.Popen([*command, "--dir", str(folder)], stdout=log, stderr=log)
    try:
        until(lambda: _listens(port), "Redis to answer")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
