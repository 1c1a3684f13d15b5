"""What people scan or type, and which labels they want."""

from collections.abc import Sequence
from typing import Any

from aidtrack.catalogue.models import ItemPack
from aidtrack.core.counted import unit_name
from aidtrack.core.i18n import _, lazy
from aidtrack.scanning.codes import GROUP_SEPARATOR, READ_MAX
from aidtrack.scanning.formats import FORMATS, USUAL, Format
from aidtrack.scanning.goods_labels import LABELS_MAX, Wanted
from aidtrack.scanning.numbers import Packed
from aidtrack.scanning.printing import COPIES_MAX
from aidtrack.scanning.services import CODE_MAX
from aidtrack.stock.forms import MoveForm
from aidtrack.web.fields import CheckboxField, IdField, QuantityField, SelectField, TextField
from aidtrack.web.forms import KeyedForm, UseCaseForm

PLACES_MAX = max(each.on_a_page for each in FORMATS.values())
MODES = ("look", "receive", "move", "check")


class CodeField(TextField):
    """A code, with the sign that ends a part of a GS1 code: scanners send it."""

    allowed_controls = {GROUP_SEPARATOR}


class ScanForm(UseCaseForm):
    code = CodeField(lazy("Scan or type a code"), max_length=READ_MAX)
    times = QuantityField(lazy("Times"), minimum=1, default=1)
    mode = TextField(lazy("Mode"), hidden=True, max_length=10)
    donation_id = IdField(lazy("Donation"), hidden=True)
    shipment_id = IdField(lazy("Shipment"), hidden=True)

    @property
    def chosen_mode(self) -> str:
        return self.mode.data if self.mode.data in MODES else MODES[0]


class DonationForm(UseCaseForm):
    donation_id = SelectField(lazy("Into which donation?"), required=True)
    mode = TextField(lazy("Mode"), hidden=True, max_length=10, default="receive")


class ShipmentForm(UseCaseForm):
    shipment_id = SelectField(lazy("Which shipment?"), required=True)
    mode = TextField(lazy("Mode"), hidden=True, max_length=10, default="check")


class MoveScannedForm(MoveForm):
    """What was scanned goes into the bin that was scanned last."""

    to_place_id = IdField(
        lazy("Into bin"), required=True, hidden=True, missing=lazy("Scan the bin they go into.")
    )


class GiveForm(UseCaseForm):
    """A code that nothing is called by, and the item that it shall stand for."""

    code = CodeField(lazy("Code"), hidden=True, max_length=READ_MAX)
    item_id = SelectField(lazy("Give this code to an item"), required=True, search=True)


class BarcodeForm(UseCaseForm):
    code = CodeField(
        lazy("Bar code"),
        required=True,
        missing=lazy("Scan or type the code."),
        max_length=CODE_MAX,
        hint=lazy("As it stands below the bars: EAN, UPC, GTIN, or a code of your own."),
    )
    pack_id = SelectField(
        lazy("It stands on"),
        empty=lazy("a single one"),
        hint=lazy("A carton has another code than what is in it."),
    )
    is_own = CheckboxField(
        lazy("This is a code of our own"),
        hint=lazy("For digits that are not meant to be a GTIN; their last digit is not tested."),
    )

    def offer(self, packs: list[ItemPack]) -> None:
        self.choose(
            pack_id=[
                (pack.id, f"{unit_name(pack.name, 1)} × {pack.size}")
                for pack in packs
                if pack.is_active
            ]
        )


class AskForm(UseCaseForm):
    """What programs ask of a code."""

    code = CodeField(lazy("Code"), required=True, max_length=READ_MAX)
    moving = CheckboxField(lazy("Say where it lies"))
    donation_id = IdField(lazy("Donation"))


class LabelsForm(UseCaseForm):
    """What to label, read from the address, and how: nothing is changed by printing."""

    format = SelectField(lazy("Labels"), kind=str, required=True, default=USUAL)
    start = QuantityField(
        lazy("First free label"),
        minimum=1,
        maximum=PLACES_MAX,
        default=1,
        hint=lazy("Counted along the rows, so that a used sheet is not wasted."),
    )
    copies = QuantityField(lazy("Copies of each"), minimum=1, maximum=COPIES_MAX, default=1)
    boxes = SelectField(
        lazy("One label for"),
        kind=str,
        required=True,
        default="no",
        choices=[("no", lazy("each lot")), ("yes", lazy("each box of a lot"))],
    )
    receipt_id = IdField(lazy("Receipt"), hidden=True)
    shipment_id = IdField(lazy("Shipment"), hidden=True)
    bins_of = IdField(lazy("Place"), hidden=True)
    run_id = IdField(lazy("Numbers"), hidden=True)

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.choose(format=[(each.key, format_words(each)) for each in FORMATS.values()])

    @property
    def chosen(self) -> Format:
        return FORMATS.get(self.format.data or "", FORMATS[USUAL])

    def wanted(self, of: Sequence[str], picks: Sequence[tuple[int, int]]) -> Wanted:
        return Wanted(
            of=tuple(of),
            picks=tuple(picks),
            bins_of=self.bins_of.data,
            receipt_id=self.receipt_id.data,
            shipment_id=self.shipment_id.data,
            boxes=self.boxes.data == "yes",
        )


class NumbersForm(KeyedForm):
    """Which boxes or pallets get a number."""

    packed = SelectField(
        lazy("A number for"),
        kind=str,
        default=Packed.ONE_LOT,
        choices=[
            (Packed.ONE_LOT, lazy("each box or pallet of one lot")),
            (Packed.MIXED, lazy("pallets of mixed goods")),
        ],
    )
    boxes_each = QuantityField(
        lazy("Boxes on each"),
        minimum=1,
        maximum=LABELS_MAX,
        default=1,
        hint=lazy("1 numbers every box; more numbers pallets of so many boxes."),
    )
    pallets = QuantityField(
        lazy("Pallets of mixed goods"), minimum=1, maximum=LABELS_MAX, default=1
    )

    def offer(self, *, is_shipment: bool) -> None:
        """For a page: only what is on a shipment is known to stand on one pallet."""
        self.packed.required = True
        if not is_shipment:
            del self.packed, self.pallets

    def asked(self) -> dict[str, Any]:
        """What `numbers.give` takes."""
        return {
            "packed": Packed(self.packed.data or Packed.ONE_LOT),
            "boxes_each": self.boxes_each.data or 1,
            "pallets": self.pallets.data or 1,
            "key": self.key.data,
        }


class CompanyPrefixForm(UseCaseForm):
    company_prefix = TextField(
        lazy("GS1 company prefix"),
        max_length=20,
        hint=lazy("The 4 to 12 digits that GS1 gave you. With an American one, put a 0 before it."),
    )
    next_number = TextField(
        lazy("Next number"),
        max_length=20,
        hint=lazy("Raise it when another program gave numbers under this prefix before."),
    )

    def asked(self) -> dict[str, str]:
        """What `prefixes.change` takes."""
        return {
            "company_prefix": self.company_prefix.data or "",
            "next_number": self.next_number.data or "",
        }


def format_words(form: Format) -> str:
    size = f"{form.width:g} × {form.height:g} mm"
    if form.is_roll:
        return _("Roll, %(size)s", size=size)
    return _(
        "A4 sheet, %(columns)d × %(rows)d of %(size)s",
        columns=form.columns,
        rows=form.rows,
        size=size,
    )
