"""What keeping, giving out and erasing data of people needs to know."""

from aidtrack.core.i18n import lazy
from aidtrack.privacy.periods import BY_NAME
from aidtrack.web.fields import QuantityField, TextField
from aidtrack.web.forms import UseCaseForm


def _months(name: str) -> QuantityField:
    period = BY_NAME[name]
    return QuantityField(
        period.label,
        required=True,
        minimum=period.least,
        maximum=period.most,
        hint=period.hint,
    )


class RetentionForm(UseCaseForm):
    names = _months("names")
    reports = _months("reports")
    photos = _months("photos")
    addresses = _months("addresses")
    accounts = _months("accounts")

    def months(self) -> dict[str, int]:
        return {name: self[name].data for name in BY_NAME}


class EraseForm(UseCaseForm):
    name = TextField(
        lazy("Type the name to erase"),
        required=True,
        hint=lazy("As it stands above."),
        autocomplete="off",
    )


class NamedFilter(UseCaseForm):
    name = TextField(lazy("Full name"), max_length=100, min_length=3)
