"""What people say of kits: what is in one, how many are built, how goods are packed anew."""

from typing import Any

from aidtrack.catalogue import queries as catalogue
from aidtrack.catalogue.models import Item
from aidtrack.core.i18n import lazy
from aidtrack.kits.contents import Content
from aidtrack.kits.models import KitVersion
from aidtrack.kits.needs import KITS_MAX
from aidtrack.stock.making import Taking
from aidtrack.web.fields import IdField, QuantityField, SelectField, TextField
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm

# Looked up as one types: a catalogue is too long to be sent along.
ITEMS: dict[str, Any] = {
    "search": True,
    "search_url": "/api/v1/items/choices",
    "look_up": catalogue.item_called,
}


class KitFilterForm(UseCaseForm):
    q = TextField(lazy("Name or code, in any language"), max_length=80)


class ContentLine(LineForm):
    """An item of the kit, and up to two others that may stand in for it."""

    counts = ("item_id", "quantity")
    item_id = SelectField(lazy("Item"), required=True, **ITEMS)
    quantity = QuantityField(lazy("In each kit"), required=True, minimum=1)
    substitute_id = SelectField(lazy("Or instead"), **ITEMS)
    other_substitute_id = SelectField(lazy("Or else"), **ITEMS)


class ContentsForm(UseCaseForm):
    note = TextField(lazy("Why it changes"), max_length=200)
    lines = LineList(ContentLine, lazy("What is in it"), max_lines=60)

    def contents(self) -> list[Content]:
        return [
            Content(
                line["item_id"],
                line["quantity"],
                tuple(
                    other
                    for other in (line["substitute_id"], line["other_substitute_id"])
                    if other is not None
                ),
            )
            for line in self.lines.data
        ]


class NewKitForm(ContentsForm):
    item_id = SelectField(
        lazy("Kit"),
        required=True,
        hint=lazy("The item that the kit is in the catalogue."),
        **ITEMS,
    )


class PlanForm(UseCaseForm):
    """Asks for how many kits the parts are to be shown."""

    site_id = SelectField(lazy("Build at"), required=True)
    quantity = QuantityField(lazy("How many kits"), required=True, minimum=1, maximum=KITS_MAX)


class PartLine(LineForm):
    counts = ("quantity",)
    lot_id = IdField(lazy("Lot"), required=True, hidden=True)
    place_id = IdField(lazy("From"), required=True, hidden=True)
    quantity = QuantityField(lazy("Take"), required=True, minimum=0)


class BuildForm(KeyedForm):
    site_id = IdField(lazy("Build at"), required=True, hidden=True)
    quantity = QuantityField(
        lazy("How many kits"), required=True, minimum=1, maximum=KITS_MAX, hidden=True
    )
    to_place_id = SelectField(lazy("Put the kits into"), required=True)
    batch_number = TextField(lazy("Batch of the kits"), max_length=60)
    lines = LineList(PartLine, lazy("What is in it"), rows=0, required=False)

    def takings(self) -> list[Taking]:
        return [
            Taking(line["lot_id"], line["place_id"], line["quantity"])
            for line in self.lines.data
            if line["quantity"]
        ]


class UnbuildForm(KeyedForm):
    place_id = SelectField(lazy("Kits from"), required=True)
    quantity = QuantityField(lazy("How many"), required=True, minimum=1)
    to_place_id = SelectField(lazy("Put the parts into"), required=True)


class RepackForm(KeyedForm):
    place_id = SelectField(lazy("Take from"), required=True)
    pack_id = SelectField(lazy("Pack into"), empty=lazy("nothing: they lie loose"))
    packs = QuantityField(
        lazy("How many packs"),
        required=True,
        minimum=1,
        hint=lazy("Whole packs. Lying loose, count single ones."),
    )
    to_place_id = SelectField(lazy("Put them into"), required=True)


def filled(version: KitVersion) -> list[dict[str, Any]]:
    """The contents as the lines of their form, each item by what people call it."""
    lines = []
    for each in version.contents:
        first, second = [*(_called(other.item) for other in each.substitutes), None, None][:2]
        lines.append(
            {
                "item_id": _called(each.item),
                "quantity": each.quantity,
                "substitute_id": first,
                "other_substitute_id": second,
            }
        )
    return lines


def _called(item: Item) -> str:
    return f"{item.name_in()}{catalogue.SEPARATOR}{item.code}"
