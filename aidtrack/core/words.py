"""Finds names by words, whatever their case and language, on both databases.

What is looked for is bound by name, so that a statement can be built once for all words.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, String, Text, bindparam, cast, func, or_

WORDS_MAX = 6  # More words say nothing more.
# Shorter words could be the name of a language, which is a key of the names.
NAME_LETTERS_MIN = 3
ESCAPE = "/"
FORMS = ("typed", "small", "capital", "capitals")


class Script(StrEnum):
    """What a word is written with, which decides how databases find it."""

    LETTERS = "letters"
    SIGNS = "signs"
    BEYOND_ASCII = "beyond_ascii"


def script_of(word: str) -> Script:
    if not word.isascii():
        return Script.BEYOND_ASCII
    is_name = word.isalpha() and len(word) >= NAME_LETTERS_MIN
    return Script.LETTERS if is_name else Script.SIGNS


def holding(
    word: str,
    script: Script,
    *columns: Any,
    names: Any = None,
    values: Mapping[str, str] | None = None,
) -> ColumnElement[bool]:
    """The WHERE of rows where a word stands in a column, or in a name in another language.

    `word` names the word whose `patterns` are given now, or with the statement. `names` is
    the JSON column.
    """

    def like(text: Any, name: str) -> ColumnElement[bool]:
        return text.like(values[name] if values else _bound(name), escape=ESCAPE)

    ways = [like(func.lower(column), word) for column in columns]
    if script == Script.BEYOND_ASCII:
        # SQLite knows no capitals beyond ASCII.
        ways += [like(column, f"{word}_{form}") for column in columns for form in FORMS]
    if names is not None and script == Script.LETTERS:
        ways.append(like(func.lower(cast(names, Text)), word))
    if names is not None and script == Script.BEYOND_ASCII:
        ways += [like(cast(names, Text), f"{word}_{form}_in_json") for form in FORMS]
    return or_(*ways)


def found_by(words: str, *columns: Any, names: Any = None) -> list[ColumnElement[bool]]:
    """For each word the WHERE of `holding`, with its patterns: for lists."""
    return [
        holding("word", script_of(word), *columns, names=names, values=patterns("word", word))
        for word in words.split()[:WORDS_MAX]
    ]


def patterns(name: str, word: str) -> dict[str, str]:
    """What `holding` looks for, by the names under which it is bound."""
    bound = {name: _pattern(word.lower())}
    # JSON keeps letters beyond ASCII as escapes, where no database can change their case.
    if not word.isascii():
        forms = (word, word.lower(), word.capitalize(), word.upper())
        for form, written in zip(FORMS, forms, strict=True):
            bound[f"{name}_{form}"] = _pattern(written)
            bound[f"{name}_{form}_in_json"] = _pattern(json.dumps(written)[1:-1])
    return bound


def _bound(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String)


def _pattern(text: str) -> str:
    return f"%{_escaped(text)}%"


def _escaped(text: str) -> str:
    """The text with what LIKE would read as any letter taken for itself."""
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return text
