"""What a person says when they bring a list, and when they take it in."""

from typing import Any, Self

from aidtrack.core.i18n import lazy
from aidtrack.imports.dates import DateOrder
from aidtrack.imports.decoding import ENCODINGS
from aidtrack.imports.headings import Kind
from aidtrack.imports.models import RunStatus
from aidtrack.imports.options import Counting, Options
from aidtrack.places.forms import AreaField
from aidtrack.web.fields import CheckboxField, SelectField, TextField, UploadField
from aidtrack.web.forms import KeyedForm, UseCaseForm

KINDS = {
    Kind.ITEMS: lazy("Items"),
    Kind.PLACES: lazy("Places, bins, suppliers or areas"),
    Kind.STOCK: lazy("Stock"),
}

STATES = {
    RunStatus.APPLIED: lazy("Taken in"),
    RunStatus.PREVIEWED: lazy("Only looked at"),
}


class OptionsForm(UseCaseForm):
    """What a list does not say itself. `Options` has the meaning of each."""

    site_id = SelectField(
        lazy("Warehouse of the goods"),
        empty=lazy("as the list says"),
        hint=lazy("For stock lists that name no warehouse."),
    )
    counting = SelectField(
        lazy("Quantities count"),
        kind=str,
        default=str(Counting.PIECES),
        choices=[(str(Counting.PIECES), lazy("pieces")), (str(Counting.PACKS), lazy("packs"))],
    )
    date_order = SelectField(
        lazy("Dates are written"),
        kind=str,
        empty=lazy("as the list shows"),
        choices=[
            (str(DateOrder.DAY_FIRST), lazy("day first: 31/12/2027")),
            (str(DateOrder.MONTH_FIRST), lazy("month first: 12/31/2027")),
        ],
    )
    area_id = AreaField(
        lazy("Area of distribution points"),
        hint=lazy("For points whose area the list does not tell. Type a name or a P-code."),
    )
    encoding = SelectField(
        lazy("Letters are encoded in"),
        kind=str,
        empty=lazy("find out"),
        choices=list(ENCODINGS.items()),
    )
    sheet = TextField(
        lazy("Sheet"), max_length=100, hint=lazy("For workbooks with several sheets.")
    )
    make_missing = CheckboxField(
        lazy("Make what is missing"),
        default=True,
        hint=lazy("Warehouses, bins and items that the list names and AidTrack lacks."),
    )

    def options(self) -> Options:
        order, counting = self.date_order.data, self.counting.data
        return Options(
            encoding=self.encoding.data or None,
            sheet=self.sheet.data,
            date_order=DateOrder(order) if order else None,
            site_id=self.site_id.data,
            area_id=self.area_id.data,
            counting=Counting(counting) if counting else Counting.PIECES,
            make_missing=self.make_missing.data,
        )


class UploadForm(OptionsForm):
    file = UploadField(
        lazy("List"),
        required=True,
        missing=lazy("Choose a file."),
        accept=".csv,.tsv,.txt,.xlsx,.xls",
        hint=lazy("CSV or Excel, as it is: up to 20 MB and 200,000 rows."),
    )
    kind = SelectField(
        lazy("What is in it"),
        kind=str,
        required=True,
        radio=True,
        missing=lazy("Choose what is in the list."),
        choices=[(str(kind), label) for kind, label in KINDS.items()],
    )


class RunFilter(UseCaseForm):
    """What the list of lists is narrowed to. Names of its own: the page has an UploadForm too."""

    words = TextField(lazy("Name of the file"), max_length=80)
    content = SelectField(
        lazy("What is in it"),
        kind=str,
        choices=[(str(kind), label) for kind, label in KINDS.items()],
        empty=lazy("Everything"),
    )
    state = SelectField(
        lazy("State"),
        kind=str,
        choices=[(str(status), label) for status, label in STATES.items()],
        empty=lazy("Every state"),
    )

    def wanted(self) -> dict[str, Any]:
        """What `queries.runs` takes; what cannot be meant counts as not said."""
        kind, status = self.content.data, self.state.data
        return {
            "words": self.words.data or "",
            "kind": Kind(kind) if kind in set(Kind) else None,
            "status": RunStatus(status) if status in set(RunStatus) else None,
        }


class ApplyForm(KeyedForm):
    """The wish to take a list in. `seen` is the fingerprint of the preview agreed to."""

    seen = TextField(lazy("Preview"), hidden=True, max_length=64)
    again = CheckboxField(lazy("Count these goods once more"))

    def agreeing_to(self, fingerprint: str) -> Self:
        """The form for another try, after looking at the preview of that fingerprint."""
        self.seen.raw_data = None
        self.seen.data = fingerprint
        return self


def filled(options: dict[str, Any]) -> dict[str, Any]:
    """The fields of OptionsForm from kept options."""
    return {name: value for name, value in options.items() if value is not None}
