"""What an item needs to know."""

from typing import Any

from wtforms import ValidationError

from aidtrack.catalogue import measures
from aidtrack.catalogue.details import ItemDetails, PackDetails
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.catalogue.packs import PackShape
from aidtrack.catalogue.units import BASE_UNITS
from aidtrack.core.counted import MANY, unit_name
from aidtrack.core.i18n import _, lazy
from aidtrack.web.fields import (
    AmountField,
    CheckboxField,
    MoneyField,
    QuantityField,
    SelectField,
    TextField,
)
from aidtrack.web.forms import LineForm, LineList, UseCaseForm
from aidtrack.web.standard_fields import CurrencyField, NamesField, name_lines

CODE_MAX = 40
PACK_SIZE_MAX = 10**9


class PackLine(LineForm):
    """A pack and how many it holds."""

    counts = ("name", "size")
    name = TextField(lazy("Pack, such as carton"), required=True, max_length=40)
    size = QuantityField(lazy("Holds"), required=True, minimum=2, maximum=PACK_SIZE_MAX)


class ItemForm(UseCaseForm):
    """What may change of an item. Weight and volume are those of one unit."""

    code = TextField(
        lazy("Code"),
        required=True,
        max_length=CODE_MAX,
        hint=lazy("As papers and labels print it."),
    )
    name = TextField(lazy("Name"), required=True)
    category = SelectField(
        lazy("Category"), kind=str, search=True, search_url="/api/v1/items/categories"
    )
    weight = AmountField(lazy("Weight of one"))
    weight_unit = SelectField(
        lazy("Weight in"),
        kind=str,
        choices=[("kg", lazy("kg")), ("g", lazy("g")), ("mg", lazy("mg"))],
        default="kg",
        required=True,
    )
    volume = AmountField(lazy("Volume of one"))
    volume_unit = SelectField(
        lazy("Volume in"),
        kind=str,
        choices=[("l", lazy("litres")), ("m3", lazy("m³")), ("cm3", lazy("cm³"))],
        default="l",
        required=True,
    )
    unit_value = MoneyField(lazy("Value of one"), currency_field="currency")
    currency = CurrencyField(lazy("Currency"))
    has_expiry = CheckboxField(
        lazy("It expires"), hint=lazy("Receiving then asks for the date on the box.")
    )
    is_cold_chain = CheckboxField(lazy("It must stay cold"))
    packs = LineList(PackLine, lazy("Packs"), required=False, rows=2, max_lines=20)
    names = NamesField()

    def validate_code(self, field: Any) -> None:
        field.data = " ".join(field.data.split())

    def validate_category(self, field: Any) -> None:
        if field.data and len(field.data) > 80:
            raise ValidationError(_("Use at most %(most)d characters.", most=80))

    def validate_unit_value(self, field: Any) -> None:
        if not self.currency.data:
            raise ValidationError(_("Choose the currency of this value."))

    def details(self, base_unit: str) -> ItemDetails:
        """The item as described. Raises Invalid for a measure or a name that cannot be."""
        value = self.unit_value.data
        return ItemDetails(
            code=self.code.data,
            name=self.name.data,
            names=self.names.as_names(),
            category=self.category.data or "",
            base_unit=base_unit,
            weight_mg=measures.weight_mg(self.weight.data, self.weight_unit.data),
            volume_mm3=measures.volume_mm3(self.volume.data, self.volume_unit.data),
            has_expiry=self.has_expiry.data,
            is_cold_chain=self.is_cold_chain.data,
            unit_value_minor=value,
            currency=self.currency.data if value is not None else None,
            packs=tuple(PackDetails(line["name"], line["size"]) for line in self.packs.data),
        )


class PackForm(UseCaseForm):
    """A pack by itself: what is in it, and what the whole of it weighs."""

    name = TextField(lazy("Pack, such as carton"), required=True, max_length=40)
    count = QuantityField(lazy("Holds"), required=True, minimum=1, maximum=PACK_SIZE_MAX)
    inside_id = SelectField(lazy("Of what"))
    weight = AmountField(
        lazy("Weight of the whole pack"),
        hint=lazy("As weighed, with its wrapping. Left empty, its contents are added up."),
    )
    weight_unit = SelectField(
        lazy("Weight in"),
        kind=str,
        choices=[("kg", lazy("kg")), ("g", lazy("g"))],
        default="kg",
        required=True,
    )
    volume = AmountField(lazy("Volume of the whole pack"))
    volume_unit = SelectField(
        lazy("Volume in"),
        kind=str,
        choices=[("l", lazy("litres")), ("m3", lazy("m³"))],
        default="l",
        required=True,
    )

    def choose_inner(self, item: Item, pack_id: int | None = None) -> None:
        """What may be in it: one of its kind loose, or a smaller pack."""
        self.inside_id.empty = unit_name(item.base_unit, MANY)
        self.choose(
            inside_id=[
                (pack.id, f"{unit_name(pack.name, MANY)} × {pack.size}")
                for pack in item.packs
                if pack.is_active and pack.id != pack_id
            ]
        )

    def shape(self) -> PackShape:
        """The pack as described. Raises Invalid for a measure that cannot be."""
        return PackShape(
            name=self.name.data,
            count=self.count.data,
            inside_id=self.inside_id.data,
            weight_mg=measures.weight_mg(self.weight.data, self.weight_unit.data),
            volume_mm3=measures.volume_mm3(self.volume.data, self.volume_unit.data),
        )


class NewItemForm(ItemForm):
    base_unit = SelectField(
        lazy("Counted in"),
        kind=str,
        choices=list(BASE_UNITS.items()),
        default="piece",
        required=True,
        hint=lazy("It cannot change later, because stock counts in it."),
    )


class CategoryForm(UseCaseForm):
    name = TextField(lazy("Name"), required=True, max_length=80)
    names = NamesField()


class ItemFilter(UseCaseForm):
    q = TextField(lazy("Name or code, in any language"), max_length=80)
    category_id = SelectField(lazy("Category"), empty=lazy("Every category"))
    state = SelectField(
        lazy("State"),
        kind=str,
        choices=[("active", lazy("in use")), ("retired", lazy("retired"))],
        empty=lazy("in use"),
    )

    def asked(self) -> dict[str, Any]:
        """What `queries.items` takes; what cannot be meant counts as not said."""
        return {
            "words": self.q.data or "",
            "category_id": None if self.category_id.errors else self.category_id.data,
            "is_active": self.state.data != "retired",
        }


def filled(item: Item) -> dict[str, Any]:
    """An item as the values of its form."""
    weight, weight_unit = measures.in_weight_unit(item.weight_mg)
    volume, volume_unit = measures.in_volume_unit(item.volume_mm3)
    return {
        "code": item.code,
        "name": item.name,
        "names": name_lines(item.names),
        "category": item.category.name if item.category else None,
        "weight": weight,
        "weight_unit": weight_unit,
        "volume": volume,
        "volume_unit": volume_unit,
        "unit_value": item.unit_value_minor,
        "currency": item.currency,
        "has_expiry": item.has_expiry,
        "is_cold_chain": item.is_cold_chain,
    }


def filled_pack(pack: ItemPack) -> dict[str, Any]:
    """A pack as the values of its form."""
    weight, weight_unit = measures.in_weight_unit(pack.weight_mg)
    volume, volume_unit = measures.in_volume_unit(pack.volume_mm3)
    return {
        "name": pack.name,
        "count": pack.inside_count or pack.size,
        "inside_id": pack.inside_id,
        "weight": weight,
        "weight_unit": weight_unit,
        "volume": volume,
        "volume_unit": volume_unit,
    }


def copy_of(item: Item) -> dict[str, Any]:
    """A new item like this one, which needs a code of its own."""
    packs = [{"name": pack.name, "size": pack.size} for pack in item.packs if pack.is_active]
    return filled(item) | {"code": "", "base_unit": item.base_unit, "packs": packs}
