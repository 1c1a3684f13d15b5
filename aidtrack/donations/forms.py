"""What people say when donors promise goods, when goods come, and when they look for either."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from babel.numbers import get_currency_precision
from flask import request

from aidtrack.catalogue.units import pieces
from aidtrack.core import clock
from aidtrack.core.counted import MANY, unit_name
from aidtrack.core.i18n import _, lazy
from aidtrack.documents.forms import PaperLanguages
from aidtrack.donations.arrivals import MODES, Arrival, ReceivedLot
from aidtrack.donations.choices import PackChoice
from aidtrack.donations.pledges import Pledge, PledgedLine
from aidtrack.donations.queries import DonationDetail, DonationFilter, DonationView, LineDetail
from aidtrack.places.forms import BinField
from aidtrack.places.models import Place
from aidtrack.places.queries import bin_called
from aidtrack.stock.suggestions import Suggestion
from aidtrack.web.fields import (
    CheckboxField,
    Choice,
    DateField,
    DateTimeField,
    IdField,
    MoneyField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import ADD_LINES, KeyedForm, LineForm, LineList, UseCaseForm
from aidtrack.web.standard_fields import CurrencyField

MODE_LABELS = {
    "road": lazy("Road"),
    "air": lazy("Air"),
    "sea": lazy("Sea"),
    "rail": lazy("Rail"),
    "hand": lazy("By hand"),
}
Sizes = Mapping[int, int]
"""How many base units each pack holds, by the pack's id."""


class DonationFilterForm(UseCaseForm):
    words = TextField(lazy("Number, donor, grant or goods"), max_length=80)
    donor_id = SelectField(lazy("Donor"), empty=lazy("All donors"))
    view = SelectField(lazy("View"), kind=str, hidden=True)

    def wanted(self) -> DonationFilter:
        """The filter; what cannot be meant counts as not said."""
        known = {str(view) for view in DonationView}
        view = self.view.data if self.view.data in known else DonationView.ALL
        return DonationFilter(
            words=self.words.data or "",
            donor_id=self.donor_id.data if isinstance(self.donor_id.data, int) else None,
            view=DonationView(view),
        )


class ReceiptFilterForm(UseCaseForm):
    words = TextField(lazy("Number or donor"), max_length=80)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))

    def wanted(self) -> dict[str, Any]:
        """What `receipts.receipts` takes; what cannot be meant counts as not said."""
        site_id = self.site_id.data
        return {
            "words": self.words.data or "",
            "site_id": site_id if isinstance(site_id, int) else None,
        }


class UnitValueField(MoneyField):
    """An amount in a line, in the currency of the whole form."""

    decimals = 2

    def _decimals(self, form: Any) -> int:
        return self.decimals

    def show(self, value: Any) -> str:
        if not isinstance(value, int):
            return super().show(value)
        whole, part = divmod(value, 10**self.decimals)
        return f"{whole}.{part:0{self.decimals}d}" if self.decimals else str(whole)


class PledgeLine(LineForm):
    counts = ("item_id", "quantity")
    item_id = SelectField(lazy("Item"), required=True, search=True)
    quantity = QuantityField(lazy("How many"), required=True, minimum=1)
    pack_id = SelectField(lazy("Packed in"), empty=lazy("pieces"), depends_on="item_id")
    unit_value = UnitValueField(lazy("Value of one piece"))
    note = TextField(lazy("Note"), max_length=200)


class ChangePledgeForm(UseCaseForm):
    donor_id = SelectField(lazy("Donor"), required=True, missing=lazy("Choose who gives."))
    grant_reference = TextField(
        lazy("Grant or reference"), max_length=100, hint=lazy("The donor's own number for it.")
    )
    expected_on = DateField(lazy("Expected on"))
    eligible_until = DateField(
        lazy("To be spent until"), hint=lazy("The last day on which the donor lets it be used.")
    )
    value = MoneyField(
        lazy("Value of the whole"), currency_field="currency", hint=lazy("The donor's own figure.")
    )
    currency = CurrencyField(lazy("Currency"))
    earmark = TextField(
        lazy("Meant for"), max_length=300, hint=lazy("A wish of the donor, in words.")
    )
    earmark_area_id = SelectField(lazy("Meant for the area"), search=True)
    note = TextAreaField(lazy("Note"), max_length=2000)
    lines = LineList(PledgeLine, lazy("What is promised"))

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        currency = self.currency.data
        if isinstance(currency, str) and len(currency) == 3:
            for row in self.lines.entries:
                row.form.unit_value.decimals = get_currency_precision(currency)

    @property
    def pack_ids(self) -> list[int | None]:
        return [line["pack_id"] for line in self.lines.data]

    def pledge(self, sizes: Sizes) -> Pledge:
        """What was said, in base units."""
        return Pledge(
            donor_id=self.donor_id.data,
            value_minor=self.value.data,
            currency=self.currency.data,
            grant_reference=self.grant_reference.data or "",
            earmark=self.earmark.data or "",
            earmark_area_id=self.earmark_area_id.data,
            expected_on=self.expected_on.data,
            eligible_until=self.eligible_until.data,
            note=self.note.data or "",
            lines=tuple(
                PledgedLine(
                    item_id=line["item_id"],
                    quantity=pieces(line["quantity"], sizes.get(line["pack_id"])),
                    pack_id=line["pack_id"],
                    unit_value_minor=line["unit_value"],
                    note=line["note"] or "",
                )
                for line in self.lines.data
            ),
        )


class PledgeForm(ChangePledgeForm, KeyedForm):
    """The same, sent once."""


def said_before(donation: DonationDetail) -> dict[str, Any]:
    """The form of a pledge as it stands now."""
    return {
        "donor_id": donation.donor_id,
        "grant_reference": donation.grant_reference,
        "expected_on": donation.expected_on,
        "eligible_until": donation.eligible_until,
        "value": donation.value_minor,
        "currency": donation.currency,
        "earmark": donation.earmark,
        "earmark_area_id": donation.earmark_area_id,
        "note": donation.note,
        "lines": [
            {
                "item_id": line.item_id,
                "unit_value": line.unit_value_minor,
                "note": line.note,
                **in_packs(line, quantity=line.quantity),
            }
            for line in donation.lines
        ],
    }


def in_packs(line: LineDetail, **quantities: int) -> dict[str, int | None]:
    """Quantities counted in the line's pack when it divides them, or else in pieces."""
    size = line.pack_size or 1
    if size > 1 and not any(quantity % size for quantity in quantities.values()):
        counted = {name: quantity // size for name, quantity in quantities.items()}
        return {"pack_id": line.pack_id, **counted}
    return {"pack_id": None, **quantities}


class LotLine(LineForm):
    """One lot of a donation line. The three figures count in the pack, or in pieces."""

    counts = ("stated", "good", "damaged")
    donation_line_id = IdField(lazy("Line of the donation"), required=True, hidden=True)
    stated = QuantityField(lazy("On their paper"))
    good = QuantityField(
        lazy("Good"), required=True, missing=lazy("Write how many are good; 0 is an answer.")
    )
    damaged = QuantityField(lazy("Damaged"))
    pack_id = SelectField(lazy("Counted in"), empty=lazy("pieces"))
    batch_number = TextField(lazy("Batch number"), max_length=80)
    expires_on = DateField(lazy("Expires on"))
    place_id = BinField(lazy("Bin"))
    is_claimed = CheckboxField(lazy("We claim for this"))
    note = TextField(lazy("Note"), max_length=300)


class ReceiveForm(PaperLanguages, KeyedForm):
    site_id = SelectField(
        lazy("Where the goods arrived"), required=True, missing=lazy("Choose a place.")
    )
    arrived_at = DateTimeField(lazy("When they arrived"), required=True, default=clock.now)
    bin_id = BinField(
        lazy("Bin for lots that name none"),
        hint=lazy("Without one such goods stand on the floor."),
    )
    to_dock = CheckboxField(
        lazy("Leave everything at the dock"),
        hint=lazy("It is put away later, on the page Put away. The bins below do not count then."),
    )
    even_if_full = CheckboxField(lazy("There is room: receive it here all the same"))
    delivered_by = TextField(lazy("Delivered by"), max_length=120)
    received_by = TextField(lazy("Received by"), max_length=120)
    transport = SelectField(
        lazy("Came by"),
        kind=str,
        required=True,
        default="road",
        choices=[(mode, MODE_LABELS[mode]) for mode in MODES],
    )
    transport_reference = TextField(
        lazy("Vehicle or consignment note"), max_length=120, hint=lazy("Plate, CMR, AWB or B/L.")
    )
    documents_complete = CheckboxField(lazy("The papers with the goods are in order"), default=True)
    note = TextAreaField(lazy("Note"), max_length=2000)
    lines = LineList(
        LotLine,
        lazy("What came"),
        rows=0,
        missing=lazy("Say what came: fill in at least one line."),
    )

    dock_id: int | None = None

    @property
    def pack_ids(self) -> list[int | None]:
        return [line["pack_id"] for line in self.lines.data]

    def arrival(self, sizes: Sizes) -> Arrival:
        """What was said, in base units. Without the donor's figure nothing differs from it."""
        return Arrival(
            site_id=self.site_id.data,
            arrived_at=self.arrived_at.data,
            lots=tuple(self._lot(line, sizes.get(line["pack_id"])) for line in self.lines.data),
            delivered_by=self.delivered_by.data or "",
            received_by=self.received_by.data or "",
            transport=self.transport.data,
            transport_reference=self.transport_reference.data or "",
            documents_complete=self.documents_complete.data,
            note=self.note.data or "",
            languages=self.paper_languages(),
        )

    def _lot(self, line: dict[str, Any], size: int | None) -> ReceivedLot:
        good, damaged = line["good"], line["damaged"] or 0
        stated = good + damaged if line["stated"] is None else line["stated"]
        return ReceivedLot(
            donation_line_id=line["donation_line_id"],
            stated=pieces(stated, size),
            good=pieces(good, size),
            damaged=pieces(damaged, size),
            place_id=self._place(line["place_id"]),
            batch_number=line["batch_number"] or "",
            expires_on=line["expires_on"],
            pack_id=line["pack_id"],
            is_claimed=line["is_claimed"],
            note=line["note"] or "",
        )

    def _place(self, named: int | None) -> int | None:
        """The bin of a lot; None is the floor."""
        return self.dock_id if self.to_dock.data else named or self.bin_id.data

    def offer_bins(self, site: tuple[int, str] | None, bins: list[Place]) -> None:
        """The floor of the site, and its bins by path; a name that only one has will do too."""
        offered = [*([site] if site else []), *((each.id, each.label) for each in bins)]
        self.bin_id.look_up = partial(bin_called, site[0] if site else 0)
        self.lines.look_ups["place_id"] = self.bin_id.look_up
        self.choose(bin_id=offered, place_id=offered)

    def explain(self, suggested: Mapping[int, Suggestion]) -> None:
        """Say in each row why its bin is suggested, as long as it is the one."""
        for row in self.lines.entries:
            found = suggested.get(row.form.donation_line_id.data)
            if found and row.form.place_id.data == found.place_id:
                row.form.place_id.description = _("Suggested bin: %(why)s", why=found.why)

    def lay_out(self, donation: DonationDetail, packs: list[PackChoice]) -> None:
        """A row for every line of the donation, one more where asked for, each with its packs."""
        lines = {line.id: line for line in donation.lines}
        asked = request.form.get(ADD_LINES, "")
        wanted = [int(asked)] if asked.isdecimal() and int(asked[:18]) in lines else []
        present = {row.form.donation_line_id.data for row in self.lines.entries}
        for line_id in [*(line_id for line_id in lines if line_id not in present), *wanted]:
            pack_id = lines[line_id].pack_id
            self.lines.append_entry({"donation_line_id": line_id, "pack_id": pack_id})
        for row in self.lines.entries:
            line = lines.get(row.form.donation_line_id.data)
            offer_packs(row.form, line.item_id if line else None, packs)

    def rows_of(self, line_id: int) -> list[Any]:
        """The rows of a donation line, in the order of the page."""
        rows = [row.form for row in self.lines.entries]
        return [row for row in rows if row.donation_line_id.data == line_id]

    def pattern_of(self, line: LineDetail, packs: list[PackChoice]) -> Any:
        """An empty row of a donation line, for the page to copy."""
        row = self.lines.pattern().form
        row.donation_line_id.process(None, line.id)
        row.pack_id.process(None, line.pack_id)
        offer_packs(row, line.item_id, packs)
        return row


def offer_of_packs(packs: list[PackChoice]) -> list[Choice]:
    """Choices that the page narrows to the packs of the item in the same row."""
    return [
        Choice(
            pack.id,
            pack_words(pack),
            facts=facts_of(pack) | {"item": pack.item_label},
        )
        for pack in packs
    ]


def offer_packs(row: Any, item_id: int | None, packs: list[PackChoice]) -> None:
    """Let a row count in the packs of its item."""
    row.pack_id.choices = [
        Choice(pack.id, pack_words(pack), facts=facts_of(pack))
        for pack in packs
        if pack.item_id == item_id
    ]


def facts_of(pack: PackChoice) -> dict[str, Any]:
    """What the page needs to turn packs into pieces."""
    return {"size": pack.size, "unit": unit_name(pack.base_unit, MANY)}


def pack_words(pack: PackChoice) -> str:
    """carton × 24"""
    return f"{unit_name(pack.name, 1)} × {pack.size}"


def still_to_come(
    donation: DonationDetail, suggested: Mapping[int, Suggestion]
) -> list[dict[str, Any]]:
    """Rows filled with what is still to come, as if all of it were good and went where it fits."""
    return [
        {
            "donation_line_id": line.id,
            "place_id": suggested[line.id].place_id if line.id in suggested else None,
            **in_packs(line, stated=line.to_come, good=line.to_come),
        }
        for line in donation.lines
        if line.to_come
    ]


class ReasonForm(UseCaseForm):
    reason = TextField(lazy("Why"), missing=lazy("Say why the rest will not come."), max_length=500)


class CancelForm(UseCaseForm):
    reason = TextField(lazy("Why"), required=True, missing=lazy("Say why."), max_length=500)


class ReopenForm(KeyedForm):
    """Nothing to say; a repeat finds it open."""


class LoseAgainForm(KeyedForm):
    reason = TextField(lazy("Why"), required=True, max_length=500)


class UndoForm(KeyedForm):
    reason = TextField(lazy("Why"), max_length=500)
