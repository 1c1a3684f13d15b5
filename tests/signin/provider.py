"""A real OpenID Connect provider on this machine, and a person at its pages."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import requests

from tests.databases import free_socket

START_SECONDS = 60


@dataclass(frozen=True)
class RunningProvider:
    """Its address, which is its issuer too."""

    url: str

    def knows(self, subject: str, **claims: object) -> None:
        """Somebody has an account there."""
        requests.put(f"{self.url}/users/{subject}", json=claims, timeout=10).raise_for_status()

    def sign_in(self, address: str, subject: str) -> dict[str, str]:
        """What the person's browser brings back: `code` and `state`, or `error`."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in query.items()}


@contextmanager
def running_provider() -> Iterator[RunningProvider]:
    listening = free_socket()
    port = listening.getsockname()[1]
    listening.close()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)],
        env={**os.environ, "NO_COLOR": "1"},
        stderr=subprocess.DEVNULL,
    )
    provider = RunningProvider(f"http://127.0.0.1:{port}")
    try:
        _wait_until_it_answers(provider, process)
        yield provider
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _wait_until_it_answers(provider: RunningProvider, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(f"{provider.url}/jwks", timeout=START_SECONDS).raise_for_status()
        except requests.ConnectionError:
            continue
        return
    raise AssertionError("the provider did not start")
