"""How somebody says what they want to be told, and when."""

from typing import Any

from aidtrack.alerts.kinds import CONCERNS
from aidtrack.alerts.models import AlertKind, Rhythm, Way
from aidtrack.alerts.queries import KindChoice, Settings
from aidtrack.alerts.services import Times
from aidtrack.core.i18n import first_weekday, lazy
from aidtrack.web.fields import IdField, SelectField
from aidtrack.web.forms import UseCaseForm

WAYS = [
    (str(Way.INBOX), lazy("In the inbox only")),
    (str(Way.NOW), lazy("Mail at once")),
    (str(Way.DIGEST), lazy("Mail in the digest")),
]
RHYTHMS = [(str(Rhythm.DAILY), lazy("Every day")), (str(Rhythm.WEEKLY), lazy("Every week"))]
WEEKDAYS = [
    (0, lazy("Monday")),
    (1, lazy("Tuesday")),
    (2, lazy("Wednesday")),
    (3, lazy("Thursday")),
    (4, lazy("Friday")),
    (5, lazy("Saturday")),
    (6, lazy("Sunday")),
]
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class AlertSettingsForm(UseCaseForm):
    """A way for each kind that may concern the person, and the hours of mail."""

    rhythm = SelectField(lazy("Digest"), kind=str, choices=RHYTHMS, required=True)
    weekday = SelectField(
        lazy("Day of the weekly digest"), kind=int, choices=WEEKDAYS, required=True
    )
    digest_hour = SelectField(lazy("Hour of the digest"), choices=HOURS, required=True)
    quiet_from = SelectField(
        lazy("No mail from"),
        choices=HOURS,
        empty=lazy("any time"),
        hint=lazy("Mail that comes up meanwhile waits until the quiet hours end."),
    )
    quiet_until = SelectField(lazy("No mail until"), choices=HOURS, empty=lazy("any time"))

    @classmethod
    def of(cls, settings: Settings) -> "AlertSettingsForm":
        """The form with the kinds that the settings name."""
        held: dict[str, Any] = {f"way_{each.kind}": str(each.way) for each in settings.kinds}
        held |= {name: getattr(settings, name) for name in Times.__slots__}
        form = cls.from_request(**held)
        first = first_weekday()
        form.choose(weekday=[*WEEKDAYS[first:], *WEEKDAYS[:first]])
        for kind in AlertKind:
            if f"way_{kind}" not in held:
                del form[f"way_{kind}"]
        return form

    def ways(self) -> dict[AlertKind, Way]:
        return {kind: Way(self[f"way_{kind}"].data) for kind in AlertKind if f"way_{kind}" in self}

    def times(self) -> Times:
        values = {name: self[name].data for name in Times.__slots__}
        return Times(**values | {"rhythm": Rhythm(values["rhythm"])})

    def field_of(self, choice: KindChoice) -> Any:
        return self[f"way_{choice.kind}"]


for _kind, _concern in CONCERNS.items():
    _field = SelectField(_concern.label, kind=str, choices=WAYS, required=True, hint=_concern.hint)
    setattr(AlertSettingsForm, f"way_{_kind}", _field)


class ReadAllForm(UseCaseForm):
    up_to_id = IdField(lazy("Up to"), required=True, hidden=True)
