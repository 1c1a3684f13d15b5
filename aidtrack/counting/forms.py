"""What people say when they plan a count, count, and decide on what was counted."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import request

from aidtrack.core.i18n import lazy
from aidtrack.counting.additions import FoundGoods
from aidtrack.counting.entries import Counted
from aidtrack.counting.planning import Counters, Scope
from aidtrack.counting.queries import CountFilter
from aidtrack.web.fields import (
    CheckboxField,
    ChecksField,
    DateField,
    IdField,
    MoneyField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm

TYPED_MAX = 60
SECONDS_MAX = 60 * 60 * 24 * 60
FIGURE = "q-"


class CountFilterForm(UseCaseForm):
    words = TextField(lazy("Number or note"), max_length=80)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    unfinished = TextField(lazy("Only what is not finished"), hidden=True, max_length=10)

    def wanted(self) -> CountFilter:
        """The filter; what cannot be meant counts as not said."""
        return CountFilter(
            words=self.words.data or "",
            site_id=self.site_id.data,
            is_unfinished=bool(self.unfinished.data),
        )


class SiteForm(UseCaseForm):
    """Where to count: asked first, for its bins and people are the choices of what follows."""

    site_id = SelectField(lazy("Place"), required=True)


class ItemLine(LineForm):
    counts = ("item_id",)
    item_id = SelectField(lazy("Item"), search=True)


class PlanForm(KeyedForm):
    site_id = IdField(lazy("Place"), required=True, hidden=True)
    place_ids = ChecksField(lazy("Zones and bins"), hint=lazy("None ticked: the whole place."))
    category_id = SelectField(lazy("Category"), empty=lazy("All categories"))
    not_counted_since = DateField(lazy("Not counted since"))
    value_above = MoneyField(
        lazy("Worth more than"),
        hint=lazy("Of one lot in one bin, in your organisation's currency."),
    )
    items = LineList(ItemLine, lazy("Only these items"), rows=1, required=False, max_lines=100)
    counters = SelectField(
        lazy("How many count"),
        radio=True,
        required=True,
        default=1,
        choices=[
            (1, lazy("One person")),
            (2, lazy("Two people, each without seeing the other's figures")),
        ],
    )
    first_counter_id = SelectField(lazy("Who counts"), required=True)
    second_counter_id = SelectField(lazy("Second counter"), empty=lazy("Anybody else"))
    is_blind = CheckboxField(
        lazy("Blind"), hint=lazy("Counters do not see what the books have."), default=True
    )
    note = TextAreaField(lazy("Note"), max_length=1000)

    def scope(self) -> Scope:
        return Scope(
            place_ids=tuple(self.place_ids.data or ()),
            item_ids=tuple(line["item_id"] for line in self.items.data if line["item_id"]),
            category_id=self.category_id.data,
            value_above_minor=self.value_above.data,
            not_counted_since=self.not_counted_since.data,
        )

    def who(self) -> Counters:
        return Counters(self.first_counter_id.data, self.second_counter_id.data, self.counters.data)


class CountersForm(UseCaseForm):
    first_counter_id = SelectField(lazy("Who counts"), required=True)
    second_counter_id = SelectField(lazy("Second counter"), empty=lazy("Anybody else"))


class CountedField(QuantityField):
    """What lies there: 77, or packs and pieces as one counts them: 3x24+5."""

    reads = (int, str)
    input_mode = "tel"  # Digits with + and *, on phones.

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": TYPED_MAX, "examples": ["77", "3x24+5"]}


class FigureForm(KeyedForm):
    """One figure. `seconds_ago`: how long it waited before it could be sent."""

    line_id = IdField(lazy("Line"), required=True)
    counted = CountedField(lazy("Counted"), required=True)
    seconds_ago = QuantityField(lazy("Counted so many seconds ago"), maximum=SECONDS_MAX)
    note = TextField(lazy("Remark"), max_length=300)
    counted_by_id = IdField(lazy("Counted by"))

    def figure(self, now: datetime) -> Counted:
        return Counted(
            self.counted.data,
            now - timedelta(seconds=self.seconds_ago.data or 0),
            typed=self.counted.typed.strip()[:TYPED_MAX],
            note=self.note.data or "",
            counted_by_id=self.counted_by_id.data,
        )


class SheetForm(KeyedForm):
    """A page of figures, for browsers without scripts: a box `q-<line>` for each line."""

    def read(self) -> tuple[dict[int, tuple[int, str]], dict[int, str]]:
        """(quantity, as typed) by line, and what is wrong by line; boxes left empty say nothing."""
        figures: dict[int, tuple[int, str]] = {}
        wrong: dict[int, str] = {}
        parse = partial(CountedField.parse, self.reader())
        for name, typed in request.form.items():
            line = name.removeprefix(FIGURE)
            if name == line or not line.isdecimal() or not typed.strip():
                continue
            try:
                figures[int(line[:18])] = (parse(typed), typed.strip()[:TYPED_MAX])
            except ValueError as error:
                wrong[int(line[:18])] = str(error.args[0])
        return figures, wrong

    @staticmethod
    def reader() -> Any:
        return FigureForm(None).counted


class FoundForm(KeyedForm):
    place_id = SelectField(lazy("Bin"), required=True)
    code = TextField(
        lazy("Lot"), max_length=80, hint=lazy("Scan or type its number or its batch number.")
    )
    item_id = SelectField(lazy("Item"), search=True, hint=lazy("If no lot is known."))
    batch_number = TextField(lazy("Batch number"), max_length=80)
    expires_on = DateField(lazy("Expires on"))
    counted = CountedField(
        lazy("Counted"), required=True, hint=lazy("For example 77, or packs and pieces: 3x24+5.")
    )
    counted_by_id = IdField(lazy("Counted by"), hidden=True)

    def found(self) -> FoundGoods:
        return FoundGoods(
            place_id=self.place_id.data,
            code=self.code.data or "",
            item_id=self.item_id.data,
            batch_number=self.batch_number.data or "",
            expires_on=self.expires_on.data,
        )

    def figure(self, now: datetime) -> Counted:
        typed = self.counted.typed.strip()[:TYPED_MAX]
        return Counted(self.counted.data, now, typed, counted_by_id=self.counted_by_id.data)


class EmptyForm(KeyedForm):
    place_id = IdField(lazy("Bin"), required=True)
    counted_by_id = IdField(lazy("Counted by"))


class SheetPaperForm(KeyedForm):
    counted_by_id = IdField(lazy("Counted by"))


class FinishForm(UseCaseForm):
    counted_by_id = IdField(lazy("Counted by"), hidden=True)


class AgainForm(UseCaseForm):
    line_ids = ChecksField(lazy("Lines to count again"))
    note = TextField(lazy("Note"), max_length=300)


class ApproveForm(KeyedForm):
    note = TextAreaField(lazy("Note"), max_length=2000)
    seen = TextField(lazy("What was seen"), hidden=True, max_length=64)


class ReasonForm(UseCaseForm):
    reason = TextAreaField(lazy("Why"), required=True, max_length=2000)


class AccuracyForm(UseCaseForm):
    site_id = IdField(lazy("Place"))
    since = DateField(lazy("Since"))
    until = DateField(lazy("Until"))
