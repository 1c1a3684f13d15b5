"""What people and programs say of shipments; everything in the words of their reader."""

from collections.abc import Iterable
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from aidtrack.catalogue.units import pieces
from aidtrack.core.i18n import _, lazy
from aidtrack.documents.forms import PaperLanguages
from aidtrack.shipments.contents import LoadDetail
from aidtrack.shipments.deliveries import HandedOver, HandOver
from aidtrack.shipments.goods import ShipmentDetails, WantedLine
from aidtrack.shipments.loading import LineChoice, LotChoice
from aidtrack.shipments.models import TransportMode
from aidtrack.shipments.overview import ShipmentFilter, ShipmentView
from aidtrack.shipments.settlement import Settled
from aidtrack.stock import reasons
from aidtrack.stock.models import Reason
from aidtrack.web import bodies
from aidtrack.web.fields import (
    DateField,
    DateTimeField,
    IdField,
    PhoneTimeField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm
from aidtrack.web.problems import Problem

REPORTS_MAX = 100
LOADS_MAX = 1_000
MODE_LABELS = {
    "road": lazy("Road"),
    "air": lazy("Air"),
    "sea": lazy("Sea"),
    "rail": lazy("Rail"),
    "hand": lazy("By hand"),
}
REASONS = reasons.choices()


class ShipmentFilterForm(UseCaseForm):
    words = TextField(lazy("Number, place, driver or plate"), max_length=80)
    origin_id = SelectField(lazy("From"), empty=lazy("Anywhere"))
    destination_id = SelectField(lazy("To"), empty=lazy("Anywhere"))
    since = DateField(lazy("Prepared since"))
    until = DateField(lazy("Prepared until"))
    view = SelectField(lazy("View"), kind=str, hidden=True)

    def wanted(self) -> ShipmentFilter:
        """The filter; what cannot be meant counts as not said."""
        known = {str(view) for view in ShipmentView}
        view = self.view.data if self.view.data in known else ShipmentView.ALL
        return ShipmentFilter(
            words=self.words.data or "",
            view=ShipmentView(view),
            origin_id=_id(self.origin_id.data),
            destination_id=_id(self.destination_id.data),
            since=self.since.data,
            until=self.until.data,
        )


class CodeForm(UseCaseForm):
    code = TextField(
        lazy("Code"), max_length=40, required=True, autocomplete="off",
        hint=lazy("Ten letters and digits, such as K7TM-4WPX-9R."),
    )  # fmt: skip


class GoodsLine(LineForm):
    counts = ("item_id", "quantity")
    item_id = SelectField(lazy("Item"), required=True, search=True)
    quantity = QuantityField(lazy("How many"), required=True, minimum=1)
    pack_id = SelectField(lazy("Packed in"), empty=lazy("pieces"), depends_on="item_id")
    note = TextField(lazy("Remark on the waybill"), max_length=200)


class ShipmentForm(KeyedForm):
    origin_id = SelectField(lazy("From"), required=True, missing=lazy("Choose where it starts."))
    destination_id = SelectField(
        lazy("To"), required=True, missing=lazy("Choose where it goes."),
        hint=lazy("A place of yours, or one that a partner shares to receive there."),
    )  # fmt: skip
    transport = SelectField(
        lazy("How it travels"), kind=str, choices=MODE_LABELS.items(), default="road"
    )
    departs_at = DateTimeField(lazy("Leaves"))
    expected_at = DateTimeField(lazy("Expected there"))
    driver_id = SelectField(
        lazy("Driver"), empty=lazy("Someone without an account"),
        hint=lazy("A driver with an account confirms the delivery on their phone."),
    )  # fmt: skip
    driver_name = TextField(lazy("Driver's name"), max_length=100)
    driver_phone = TextField(lazy("Driver's phone"), max_length=40)
    vehicle_plate = TextField(lazy("Vehicle plate"), max_length=30)
    trailer_plate = TextField(lazy("Trailer plate"), max_length=30)
    carrier = TextField(lazy("Carrier"), max_length=200, hint=lazy("Empty when it is you."))
    transport_reference = TextField(
        lazy("Transport paper"), max_length=60, hint=lazy("CMR, AWB or B/L number.")
    )
    requisition_reference = TextField(lazy("For request"), max_length=60)
    note = TextAreaField(lazy("Comments on the waybill"), max_length=2000)
    lines = LineList(GoodsLine, lazy("Goods"))

    def details(self) -> ShipmentDetails:
        return ShipmentDetails(
            origin_id=self.origin_id.data,
            destination_id=self.destination_id.data,
            transport=TransportMode(self.transport.data or "road"),
            transport_reference=self.transport_reference.data or "",
            carrier=self.carrier.data or "",
            vehicle_plate=self.vehicle_plate.data or "",
            trailer_plate=self.trailer_plate.data or "",
            driver_id=self.driver_id.data,
            driver_name=self.driver_name.data or "",
            driver_phone=self.driver_phone.data or "",
            requisition_reference=self.requisition_reference.data or "",
            departs_at=self.departs_at.data,
            expected_at=self.expected_at.data,
            note=self.note.data or "",
        )

    def wanted(self) -> list[WantedLine]:
        return [
            WantedLine(x["item_id"], x["quantity"], x["pack_id"], x["note"] or "")
            for x in self.lines.data
        ]


class LineChoiceForm(LineForm):
    counts = ("line_id",)
    line_id = IdField(lazy("Line"), required=True, hidden=True)
    quantity = QuantityField(
        lazy("Ask for"), hidden=True,
        hint=lazy("Empty: as before. 0: the line is taken out. In base units."),
    )  # fmt: skip


class LotChoiceForm(LineForm):
    counts = ("lot_id",)
    line_id = IdField(lazy("Line"), required=True, hidden=True)
    lot_id = IdField(lazy("Lot"), required=True, hidden=True)
    place_id = IdField(lazy("Bin"), required=True, hidden=True)
    quantity = QuantityField(lazy("Take"), hint=lazy("In base units."))


class LoadsForm(KeyedForm):
    """Which lots the lines take. A line that is named and left without lots gets the first
    to expire when the shipment is made ready.
    """

    lines = LineList(LineChoiceForm, lazy("Lines"), rows=0, max_lines=500)
    loads = LineList(LotChoiceForm, lazy("Lots"), rows=0, required=False, max_lines=LOADS_MAX)

    def line_choices(self) -> list[LineChoice]:
        return [LineChoice(x["line_id"], x["quantity"]) for x in self.lines.data]

    def lot_choices(self) -> list[LotChoice]:
        return [
            LotChoice(x["line_id"], x["lot_id"], x["place_id"], x["quantity"] or 0)
            for x in self.loads.data
        ]

    def row_of(self, line_id: int, lot_id: int, place_id: int) -> Any:
        """The row of one lot in one bin for one line; a new one when none was sent."""
        wanted = {"line_id": line_id, "lot_id": lot_id, "place_id": place_id}
        for row in self.loads.entries:
            if all(row.data[name] == value for name, value in wanted.items()):
                return row
        return self.loads.append_entry(wanted)


class ReadyForm(KeyedForm):
    why = TextField(lazy("Why these lots go"), max_length=300)


class DispatchForm(PaperLanguages, KeyedForm):
    seal_number = TextField(
        lazy("Seal number"),
        max_length=60,
        hint=lazy("Of the seal on the vehicle, if any."),
    )
    departed_at = DateTimeField(lazy("Left at"), hint=lazy("Empty means now."))


class ReasonForm(KeyedForm):
    reason = TextField(lazy("Reason"), max_length=300, required=True, missing=lazy("Say why."))


class SettledLine(LineForm):
    counts = ("load_id",)
    load_id = IdField(lazy("Load"), required=True)
    quantity = QuantityField(lazy("How many"), required=True, minimum=1)
    reason = SelectField(lazy("Reason"), kind=str, choices=REASONS, required=True)


class SettledForm(KeyedForm):
    """For programs: goods of a shipment that came back, or that are lost. Base units."""

    lines = LineList(SettledLine, lazy("Goods"))
    note = TextField(lazy("Note"), max_length=500)
    occurred_at = DateTimeField(lazy("When"))

    def settled(self) -> list[Settled]:
        return [Settled(x["load_id"], x["quantity"], Reason(x["reason"])) for x in self.lines.data]


class CountedLine(LineForm):
    """A row of one load, counted in whole packs of `size` and loose pieces beside them.

    `shown` is what was on the road when the page was made, in base units.
    """

    counts = ("load_id",)
    load_id = IdField(lazy("Load"), required=True, hidden=True)
    size = QuantityField(lazy("In a pack"), minimum=1, default=1, hidden=True)
    shown = QuantityField(lazy("On the road"), required=True, hidden=True)

    def amount(self, name: str) -> int:
        """Base units of ``damaged`` and the like: packs and pieces together."""
        packs, loose = self[f"{name}_packs"].data or 0, self[f"{name}_pieces"].data or 0
        return pieces(packs, self["size"].data) + loose

    def refuse_excess(self, names: tuple[str, ...]) -> bool:
        """Whether more is named than was on the road; says so in the first box that was filled."""
        shown = self["shown"].data or 0
        excess = sum(self.amount(name) for name in names) > shown
        if excess:
            boxes = [self[f"{name}_{part}"] for name in names for part in ("packs", "pieces")]
            first = next(box for box in boxes if box.data)
            first.errors = [_("Only %(shown)s are on the road.", shown=shown)]
        return excess


class SettleLine(CountedLine):
    returned_packs = QuantityField(lazy("Came back, packs"))
    returned_pieces = QuantityField(lazy("Came back, pieces"))
    lost_packs = QuantityField(lazy("Lost, packs"))
    lost_pieces = QuantityField(lazy("Lost, pieces"))
    reason = SelectField(lazy("Reason"), kind=str, choices=REASONS, empty=lazy("Choose"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not self.reason.data and (self.amount("returned") or self.amount("lost")):
            self.reason.errors = [_("Say why it did not arrive.")]
            valid = False
        return not self.refuse_excess(("returned", "lost")) and valid


class SettleForm(KeyedForm):
    note = TextField(lazy("Note"), max_length=500, hint=lazy("Who found it, where, and how."))
    lines = LineList(SettleLine, lazy("Goods"), rows=0)

    def settled(self, name: str) -> list[Settled]:
        """What came back (``returned``) or is ``lost``, in base units."""
        return [
            Settled(row.form.load_id.data, amount, Reason(row.form.reason.data))
            for row in self.lines.entries
            if (amount := row.form.amount(name))
        ]


class HandedOverLine(LineForm):
    """For programs: of one load, in base units."""

    counts = ("load_id",)
    load_id = IdField(lazy("Load"), required=True)
    good = QuantityField(lazy("Good"))
    damaged = QuantityField(lazy("Damaged"))
    missing = QuantityField(lazy("Missing"))
    reason = SelectField(lazy("Reason"), kind=str, choices=REASONS)
    note = TextField(lazy("Note"), max_length=500)


class HandOverForm(KeyedForm):
    """For programs: what was handed over, in base units. The key is made by the phone."""

    shipment_id = IdField(lazy("Shipment"), required=True)
    occurred_at = PhoneTimeField(lazy("When"), required=True, hint=lazy("The phone's clock."))
    receiver_name = TextField(lazy("Received by"), max_length=100)
    receiver_function = TextField(lazy("Their function"), max_length=100)
    note = TextField(lazy("Note"), max_length=1000)
    lines = LineList(HandedOverLine, lazy("Goods"))

    @classmethod
    def read(cls, body: dict[str, Any]) -> Self:
        """One report of a list, checked by itself: a wrong one does not spoil the others."""
        pairs, problems = bodies.flatten(cls(None), body)
        form = cls(MultiDict(pairs))
        form.reading_problems = problems if body.get("key") else [*problems, _no_key()]
        return form

    def hand_over(self) -> HandOver:
        return HandOver(
            shipment_id=self.shipment_id.data,
            lines=tuple(
                HandedOver(
                    load_id=x["load_id"],
                    good=x["good"] or 0,
                    damaged=x["damaged"] or 0,
                    missing=x["missing"] or 0,
                    reason=Reason(x["reason"]) if x["reason"] else None,
                    note=x["note"] or "",
                )
                for x in self.lines.data
            ),
            occurred_at=self.occurred_at.data,
            receiver_name=self.receiver_name.data or "",
            receiver_function=self.receiver_function.data or "",
            note=self.note.data or "",
        )


class FieldReportsForm(UseCaseForm):
    """What a phone sends at once; each report is read by itself."""

    reports = LineList(HandOverForm, lazy("Reports"), max_lines=REPORTS_MAX)


class DeliverLine(CountedLine):
    """What is not said to be damaged, missing or kept on the vehicle was handed over well."""

    damaged_packs = QuantityField(lazy("Damaged, packs"))
    damaged_pieces = QuantityField(lazy("Damaged, pieces"))
    missing_packs = QuantityField(lazy("Missing, packs"))
    missing_pieces = QuantityField(lazy("Missing, pieces"))
    kept_packs = QuantityField(lazy("Not handed over, packs"))
    kept_pieces = QuantityField(lazy("Not handed over, pieces"))
    reason = SelectField(lazy("Reason"), kind=str, choices=REASONS, empty=lazy("Choose"))
    note = TextField(lazy("Note"), max_length=500)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return not self.refuse_excess(("damaged", "missing", "kept")) and valid

    @property
    def has_remarks(self) -> bool:
        """Whether a person said something of this row, or something is wrong with it."""
        hidden = {"load_id", "size", "shown"}
        return any(f.text or f.errors for f in self if f.short_name not in hidden)

    def handed_over(self) -> HandedOver:
        bad = {name: self.amount(name) for name in ("damaged", "missing")}
        return HandedOver(
            load_id=self.load_id.data,
            good=self.shown.data - sum(bad.values()) - self.amount("kept"),
            **bad,
            reason=Reason(self.reason.data) if self.reason.data else None,
            note=self.note.data or "",
        )


class DeliverForm(KeyedForm):
    """A page's hand-over: everything was good unless a row says otherwise."""

    receiver_name = TextField(
        lazy("Received by"), max_length=100, required=True, missing=lazy("Say who received it.")
    )
    receiver_function = TextField(lazy("Their function"), max_length=100)
    note = TextField(lazy("Note"), max_length=1000)
    occurred_at = DateTimeField(lazy("When"), hint=lazy("Empty means now."))
    lines = LineList(DeliverLine, lazy("Goods"), rows=0, max_lines=LOADS_MAX)

    def hand_over(self, shipment_id: int) -> HandOver:
        return HandOver(
            shipment_id=shipment_id,
            lines=tuple(row.form.handed_over() for row in self.lines.entries),
            occurred_at=self.occurred_at.data,
            receiver_name=self.receiver_name.data or "",
            receiver_function=self.receiver_function.data or "",
            note=self.note.data or "",
        )


def rows_of(loads: Iterable[LoadDetail]) -> list[dict[str, Any]]:
    """A row for each load that still has something on the road."""
    return [
        {"load_id": x.id, "size": x.pack.size if x.pack else 1, "shown": x.on_the_road}
        for x in loads
        if x.on_the_road
    ]


def _no_key() -> Problem:
    return Problem("key", _("Give each report a key (a UUID), so that a repeat counts once."))


def _id(value: Any) -> int | None:
    return value if isinstance(value, int) else None
