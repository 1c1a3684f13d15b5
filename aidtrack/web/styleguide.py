"""Invented records for the page that shows every part. Development only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import current_app
from markupsafe import Markup

from aidtrack.core import clock
from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page
from aidtrack.pictures import svg
from aidtrack.pictures.bars import Bar, Bars, Part
from aidtrack.pictures.picture import Cell, Column, Picture, Table
from aidtrack.pictures.shapes import Key
from aidtrack.pictures.tones import Tone
from aidtrack.web import assets
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
from aidtrack.web.locales import page_direction
from aidtrack.web.sample_report import a_report
from aidtrack.web.shortcuts import Shortcut

COLOURS = [
    "paper",
    "surface",
    "sunk",
    "hover",
    "line",
    "line-2",
    "ink",
    "ink-2",
    "brand",
    "brand-2",
    "rail",
    "rail-2",
    "sun",
    "ok",
    "ok-bg",
    "go",
    "go-bg",
    "wait",
    "wait-bg",
    "bad",
    "bad-bg",
    "idle",
    "idle-bg",
    "s-ok",
    "s-go",
    "s-wait",
    "s-bad",
    "s-idle",
    "s-back",
]
STATUSES = [
    "pledged",
    "receiving",
    "received",
    "draft",
    "ready",
    "on_the_road",
    "delivered",
    "cancelled",
    "void",
    "superseded",
]
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


class SampleCode(UseCaseForm):
    code = TextField(lazy("Code"), hint=lazy("The letters beside the square on a paper."))


class SampleRemark(KeyedForm):
    words = TextAreaField(lazy("Comment, or what the photo shows"))
    photo = UploadField(lazy("Photo"), accept="image/*")
    file = UploadField(lazy("File"))


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
    picture = a_picture()
    drawings = svg.drawings(picture, right_to_left=page_direction() == "rtl")
    return {
        "colours": COLOURS,
        "statuses": STATUSES,
        "icon_names": sorted(assets.symbols(Path(current_app.static_folder or "", assets.SPRITE))),
        "fresh": fresh,
        "refused": refused,
        "remark": SampleRemark(None),
        "filter_form": SampleFilter(None),
        "code_form": SampleCode(None),
        "bale": Pack("bale", 10),
        "carton": Pack("carton", 24),
        "area": SimpleNamespace(name="Алай", names={"ky": "Алай"}),
        "parts": [
            (58, lazy("delivered"), "ok"),
            (1, lazy("returned"), "back"),
            (1, lazy("lost"), "bad"),
            (36, lazy("still on the road"), "go"),
        ],
        "list": a_list(),
        "hall": a_hall(),
        "report": a_report(),
        "stops": stops(),
        "entries": entries(now),
        "changed": changed(now),
        "shares": shares(now),
        "story": a_story(now),
        "papers_issued": papers(),
        "picture": picture,
        "drawings": [Markup(each) for each in drawings],
        "keys": [
            Shortcut(("Ctrl", "K"), "Find anything", together=True),
            Shortcut(("g", "s"), "Stock"),
        ],
        "now": now,
        "a_day": date(2026, 12, 31),
        "a_page": Page(rows=[1, 2, 3], next_cursor="more"),
    }


def a_hall() -> SimpleNamespace:
    """A cold dock nearly full, and a lot that waits there."""
    return SimpleNamespace(
        site=SimpleNamespace(state="full"),
        bin=SimpleNamespace(
            purpose="receiving", is_cold_chain=True, is_active=True,
            capacity_mm3=280 * 10**9, capacity_mg=110 * 10**9,
        ),
        use=SimpleNamespace(
            lots=5, volume_mm3=265 * 10**9, weight_mg=98 * 10**9,
            lots_without_volume=2, lots_without_weight=0,
        ),
        row=SimpleNamespace(
            item_label="Canned beef, 338 g", batch_number="FO-021", lot_number="L000021",
            place_id=2, site_id=1, place_name="Dock", free=648, base_unit="can",
            expires_on=None, pack={"name": "carton", "size": 45},
        ),
    )  # fmt: skip


def a_picture() -> Picture:
    """Bars with every tone, and the table behind them."""
    given = (("Thermal blanket", 240, 12, 48, 100), ("Hygiene kit", 180, 30, 0, 60))
    tones: tuple[Tone, ...] = ("ok", "bad", "go", "idle")
    labels = ("with families", "lost", "on the road", "in the warehouse")
    rows = [
        Bar(
            name,
            tuple(Part(value, tone) for value, tone in zip(values, tones, strict=True)),
            f"{sum(values):,}",
            whole=400,
        )
        for name, *values in given
    ]
    keys = tuple(Key(tone, label) for tone, label in zip(tones, labels, strict=True))
    columns = (Column("Item"), *(Column(label, "number") for label in labels))
    cells = tuple(tuple(Cell(each) for each in row) for row in given)
    return Picture(
        name="sample",
        title="Where it is",
        sentence="Six in ten are with families.",
        notes=("As known today.",),
        body=Bars(tuple(rows), 400, keys),
        table=Table(columns, cells),
    )


def a_list() -> SimpleNamespace:
    """What `aidtrack.lists` hands to a template, as far as its parts look at it."""
    columns = [
        SimpleNamespace(name=name, heading=heading, kind=kind, is_fixed=name == "item")
        for name, heading, kind in (
            ("item", "Item, lot", "wide"),
            ("free", "Free", "num"),
            ("lasts", "How long it lasts", "wide"),
            ("expires", "Expires", ""),
            ("state", "State", ""),
        )
    ]
    asked = SimpleNamespace(
        page=SimpleNamespace(path="#", name="stock", heading="Stock", columns=columns),
        filters=(),
        columns={column.name for column in columns},
        cursor=None,
        sort_pairs=tuple,
        column_pairs=tuple,
        limit_pairs=tuple,
        url=lambda *_more: "#",
    )
    heads = [
        SimpleNamespace(
            label=column.heading,
            kind=column.kind,
            url="#" if column.name in ("item", "expires") else "",
            is_sorted=column.name == "expires",
            is_descending=False,
        )
        for column in columns
    ]
    blanket, kit = "Thermal blanket 150 × 200", "Hygiene kit, family"
    bale, carton, day = Pack("bale", 10), Pack("carton", 24), date(2027, 1, 6)
    return SimpleNamespace(
        asked=asked,
        form=SampleFilter(None),
        heads=heads,
        rows=[
            (1, blanket, "Жылуу жууркан", "B-12", 430, bale, 12, day, "38 days left"),
            (2, kit, "Гигиена топтому", "HK-07", 780, carton, 51, None, "Good"),
        ],
        views=[SimpleNamespace(name="Cold goods", query="view=cold", is_shared=True)],
        query="",
        total=412,
        is_narrowed=False,
        sortings=[("expires", "Expires", False, True)],
        everything_url="#",
        next_url="#",
        file_url=lambda _kind: "#",
    )


def a_story(now: datetime) -> SimpleNamespace:
    """What people said and showed beside a record, as parts/remarks.html tells it."""
    said = SimpleNamespace(
        id=1,
        at=now,
        who="Гүлнара Асанова",
        words="Two cartons stand in the rain. Photo from the gate.",
        taken_back_at=None,
        edited_at=now,
        attached=[
            SimpleNamespace(
                id=1, file_name="list.pdf", size_bytes=48_000, is_photo=False, is_gone=False
            ),
        ],
        earlier=[],
        may_change=False,
    )
    act = SimpleNamespace(
        at=now - timedelta(hours=2), title="Ready", who="Bakyt Osmonov", detail=""
    )
    return SimpleNamespace(
        moments=[SimpleNamespace(act=None, said=said), SimpleNamespace(act=act, said=None)],
        older=None,
    )


def shares(now: datetime) -> list[SimpleNamespace]:
    """What is shared with whom: one open, one revoked."""
    common = {"organisation": "Tian Shan Relief", "shared_at": now, "ends_on": now.date()}
    return [
        SimpleNamespace(
            id=1, with_organisation="Sughd Solidarity", purpose_said="to plan together",
            note="Winter kits", is_open=True, revoked_at=None, **common,
        ),
        SimpleNamespace(
            id=2, with_organisation="Steppe Bridge Aid", purpose_said="to receive here",
            note="", is_open=False, revoked_at=now, **common,
        ),
    ]  # fmt: skip


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


def changed(now: datetime) -> list[dict[str, Any]]:
    """Acts as the audit shows them: one on rights, one that changed a field."""
    came = {
        "at": now,
        "who": "A. Toktogulov",
        "channel_name": "Browser",
        "device": "Firefox · Windows",
        "address": "192.0.2.7",
        "is_redacted": False,
    }
    fields = [{"field": "Phone", "before": "+996 555 000 201", "after": "+996 555 000 202"}]
    return [
        came | {"title": "Given a role", "is_of_rights": True, "changes": [], "detail": "Driver"},
        came | {"title": "Changed", "is_of_rights": False, "changes": fields, "detail": ""},
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
