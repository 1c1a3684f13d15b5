"""The page kit: with text.py the only code that knows ReportLab."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

PaperStatus = Literal["draft", "issued", "void"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What makes a paper official, and is printed on each of its pages.

    number: "WB/KG/2026/000123".  code: as people type it, "K7TM-4WPX-9R".
    verify_url: the whole address that the QR opens, with the code in it.
    seal: one line about the latest ledger seal, ready to print.
    status: "draft" and "void" are printed large; `status_note` says why it was voided.
    checksum: SHA-256 of the facts in hexadecimal, printed on the donor report when given.
    """

    number: str
    issued_on: date
    code: str
    verify_url: str
    seal: str
    status: PaperStatus = "issued"
    status_note: str = ""
    checksum: str = ""
