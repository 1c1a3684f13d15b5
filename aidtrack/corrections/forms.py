"""What somebody says is right of a lot, and why."""

from hashlib import sha256
from typing import Any

from aidtrack.catalogue import queries as catalogue
from aidtrack.core.i18n import lazy
from aidtrack.corrections import words
from aidtrack.corrections.models import CorrectionKind
from aidtrack.corrections.plans import Change, Part, Plan
from aidtrack.corrections.queries import CorrectionFilter, Ground, gifts_of, givers_of, packs_of
from aidtrack.web.fields import (
    DateField,
    IdField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm

K = CorrectionKind
ITEMS_MAX = 1_000


class PartLine(LineForm):
    """Some of the lot in one place; nothing or zero leaves it as it is."""

    place_id = IdField(lazy("Where"), required=True, hidden=True)
    quantity = QuantityField(lazy("How many pieces"))


class CorrectionForm(KeyedForm):
    """What all corrections ask: `seen` is the mark of what was shown before it is done."""

    kind = K.FACTS
    seen = TextField(lazy("Shown"), hidden=True, max_length=64)
    reason = TextAreaField(lazy("How it came to be wrong"), required=True, max_length=500)

    def change(self) -> Change:
        return Change(self.kind, self.parts(), **self.right())

    def parts(self) -> tuple[Part, ...]:
        """How much of it, and where; none where the whole lot changes."""
        return ()

    def right(self) -> dict[str, Any]:
        """What is right, by the names of a Change."""
        return {}

    def choose_from(self, ground: Ground) -> None:
        """What may be chosen for this lot."""

    def has_shown(self, plan: Plan, ground: Ground) -> bool:
        """Whether exactly this was shown already; if not, the page shows it and asks again."""
        amounts = [(place.place_id, place.quantity, place.reserved) for place in ground.stock]
        along = (dict(plan.dates), plan.recalls)
        said = repr((plan.change, plan.before, plan.after, along, amounts))
        mark = sha256(said.encode()).hexdigest()
        if self.seen.data == mark:
            return True
        self.seen.data, self.seen.raw_data = mark, [mark]
        return False


class LabelForm(CorrectionForm):
    """What a box says of its goods."""

    batch_number = TextField(lazy("Batch number"), max_length=80)
    expires_on = DateField(lazy("Expires"))
    pack_id = SelectField(lazy("Packed in"), empty=lazy("loose"))

    def choose_from(self, ground: Ground) -> None:
        self.choose(pack_id=packs_of(ground.lot))

    def right(self) -> dict[str, Any]:
        return {
            "batch_number": self.batch_number.data or "",
            "expires_on": self.expires_on.data,
            "pack_id": self.pack_id.data,
        }


class FactsForm(LabelForm):
    kind = K.FACTS


class MovedForm(CorrectionForm):
    """A correction of some of the lot, or of all that is free."""

    lines = LineList(PartLine, lazy("How much"), rows=0)

    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(line["place_id"], line["quantity"]) for line in self.lines.data if line["quantity"]
        )


class PartForm(LabelForm, MovedForm):
    kind = K.PART


class ItemForm(MovedForm):
    kind = K.ITEM
    item_id = SelectField(
        lazy("What it really is"), required=True, search=True, search_url="/api/v1/items/choices"
    )

    def choose_from(self, ground: Ground) -> None:
        self.choose(item_id=catalogue.item_choices(limit=ITEMS_MAX))
        self.item_id.look_up = catalogue.item_called

    def right(self) -> dict[str, Any]:
        return {"item_id": self.item_id.data}


class DonorForm(MovedForm):
    """The right gift; or only the right giver, where no gift was recorded."""

    kind = K.DONOR
    donation_line_id = SelectField(
        lazy("The right donation"), empty=lazy("No donation is recorded")
    )
    donor_id = SelectField(
        lazy("Who gave it"),
        empty=lazy("As the donation says"),
        hint=lazy("Only where no donation is recorded."),
    )

    def choose_from(self, ground: Ground) -> None:
        self.choose(donation_line_id=gifts_of(ground.lot), donor_id=givers_of(ground.lot))

    def right(self) -> dict[str, Any]:
        line_id = self.donation_line_id.data
        return {
            "donation_line_id": line_id,
            "donor_id": None if line_id else self.donor_id.data,
        }


class QuantityForm(MovedForm):
    kind = K.QUANTITY


class PreviewForm(UseCaseForm):
    batch_number = TextField(lazy("Batch number"), max_length=80)
    expires_on = DateField(lazy("Expires"))


class TakeBackForm(KeyedForm):
    reason = TextAreaField(lazy("Why it goes back"), required=True, max_length=500)


class CorrectionFilterForm(UseCaseForm):
    words = TextField(lazy("Number, item or reason"), max_length=80)
    kind = SelectField(lazy("What was wrong"), kind=str, empty=lazy("Everything"))
    lot_id = IdField(lazy("Lot"), hidden=True)

    def wanted(self) -> CorrectionFilter:
        """The filter; what cannot be meant counts as not said."""
        known = self.kind.data in {str(kind) for kind in CorrectionKind}
        return CorrectionFilter(
            words=self.words.data or "",
            lot_id=self.lot_id.data,
            kind=CorrectionKind(self.kind.data) if known else None,
        )


def kind_choices() -> list[tuple[str, object]]:
    return [(str(kind), label) for kind, label in words.KINDS.items()]


FORMS: dict[CorrectionKind, type[CorrectionForm]] = {
    form.kind: form for form in (FactsForm, PartForm, ItemForm, DonorForm, QuantityForm)
}


def proposed(kind: CorrectionKind, ground: Ground) -> dict[str, Any]:
    """What a form says before anybody typed: the facts of now, and all that is free."""
    lot = ground.lot
    facts = {
        "batch_number": lot.batch_number, "expires_on": lot.expires_on, "pack_id": lot.pack_id
    }  # fmt: skip
    lines = [
        {
            "place_id": place.place_id,
            "quantity": None if kind == K.QUANTITY else place.quantity - place.reserved,
        }
        for place in ground.stock
    ]
    if kind == K.FACTS:
        return facts
    return {"lines": lines} | (facts if kind == K.PART else {})
