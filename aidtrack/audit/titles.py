"""Titles of acts whose packages tell no story of their own, and of those of every kind."""

from aidtrack.core import acts
from aidtrack.core.acts import Topic
from aidtrack.core.i18n import lazy

acts.register(
    {
        "paper.issued": lazy("Paper issued"),
        "paper.voided": lazy("Paper declared void"),
    },
    Topic.GOODS,
)
acts.register(
    {
        "category.added": lazy("Added"),
        "category.changed": lazy("Changed"),
        "remark.written": lazy("Written"),
        "remark.changed": lazy("Changed"),
        "remark.taken_back": lazy("Taken back"),
    },
    Topic.RECORDS,
)
acts.register(
    {
        "job.cancelled": lazy("Cancelled"),
        "job.tried_again": lazy("Tried again"),
        "view.saved": lazy("Saved"),
        "view.changed": lazy("Changed"),
        "view.deleted": lazy("Deleted"),
        "audit.redacted": lazy("What names a person was taken out of acts"),
    },
    Topic.SETTINGS,
)
acts.register(
    {
        "token.created": lazy("Token made"),
        "token.revoked": lazy("Token revoked"),
    },
    Topic.RIGHTS,
)
acts.register_fields(
    "saved_view",
    {"name": lazy("Name"), "shared": lazy("Shared"), "default": lazy("Shown first")},
)
acts.register_fields("category", {"name": lazy("Name"), "names": lazy("Other names")})
