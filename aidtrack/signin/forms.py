"""What signing in and one's passwords need to know."""

from typing import Any, Self

from flask import request

from aidtrack.core.i18n import lazy
from aidtrack.identity.forms import LANGUAGE_CHOICES, NEXT_MAX, PASSWORD_HINT
from aidtrack.identity.passwords import PASSWORD_LETTERS_MAX
from aidtrack.web.access import local_path, page_of_the_form
from aidtrack.web.fields import CheckboxField, EmailField, SecretField, SelectField, TextField
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.once import ShownOnceForm


class SignInForm(UseCaseForm):
    email = EmailField(lazy("E-mail address"), required=True, autocomplete="username")
    password = SecretField(
        lazy("Password"),
        required=True,
        max_length=PASSWORD_LETTERS_MAX,
        autocomplete="current-password",
    )
    stay = CheckboxField(
        lazy("Stay signed in on this device"),
        hint=lazy("Not on a device that others use too."),
    )
    next = TextField(lazy("Where to go on"), hidden=True, max_length=NEXT_MAX)


class ReturningForm(UseCaseForm):
    """Its own names begin with `again_`: what a form said that led here travels beside them.

    `again_sent` when a form led here, if only a button, so that it is sent again.
    `again_back` is the page where one was, for who would rather not.
    """

    again_next = TextField(lazy("Where to go on"), hidden=True, max_length=NEXT_MAX)
    again_sent = TextField(lazy("Where to go on"), hidden=True)
    again_back = TextField(lazy("Where to go on"), hidden=True, max_length=NEXT_MAX)

    @classmethod
    def from_request(cls, obj: object = None, **defaults: Any) -> Self:
        was_sent = "yes" if request.method == "POST" else None
        back = page_of_the_form()
        return super().from_request(obj, again_sent=was_sent, again_back=back, **defaults)

    @property
    def back(self) -> str:
        return local_path(self.again_back.data, "/")

    @property
    def is_sent(self) -> bool:
        """Whether its own button was pressed, not one that led here."""
        return self.again_next.name in request.form

    def carried(self) -> list[tuple[str, str]]:
        """What was sent to the page that asks; files cannot travel along."""
        own = {"csrf_token", *self._fields}
        return [pair for pair in request.form.items(multi=True) if pair[0] not in own]


class AgainForm(ReturningForm):
    again_password = SecretField(
        lazy("Password"),
        required=True,
        max_length=PASSWORD_LETTERS_MAX,
        autocomplete="current-password",
    )


class ForgottenForm(UseCaseForm):
    email = EmailField(lazy("E-mail address"), required=True, autocomplete="username")


class GiveLinkForm(ShownOnceForm):
    by_hand = CheckboxField(lazy("Show the link instead of mailing it"))


class ChooseForm(UseCaseForm):
    """The first password, or a new one, of someone with a link."""

    password = SecretField(
        lazy("New password"),
        required=True,
        hint=PASSWORD_HINT,
        autocomplete="new-password",
        max_length=PASSWORD_LETTERS_MAX,
    )
    language = SelectField(
        lazy("Language of your pages"), kind=str, choices=LANGUAGE_CHOICES, required=True
    )


class PasswordForm(UseCaseForm):
    old = SecretField(lazy("Present password"), required=True, autocomplete="current-password")
    new = SecretField(
        lazy("New password"), required=True, hint=PASSWORD_HINT, autocomplete="new-password"
    )
