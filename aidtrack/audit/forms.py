"""What the list of acts is narrowed to."""

from datetime import date, datetime, time, timedelta

from aidtrack.audit.kinds import KINDS
from aidtrack.audit.queries import CHANNELS, TOPICS, Wanted
from aidtrack.core.i18n import lazy
from aidtrack.web.days import own_zone
from aidtrack.web.fields import DateField, SelectField, TextField
from aidtrack.web.forms import UseCaseForm


class AuditFilter(UseCaseForm):
    words = TextField(lazy("Which record"), hint=lazy("Its name or number"), max_length=100)
    topic = SelectField(
        lazy("About"), kind=str, choices=list(TOPICS.items()), empty=lazy("Everything")
    )
    kind = SelectField(lazy("Kind of record"), kind=str, empty=lazy("Every kind"))
    user_id = SelectField(lazy("Who"), empty=lazy("Everybody"))
    channel = SelectField(
        lazy("By way of"), kind=str, choices=list(CHANNELS.items()), empty=lazy("Any way")
    )
    since = DateField(lazy("Since"))
    until = DateField(lazy("Until"))

    def offering(self, people: list[tuple[int, str]]) -> "AuditFilter":
        """With what can be chosen today."""
        self.user_id.choices = people
        by_label = sorted(((str(kind.label), name) for name, kind in KINDS.items()))
        self.kind.choices = [(name, label) for label, name in by_label if name != "site"]
        return self

    def wanted(self) -> Wanted:
        """What cannot be meant counts as not said."""
        return Wanted(
            words=self.words.data or "",
            kind=self.kind.data or "",
            topic=self.topic.data if self.topic.data in set(TOPICS) else "",
            channel=self.channel.data if self.channel.data in set(CHANNELS) else "",
            user_id=self.user_id.data,
            since=_beginning(self.since.data),
            before=_beginning(self.until.data and self.until.data + timedelta(days=1)),
        )


def _beginning(day: date | None) -> datetime | None:
    """When a day begins where the reader is."""
    return datetime.combine(day, time(), own_zone()) if day else None
