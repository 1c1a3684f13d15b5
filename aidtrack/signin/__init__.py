"""How people sign in: passwords, second factors, links, other providers, sessions."""

from typing import Any

blueprints: tuple[Any, ...] = ()
