"""A real mail server, and the office that sends through it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from aidtrack.core.mail import PostOffice
from aidtrack.web.post import post_office

SENDER = "aid@relief.example.org"


@dataclass
class Mailbox:
    """What the server was given, and what it answers instead of taking it."""

    letters: list[EmailMessage] = field(default_factory=list)
    refuse_sender: str = ""
    refuse_receiver: str = ""
    refuse_letter: str = ""

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - named and called by aiosmtpd
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refuse_receiver:
            return self.refuse_receiver
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse_letter:
            return self.refuse_letter
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 Kept as 7"

    def text(self, index: int = -1) -> str:
        """The plain part of a letter."""
        body = self.letters[index].get_body(("plain",))
        assert body is not None
        return body.get_content()

    def html(self, index: int = -1) -> str:
        body = self.letters[index].get_body(("html",))
        assert body is not None
        return body.get_content()


class Server(Controller):
    """On any free port: it looks whether it can be reached once it knows which."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server on this machine, which the application is told of."""
    box = Mailbox()
    server = Server(box, hostname="127.0.0.1", port=0)
    server.start()
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}?tls=off")
    monkeypatch.setitem(app.config, "MAIL_FROM", SENDER)
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://aid.example.org")
    yield box
    server.stop()


@pytest.fixture
def office(app: Flask) -> Callable[[], PostOffice]:
    return post_office
