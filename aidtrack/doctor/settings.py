"""What the doctor looks at in the settings: addresses, mail, the database's own door."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aidtrack.doctor import machine
from aidtrack.doctor.findings import Finding, good, weak, wrong
from aidtrack.identity import breached

HERE = frozenset({"localhost", "127.0.0.1", "::1", ""})


def look_over(config: Mapping[str, Any], *, is_debugged: bool) -> Iterator[Finding]:
    yield from _public_url(config)
    if is_debugged:
        yield wrong("debug", "Debugging is on: errors show code to visitors. Unset FLASK_DEBUG.")
    yield from _mail(config)
    yield from _database(config["SQLALCHEMY_DATABASE_URI"])
    yield _stolen_passwords(Path(config["BREACHED_PASSWORDS"]))


def _public_url(config: Mapping[str, Any]) -> Iterator[Finding]:
    url = config["PUBLIC_URL"]
    host = urlsplit(url).hostname or ""
    if not url.startswith("https://"):
        yield weak(
            "public_url",
            f"Papers print {url} for checking them, which others cannot open."
            " Set PUBLIC_URL to the https:// address of this server.",
        )
    elif host in HERE:
        yield weak("public_url", f"{host} is this machine for everybody. Set PUBLIC_URL.")
    else:
        yield good("public_url", f"Papers are checked at {url}.")
    if not config["IS_PRODUCTION"]:
        yield weak(
            "stage",
            "This is a development installation. Set AIDTRACK_ENV=production for real use.",
        )
    if url.startswith("https://") and not config["PROXIES"]:
        # We speak plain HTTP ourselves, so somebody before us speaks HTTPS.
        yield weak(
            "proxies",
            "A proxy must stand before AidTrack, but AIDTRACK_PROXIES is 0: everybody would"
            " share one limit on guessing. Set AIDTRACK_PROXIES=1.",
        )


def _mail(config: Mapping[str, Any]) -> Iterator[Finding]:
    if not config["MAIL_URL"]:
        yield weak(
            "mail",
            "Mail is not set up: nobody can be invited or get a new password by mail."
            " Set MAIL_URL.",
        )
        return
    parts = urlsplit(config["MAIL_URL"])
    is_plain = parse_qs(parts.query).get("tls") == ["off"] and parts.scheme != "smtps"
    if is_plain and (parts.hostname or "") not in HERE:
        yield wrong(
            "mail",
            f"Mail and its password go to {parts.hostname} unencrypted. Write tls=starttls or"
            " tls=implicit in MAIL_URL.",
        )
    else:
        yield good("mail", f"Mail is handed to {parts.hostname}.")


def _stolen_passwords(path: Path) -> Finding:
    """The list is of use and nobody must have it: it is larger than many servers."""
    check = "stolen_passwords"
    if not path.exists():
        return good(check, f"No list of stolen passwords is at {path}; you may put one there.")
    if breached.looks_right(path):
        return good(check, f"New passwords are looked up among the stolen ones of {path}.")
    return weak(
        check,
        f"{path} is no list of SHA-1 hashes in their order: no stolen password is found with it.",
    )


def _database(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    if parts.scheme.startswith("sqlite"):
        found = machine.is_readable_by_others(Path(url.removeprefix("sqlite:///")))
        if found is not None:
            yield found
        return
    if (parts.hostname or "") in HERE:
        return
    if not parts.password:
        yield weak(
            "database_password",
            f"The database at {parts.hostname} asks for no password in DATABASE_URL. Give its"
            " user one, unless certificates or ~/.pgpass do that.",
        )
    if parse_qs(parts.query).get("sslmode", [""])[0] not in {"require", "verify-ca", "verify-full"}:
        yield weak(
            "database_tls",
            f"What goes to the database at {parts.hostname} may be read on the way. Add"
            " ?sslmode=verify-full to DATABASE_URL.",
        )
