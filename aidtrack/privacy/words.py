"""What the pages and the audit call what is done for people's protection."""

from aidtrack.core import acts
from aidtrack.core.i18n import lazy
from aidtrack.privacy.periods import PERIODS

TITLES = {
    "retention.changed": lazy("How long data is kept was changed"),
    "retention.applied": lazy("What was kept long enough was removed"),
}
FIELDS = {period.name: period.label for period in PERIODS}
acts.register(TITLES, acts.Topic.SETTINGS)
acts.register_fields("retention", FIELDS)
