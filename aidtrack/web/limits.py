"""How often one address may try things that can be guessed: passwords, codes, links."""

from flask import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

GUESSING = "10 per minute;100 per hour"
READING_CODES = "60 per minute"

limiter = Limiter(key_func=get_remote_address, headers_enabled=True)


def was_missed(response: Response) -> bool:
    """Only codes that we do not know count: whoever holds papers may check them all."""
    return response.status_code == 404


guessing_codes = limiter.limit(GUESSING, deduct_when=was_missed)
"""For a page that opens with a code: a wrong one counts as a guess."""
