"""Settings from the environment and from instance/. Refuses what it cannot understand."""

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PACKAGE = Path(__file__).parent
ROOT = PACKAGE.parent
SCHEMES = ("sqlite:///", "postgresql+psycopg://")
QUEUE_SCHEMES = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "redis://", "rediss://")
MAIL_ENCRYPTIONS = ("starttls", "implicit", "off")
UPLOAD_BYTES_MAX = 20 * 1024 * 1024
# A cookie outlives the longest session, a driver's without signal: the session's row ends it.
SESSION_DAYS = 40


class BadSetting(Exception):
    """An environment variable that we cannot use; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Every variable that AidTrack reads, in one place."""

    database_url: str
    queue_url: str
    secret_key: str
    is_production: bool
    public_url: str
    proxies: int
    mail_url: str
    mail_from: str
    breached_passwords: str


def read_environment(instance: Path) -> Environment:
    """The settings of this installation; makes the secret key on the first run.

    `DATABASE_URL` sqlite:///… or postgresql+psycopg://…; `QUEUE_URL` where the words of long
    work wait, the same or redis://…; `AIDTRACK_ENV` development or production; `PUBLIC_URL`
    the address that papers print; `SECRET_KEY`; `AIDTRACK_PROXIES` how many of our own
    proxies stand before us: their word on who asks is believed; `MAIL_URL` the mail server,
    smtp://user:password@host:587?tls=starttls (implicit, off), or in instance/mail_url;
    `MAIL_FROM` the address that mail comes from; `AIDTRACK_BREACHED_PASSWORDS` a file of
    passwords that were stolen somewhere, else instance/breached_passwords.txt if it is there.
    """
    stage = os.environ.get("AIDTRACK_ENV", "development")
    if stage not in ("development", "production"):
        raise BadSetting(f"AIDTRACK_ENV is {stage!r}. Write development or production.")
    return Environment(
        database_url=_database_url(instance),
        queue_url=_queue_url(instance),
        secret_key=os.environ.get("SECRET_KEY") or _kept_secret(instance),
        is_production=stage == "production",
        public_url=_public_url(stage),
        proxies=_proxies(),
        mail_url=_mail_url(instance),
        mail_from=_mail_from(stage),
        breached_passwords=os.environ.get("AIDTRACK_BREACHED_PASSWORDS")
        or str(instance / "breached_passwords.txt"),
    )


def folder(name: str) -> Path:
    """`templates` or `migrations`: inside the package once installed, beside it in the tree."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else ROOT / name


def instance_folder() -> Path:
    """Where this installation keeps its data: `AIDTRACK_INSTANCE`, or `instance/`."""
    installed = (PACKAGE / "migrations").is_dir()
    usual = (Path.cwd() if installed else ROOT) / "instance"
    return Path(os.environ.get("AIDTRACK_INSTANCE") or usual).resolve()


def make_instance(instance: Path) -> None:
    """Make the folder on the first run, closed to everybody else of this machine."""
    if not instance.is_dir():
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)


def flask_settings(environment: Environment) -> dict[str, Any]:
    """The same as Flask and its extensions name them."""
    return {
        "SQLALCHEMY_DATABASE_URI": environment.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(environment.database_url),
        "QUEUE_URL": environment.queue_url,
        "SECRET_KEY": environment.secret_key,
        "IS_PRODUCTION": environment.is_production,
        "PUBLIC_URL": environment.public_url,
        "PROXIES": environment.proxies,
        "MAIL_URL": environment.mail_url,
        "MAIL_FROM": environment.mail_from,
        "TRUSTED_HOSTS": trusted_hosts(environment),
        "MAX_CONTENT_LENGTH": UPLOAD_BYTES_MAX,
        "MAX_FORM_PARTS": 20_000,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": environment.is_production,
        # Browsers keep a cookie of this name only if it is ours alone: no other host, no HTTP.
        "SESSION_COOKIE_NAME": "__Host-aidtrack" if environment.is_production else "aidtrack",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=SESSION_DAYS),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "BREACHED_PASSWORDS": environment.breached_passwords,
        "RATELIMIT_STORAGE_URI": "database://",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_HEADERS_ENABLED": True,
    }


def trusted_hosts(environment: Environment) -> list[str] | None:
    """In production we answer to our own name, and to this machine, which asks how we are."""
    if not environment.is_production:
        return None
    return [urlsplit(environment.public_url).hostname or "", "localhost", "127.0.0.1", "[::1]"]


def engine_options(url: str) -> dict[str, Any]:
    """PostgreSQL connections are checked before use: a server may have restarted."""
    return {"pool_pre_ping": True, "pool_size": 5} if url.startswith("postgresql") else {}


def _database_url(instance: Path) -> str:
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{instance / 'aidtrack.db'}"
    if not url.startswith(SCHEMES):
        raise BadSetting(
            "DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://"
            f" but begins with {url.split(':')[0]!r}."
        )
    return url


def _queue_url(instance: Path) -> str:
    url = os.environ.get("QUEUE_URL") or f"sqlite:///{instance / 'queue.db'}"
    if not url.startswith(QUEUE_SCHEMES):
        raise BadSetting(
            f"QUEUE_URL must begin with {', '.join(QUEUE_SCHEMES)}"
            f" but begins with {url.split(':')[0]!r}."
        )
    if url.startswith("redis") and not find_spec("redis"):
        raise BadSetting("QUEUE_URL names Redis. Install its client: pip install redis")
    return url


def _public_url(stage: str) -> str:
    port = os.environ.get("PORT", "8000")
    if not port.isdecimal():
        raise BadSetting(f"PORT is {port!r}. Write a number such as 8000.")
    url = os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    if stage == "production" and not url.startswith("https://"):
        raise BadSetting("In production PUBLIC_URL must be the https:// address people use.")
    return url


def _proxies() -> int:
    number = os.environ.get("AIDTRACK_PROXIES", "0")
    if not (number.isascii() and number.isdecimal() and int(number) < 10):
        raise BadSetting(f"AIDTRACK_PROXIES is {number!r}. Write 1 for one proxy, 0 for none.")
    return int(number)


def _mail_url(instance: Path) -> str:
    """Where mail is handed over; empty when it is not set up. Says nothing of the password."""
    kept = instance / "mail_url"
    url = os.environ.get("MAIL_URL") or (kept.read_text().strip() if kept.is_file() else "")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        encryption = parse_qs(parts.query).get("tls", ["starttls"])
        right = bool(parts.hostname) and (parts.port or 25) > 0
    except ValueError:
        right = False
    if not right or parts.scheme not in ("smtp", "smtps") or encryption[0] not in MAIL_ENCRYPTIONS:
        raise BadSetting(
            "MAIL_URL must look like smtp://user:password@mail.example.org:587?tls=starttls;"
            " tls is starttls, implicit or off. Write a sign such as @ or / in the password"
            " as %40 or %2F."
        )
    return url


def _mail_from(stage: str) -> str:
    host = urlsplit(_public_url(stage)).hostname or ""
    named = any(letter.isalpha() for letter in host) and "." in host
    address = os.environ.get("MAIL_FROM") or f"aidtrack@{host if named else 'localhost.invalid'}"
    user, _at, domain = address.partition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(' <>,;:\\"()[]')
    dotted = all(user.split(".")) and all(domain.split(".")) and "." in domain
    if not (plain and dotted and "@" not in domain):
        raise BadSetting(f"MAIL_FROM is {address!r}. Write an address such as aid@example.org.")
    return address


def _kept_secret(instance: Path) -> str:
    """The secret of this installation, readable by its owner only."""
    make_instance(instance)
    path = instance / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text().strip()
