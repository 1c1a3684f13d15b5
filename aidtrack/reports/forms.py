"""What people say to reports: which day, which donor, which area."""

from aidtrack.core.i18n import lazy
from aidtrack.documents.forms import PaperLanguages
from aidtrack.web.fields import DateField, IdField, TextField
from aidtrack.web.forms import KeyedForm, UseCaseForm


class DonorFilterForm(UseCaseForm):
    words = TextField(lazy("Donor"))


class SearchForm(UseCaseForm):
    q = TextField(lazy("Words, a code or a number"))


class AreaFilterForm(UseCaseForm):
    words = TextField(lazy("Name or P-code"))


class ReportForm(PaperLanguages, KeyedForm):
    as_of = DateField(
        lazy("As of the end of"),
        hint=lazy("Leave empty for now. A past day is told as it was known then."),
    )


class DonorReportForm(ReportForm):
    donor_id = IdField(lazy("Donor"), required=True)
