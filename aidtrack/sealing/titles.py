"""What happened to keys, in words."""

from aidtrack.core import acts
from aidtrack.core.acts import Topic
from aidtrack.core.i18n import lazy

acts.register(
    {"signing_key.retired": lazy("A new key signs from now on")},
    Topic.SETTINGS,
)
acts.register_fields("organisation", {"fingerprint": lazy("Fingerprint")})
