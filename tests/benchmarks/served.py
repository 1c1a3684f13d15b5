"""Real servers in processes of their own, asked over one kept connection."""

import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import brotli

PATIENCE_SECONDS = 180
ROOT = Path(__file__).parents[2]
OURS = ("aidtrack", "run")
# A WSGI application without work, under the settings of aidtrack/server.py.
BARE = (
    "gunicorn", "--workers=2", "--threads=4", "--worker-class=gthread", "--preload",
    "--log-level=warning", "tests.benchmarks.trivial:application",
)  # fmt: skip


class Client:
    """HTTP with a bearer token or a session cookie, counting bytes as they travel."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Accept-Encoding": "br, gzip", **headers}
        self.received_bytes = 0

    def get(self, path: str) -> bytes:
        return self._answer("GET", path, None, {})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        return json.loads(self._answer("POST", path, json.dumps(body), headers))

    def close(self) -> None:
        self.connection.close()

    def _answer(self, method: str, path: str, body: str | None, more: dict[str, str]) -> bytes:
        self.connection.request(method, path, body, {**self.headers, **more})
        answer = self.connection.getresponse()
        content = answer.read()
        self.received_bytes = len(content)
        if answer.status not in {200, 201}:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:400]!r}")
        encoding = answer.getheader("Content-Encoding", "")
        if encoding == "br":
            return brotli.decompress(content)
        return gzip.decompress(content) if encoding == "gzip" else content


class Server:
    """A server that answers, and how long its first answer took."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], started_ms: float) -> None:
        self.port = port
        self.process = process
        self.started_ms = started_ms

    @contextmanager
    def client(self, **headers: str) -> Iterator[Client]:
        client = Client(self.port, headers)
        try:
            yield client
        finally:
            client.close()

    def memory_mb(self) -> float:
        """What all its processes hold together; pages that they share count once."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        rollups = [
            Path(f"/proc/{pid}/smaps_rollup").read_text()
            for pid in (self.process.pid, *children.split())
        ]
        shares = [
            int(line.split()[1])
            for rollup in rollups
            for line in rollup.splitlines()
            if line.startswith("Pss:")
        ]
        return sum(shares) / 1024


@contextmanager
def server(module: Sequence[str] = OURS) -> Iterator[Server]:
    """Start it on the database of the environment, wait for an answer, stop it at the end."""
    port = free_port()
    address = {"PORT": str(port), "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port}"}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=os.environ | address,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield Server(port, process, (time.perf_counter() - start) * 1000)
    finally:
        process.terminate()
        process.wait(timeout=2 * PATIENCE_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the server stopped before it answered")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            continue
        finally:
            connection.close()
    raise RuntimeError("the server did not answer in time")
