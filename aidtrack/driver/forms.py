"""What the office says when it makes a driver's link."""

from aidtrack.core.i18n import LANGUAGES, lazy
from aidtrack.identity.journeys import NamedDriver
from aidtrack.web.fields import DateField, SelectField, TextField
from aidtrack.web.once import ShownOnceForm


class DriverLinkForm(ShownOnceForm):
    """A driver by account or by name."""

    driver_id = SelectField(lazy("Driver"), empty=lazy("Someone without an account"))
    driver_name = TextField(
        lazy("Driver's name"), max_length=100,
        hint=lazy("They need no e-mail address and no password."),
    )  # fmt: skip
    driver_phone = TextField(lazy("Driver's phone"), max_length=40, autocomplete="off")
    language = SelectField(
        lazy("The driver reads"), kind=str, choices=LANGUAGES.items(), default="en"
    )
    expires_on = DateField(lazy("Last day"))

    def named(self) -> NamedDriver | None:
        """The driver whose name was written, or should have been; None beside an account."""
        name = self.driver_name.data or ""
        if self.driver_id.data and not name:
            return None
        return NamedDriver(name, self.driver_phone.data or "", self.language.data or "en")
