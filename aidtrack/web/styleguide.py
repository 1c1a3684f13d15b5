"""Invented records for the page that shows every part. Development only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from aidtrack.core import clock
from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page
from aidtrack.web.fields import (
    CheckboxField,
    Choice,
    DateField,
    MoneyField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
    UploadField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm

ITEMS = [(1, "BLK-150 Thermal blanket 150 × 200"), (2, "HYG-FAM Hygiene kit, family")]
PACKS = [
    Choice(1, "bale of 10", facts={"size": 10, "unit": "pieces"}),
    Choice(2, "carton of 24", facts={"size": 24, "unit": "pieces"}),
]


@dataclass(frozen=True, slots=True)
class Pack:
    name: str
    size: int


class SampleLine(LineForm):
    counts = ("item_id", "quantity")
    item_id = SelectField(lazy("Item"), required=True, search=True)
    quantity = QuantityField(lazy("How many"), required=True, minimum=1)
    pack_id = SelectField(lazy("Packed in"), empty=lazy("pieces"))


class SampleForm(KeyedForm):
    name = TextField(lazy("Seal number"), required=True, hint=lazy("As it is stamped on it."))
    leaves_on = DateField(lazy("Leaves on"), required=True)
    truck = SelectField(lazy("Truck"), required=True, choices=[(1, "Truck 4, 5 t, covered")])
    value = MoneyField(lazy("Value"))
    kind = SelectField(
        lazy("Reason"), kind=str, radio=True, choices=[("wet", "Wet"), ("torn", "Torn")]
    )
    urgent = CheckboxField(lazy("Send it first"), hint=lazy("Before what was asked earlier."))
    note = TextAreaField(lazy("Note"))
    photo = UploadField(lazy("Photo"), accept="image/*")
    lines = LineList(SampleLine, lazy("Goods"))


class SampleFilter(UseCaseForm):
    q = TextField(lazy("Item, lot or code"))
    place = SelectField(lazy("Place"), choices=[(1, "Osh Main Warehouse")], empty=lazy("All"))
    before = DateField(lazy("Expires before"))


def examples() -> dict[str, Any]:
    """Everything that the page of parts needs."""
    fresh, refused = SampleForm(None, name=None), SampleForm(None, name="S-40817")
    for form in (fresh, refused):
        form.choose(item_id=ITEMS, pack_id=PACKS)
    refused.lines.append_entry({"item_id": 1, "quantity": 6, "pack_id": 1})
    refused.lines.append_entry({"item_id": 2, "quantity": 12, "pack_id": 2})
    refused.choose(item_id=ITEMS, pack_id=PACKS)
    refused.validate()
    refused.lines.entries[0].form.quantity.errors = [
        "Osh Main Warehouse has 40 blankets free (4 bales × 10), you asked for 60."
    ]
    now = clock.now()
    return {
        "fresh": fresh,
        "refused": refused,
        "filter_form": SampleFilter(None),
        "bale": Pack("bale", 10),
        "carton": Pack("carton", 24),
        "stops": stops(),
        "entries": entries(now),
        "papers_issued": papers(),
        "now": now,
        "a_day": date(2026, 12, 31),
        "a_page": Page(rows=[1, 2, 3], next_cursor="more"),
    }


def stops() -> list[dict[str, str]]:
    told = (
        ("Osh Main Warehouse", "done", "Left 06:40", "96 parcels, 4,310 kg"),
        ("Kyzyl-Kiya, school 4", "done", "Delivered 08:55", "31 parcels, signed"),
        ("Kadamjay hospital", "now", "Arrived 11:20", "27 parcels, 1 wet"),
        ("Batken hub", "next", "Expected about 15:30", "36 parcels to come"),
    )
    return [dict(zip(("name", "state", "when", "detail"), stop, strict=True)) for stop in told]


def entries(now: datetime) -> list[dict[str, Any]]:
    return [
        {"at": now, "title": "12 hygiene kits refused, wet", "who": "A. Toktogulov", "detail": ""},
        {
            "at": now - timedelta(hours=5),
            "title": "Left Osh Main Warehouse",
            "who": "G. Saidova",
            "detail": "sealed S-40817",
        },
    ]


def papers() -> list[dict[str, str]]:
    return [
        {
            "title": "Waybill, version 2",
            "url": "#",
            "number": "WB/OSH/2026/000148",
            "status": "valid",
            "detail": "replaces version 1",
        },
        {
            "title": "Waybill, version 1",
            "url": "#",
            "number": "WB/OSH/2026/000148",
            "status": "superseded",
            "detail": "",
        },
    ]
