"""Takes what names a person out of entries of the audit, without breaking a seal.

What happened, to which record and when stays, and stays proven; the digest of what was taken
out stays behind. Each redaction is an act itself.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, cast, insert, or_, select, update

from aidtrack.core import audit, clock
from aidtrack.core.audit import CHANGES, SEALED, AuditEntry, AuditRedaction, Doer
from aidtrack.core.db import db, transaction

BATCH = 500
PERSON = "user"
WHERE = ("address", "device")
REDACTED = "audit.redacted"
# A shorter word may be part of others: it counts where it stands alone.
SURE_LETTERS = 8


class Part(StrEnum):
    """What can be taken out: who did it, from where, and what the facts say of people."""

    WHO = "who"
    WHERE = "where"
    FACTS = "facts"


EVERYTHING = frozenset(Part)


def redact(
    entry_ids: Iterable[int],
    *,
    reason: str,
    actor: Doer,
    parts: frozenset[Part] = EVERYTHING,
    words: Sequence[str] | None = None,
) -> int:
    """Take these parts out of entries; how many were touched. Joins the caller's transaction.

    With `words`, of the facts only those that contain one of them. What was not taken out of a
    touched entry stays readable, but only its open columns and facts are proven from then on.
    """
    count = 0
    remaining = iter(sorted(set(entry_ids)))
    while some := list(islice(remaining, BATCH)):
        count += _redact_some(some, parts, words, reason, actor)
    return count


def redact_person(
    user_id: int,
    *,
    reason: str,
    actor: Doer,
    words: Sequence[str] = (),
    organisation_ids: Collection[int] = (),
) -> int:
    """Take a person out of everything: as who did it, as who it was done to, and by name.

    `words` are how other entries may name them: their name, e-mail address, telephone number.
    They are looked for among the acts of these organisations: a name is only a guess, and
    nobody may take out of the acts of others what happens to be written like it.
    """
    with transaction():
        theirs = set(_ids(AuditEntry.user_id == user_id))
        about = set(_ids(AuditEntry.record_kind == PERSON, AuditEntry.record_id == user_id))
        of_theirs = AuditEntry.organisation_id.in_(organisation_ids)
        named = set(_ids(of_theirs, mention(AuditEntry.facts, words))) if words else set()
        facts = frozenset({Part.FACTS})
        by_and_about, by, of = theirs & about, theirs - about, about - theirs
        return sum(
            redact(some, parts=some_parts, words=some_words, reason=reason, actor=actor)
            for some, some_parts, some_words in (
                (by_and_about, EVERYTHING, None),
                (by, EVERYTHING, words),
                (of, facts, None),
                (named - theirs - about, facts, words),
            )
        )


def _ids(*which: Any) -> Sequence[int]:
    return db.session.scalars(select(AuditEntry.id).where(*which)).all()


def mention(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column of JSON holds one of the words anywhere.

    They are looked for as JSON writes them: other letters than Latin ones by their numbers.
    """
    text = cast(column, String)
    return or_(*(text.contains(json.dumps(word)[1:-1], autoescape=True) for word in words))


def _redact_some(
    ids: Sequence[int],
    parts: frozenset[Part],
    words: Sequence[str] | None,
    reason: str,
    actor: Doer,
) -> int:
    with transaction() as session:
        found = session.execute(
            select(*SEALED, AuditRedaction.digest.label("kept"))
            .outerjoin(AuditRedaction, AuditRedaction.entry_id == AuditEntry.id)
            .where(AuditEntry.id.in_(ids))
            .order_by(AuditEntry.id)
        ).all()
        left = [(entry, _left(entry, parts, words)) for entry in found]
        touched = [(entry, new) for entry, new in left if new is not None]
        if not touched:
            return 0
        entries = [entry for entry, _new in touched]
        act_id = _record(actor, entries, digests=sum(each.kept is None for each in entries))
        made = [
            {
                "entry_id": entry.id,
                "act_id": act_id,
                "digest": audit.personal_digest(entry, audit.parted_of(entry)[1]),
                "reason": reason,
                "redacted_at": clock.now(),
            }
            for entry, _new in touched
            if entry.kept is None
        ]
        connection = session.connection()
        if made:
            connection.execute(insert(AuditRedaction), made)
        changed = update(AuditEntry).where(AuditEntry.id == bindparam("entry"))
        connection.execute(
            changed.values({name: bindparam(f"new_{name}") for name in touched[0][1]}),
            [
                {"entry": entry.id} | {f"new_{name}": value for name, value in new.items()}
                for entry, new in touched
            ],
        )
        session.expire_all()
        return len(touched)


def _left(entry: Any, parts: frozenset[Part], words: Sequence[str] | None) -> dict[str, Any] | None:
    """The columns as they are to be; None when nothing of it would change."""
    before = json.loads(entry.facts)
    facts = _facts_left(entry, words) if Part.FACTS in parts else before
    new = {
        "user_name": "" if Part.WHO in parts else entry.user_name,
        "address": "" if Part.WHERE in parts else entry.address,
        "device": "" if Part.WHERE in parts else entry.device,
        "facts": facts,
    }
    kept = facts == before
    if kept and all(new[name] == getattr(entry, name) for name in ("user_name", *WHERE)):
        return None
    return new | {"salt": ""}


def _facts_left(entry: Any, words: Sequence[str] | None) -> Mapping[str, Any]:
    open_facts, private = audit.parted_of(entry)
    kept = {
        name: value
        for name, value in private.items()
        if words is not None and not names_one_of(words, value)
    }
    facts = open_facts | {name: value for name, value in kept.items() if "." not in name}
    changed = {
        name.removeprefix(f"{CHANGES}."): value for name, value in kept.items() if "." in name
    }
    if changed:
        facts[CHANGES] = {**open_facts.get(CHANGES, {}), **changed}
    return facts


def names_one_of(words: Iterable[str], value: object) -> bool:
    """Whether a fact, or anything inside it, holds one of the words."""
    if isinstance(value, Mapping):
        return any(names_one_of(words, each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(names_one_of(words, each) for each in value)
    text = str(value)
    return any(
        word in text
        and (
            len(word) >= SURE_LETTERS
            or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
        )
        for word in words
    )


def _record(actor: Doer, entries: Sequence[Any], *, digests: int) -> int:
    """The act itself: how many entries, which are the first and last, and how many digests of
    them are kept with it.
    """
    facts = {
        "entries": len(entries),
        "digests": digests,
        "first": entries[0].id,
        "last": entries[-1].id,
    }
    made = audit.row(actor, REDACTED, kind="audit_entry", record_id=entries[0].id, facts=facts)
    connection = db.session.connection()
    key = connection.execute(audit.WRITE, made).inserted_primary_key
    assert key is not None
    return int(key[0])
