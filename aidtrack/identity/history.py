"""What happened to a record, in sentences: who, when, and what changed from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aidtrack.core import acts, audit
from aidtrack.core.audit import CHANGES, AuditEntry
from aidtrack.core.audit import changes as changes
from aidtrack.core.i18n import _

TEXT_SHOWN_MAX = 80


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry, as pages and the API show it."""

    at: datetime
    title: str
    who: str
    detail: str


def who(entry: AuditEntry) -> str:
    """Their name. Whoever had no account is unknown, unless the entry names them."""
    return entry.user_name or ("" if entry.user_id else _("Somebody unknown"))


def told(
    kind: str,
    record_id: int,
    *,
    titles: Mapping[str, object],
    fields: Mapping[str, object] | None = None,
    notes: Mapping[str, object] | None = None,
) -> list[Happening]:
    """The history of a record, newest first.

    `titles` words actions, `fields` what changed, `notes` what was noted beside it.
    """
    return [
        happening(entry, titles=titles, fields=fields, notes=notes)
        for entry in audit.history(kind, record_id)
    ]


def happening(
    entry: AuditEntry,
    *,
    titles: Mapping[str, object],
    fields: Mapping[str, object] | None = None,
    notes: Mapping[str, object] | None = None,
) -> Happening:
    """One act in words."""
    return Happening(
        at=entry.recorded_at,
        title=str(titles.get(entry.action) or acts.title_of(entry.action)),
        who=who(entry),
        detail=_detail(entry.facts, fields or {}, notes or {}),
    )


def _detail(
    facts: Mapping[str, object], fields: Mapping[str, object], notes: Mapping[str, object]
) -> str:
    if not isinstance(facts.get(CHANGES), dict):
        note = str(facts.get("note") or "")
        return str(notes.get(note, note))
    return changed(facts, fields)


def changed(facts: Mapping[str, object], fields: Mapping[str, object]) -> str:
    """What changed from what to what, in one line; empty when nothing did."""
    differing = facts.get(CHANGES)
    if not isinstance(differing, dict):
        return ""
    return "; ".join(
        f"{fields.get(name, name)}: {shown(pair[0])} → {shown(pair[1])}"
        for name, pair in differing.items()
        if isinstance(pair, list) and len(pair) == 2
    )


def shown(value: object) -> str:
    """A value of a field, short enough for a line."""
    if value is None or value in ("", {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(str(x) for x in value.values())[:TEXT_SHOWN_MAX]
    text = str(value)
    return text if len(text) <= TEXT_SHOWN_MAX else f"{text[:TEXT_SHOWN_MAX]}…"
