"""What a share tells of itself. Nobody remarks on it: both sides would have to read that."""

from aidtrack.identity.permissions import Actor
from aidtrack.identity.records import Record, RecordKind
from aidtrack.sharing import queries, wording


def find(share_id: int, actor: Actor) -> Record:
    found = queries.share(share_id, actor)
    return Record(found.title, may_write=False, organisation_id=None)


record_kinds = (RecordKind("share", "/sharing/{id}", find, wording.tell),)
