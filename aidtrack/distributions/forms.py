"""What people write down of a distribution, on a page or in JSON."""

from collections.abc import Mapping, Sequence

from aidtrack.core.i18n import lazy, listed
from aidtrack.distributions.counts import PEOPLE_MAX, HandOut, People, PlannedLine
from aidtrack.distributions.holdings import HOLDINGS_MAX, Holding, Key
from aidtrack.distributions.models import DistributionStatus
from aidtrack.distributions.queries import DistributionFilter
from aidtrack.documents.forms import PaperLanguages
from aidtrack.stock import reasons
from aidtrack.stock.models import Reason
from aidtrack.web.fields import (
    CheckboxField,
    DateField,
    IdField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm

LOSS_REASONS = (Reason.DAMAGED, Reason.MISSING, Reason.STOLEN, Reason.WET, Reason.EXPIRED,
                Reason.UNSAFE, Reason.OTHER)  # fmt: skip


class DistributionFilterForm(UseCaseForm):
    words = TextField(lazy("Number, point or area"))
    status = SelectField(
        lazy("State"),
        kind=str,
        empty=lazy("Any"),
        choices=[
            ("planned", lazy("Planned")),
            ("done", lazy("Done")),
            ("cancelled", lazy("Cancelled")),
        ],
    )

    def wanted(self) -> DistributionFilter:
        status = self.status.data if not self.status.errors else None
        return DistributionFilter(
            words=self.words.data or "", status=DistributionStatus(status) if status else None
        )


class PlannedLineForm(LineForm):
    counts = ("quantity",)
    lot_id = IdField(lazy("Lot"), required=True, hidden=True)
    place_id = IdField(lazy("Place"), required=True, hidden=True)
    quantity = QuantityField(lazy("To bring"), required=True, minimum=1)


class HandOutForm(LineForm):
    counts = ("brought", "handed_out", "returned", "lost")
    lot_id = IdField(lazy("Lot"), required=True, hidden=True)
    place_id = IdField(lazy("Place"), required=True, hidden=True)
    brought = QuantityField(lazy("Brought"), required=True, minimum=1)
    handed_out = QuantityField(lazy("Handed out"))
    returned = QuantityField(lazy("Returned"))
    lost = QuantityField(lazy("Lost"))
    loss_reason = SelectField(
        lazy("Why lost"), kind=str, empty="–", choices=reasons.choices(*LOSS_REASONS)
    )


class PlanForm(KeyedForm):
    site_id = IdField(lazy("Distribution point"), required=True, hidden=True)
    planned_on = DateField(lazy("Day"), required=True)
    households_planned = QuantityField(
        lazy("Households expected"), required=True, minimum=1, maximum=PEOPLE_MAX
    )
    note = TextAreaField(lazy("Note"))
    lines = LineList(
        PlannedLineForm,
        lazy("Goods"),
        missing=lazy("Write how much of at least one lot will be brought."),
        rows=0,
        max_lines=HOLDINGS_MAX,
    )

    def planned_lines(self) -> list[PlannedLine]:
        return [
            PlannedLine(row["lot_id"], row["place_id"], row["quantity"]) for row in self.lines.data
        ]


class RecordPlanForm(PaperLanguages, KeyedForm):
    """What became of a plan. Women, men, girls and boys may stay empty: not counted."""

    distributed_on = DateField(lazy("Day"), required=True)
    households = QuantityField(lazy("Households"), required=True, maximum=PEOPLE_MAX)
    women = QuantityField(lazy("Women"), maximum=PEOPLE_MAX)
    men = QuantityField(lazy("Men"), maximum=PEOPLE_MAX)
    girls = QuantityField(lazy("Girls"), maximum=PEOPLE_MAX)
    boys = QuantityField(lazy("Boys"), maximum=PEOPLE_MAX)
    note = TextAreaField(
        lazy("Note"), hint=lazy("Why it went differently than planned. Printed on the report.")
    )
    before_recall = CheckboxField(
        lazy("What is recalled was handed out before its recall"),
        hint=lazy("Your name is kept with it, on the recall too."),
    )
    lines = LineList(
        HandOutForm,
        lazy("Goods"),
        missing=lazy("Write what became of at least one lot."),
        rows=0,
        max_lines=HOLDINGS_MAX,
    )

    def people(self) -> People:
        return People(
            households=self.households.data or 0,
            women=self.women.data or 0,
            men=self.men.data or 0,
            girls=self.girls.data or 0,
            boys=self.boys.data or 0,
        )

    def hand_outs(self) -> list[HandOut]:
        return [
            HandOut(
                lot_id=row["lot_id"],
                place_id=row["place_id"],
                brought=row["brought"],
                handed_out=row["handed_out"] or 0,
                returned=row["returned"] or 0,
                lost=row["lost"] or 0,
                loss_reason=Reason(row["loss_reason"]) if row["loss_reason"] else None,
            )
            for row in self.lines.data
        ]


class RecordForm(RecordPlanForm):
    site_id = IdField(lazy("Distribution point"), required=True, hidden=True)


class CancelForm(KeyedForm):
    reason = TextField(lazy("Why"), required=True)


def offer_lots(form: PlanForm | RecordPlanForm, held: Mapping[Key, Holding]) -> None:
    """Add an empty row for each lot of the point that has none, and say whose row each is.

    Only once the form was checked: an added row is no line.
    """
    shown = {(row.form.place_id.data, row.form.lot_id.data) for row in form.lines.entries}
    for place_id, lot_id in held:
        if (place_id, lot_id) not in shown:
            form.lines.append_entry({"place_id": place_id, "lot_id": lot_id})
    for row in form.lines.entries:
        holding = held.get((row.form.place_id.data, row.form.lot_id.data))
        for field in row.form:
            if holding is not None and not field.hidden:
                name = listed((holding.item.name_in(), holding.lot_number))
                field.label.text = f"{field.label.text}: {name}"


def brought_as_planned(planned: Sequence[tuple[Key, int]]) -> list[dict[str, int]]:
    """The rows to start from when a plan is recorded."""
    return [
        {"place_id": place_id, "lot_id": lot_id, "brought": quantity}
        for (place_id, lot_id), quantity in planned
        if quantity
    ]
