"""Shapes that the facts of several papers share.

Facts hold only text, whole numbers, dates and tuples of these, so that msgspec writes them to
JSON and reads them back without loss. Times are text, already in the local zone of the paper
("2026-11-14 06:30 UTC+6"): a reprint must not depend on today's time zone rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PageSize = Literal["A4", "Letter"]

# One text for each language of the paper, in the order of its `languages`. A missing second
# text is simply not printed, so ("Blanket",) serves a bilingual paper too.
Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation, a warehouse, a consignee: its name, then any number of further lines.

    `lines` are address, area with its code, licence: whatever stands under the name.
    """

    name: Texts
    lines: tuple[str, ...] = ()
