"""Finds names by words, whatever their case and language, on both databases."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, or_

WORDS_MAX = 6  # More words say nothing more.
# Shorter words could be the name of a language, which is a key of the names.
NAME_LETTERS_MIN = 3


def holding(word: str, *columns: Any, names: Any = None) -> ColumnElement[bool]:
    """The WHERE of rows where the word stands in a column, or in a name in another language.

    `names` is the JSON column of those.
    """
    ways = [column.icontains(word, autoescape=True) for column in columns]
    if not word.isascii():
        # SQLite knows no capitals beyond ASCII.
        ways += [
            column.contains(form, autoescape=True) for column in columns for form in _forms(word)
        ]
    if names is not None:
        ways += _in_names(word, cast(names, Text))
    return or_(*ways)


def _in_names(word: str, names: Any) -> list[ColumnElement[bool]]:
    """JSON keeps letters beyond ASCII as escapes, where no database can change their case."""
    if not word.isascii():
        return [names.contains(json.dumps(form)[1:-1], autoescape=True) for form in _forms(word)]
    if word.isalpha() and len(word) >= NAME_LETTERS_MIN:
        return [names.icontains(word, autoescape=True)]
    return []


def _forms(word: str) -> list[str]:
    """The word as people write it: as typed, small, with a capital, in capitals."""
    return sorted({word, word.lower(), word.capitalize(), word.upper()})
