"""Why a movement is reversed."""

from aidtrack.core.i18n import lazy
from aidtrack.web.fields import TextAreaField
from aidtrack.web.forms import KeyedForm


class ReverseForm(KeyedForm):
    reason = TextAreaField(
        lazy("Why it is reversed"),
        required=True,
        max_length=500,
        hint=lazy("It stands beside the movement for ever."),
    )
