"""How often one address may try things that can be guessed: passwords, codes, links."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

GUESSING = "10 per minute;100 per hour"
READING_CODES = "60 per minute"

limiter = Limiter(key_func=get_remote_address, headers_enabled=True)
