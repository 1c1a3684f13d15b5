"""The mail server: where it is, and how a letter is handed to it."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from aidtrack.core import clock
from aidtrack.core.outbox import Letter

TIMEOUT_S = 15
PORTS = {"smtp": 587, "smtps": 465}
HERE = {"localhost", "127.0.0.1", "::1"}
SENDER_NAME = "AidTrack"


class UrlHeader(UnstructuredHeader, BaseHeader):
    """An address on one line: folded, it would be encoded, and nobody could follow it."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", UrlHeader)
# Seven bits and short lines: every server on the way can take it.
POLICY = SMTP.clone(cte_type="7bit", header_factory=HEADERS)


class Encryption(StrEnum):
    """How the line is kept from being listened to: `tls=` in the address."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    OFF = "off"


class NotSent(Exception):
    """The server did not take a letter; says what it answered."""


class Unreachable(NotSent):
    """No server, or none that lets us in: no letter can leave now."""


class RefusedForGood(NotSent):
    """This letter will never be taken, as when nobody has the address."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server as MAIL_URL names it, and the address that we send from."""

    host: str
    port: int
    encryption: Encryption
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def label(self) -> str:
        """What may be shown of it: never the password."""
        return f"{self.host}:{self.port}"

    @contextmanager
    def connected(self) -> Iterator["Line"]:
        """A line to the server. Raises Unreachable, also when it breaks in between."""
        smtp = None
        try:
            smtp = self._opened()
            yield Line(smtp, self)
        except NotSent:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(self._words(error)) from error
        finally:
            if smtp is not None:
                with suppress(OSError, smtplib.SMTPException):
                    smtp.quit()
                smtp.close()

    def _opened(self) -> smtplib.SMTP:
        # Our own name is given: smtplib would ask the network for it, and wait.
        name = self.sender.rpartition("@")[2]
        if self.encryption == Encryption.IMPLICIT:
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, local_hostname=name, timeout=TIMEOUT_S, context=context
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, local_hostname=name, timeout=TIMEOUT_S)
        try:
            if self.encryption == Encryption.STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            if self.user:
                smtp.login(self.user, self.password)
        except (OSError, smtplib.SMTPException):
            smtp.close()
            raise
        return smtp

    def _words(self, error: Exception) -> str:
        """What went wrong, in the server's words where it said some."""
        if isinstance(error, smtplib.SMTPResponseException):
            said = answer(error.smtp_code, error.smtp_error)
        else:
            said = str(error) or type(error).__name__
        return said.replace(self.password, "…") if self.password else said


@dataclass(frozen=True, slots=True)
class Line:
    """An open line to a server."""

    smtp: smtplib.SMTP
    server: MailServer

    def hand_over(self, letter: Letter) -> str:
        """Give one letter to the server; its answer. Raises NotSent."""
        try:
            message = written(letter, self.server.sender).as_bytes()
        except (ValueError, MessageError) as error:  # An address that no header can hold.
            raise RefusedForGood(str(error)) from error
        self.smtp.ehlo_or_helo_if_needed()
        # Refused here, it is us whom the server will not have: the letter can still be taken.
        self._said(*self.smtp.mail(self.server.sender), refusal=Unreachable)
        self._said(*self.smtp.rcpt(letter.to_address))
        try:
            return self._said(*self.smtp.data(message))
        except smtplib.SMTPDataError as error:
            return self._said(error.smtp_code, error.smtp_error)

    def _said(
        self, code: int, words: bytes | str, *, refusal: type[NotSent] = RefusedForGood
    ) -> str:
        """What the server said to one step. Raises the refusal when it said never."""
        said = answer(code, words)
        if code >= 400:
            self.smtp.rset()
            raise refusal(said) if code >= 500 else NotSent(said)
        return said


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What writing and sending letters needs of this installation.

    `draw` renders a template in a language: draw("emails/alert.txt", "ru", facts).
    `server` is None where mail is not set up.
    """

    server: MailServer | None
    public_url: str
    secret: str
    draw: Callable[[str, str, dict[str, object]], str]


def server_of(url: str, sender: str) -> MailServer | None:
    """The server of smtp://user:password@host:port?tls=starttls, which `config` has checked.

    Without `tls` the line is encrypted, except to a server on this machine.
    """
    if not url:
        return None
    parts = urlsplit(url)
    host = parts.hostname or ""
    usual = Encryption.IMPLICIT if parts.scheme == "smtps" else Encryption.STARTTLS
    wanted = parse_qs(parts.query).get("tls", [Encryption.OFF if host in HERE else usual])
    return MailServer(
        host=host,
        port=parts.port or PORTS[parts.scheme],
        encryption=Encryption(wanted[0]),
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def written(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it goes over the line: plain text, and the same as HTML."""
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to_address)
    message["Subject"] = letter.subject
    message["Date"] = clock.now()
    message["Message-ID"] = f"<{letter.message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:  # RFC 8058: the reader's mail program needs one click.
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language
    return message


def answer(code: int, words: bytes | str) -> str:
    """ "250 OK", as the server said it, on one line."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(said.split())}"
