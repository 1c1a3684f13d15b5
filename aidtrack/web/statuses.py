"""Statuses as badges: an icon, a word, then a colour. The word depends on who reads it."""

from typing import NamedTuple

from aidtrack.core.i18n import lazy


class Badge(NamedTuple):
    tone: str
    icon: str
    label: object


BADGES: dict[str, Badge] = {
    "pledged": Badge("idle", "clock", lazy("Pledged")),
    "receiving": Badge("go", "in", lazy("Partly received")),
    "received": Badge("ok", "check", lazy("Received")),
    "closed": Badge("idle", "lock", lazy("Closed")),
    "cancelled": Badge("idle", "cross", lazy("Cancelled")),
    "draft": Badge("idle", "pen", lazy("Draft")),
    "ready": Badge("wait", "clock", lazy("Ready to go")),
    "on_the_road": Badge("go", "truck", lazy("On the road")),
    "delivered": Badge("ok", "check", lazy("Delivered")),
    "planned": Badge("idle", "day", lazy("Planned")),
    "done": Badge("ok", "check", lazy("Done")),
    "open": Badge("go", "pen", lazy("Open")),
    "failed": Badge("bad", "alert", lazy("Failed")),
    "running": Badge("go", "hour", lazy("Running")),
    "queued": Badge("idle", "clock", lazy("Waiting")),
    "counting": Badge("go", "pen", lazy("Being counted")),
    "recounting": Badge("wait", "undo", lazy("Counted again")),
    "review": Badge("wait", "hour", lazy("To review")),
    "waiting": Badge("wait", "hour", lazy("Waiting")),
    "applied": Badge("ok", "check", lazy("Done")),
    "posted": Badge("ok", "check", lazy("Written off")),
    "withdrawn": Badge("idle", "back", lazy("Withdrawn")),
    "undone": Badge("idle", "undo", lazy("Undone")),
    "held": Badge("wait", "lock", lazy("Held")),
    "released": Badge("ok", "check", lazy("Released")),
    "gone": Badge("idle", "alert", lazy("Written off")),
    "lifted": Badge("ok", "undo", lazy("Lifted")),
    "refused": Badge("bad", "alert", lazy("Refused")),
    "valid": Badge("ok", "check", lazy("Valid")),
    "superseded": Badge("idle", "back", lazy("Replaced")),
    "void": Badge("bad", "cross", lazy("Void")),
    "enabled": Badge("ok", "check", lazy("May sign in")),
    "by_link": Badge("idle", "link", lazy("By a link")),
    "disabled": Badge("idle", "lock", lazy("May not sign in")),
    "expired": Badge("bad", "alert", lazy("Expired")),
    "revoked": Badge("idle", "lock", lazy("Revoked")),
}

# The same state for another reader: the one who gets the goods, the one who gave them.
FOR_READER: dict[tuple[str, str], Badge] = {
    ("on_the_road", "receiver"): Badge("go", "truck", lazy("On the way to you")),
    ("ready", "receiver"): Badge("idle", "clock", lazy("Expected")),
    ("delivered", "receiver"): Badge("ok", "check", lazy("Arrived")),
    ("received", "donor"): Badge("ok", "check", lazy("We have it")),
    ("receiving", "donor"): Badge("go", "in", lazy("Arriving")),
    ("on_the_road", "driver"): Badge("go", "truck", lazy("You are driving")),
}


def badge_of(status: object, reader: str = "") -> Badge:
    """The badge of a status; one that nobody described shows its own name."""
    name = str(getattr(status, "value", status))
    known = FOR_READER.get((name, reader)) or BADGES.get(name)
    return known or Badge("idle", "info", name.replace("_", " ").capitalize())
