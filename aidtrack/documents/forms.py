"""What people say about a paper: its code, or why it is void."""

from aidtrack.core.i18n import lazy
from aidtrack.web.fields import TextField
from aidtrack.web.forms import KeyedForm, UseCaseForm


class CodeForm(UseCaseForm):
    code = TextField(
        lazy("Code"),
        max_length=40,
        hint=lazy("The letters beside the square on the paper, such as K7TM-4WPX-9R."),
    )


class VoidForm(KeyedForm):
    reason = TextField(lazy("Why it is void"), required=True, max_length=500)
