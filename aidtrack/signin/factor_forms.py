"""What second factors need to know."""

from typing import Self

from flask import request

from aidtrack.core.i18n import lazy
from aidtrack.identity.forms import NEXT_MAX
from aidtrack.signin.forms import ReturningForm
from aidtrack.signin.passkeys import ANSWER_LETTERS_MAX, NAME_LETTERS_MAX
from aidtrack.web.fields import CheckboxField, TextField
from aidtrack.web.forms import UseCaseForm

WITHOUT_SCRIPT = lazy("Your browser did not answer for the passkey. Allow scripts, then try again.")


class DigitsField(TextField):
    """A code that an app shows: phones offer digits, and the code from a message."""

    input_mode = "numeric"


class StepForm(UseCaseForm):
    """One of several on a page; its first field says whether it is the one that was sent."""

    @classmethod
    def if_sent(cls) -> Self:
        """As sent, or empty when another of the page was."""
        form = cls.from_request()
        return form if form.is_sent else cls(None)

    @property
    def is_sent(self) -> bool:
        return next(iter(self._fields)) in request.form


class CodeForm(StepForm):
    code = DigitsField(
        lazy("Code"), required=True, max_length=20, autocomplete="one-time-code",
        hint=lazy("Six digits, as the app shows them now."),
    )  # fmt: skip


class RecoveryForm(StepForm):
    recovery_code = TextField(
        lazy("Recovery code"), required=True, max_length=40, autocomplete="off"
    )


class PasskeyForm(StepForm):
    """`answer` is what the browser says for the passkey, as JSON."""

    answer = TextField(
        lazy("Passkey"), required=True, hidden=True, max_length=ANSWER_LETTERS_MAX,
        missing=WITHOUT_SCRIPT,
    )  # fmt: skip


class PasskeyAgainForm(ReturningForm):
    again_answer = TextField(
        lazy("Passkey"),
        required=True,
        hidden=True,
        max_length=ANSWER_LETTERS_MAX,
        missing=WITHOUT_SCRIPT,
    )

    @property
    def is_sent(self) -> bool:
        return self.again_answer.name in request.form


class PasskeySignInForm(PasskeyForm):
    next = TextField(lazy("Where to go on"), hidden=True, max_length=NEXT_MAX)


class NewPasskeyForm(PasskeyForm):
    name = TextField(
        lazy("Name"), required=True, max_length=NAME_LETTERS_MAX,
        hint=lazy("Such as: my phone, the office computer."),
    )  # fmt: skip


class EmptyForm(UseCaseForm):
    """A button, and nothing to fill in."""


class SignInRuleForm(UseCaseForm):
    requires_second_factor = CheckboxField(
        lazy("Administrators and logisticians must use a second factor"),
        hint=lazy("Whoever has none sets one up at their next page, and sees nothing before that."),
    )
