"""What one row of a list says of a place: its kind, its address, its note."""

from dataclasses import replace

from aidtrack.core.i18n import _
from aidtrack.imports.cells import same_name
from aidtrack.imports.gazetteer import KnownArea
from aidtrack.imports.plans import TypedRow
from aidtrack.partners.models import PartnerKind
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import SiteDetails

KIND_OF_TYPE: dict[str, PlaceKind | PartnerKind] = {
    **dict.fromkeys(
        ["depot", "warehouse", "central warehouse", "store", "storage", "hub", "entrepôt",
         "almacén", "склад", "кампа", "анбор"],
        PlaceKind.WAREHOUSE,
    ),
    **dict.fromkeys(
        ["distribution point", "point", "ward", "dispensary", "clinic", "hospital", "pharmacy",
         "health centre", "health center", "school", "camp", "shelter", "ward pharmacy",
         "point de distribution", "punto de distribución", "пункт выдачи", "пункт раздачи"],
        PlaceKind.DISTRIBUTION_POINT,
    ),
    **dict.fromkeys(
        ["bin location", "bin", "shelf", "rack", "zone", "room", "internal location", "ячейка"],
        PlaceKind.BIN,
    ),
    **dict.fromkeys(["supplier", "vendor", "fournisseur", "поставщик"], PartnerKind.SUPPLIER),
    **dict.fromkeys(["donor", "donateur", "донор"], PartnerKind.DONOR),
    **dict.fromkeys(["carrier", "transporter", "перевозчик"], PartnerKind.CARRIER),
    **dict.fromkeys(["partner", "implementing partner", "партнёр"], PartnerKind.PARTNER),
}  # fmt: skip


def described(
    row: TypedRow, base: SiteDetails, area: KnownArea | None, organisation: str
) -> SiteDetails:
    """The site as the row leaves it: what the row does not say stays as it is."""
    names = {key[6:]: x for key, x in row.values.items() if key.startswith("names:") and x}
    both = row.get("latitude") is not None and row.get("longitude") is not None
    return replace(
        base,
        name=row.get("name"),
        code=row.get("code") or base.code,
        names={**(base.names or {}), **names},
        area_id=area.id if area else base.area_id,
        address=address(row) or base.address,
        contact=row.get("email") or base.contact,
        phone=joined(" / ", row, "phone", "phone2") or base.phone,
        latitude_e6=row.get("latitude") if both else base.latitude_e6,
        longitude_e6=row.get("longitude") if both else base.longitude_e6,
        note=base.note or _place_note(row, organisation),
    )


def address(row: TypedRow) -> str:
    parts = [
        row.get("street"),
        row.get("street2"),
        joined(" ", row, "postcode", "city"),
        row.get("district"),
        row.get("state"),
        row.get("country"),
    ]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def joined(separator: str, row: TypedRow, *names: str) -> str:
    return separator.join(row.get(name) for name in names if row.get(name))


def _place_note(row: TypedRow, organisation: str) -> str:
    """What the list says of a place and we have no field for; ours is not worth a note."""
    lines = []
    owner = row.get("organisation", "")
    if owner and same_name(owner) != same_name(organisation):
        branch = row.get("branch")
        lines.append(f"{owner}, {branch}" if branch else owner)
    lines += [row.get(name) for name in ("group", "comment") if row.get(name)]
    if row.get("fax"):
        lines.append(f"Fax {row.get('fax')}")
    return "\n".join(lines)


def kind_said(kind: PlaceKind | PartnerKind) -> str:
    return {
        PlaceKind.WAREHOUSE: _("Warehouse"),
        PlaceKind.DISTRIBUTION_POINT: _("Distribution point"),
        PartnerKind.SUPPLIER: _("Supplier"),
        PartnerKind.DONOR: _("Donor"),
        PartnerKind.CARRIER: _("Carrier"),
        PartnerKind.PARTNER: _("Partner"),
    }.get(kind, str(kind))


def differences(before: SiteDetails, after: SiteDetails) -> str:
    labels = {
        "name": _("name"), "code": _("code"), "address": _("address"), "phone": _("phone"),
        "contact": _("contact"), "area_id": _("area"), "latitude_e6": _("latitude"),
        "longitude_e6": _("longitude"), "note": _("note"), "names": _("names"),
    }  # fmt: skip
    return ", ".join(
        label
        if name in {"area_id", "note", "names"}
        else f"{label}: {getattr(before, name) or '–'} → {getattr(after, name) or '–'}"
        for name, label in labels.items()
        if (getattr(before, name) or None) != (getattr(after, name) or None)
    )
