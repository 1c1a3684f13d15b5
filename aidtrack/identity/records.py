"""Kinds of records that people may remark on: each package tells of its own.

What stands below them all cannot ask a shipment who may see it; the shipment's package says
how, in `record_kinds` beside its `blueprints`, and the application brings them together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aidtrack.core.audit import AuditEntry
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor


class Told(Protocol):
    """One act in words: a line of a record's history."""

    @property
    def at(self) -> datetime: ...
    @property
    def title(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def detail(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Record:
    """One record as a person sees it: what it is called, and whether they may add to it.

    `organisation_id` is None for what all organisations share, such as an item. Only what
    `is_shareable` can be shown to another organisation.
    """

    title: str
    may_write: bool
    organisation_id: int | None
    is_shareable: bool = False


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record, named as the audit names it.

    `find` raises NotFound for a record that the person may not see; `tell` puts an act
    into words; `path` is the record's page, with {id} in it.

    `opens_papers` says whether somebody of another organisation may open its papers too.
    """

    name: str
    path: str
    find: Callable[[int, Actor], Record]
    tell: Callable[[AuditEntry], Told]
    opens_papers: Callable[[int, Actor], bool] | None = None

    def page(self, record_id: int) -> str:
        """The address of a record's page."""
        return self.path.format(id=record_id)


_known: dict[str, RecordKind] = {}


def register(kinds: Iterable[RecordKind]) -> None:
    _known.update((kind.name, kind) for kind in kinds)


def kind_called(name: str) -> RecordKind:
    """Raises NotFound for a kind that nobody registered."""
    if name not in _known:
        raise NotFound(_("There is no such record."))
    return _known[name]


def names() -> list[str]:
    return sorted(_known)


def opens_papers(kind: str, record_id: int, actor: Actor) -> bool:
    """Whether the record is shared with the actor in a way that opens its papers too."""
    known = _known.get(kind)
    return (
        known is not None
        and known.opens_papers is not None
        and known.opens_papers(record_id, actor)
    )
