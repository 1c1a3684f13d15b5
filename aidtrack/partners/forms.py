"""What a partner needs to know."""

from typing import Any

from aidtrack.core.i18n import LANGUAGES, lazy
from aidtrack.partners.details import PartnerDetails
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.partners.queries import KINDS
from aidtrack.web.fields import EmailField, SelectField, TextAreaField, TextField
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.standard_fields import CountryField, NamesField, name_lines

KIND_CHOICES = [(str(kind), label) for kind, label in KINDS.items()]


class PartnerForm(UseCaseForm):
    """What may change of a partner."""

    name = TextField(lazy("Name"), required=True)
    country = CountryField(lazy("Country"))
    contact = TextField(lazy("Contact person"))
    email = EmailField(lazy("E-mail"))
    phone = TextField(lazy("Phone"), max_length=40)
    reference = TextField(
        lazy("Reference"), max_length=80, hint=lazy("Its own identifier, such as IATI's.")
    )
    address = TextAreaField(lazy("Address"), max_length=500)
    language = SelectField(
        lazy("Language of its reports"),
        kind=str,
        choices=list(LANGUAGES.items()),
        empty=lazy("as your papers"),
    )
    names = NamesField()

    def details(self, kind: PartnerKind) -> PartnerDetails:
        return PartnerDetails(
            kind=kind,
            name=self.name.data,
            country=self.country.data or "",
            contact=self.contact.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            reference=self.reference.data or "",
            address=self.address.data or "",
            language=self.language.data or None,
            names=self.names.as_names(),
        )


class NewPartnerForm(PartnerForm):
    kind = SelectField(lazy("Kind"), kind=str, choices=KIND_CHOICES, required=True)
    organisation_id = SelectField(lazy("Organisation"), empty=lazy("Mine"))


class PartnerFilter(UseCaseForm):
    q = TextField(lazy("Name"), max_length=80)
    kind = SelectField(lazy("Kind"), kind=str, choices=KIND_CHOICES, empty=lazy("Every kind"))
    state = SelectField(
        lazy("State"),
        kind=str,
        choices=[("active", lazy("in use")), ("retired", lazy("retired"))],
        empty=lazy("in use"),
    )

    def asked(self) -> dict[str, Any]:
        """What `queries.partners` takes; what cannot be meant counts as not said."""
        kind = self.kind.data if not self.kind.errors else None
        return {
            "words": self.q.data or "",
            "kind": PartnerKind(kind) if kind else None,
            "is_active": self.state.data != "retired",
        }


def filled(partner: Partner) -> dict[str, Any]:
    """A partner's names as the values of its form; the rest is read from the record."""
    return {"names": name_lines(partner.names)}
