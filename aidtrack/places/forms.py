"""What a site, its bins and an area need to know."""

import re
from decimal import Decimal
from typing import Any

from flask import request
from wtforms import ValidationError

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _, lazy
from aidtrack.places import areas, queries
from aidtrack.places.details import (
    MG_PER_KG,
    MM3_PER_M3,
    AreaDetails,
    BinDetails,
    SiteDetails,
    in_kg,
    in_m3,
)
from aidtrack.places.models import Place, PlaceKind, Purpose, SiteState
from aidtrack.places.patterns import spread
from aidtrack.places.queries import KINDS, PURPOSES
from aidtrack.web import bodies
from aidtrack.web.fields import (
    AmountField,
    CheckboxField,
    Choice,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.standard_fields import CountryField, NamesField, name_lines

BIN_NAME_MAX = 40
BINS_TEXT_MAX = 20_000
SITE_KINDS = [
    (str(kind), KINDS[kind]) for kind in (PlaceKind.WAREHOUSE, PlaceKind.DISTRIBUTION_POINT)
]
LEVELS = [
    ("0", lazy("0 · country")),
    ("1", lazy("1 · region")),
    ("2", lazy("2 · district")),
    ("3", lazy("3 · municipality")),
    ("4", lazy("4 · village or quarter")),
]
ROOM_HINT = lazy("How much fits. Leave it empty when nobody has measured.")
STATES = (
    (SiteState.OPEN, lazy("Open"), lazy("Goods come in and go out.")),
    (SiteState.FULL, lazy("Full"), lazy("Not offered for receipts and shipments. Goods go out.")),
    (SiteState.CLOSED, lazy("Closed"), lazy("Not used. It has to be empty.")),
)
POSITION = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,15})?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)")


class AreaField(SelectField):
    """An area by its label, its P-code or its name. Programs send its number."""

    def __init__(self, label: object = None, *args: Any, **options: Any) -> None:
        super().__init__(
            label,
            *args,
            search=True,
            look_up=queries.area_called,
            search_url="/api/v1/places/area-choices",
            **options,
        )

    def parse(self, text: str) -> Any:
        # In a page bare digits are a P-code, as in Tajikistan, before they are our number.
        if request.method == "POST" and not bodies.is_json():
            found = queries.area_called(text)
            if found is not None:
                return found
        return super().parse(text)


class BinField(SelectField):
    """A bin by its path, or by a name or code that only one has. Programs send its number.

    In a page digits are a name before they are our number: bins are called 7 everywhere.
    """

    def __init__(self, label: object = None, *args: Any, **options: Any) -> None:
        super().__init__(label, *args, search=True, **options)

    def _is_value(self, text: str) -> bool:
        return bodies.is_json() and super()._is_value(text)

    def _value_called(self, label: str) -> Any:
        offered = {choice.value: choice.label for choice in self.choices or ()}
        if label not in offered.values():
            found = self.look_up(label) if self.look_up else None
            if found in offered:
                return found
            if label.isdecimal() and int(label[:10]) in offered:
                return int(label[:10])
        return super()._value_called(label)


class SiteForm(UseCaseForm):
    """What may change of a warehouse or distribution point."""

    name = TextField(lazy("Name"), required=True, max_length=120)
    code = TextField(lazy("Code"), max_length=40, hint=lazy("A short name for labels."))
    area_id = AreaField(
        lazy("Area"), hint=lazy("Type a name or a P-code. A distribution point needs one.")
    )
    address = TextAreaField(lazy("Address"), max_length=500, hint=lazy("As papers print it."))
    contact = TextField(lazy("Contact person"))
    phone = TextField(lazy("Phone"), max_length=40)
    dock_instructions = TextAreaField(
        lazy("For drivers"),
        max_length=1000,
        hint=lazy("Which gate, which hours, how large a truck."),
    )
    room_m3 = AmountField(lazy("Room in m³"), hint=ROOM_HINT)
    room_kg = AmountField(lazy("Room in kg"))
    position = TextField(
        lazy("Position"),
        max_length=60,
        hint=lazy("Latitude and longitude, as maps show them: 40.5283, 72.7985"),
    )
    note = TextAreaField(lazy("Note"), max_length=1000)
    names = NamesField()

    def details(self) -> SiteDetails:
        """The site as described. Raises Invalid for a position that is nowhere."""
        latitude, longitude = position_e6(self.position.data)
        return SiteDetails(
            name=self.name.data,
            code=self.code.data or "",
            names=self.names.as_names(),
            area_id=self.area_id.data,
            address=self.address.data or "",
            contact=self.contact.data or "",
            phone=self.phone.data or "",
            dock_instructions=self.dock_instructions.data or "",
            latitude_e6=latitude,
            longitude_e6=longitude,
            note=self.note.data or "",
            capacity_mm3=capacity(self.room_m3.data, MM3_PER_M3, "room_m3"),
            capacity_mg=capacity(self.room_kg.data, MG_PER_KG, "room_kg"),
        )


class NewSiteForm(SiteForm):
    kind = SelectField(
        lazy("Kind"), kind=str, choices=SITE_KINDS, required=True, default="warehouse"
    )
    organisation_id = SelectField(lazy("Organisation"), empty=lazy("Mine"))


class BinsForm(UseCaseForm):
    """Several bins at once, one a line, or from one to another."""

    names = TextAreaField(
        lazy("Bins, one a line"),
        required=True,
        max_length=BINS_TEXT_MAX,
        hint=lazy("“A-01 … A-24” stands for all of them. Those that are there already stay."),
    )
    zone_id = SelectField(lazy("In the zone"), empty=lazy("The warehouse itself"))
    purpose = SelectField(
        lazy("For"),
        kind=str,
        choices=list(PURPOSES.items()),
        empty=lazy("As the zone around them"),
    )

    def validate_names(self, field: Any) -> None:
        longest = max(self.as_names(), key=len, default="")
        if len(longest) > BIN_NAME_MAX:
            raise ValidationError(
                _("“%(name)s…” is too long for a bin; use at most %(most)d characters.",
                  name=longest[:20], most=BIN_NAME_MAX)
            )  # fmt: skip

    def as_names(self) -> list[str]:
        lines = (" ".join(line.split()) for line in (self.names.data or "").splitlines())
        return [name for line in lines if line for name in spread(line)]

    def offer_zones(self, place: Place, zones: list[tuple[int, str]]) -> None:
        """The zones of a warehouse; on the page of a zone, those in it."""
        self.choose(zone_id=zones)
        if place.kind == PlaceKind.BIN:
            self.zone_id.empty = place.label

    def wanted(self, inside_id: int | None = None) -> dict[str, Any]:
        """What `services.add_bins` takes besides the names; into `inside_id` when none is named."""
        purpose = self.purpose.data
        return {
            "zone_id": self.zone_id.data or inside_id,
            "purpose": Purpose(purpose) if purpose else None,
        }


class BinForm(UseCaseForm):
    """What may change of a bin or a zone."""

    name = TextField(lazy("Name"), required=True, max_length=BIN_NAME_MAX)
    code = TextField(
        lazy("Code"), max_length=40, hint=lazy("As its label says, when it says something else.")
    )
    parent_id = SelectField(
        lazy("Lies in"),
        required=True,
        hint=lazy("What is in it moves with it. Goods and papers stay as they are."),
    )
    purpose = SelectField(
        lazy("For"),
        kind=str,
        required=True,
        default=str(Purpose.STORAGE),
        choices=list(PURPOSES.items()),
        hint=lazy("Bins inside that are for the same follow."),
    )
    is_cold_chain = CheckboxField(lazy("Kept cold"))
    room_m3 = AmountField(lazy("Room in m³"), hint=ROOM_HINT)
    room_kg = AmountField(lazy("Room in kg"))
    note = TextAreaField(lazy("Note"), max_length=1000)

    def details(self) -> BinDetails:
        return BinDetails(
            name=" ".join(self.name.data.split()),
            parent_id=self.parent_id.data,
            code=self.code.data or "",
            purpose=Purpose(self.purpose.data),
            is_cold_chain=self.is_cold_chain.data,
            capacity_mm3=capacity(self.room_m3.data, MM3_PER_M3, "room_m3"),
            capacity_mg=capacity(self.room_kg.data, MG_PER_KG, "room_kg"),
            note=self.note.data or "",
        )


class StateForm(UseCaseForm):
    state = SelectField(
        lazy("State"),
        kind=str,
        radio=True,
        required=True,
        choices=[Choice(str(state), label, None, {"hint": hint}) for state, label, hint in STATES],
    )
    reason = TextField(lazy("Why"), required=True, missing=lazy("Say why."), max_length=500)


class AreaForm(UseCaseForm):
    pcode = TextField(
        lazy("P-code"), required=True, max_length=40, hint=lazy("As OCHA lists it: KG05 or 762001.")
    )
    name = TextField(lazy("Name"), required=True, max_length=120)
    level = SelectField(lazy("Level"), kind=str, choices=LEVELS, required=True)
    country = CountryField(lazy("Country"), required=True)
    parent_id = AreaField(lazy("Inside of"), hint=lazy("The area one level above."))
    names = NamesField()

    def validate_pcode(self, field: Any) -> None:
        field.data = areas.cleaned_pcode(field.data)
        if not field.data:
            raise ValidationError(_("A P-code is made of letters and digits, such as KG05."))

    def details(self) -> AreaDetails:
        return AreaDetails(
            pcode=self.pcode.data,
            name=self.name.data,
            level=int(self.level.data),
            country=self.country.data,
            parent_id=self.parent_id.data,
            names=self.names.as_names(),
        )


class AreaNamesForm(UseCaseForm):
    """What may change of an area: how it is called."""

    name = TextField(lazy("Name"), required=True, max_length=120)
    names = NamesField()


class PlaceFilter(UseCaseForm):
    q = TextField(lazy("Name or code"), max_length=80)
    kind = SelectField(lazy("Kind"), kind=str, choices=SITE_KINDS, empty=lazy("Every kind"))
    area_id = AreaField(lazy("Area"))
    state = SelectField(
        lazy("State"),
        kind=str,
        choices=[("open", lazy("open")), ("closed", lazy("closed"))],
        empty=lazy("open"),
    )
    view = SelectField(lazy("View"), kind=str, hidden=True)

    def asked(self) -> dict[str, Any]:
        """What `queries.sites` takes; what cannot be meant counts as not said."""
        kind = self.kind.data if not self.kind.errors else None
        area_id = self.area_id.data if not self.area_id.errors else None
        return {
            "words": self.q.data or "",
            "kind": PlaceKind(kind) if kind else None,
            "area_id": area_id,
            "is_active": self.state.data != "closed",
            "is_shared": self.view.data == "shared",
        }


def filled(place: Place) -> dict[str, Any]:
    """A site or a bin as the values of its form, beside those of the same name."""
    return {
        "room_m3": in_m3(place.capacity_mm3),
        "room_kg": in_kg(place.capacity_mg),
        "position": position_text(place.latitude_e6, place.longitude_e6),
        "names": name_lines(place.names),
    }


def capacity(amount: Decimal | None, per_unit: int, field: str) -> int | None:
    """In the smallest unit; None when nobody said, which is also what zero says. Raises Invalid."""
    if not amount:
        return None
    whole = amount * per_unit
    if whole != whole.to_integral_value():
        raise Invalid(_("This is more exact than can be kept."), field=field)
    return int(whole)


def position_e6(text: str | None) -> tuple[int | None, int | None]:
    """Latitude and longitude in millionths of a degree. Raises Invalid."""
    if not text:
        return None, None
    match = POSITION.fullmatch(text.strip())
    if not match:
        raise Invalid(_("Write latitude, longitude: 40.5283, 72.7985."), field="position")
    latitude, longitude = (round(Decimal(part) * 1_000_000) for part in match.groups())
    if abs(latitude) > 90_000_000 or abs(longitude) > 180_000_000:
        raise Invalid(_("This position is nowhere on earth."), field="position")
    return latitude, longitude


def position_text(latitude_e6: int | None, longitude_e6: int | None) -> str | None:
    if latitude_e6 is None or longitude_e6 is None:
        return None
    return f"{Decimal(latitude_e6) / 1_000_000}, {Decimal(longitude_e6) / 1_000_000}"
