"""Facts of papers to draw in tests, and ways to read back what was drawn."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import date
from pathlib import Path

import pypdf
from PIL import Image

from aidtrack.documents.kit import Stamp
from aidtrack.documents.layouts.distribution_report import (
    DistributionReport,
    DistributionReportLine,
)
from aidtrack.documents.layouts.donor_report import (
    DonorReport,
    Gift,
    HandedOut,
    Journey,
    Loss,
    MoneyGift,
    Purchase,
    ReachedPoint,
    Step,
)
from aidtrack.documents.layouts.facts import Party
from aidtrack.documents.layouts.goods_received_note import GoodsReceivedLine, GoodsReceivedNote
from aidtrack.documents.layouts.loss_report import LossReport, LossReportLine
from aidtrack.documents.layouts.waybill import Waybill, WaybillLine

STAMP = Stamp(
    number="WB/KG/2026/000123",
    issued_on=date(2026, 11, 14),
    code="K7TM-4WPX-9R",
    verify_url="https://aidtrack.example/v/K7TM4WPX9R",
    seal="Seal 18 243 · 3f9a c21e 77b0 d5e4 · 2026-11-14 05:58 UTC+6",
    checksum="5c0e91d744fa2b836e19d05c7ab2f38411c693ed08b5e72a4f609d1cb38e52a7",
)
CONSORTIUM = Party(name=("Central Asia Relief Consortium",), lines=("Logistics base Osh",))
OSH = Party(name=("Osh central warehouse",), lines=("12 Depot Road, bay 4", "Osh city · KG21"))
BATKEN = Party(name=("Batken district store",), lines=("Баткен шаары, Нургазиев көчөсү 12",))
ITEMS = (
    ("SHTF-0401", "Family tent, winter", "Палатка семейная зимняя", "خيمة عائلية شتوية", "pc"),
    ("HHBL-0060", "Blanket, thermal", "Одеяло тёплое", "بطانية حرارية", "pc"),
    ("WSWT-0033", "Water purification tablets", "Таблетки для воды", "أقراص تنقية المياه", "tab"),
    ("FOWF-0050", "Wheat flour, fortified", "Мука пшеничная", "دقيق قمح مدعم", "kg"),
)
COLUMN = {"en": 1, "ru": 2, "ar": 3}


def names(index: int, languages: tuple[str, ...]) -> tuple[str, ...]:
    """An item's name in each of the languages, English for those unknown."""
    item = ITEMS[index % len(ITEMS)]
    return tuple(item[COLUMN.get(language, 1)] for language in languages)


def waybill_line(index: int = 0, languages: tuple[str, ...] = ("en", "ru"), **facts) -> WaybillLine:
    code, *_, unit = ITEMS[index % len(ITEMS)]
    given = {
        "item_code": code,
        "item_name": names(index, languages),
        "units": 10 * (index + 1),
        "unit": (unit,),
        "packs": index + 1,
        "pack_size": 10,
        "donor": "Nordlys Aid Fund",
        "lot": f"LOT-{index + 1}",
        "expires_on": date(2028, 3, 31) if index % 2 else None,
        "weight_mg": 18_000_000 * (index + 1),
        "volume_mm3": 95_000_000 * (index + 1),
        "requisition": "REQ/KG/2026/000118",
    }
    return WaybillLine(**(given | facts))


def waybill(count: int = 3, languages: tuple[str, ...] = ("en", "ru"), **facts) -> Waybill:
    given = {
        "languages": languages,
        "organisation": CONSORTIUM,
        "origin": OSH,
        "destination": BATKEN,
        "consignee": Party(name=("Batken administration",)),
        "carrier": Party(name=("Ala-Too Freight",), lines=("Licence KG-T-0457",)),
        "lines": tuple(waybill_line(index, languages) for index in range(count)),
        "contact": "Store manager",
        "contact_phone": "+996 000 000 118",
        "dock_instructions": "Ramp north",
        "vehicle_plate": "01 KG 417 ABT",
        "trailer_plate": "2217",
        "driver": "Driver 7",
        "driver_phone": "+996 000 000 204",
        "reference": "KG-2026-004518",
        "departure": "2026-11-14 06:30",
        "expected_arrival": "2026-11-14 15:00",
        "seal_number": "OS-88127",
        "comments": "Hand over tents first.",
    }
    return Waybill(**(given | facts))


def received_line(
    index: int = 0, languages: tuple[str, ...] = ("en", "ru"), **facts
) -> GoodsReceivedLine:
    code, *_, unit = ITEMS[index % len(ITEMS)]
    given = {
        "item_code": code,
        "item_name": names(index, languages),
        "unit": (unit,),
        "stated": 100,
        "good": 97,
        "damaged": 1,
        "weight_mg": 1_800_000_000,
        "tracking": "Nordlys Aid Fund",
        "lot": f"LOT-{index + 1}",
        "claim": True,
    }
    return GoodsReceivedLine(**(given | facts))


def goods_received_note(
    count: int = 3, languages: tuple[str, ...] = ("en", "ru"), **facts
) -> GoodsReceivedNote:
    given = {
        "languages": languages,
        "organisation": CONSORTIUM,
        "consignee": OSH,
        "received_from": Party(name=("Nordlys Aid Fund",), lines=("Tromsø, Norway",)),
        "arrived_on": date(2026, 10, 9),
        "lines": tuple(received_line(index, languages) for index in range(count)),
        "donation": "DN/KG/2026/000009",
        "transport": "Truck 01 KG 417 ABT",
        "reference": "CMR 4400",
    }
    return GoodsReceivedNote(**(given | facts))


def loss_line(index: int = 0, languages: tuple[str, ...] = ("en", "ru"), **facts) -> LossReportLine:
    code, *_, unit = ITEMS[index % len(ITEMS)]
    given = {
        "item_code": code,
        "item_name": names(index, languages),
        "unit": (unit,),
        "lot": f"LOT-{index + 1}",
        "expires_on": date(2027, 3, 31),
        "donor": "Nordlys Aid Fund",
        "cause": ("Wet", "Намокло")[: len(languages)],
        "quantity": 1_240,
        "found": 0,
        "value_minor": 310_000,
        "currency": "USD",
    }
    return LossReportLine(**(given | facts))


def loss_report(count: int = 3, languages: tuple[str, ...] = ("en", "ru"), **facts) -> LossReport:
    given = {
        "languages": languages,
        "organisation": CONSORTIUM,
        "place": OSH,
        "write_off": "WO/KG/2026/000014",
        "stage": "warehouse",
        "happened_at": "2026-11-12 08:15 UTC+6",
        "lines": tuple(loss_line(index, languages) for index in range(count)),
        "currency": "USD",
        "finder": "Night guard",
        "reported_by": "Aigul Toktogulova",
        "approved_by": "Daniyar Saidov",
        "story": "The roof of bay 4 leaked over four bales in the night of the storm.",
        "location": "Bay 9, apart",
        "disposal": "To the recycler",
        "witnesses": "Fire inspector",
        "claim": "open",
        "claim_against": "Owner of the building",
        "claim_minor": 250_000,
        "claim_note": "Roof was to be mended in May",
    }
    return LossReport(**(given | facts))


def distribution_line(
    index: int = 0, languages: tuple[str, ...] = ("en", "ru"), **facts
) -> DistributionReportLine:
    code, *_, unit = ITEMS[index % len(ITEMS)]
    given = {
        "item_code": code,
        "item_name": names(index, languages),
        "unit": (unit,),
        "planned": 500,
        "brought": 480,
        "handed_out": 470,
        "returned": 7,
        "lost": 3,
        "ration": "2 a household",
    }
    return DistributionReportLine(**(given | facts))


def distribution_report(
    count: int = 3, languages: tuple[str, ...] = ("en", "ru"), **facts
) -> DistributionReport:
    given = {
        "languages": languages,
        "organisation": CONSORTIUM,
        "point": Party(name=("School no. 3",), lines=("Sports hall",)),
        "area": ("Batken",),
        "pcode": "KG05214",
        "distributed_on": date(2026, 11, 15),
        "lines": tuple(distribution_line(index, languages) for index in range(count)),
        "households_planned": 250,
        "households_served": 235,
        "women": 310,
        "men": 290,
        "girls": 260,
        "boys": 255,
        "reasons": "Seven families had moved.",
    }
    return DistributionReport(**(given | facts))


def gift(**facts) -> Gift:
    given = {
        "item": ("Blanket, thermal", "Одеяло тёплое"),
        "unit": ("pc",),
        "receipt": "DN/KG/2026/000009",
        "given": 12_400,
        "in_stock": 610,
        "on_the_road": 1_200,
        "handed_out": 10_480,
        "lost_in_transport": 60,
        "lost_in_warehouse": 40,
        "lost_at_distribution": 10,
        "returned": 0,
    }
    return Gift(**(given | facts))


def reached_point(name: str, pcode: str, counts: tuple[int, int, int, int, int]) -> ReachedPoint:
    """counts: households, women, men, girls, boys."""
    households, women, men, girls, boys = counts
    return ReachedPoint(
        area=(f"Area {pcode}",),
        pcode=pcode,
        point=(name,),
        first_on=date(2026, 10, 12),
        last_on=date(2026, 11, 8),
        items=(HandedOut(item=("Blanket, thermal",), quantity=3 * households, unit=("pc",)),),
        households=households,
        women=women,
        men=men,
        girls=girls,
        boys=boys,
    )


ARRIVED = Journey(
    donation=Step(paper="DN/KG/2026/000009", note="blankets", happened_on=date(2026, 10, 6)),
    goods_received=Step(paper="GRN/KG/2026/000041", note="Osh", happened_on=date(2026, 10, 9)),
    waybill=Step(paper="WB/KG/2026/000098", note="Osh to Alai", happened_on=date(2026, 10, 11)),
    delivery=Step(note="all good", happened_on=date(2026, 10, 12), signed_by="store manager"),
    distribution=Step(paper="DS/KG/2026/000057", note="6 points", happened_on=date(2026, 11, 8)),
)
UNDER_WAY = Journey(
    donation=Step(paper="DN/KG/2026/000017", note="tarpaulins", happened_on=date(2026, 10, 28)),
    goods_received=Step(paper="GRN/KG/2026/000052", note="Osh", happened_on=date(2026, 11, 2)),
    waybill=Step(paper="WB/KG/2026/000130", note="Osh to Kadamjai", happened_on=date(2026, 11, 19)),
    delivery=Step(),
    distribution=Step(),
)


def loss(number: int = 1, **facts) -> Loss:
    given = {
        "paper": f"LR/KG/2026/{number:06}",
        "happened_on": date(2026, 10, 19),
        "stage": "transport",
        "item": ("Blanket, thermal",),
        "quantity": 60,
        "unit": ("pc",),
        "cause": "load shifted",
        "currency": "USD",
        "value_minor": 31_200,
        "claim": "yes, carrier",
    }
    return Loss(**(given | facts))


MONEY = MoneyGift(
    receipt="DN/KG/2026/000020",
    currency="USD",
    given_minor=3_000_000,
    purchases=(
        Purchase(
            paper="PO/KG/2026/000021", bought="tarpaulins", went_to="Alai", amount_minor=1_900_000
        ),
    ),
)


def donor_report(languages: tuple[str, ...] = ("en", "ru"), **facts) -> DonorReport:
    given = {
        "languages": languages,
        "organisation": CONSORTIUM,
        "donor": "Nordlys Aid Fund",
        "as_of": "2026-11-20 18:00 UTC+6",
        "clock": "recorded",
        "gifts": (gift(),),
        "grant": "NAF-2026-0417",
        "period_from": date(2026, 10, 6),
        "period_to": date(2026, 11, 20),
        "reached": (
            reached_point("Gulcho school", "KG06207", (800, 1000, 904, 766, 812)),
            reached_point("Town hall", "KG06226", (986, 1268, 1140, 1002, 1031)),
        ),
        "journeys": (ARRIVED, UNDER_WAY),
        "losses": (loss(),),
        "money": (MONEY,),
    }
    return DonorReport(**(given | facts))


def pages(pdf: bytes) -> list[str]:
    """The text of each page, every run of white space as one space."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def joined(pdf: bytes) -> str:
    """All text without any space: what was broken over lines is whole again."""
    return re.sub(r"\s", "", "".join(pages(pdf)))


def squeezed(text: str) -> str:
    """Text as `joined` would show it."""
    return re.sub(r"\s", "", text)


def pictures(pdf: bytes, folder: Path, *, resolution: int = 60) -> list[Image.Image]:
    """Each page as a printer would show it, in colour."""
    source = folder / "paper.pdf"
    source.write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(resolution), "-png", str(source), str(folder / "page")], check=True
    )
    found = []
    for path in sorted(folder.glob("page-*.png")):
        with Image.open(path) as picture:
            found.append(picture.convert("RGB"))
        path.unlink()
    return found
