"""The goods received note: what a paper promised, what came, and the difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aidtrack.documents.layouts.facts import PageSize, Party, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReceivedLine:
    """One line of the consignment; all quantities in the item's base unit.

    The note prints the difference itself: good + damaged − stated.
    weight_mg: of what was received, the whole line, None when unknown.
    tracking: donor or tracking number.
    """

    item_code: str
    item_name: Texts
    unit: Texts
    stated: int
    good: int
    damaged: int
    weight_mg: int | None = None
    tracking: str = ""
    lot: str = ""
    expires_on: date | None = None
    claim: bool = False
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReceivedNote:
    """Facts of a goods received note.

    documents_received: whether the papers that came with the goods were in order.
    transport: means of transport in words ("truck 01 KG 417 ABT"); reference: its paper
    (waybill, CMR, AWB).
    donation: number of the donation that the goods belong to, "" when several.
    """

    languages: tuple[str, ...]
    organisation: Party
    consignee: Party
    received_from: Party
    arrived_on: date
    lines: tuple[GoodsReceivedLine, ...]
    donation: str = ""
    documents_received: bool = True
    transport: str = ""
    reference: str = ""
    comments: str = ""
    page_size: PageSize = "A4"
