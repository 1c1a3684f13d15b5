"""What people say of goods that are lost, destroyed, given back, found; of claims and reasons."""

from typing import Any

from wtforms import ValidationError

from aidtrack.catalogue.units import pieces
from aidtrack.core.i18n import _, lazy
from aidtrack.places.models import PlaceKind
from aidtrack.stock import reasons
from aidtrack.stock.claims import Claim
from aidtrack.stock.finds import CameBack
from aidtrack.stock.forms import TakingsForm
from aidtrack.stock.loss_models import ClaimState, LossAct
from aidtrack.stock.loss_reasons import CODE, ReasonDetails
from aidtrack.stock.loss_words import ACTS, CLAIMS, STAGES
from aidtrack.stock.models import Reason
from aidtrack.stock.storekeeping import Counted
from aidtrack.stock.write_off_list import WriteOffFilter
from aidtrack.stock.write_offs import Story
from aidtrack.web.fields import (
    CheckboxField,
    ChecksField,
    IdField,
    MoneyField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm
from aidtrack.web.standard_fields import CurrencyField, NamesField


class ReasonForm(TakingsForm):
    """A base of what takes a reason of the organisation's list, given by its code."""

    reason = SelectField(lazy("Reason"), kind=str, required=True)
    note = TextAreaField(lazy("What happened"), required=True, max_length=2000)
    again = CheckboxField(lazy("Yes, it happened again: record it once more"))


class WriteOffForm(ReasonForm):
    finder = TextField(
        lazy("Who noticed it"), max_length=120, hint=lazy("Their function is enough.")
    )
    location = TextField(lazy("Where the goods are now"), max_length=200)
    disposal = TextField(
        lazy("What becomes of them"),
        max_length=200,
        hint=lazy("For example: kept for the insurer, given to a recycler."),
    )

    def story(self) -> Story:
        return Story(
            finder=self.finder.data or "",
            location=self.location.data or "",
            disposal=self.disposal.data or "",
        )


class DestroyForm(ReasonForm):
    note = TextAreaField(lazy("Why they must go"), required=True, max_length=2000)
    disposal = TextField(
        lazy("How they are destroyed"), required=True, max_length=200,
        hint=lazy("For example: burnt, buried, handed to a licensed company."),
    )  # fmt: skip
    location = TextField(lazy("Where they are destroyed"), required=True, max_length=200)
    witnesses = TextField(
        lazy("Who witnesses it"), max_length=200,
        hint=lazy("Functions, such as: pharmacist of the district. Names go on the paper by hand."),
    )  # fmt: skip
    finder = TextField(
        lazy("Who noticed it"), max_length=120, hint=lazy("Their function is enough.")
    )

    def story(self) -> Story:
        return Story(
            finder=self.finder.data or "",
            location=self.location.data or "",
            disposal=self.disposal.data or "",
            witnesses=self.witnesses.data or "",
        )


class WriteOffFilterForm(UseCaseForm):
    words = TextField(lazy("Number, item or what happened"), max_length=80)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    stage = SelectField(
        lazy("Stage"), kind=str, empty=lazy("All stages"),
        choices=[(stage.value, word) for stage, word in STAGES.items()],
    )  # fmt: skip
    cause = SelectField(
        lazy("Cause"), kind=str, empty=lazy("All causes"), choices=reasons.choices()
    )
    waiting = TextField(lazy("Only what waits for approval"), hidden=True, max_length=10)
    claims = TextField(lazy("Only open claims"), hidden=True, max_length=10)
    found = TextField(lazy("Only what was found"), hidden=True, max_length=10)

    def wanted(self) -> WriteOffFilter:
        """The filter; what cannot be meant counts as not said."""
        stages, causes = set(STAGES), set(Reason)
        return WriteOffFilter(
            words=self.words.data or "",
            site_id=self.site_id.data,
            waiting=bool(self.waiting.data),
            open_claims=bool(self.claims.data),
            found=bool(self.found.data),
            stage=PlaceKind(self.stage.data) if self.stage.data in stages else None,
            cause=Reason(self.cause.data) if self.cause.data in causes else None,
        )


class ApproveForm(KeyedForm):
    note = TextAreaField(lazy("Note"), max_length=2000)


class RefuseForm(KeyedForm):
    reason = TextAreaField(lazy("Why it is refused"), required=True, max_length=2000)


class WithdrawForm(KeyedForm):
    reason = TextField(lazy("Reason"), max_length=500)


class ReturnForm(ReasonForm):
    reason = SelectField(lazy("Reason"), kind=str, default="not_needed")
    note = TextAreaField(lazy("Why it goes back"), required=True, max_length=2000)


class CountedLine(LineForm):
    counts = ("quantity",)
    lot_id = IdField(lazy("Lot"), required=True, hidden=True)
    place_id = IdField(lazy("From"), required=True, hidden=True)
    book = QuantityField(lazy("In the books"), required=True, hidden=True)
    quantity = QuantityField(lazy("How many really lie there"), required=True)


class CorrectForm(KeyedForm):
    """The books were wrong: what really lies there, and what the books said meanwhile."""

    lines = LineList(CountedLine, lazy("Goods"), rows=0)
    reason = SelectField(lazy("Reason"), kind=str, required=True)
    note = TextAreaField(lazy("What was wrong"), required=True, max_length=2000)

    def counted(self) -> list[Counted]:
        return [
            Counted(line["lot_id"], line["place_id"], pieces(line["quantity"], None), line["book"])
            for line in self.lines.data
        ]


class FoundLine(LineForm):
    counts = ("quantity",)
    line_id = IdField(lazy("Line of the write-off"), required=True, hidden=True)
    quantity = QuantityField(lazy("How many were found"), required=True)
    place_id = SelectField(lazy("Where they lie now"), required=True)


class FindForm(KeyedForm):
    """What turned up of a write-off; lines of nothing are left out."""

    lines = LineList(FoundLine, lazy("Goods"), rows=0)
    note = TextAreaField(lazy("Where and how it was found"), required=True, max_length=2000)

    def came_back(self) -> list[CameBack]:
        return [
            CameBack(line["line_id"], line["place_id"], pieces(line["quantity"], None))
            for line in self.lines.data
            if line["quantity"]
        ]


class ClaimForm(UseCaseForm):
    state = SelectField(
        lazy("Is there a claim"), kind=str, required=True, radio=True,
        choices=[(state.value, word) for state, word in CLAIMS.items()],
    )  # fmt: skip
    against = TextField(
        lazy("Against"), max_length=200, hint=lazy("Who shall pay: a carrier, an insurer.")
    )
    currency = CurrencyField(lazy("Currency"), hidden=True)
    amount = MoneyField(lazy("Amount"), currency_field="currency")
    note = TextAreaField(lazy("Why, or why not"), max_length=2000)

    def claim(self) -> Claim:
        return Claim(
            state=ClaimState(self.state.data),
            against=self.against.data or "",
            amount_minor=self.amount.data,
            note=self.note.data or "",
        )


class LossReasonForm(UseCaseForm):
    name = TextField(lazy("Name"), required=True, max_length=80)
    cause = SelectField(
        lazy("Counts as"), kind=str, required=True, choices=reasons.choices(),
        hint=lazy("So that reports of several organisations can be compared."),
    )  # fmt: skip
    acts = ChecksField(
        lazy("Offered for"), kind=str, required=True,
        choices=[(act.value, word) for act, word in ACTS.items()],
    )  # fmt: skip
    names = NamesField()

    def details(self) -> ReasonDetails:
        return ReasonDetails(
            name=self.name.data,
            names=self.names.as_names(),
            cause=Reason(self.cause.data),
            acts=tuple(LossAct(act) for act in self.acts.data),
        )


class NewLossReasonForm(LossReasonForm):
    code = TextField(
        lazy("Code"), required=True, max_length=40,
        hint=lazy("For programs and files: small letters a–z, digits and _. It stays as it is."),
    )  # fmt: skip

    def validate_code(self, field: Any) -> None:
        if not CODE.fullmatch(field.data or ""):
            raise ValidationError(_("Use small letters a–z, digits and _ only."))


class SwitchForm(UseCaseForm):
    is_active = CheckboxField(lazy("Offered"))
