"""Which OpenID Connect providers people may sign in with: said by whoever owns the machine.

They stand in instance/providers.json, readable by its owner only, and never in a page's form:
so the server asks no address that a user named.
"""

import json
import os
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from aidtrack.core.errors import Invalid, NotFound
from aidtrack.core.i18n import _

FILE = "providers.json"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEY_LETTERS_MAX = 40
HERE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `key` is its word in addresses.

    Who has an e-mail address that the provider verified, and works for `organisation_id`, is
    recognised the first time. `asks_second_factor` when the provider itself asks for one.
    """

    key: str
    name: str
    issuer: str
    client_id: str
    organisation_id: int
    secret: str = field(default="", repr=False)
    asks_second_factor: bool = False


def read(instance: Path) -> list[Provider]:
    """Every provider, by name. The environment has the first word on a secret:
    AIDTRACK_PROVIDER_SECRET_ and the key in capitals.
    """
    providers = [replace(each, secret=_secret_of(each)) for each in _written(instance)]
    return sorted(providers, key=lambda provider: (provider.name, provider.key))


def find(instance: Path, key: str) -> Provider:
    """Raises NotFound."""
    for provider in read(instance):
        if provider.key == key:
            return provider
    raise NotFound(_("There is no such way to sign in."))


def add(instance: Path, provider: Provider) -> None:
    """Put it in, in place of one of the same key. Raises Invalid for what cannot be right."""
    expect_right(provider)
    kept = [asdict(x) for x in _written(instance) if x.key != provider.key]
    _write(instance, [*kept, asdict(provider)])


def expect_right(provider: Provider) -> None:
    """Raise Invalid for a provider that cannot be one."""
    if not KEY.fullmatch(provider.key) or len(provider.key) > KEY_LETTERS_MAX:
        raise Invalid(_("Use small letters, digits and hyphens."), field="key")
    expect_safe(provider.issuer)


def remove(instance: Path, key: str) -> None:
    """Nobody signs in with it any more. Raises NotFound."""
    find(instance, key)
    _write(instance, [asdict(x) for x in _written(instance) if x.key != key])


def expect_safe(url: str) -> None:
    """Raise Invalid unless it is https, or http on this machine."""
    try:
        parts = urlsplit(url)
        right = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
        right = right and bool(parts.hostname) and not parts.username
    except ValueError:
        right = False
    if not right:
        raise Invalid(_("The address must begin with https://."), field="issuer")


def _secret_of(provider: Provider) -> str:
    name = "AIDTRACK_PROVIDER_SECRET_" + provider.key.upper().replace("-", "_")
    return os.environ.get(name) or provider.secret


def _written(instance: Path) -> list[Provider]:
    """As the file has them, without what the environment adds."""
    path = instance / FILE
    rows = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return [Provider(**row) for row in rows]


def _write(instance: Path, rows: list[dict[str, object]]) -> None:
    """Whole or not at all, and never for others to read, not even for a moment."""
    new = instance / f"{FILE}.new"
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=2, ensure_ascii=False)
    new.replace(instance / FILE)
