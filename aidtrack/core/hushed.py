"""Keeps keys out of logs: the address of a driver's link, or of a new password, is a key."""

import logging
import re

# A part of an address as long as our tokens are.
KEY_IN_ADDRESS = re.compile(r"(?<=/)[\w.~%-]{32,}")


def hushed(text: str) -> str:
    """The text without the parts of addresses that may be keys."""
    return KEY_IN_ADDRESS.sub("…", text)


class Hush(logging.Filter):
    """For loggers that name the address of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = hushed(record.getMessage()), ()
        return True


HUSH = Hush()
