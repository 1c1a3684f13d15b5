"""Keeps a text that somebody typed from being run as a formula by a spreadsheet program."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

# What a cell may not begin with: Excel, LibreOffice and Google Sheets would calculate it.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text for a cell of a CSV file, with an apostrophe before what would be a formula.

    For text only: a negative number is a number. XLSX needs none of this, because there a
    cell says itself that it holds text.
    """
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def write_csv(file: IO[bytes], headings: Sequence[str], lines: Iterable[Iterable[object]]) -> None:
    """RFC 4180 in UTF-8, with the mark by which Excel knows it; each text made harmless.

    A line is written as soon as it is read.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([harmless(heading) for heading in headings])
    writer.writerows([_cell(value) for value in line] for line in lines)
    text.flush()
    text.detach()  # Or the file would be closed with it.


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value
