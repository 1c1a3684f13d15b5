"""What the pages and the audit call what is done for people's protection."""

from aidtrack.core import acts
from aidtrack.core.i18n import lazy
from aidtrack.privacy.periods import PERIODS

TITLES = {
    "retention.changed": lazy("How long data is kept was changed"),
    "retention.applied": lazy("What was kept long enough was removed"),
}
TITLES_OF_PEOPLE = {
    "user.erased": lazy("Erased"),
    "user.data_given": lazy("Their data was downloaded"),
    "named_person.data_given": lazy("Data of a person who has no account was downloaded"),
    "named_person.erased": lazy("A person who has no account was erased"),
}
FIELDS = {period.name: period.label for period in PERIODS}
acts.register(TITLES, acts.Topic.SETTINGS)
acts.register(TITLES_OF_PEOPLE, acts.Topic.RIGHTS)
acts.register_fields("retention", FIELDS)
