"""The waybill: what one vehicle carries from one place to another, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aidtrack.documents.layouts.facts import PageSize, Party, Texts

Mode = Literal["road", "air", "sea", "rail", "hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillLine:
    """One lot on board.

    units: in the item's base unit, the whole line.  packs × pack_size may be less than units:
    the rest travels loose and is printed as "+ rest". No packs: packs=0, pack_size=0.
    weight_mg, volume_mm3: of the whole line, None when unknown (never guess 0).
    """

    item_code: str
    item_name: Texts
    units: int
    unit: Texts
    packs: int = 0
    pack_size: int = 0
    donor: str = ""
    lot: str = ""
    expires_on: date | None = None
    weight_mg: int | None = None
    volume_mm3: int | None = None
    requisition: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waybill:
    """Facts of a waybill.

    languages: one or two of "en", "ru", "ar", the first leading.
    reference: number of the transport paper; its label (CMR, AWB, B/L) follows from the mode.
    departure, expected_arrival: local time as text, "" when not known.
    """

    languages: tuple[str, ...]
    organisation: Party
    origin: Party
    destination: Party
    consignee: Party
    carrier: Party
    lines: tuple[WaybillLine, ...]
    contact: str = ""
    contact_phone: str = ""
    dock_instructions: str = ""
    vehicle_plate: str = ""
    trailer_plate: str = ""
    driver: str = ""
    driver_phone: str = ""
    mode: Mode = "road"
    reference: str = ""
    departure: str = ""
    expected_arrival: str = ""
    seal_number: str = ""
    comments: str = ""
    page_size: PageSize = "A4"
