"""What an account, a person and an organisation need to know."""

from typing import Any, Self

from aidtrack.core.i18n import LANGUAGES, lazy
from aidtrack.identity.duties import Rules
from aidtrack.identity.passwords import PASSWORD_LETTERS_MIN
from aidtrack.identity.permissions import Actor, Role
from aidtrack.identity.roles import RoleAt
from aidtrack.identity.scopes import HINTS, LABELS, Scope
from aidtrack.identity.tokens import DAYS_MAX, DAYS_USUAL
from aidtrack.identity.words import ROLES
from aidtrack.web.fields import (
    ChecksField,
    Choice,
    EmailField,
    MoneyField,
    SecretField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import LineForm, LineList, UseCaseForm
from aidtrack.web.once import ShownOnceForm
from aidtrack.web.standard_fields import CountryField, CurrencyField, TimeZoneField

NEXT_MAX = 2000
TOKEN_DAYS = [
    (7, lazy("7 days")),
    (30, lazy("30 days")),
    (DAYS_USUAL, lazy("90 days")),
    (180, lazy("180 days")),
    (DAYS_MAX, lazy("One year")),
]
ROLE_CHOICES = [(str(role), label) for role, label in ROLES.items()]
LANGUAGE_CHOICES = list(LANGUAGES.items())
PASSWORD_HINT = lazy(
    "At least %(least)d letters. Several words are good.", least=PASSWORD_LETTERS_MIN
)


class AccountForm(UseCaseForm):
    name = TextField(lazy("Your name"), required=True, autocomplete="name")
    phone = TextField(lazy("Phone"), max_length=40, autocomplete="tel")
    language = SelectField(
        lazy("Language of your pages"), kind=str, choices=LANGUAGE_CHOICES, required=True
    )


class TokenForm(UseCaseForm):
    name = TextField(
        lazy("What it is for"), required=True, max_length=80, hint=lazy("Such as: stock dashboard.")
    )
    scopes = ChecksField(
        lazy("What it may do"),
        kind=str,
        choices=[Choice(str(each), LABELS[each], None, {"hint": HINTS[each]}) for each in Scope],
        required=True,
    )
    days = SelectField(
        lazy("How long it holds"), choices=TOKEN_DAYS, default=DAYS_USUAL, required=True
    )

    def asked(self) -> dict[str, Any]:
        """What `tokens.create_token` takes, beside the actor."""
        return {
            "name": self.name.data,
            "scopes": [Scope(each) for each in self.scopes.data],
            "days": self.days.data,
        }


class NewTokenForm(ShownOnceForm, TokenForm):
    """On a page, whose answer shows the token."""


def role_at(data: dict[str, Any], actor: Actor) -> RoleAt:
    """A role as a form says it; without an organisation it is the actor's own."""
    return RoleAt(
        role=Role(data["role"]),
        organisation_id=data["organisation_id"] or actor.organisation_id or 0,
        site_id=data["site_id"],
        donor_id=data["donor_id"],
    )


class RoleFields(LineForm):
    """A role, and where it holds."""

    counts = ("role",)
    role = SelectField(lazy("Role"), kind=str, choices=ROLE_CHOICES, required=True)
    organisation_id = SelectField(lazy("Organisation"), empty=lazy("Mine"))
    site_id = SelectField(lazy("Only at the site"), empty=lazy("every site"))
    donor_id = SelectField(lazy("For the donor"), empty=lazy("no donor"))


class RoleForm(UseCaseForm):
    """One more role for someone."""

    role = SelectField(lazy("Role"), kind=str, choices=ROLE_CHOICES, required=True)
    organisation_id = SelectField(lazy("Organisation"), empty=lazy("Mine"))
    site_id = SelectField(lazy("Only at the site"), empty=lazy("every site"))
    donor_id = SelectField(lazy("For the donor"), empty=lazy("no donor"))

    def as_role(self, actor: Actor) -> RoleAt:
        return role_at(self.data, actor)


class PersonForm(UseCaseForm):
    name = TextField(lazy("Name of the person"), required=True)
    phone = TextField(lazy("Phone"), max_length=40)


class NewPersonForm(PersonForm):
    email = EmailField(lazy("E-mail address"), required=True, hint=lazy("They sign in with it."))
    language = SelectField(
        lazy("Language"), kind=str, choices=LANGUAGE_CHOICES, empty=lazy("as the organisation's")
    )
    roles = LineList(
        RoleFields, lazy("Roles"), rows=1, max_lines=20, missing=lazy("Choose at least one role.")
    )

    def as_roles(self, actor: Actor) -> list[RoleAt]:
        return [role_at(line, actor) for line in self.roles.data]


class PersonByProgramForm(NewPersonForm):
    """For scripts of an administrator who has signed in; on pages people choose their own."""

    password = SecretField(lazy("First password"), hint=PASSWORD_HINT)


class PeopleFilter(UseCaseForm):
    q = TextField(lazy("Name or e-mail address"))
    role = SelectField(lazy("Role"), kind=str, choices=ROLE_CHOICES, empty=lazy("Every role"))
    state = SelectField(
        lazy("May sign in"),
        kind=str,
        choices=[("enabled", lazy("Yes")), ("disabled", lazy("No"))],
        empty=lazy("Yes or no"),
    )

    def asked(self) -> dict[str, Any]:
        """What `queries.people` takes."""
        role = self.role.data if not self.role.errors else None
        state = self.state.data if not self.state.errors else None
        return {
            "words": self.q.data or "",
            "role": Role(role) if role else None,
            "is_enabled": None if state is None else state == "enabled",
        }


class OrganisationForm(UseCaseForm):
    name = TextField(lazy("Full name"), required=True)
    short_name = TextField(
        lazy("Short name"), required=True, max_length=20, hint=lazy("Where there is little room.")
    )
    country = CountryField(lazy("Country"), required=True)
    address = TextAreaField(lazy("Address"), max_length=500, hint=lazy("As papers print it."))
    contact = TextField(lazy("Contact"), hint=lazy("A phone or an address for questions."))
    currency = CurrencyField(lazy("Currency"), required=True)
    time_zone = TimeZoneField(lazy("Time zone"), required=True)
    language = SelectField(
        lazy("Language"),
        kind=str,
        choices=LANGUAGE_CHOICES,
        required=True,
        hint=lazy("New people and papers start with it."),
    )
    second_language = SelectField(
        lazy("Second language of papers"), kind=str, choices=LANGUAGE_CHOICES, empty=lazy("none")
    )
    page_size = SelectField(
        lazy("Paper"),
        kind=str,
        choices=[("A4", lazy("A4")), ("Letter", lazy("Letter"))],
        default="A4",
        required=True,
    )

    def details(self) -> dict[str, Any]:
        """The arguments of `services.OrganisationDetails`."""
        return self.data | {
            "address": self.address.data or "",
            "contact": self.contact.data or "",
        }


APART, ALONE = "apart", "alone"


class DutiesForm(UseCaseForm):
    hands = SelectField(
        lazy("Who approves"),
        kind=str,
        radio=True,
        required=True,
        choices=[
            (
                APART,
                lazy("Someone other than who prepared it"),
                None,
                {"hint": lazy("As it should be wherever two people work.")},
            ),
            (
                ALONE,
                lazy("One person may do both"),
                None,
                {"hint": lazy("For an office of one. Reports say so.")},
            ),
        ],
    )
    reason = TextAreaField(
        lazy("Why one person may do more"),
        max_length=500,
        hint=lazy("Needed to let one person do both, and to raise the limit."),
    )
    write_off_limit = MoneyField(
        lazy("Write-offs wait for approval above"),
        required=True,
        currency_field="currency",
        hint=lazy(
            "What one person writes off at a place within 24 hours counts together."
            " What has no known value always waits."
        ),
    )
    currency = TextField(lazy("Currency"), hidden=True, max_length=3)

    @classmethod
    def of(cls, held: Rules) -> Self:
        """The form as sent, or as the organisation has it."""
        return cls.from_record(
            None,
            hands=APART if held.keeps_apart else ALONE,
            write_off_limit=held.write_off_limit_minor,
            currency=held.currency,
        )
