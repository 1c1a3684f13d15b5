"""What a row would change of an item, in words."""

from aidtrack.catalogue.details import ItemDetails, ListedBarcode, PackDetails
from aidtrack.core.i18n import _
from aidtrack.imports import listed_barcodes


def differences(before: ItemDetails, after: ItemDetails) -> str:
    labels = {
        "name": _("name"), "category": _("category"), "weight_mg": _("weight in mg"),
        "volume_mm3": _("volume in mm³"), "has_expiry": _("expires"),
        "is_cold_chain": _("cold chain"), "unit_value_minor": _("value"),
        "currency": _("currency"), "names": _("names"), "packs": _("packs"),
        "barcodes": _("bar codes"),
    }  # fmt: skip
    changes = []
    for name, label in labels.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            changes.append(f"{label}: {_said(old)} → {_said(new)}")
    return ", ".join(changes)


def _said(value: object) -> str:
    if isinstance(value, dict):
        return " · ".join(value.values()) or "–"
    if isinstance(value, tuple):
        return " · ".join(map(_said_of_one, value)) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)


def _said_of_one(value: object) -> str:
    if isinstance(value, PackDetails):
        return f"{value.name} × {value.size}"
    if isinstance(value, ListedBarcode):
        code = listed_barcodes.shown(value.code)
        return f"{code} ({_said_of_one(value.pack)})" if value.pack else code
    return str(value)
