"""Chromium and the running server, for the stories under tests/browser/."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.clients import session_cookie
from tests.databases import Database, free_socket

ROOT = Path(__file__).parent.parent
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000
START_SECONDS = 60


class Problems(list[str]):
    """What a person with the developer tools open would have seen go wrong.

    A page that answers 4xx on purpose (a form with mistakes) is no problem.
    """

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host
        self._pages: set[str] = set()

    def watch(self, page: Page) -> None:
        page.on("request", self._see_request)
        page.on("console", self._see_console)
        page.on("pageerror", lambda error: self.append(f"script error: {error}"))

    def _see_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if request.is_navigation_request():
            self._pages.add(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self._host:
            self.append(f"request to another host: {request.url}")

    def _see_console(self, message: ConsoleMessage) -> None:
        answered = message.text.startswith("Failed to load resource: the server responded")
        if answered and message.location["url"] in self._pages and "status of 4" in message.text:
            return
        if message.type == "error":
            self.append(f"console: {message.text} ({message.location['url']})")


@pytest.fixture(scope="session")
def server(application: Flask, test_database: Database) -> Iterator[str]:
    """The address of AidTrack as it runs in production, on the tests' database."""
    listening = free_socket()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    environment = {
        **os.environ,
        "DATABASE_URL": test_database.url,
        "SECRET_KEY": application.config["SECRET_KEY"],
        "AIDTRACK_INSTANCE": application.instance_path,
    }
    command = [sys.executable, "-m", "gunicorn", "--workers=1", "--threads=4"]
    command += [f"--bind=fd://{listening.fileno()}", "--log-level=warning"]
    process = subprocess.Popen(
        [*command, "tests.served:application()"],
        cwd=ROOT,
        env=environment,
        pass_fds=[listening.fileno()],
    )
    try:
        _wait_until_it_answers(f"{address}/static/css/aidtrack.css", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)
        listening.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM.exists() or shutil.which("chromium"), "install the package `chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, headless=True
        )
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, server: str, database: Any) -> Iterator[BrowserContext]:
    """A browser window without cookies, as wide as a laptop, on clean data."""
    context = browser.new_context(
        base_url=server, locale="en-GB", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def problems(context: BrowserContext, server: str) -> Iterator[Problems]:
    """Errors of scripts and requests to elsewhere; any left at the end fail the test.

    A test that provokes one takes it out of the list.
    """
    problems = Problems(urlsplit(server).netloc)
    context.on("page", problems.watch)
    yield problems
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(context: BrowserContext, problems: Problems) -> Page:
    """A page on which nothing may go wrong unseen."""
    return context.new_page()


@pytest.fixture
def signed_in_page(
    app: Flask, context: BrowserContext, page: Page, server: str
) -> Callable[[Any], Page]:
    """The page, signed in as the given person without typing the password."""

    def sign_in(person: Any) -> Page:
        name, value = session_cookie(app, person)
        context.add_cookies([{"name": name, "value": value, "url": server}])
        return page

    return sign_in


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """The socket listens from the start, so the first answer comes as soon as it can."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(TimeoutError, ConnectionError), urlopen(url, timeout=START_SECONDS):
            return
    raise AssertionError("the server did not start; its output is above")
