"""A WSGI application without work: the floor of HTTP."""

from collections.abc import Callable
from typing import Any

ANSWER = b'{"status":"alive"}'
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))]


def application(_environment: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", HEADERS)
    return [ANSWER]
