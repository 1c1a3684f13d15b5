"""How often one address may try things that can be guessed: codes and links.

The counts are kept in the database, so that every process and every machine shares them. When
it cannot be written to for a moment, each process counts for itself instead.
"""

from datetime import timedelta

from flask import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from aidtrack.core import clock, guesses
from aidtrack.core.db import db, hurrying

GUESSING = "10 per minute;100 per hour"
READING_CODES = "60 per minute"
PATIENCE_MS = 500
# Far more than an honest program needs. Each process counts for itself, in its memory: a
# row written at every request would cost more than what it guards.
PROGRAMS = parse("600 per minute")
_programs = FixedWindowRateLimiter(MemoryStorage())


class DatabaseStorage(Storage):
    """Keeps the counts of Flask-Limiter in the rows of `core.guesses`."""

    STORAGE_SCHEME = ["database"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        spans = {key: timedelta(seconds=expiry)}
        with (
            db.engine.connect() as connection,
            hurrying(connection, PATIENCE_MS),
            connection.begin(),
        ):
            (counted,) = guesses.count(connection, spans, amount).values()
        return counted.number

    def get(self, key: str) -> int:
        count = guesses.read(key)
        return count.number if count else 0

    def get_expiry(self, key: str) -> float:
        count = guesses.read(key)
        return (count.expires_at if count else clock.now()).timestamp()

    def check(self) -> bool:
        return guesses.read("") is None

    def reset(self) -> int:
        return guesses.forget()

    def clear(self, key: str) -> None:
        guesses.forget(key)


def place_here() -> str:
    """What counts as one address, of the request."""
    return guesses.place_of(get_remote_address())


limiter = Limiter(key_func=place_here, headers_enabled=True)


def count_program(token_id: int) -> None:
    """Raise TooManyRequests (429) where one token asks without end."""
    if limiter.enabled and not _programs.hit(PROGRAMS, "token", str(token_id)):
        raise TooManyRequests(retry_after=PROGRAMS.get_expiry())


def was_missed(response: Response) -> bool:
    """Only codes that we do not know count: whoever holds papers may check them all."""
    return response.status_code == 404


guessing_codes = limiter.limit(GUESSING, deduct_when=was_missed)
"""For a page that opens with a code: a wrong one counts as a guess."""
