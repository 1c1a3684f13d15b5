"""Reads papers: those of a record, and the one that a code names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from aidtrack.core import codes
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.documents import wording
from aidtrack.documents.models import Paper, PaperFile, PaperKind, PaperStatus
from aidtrack.identity import records
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission

TITLES = {
    PaperKind.WAYBILL: lazy("Waybill"),
    PaperKind.GOODS_RECEIVED_NOTE: lazy("Goods received note"),
    PaperKind.DISTRIBUTION_REPORT: lazy("Distribution report"),
    PaperKind.DONOR_REPORT: lazy("Donor distribution report"),
    PaperKind.COUNT_SHEET: lazy("Count sheet"),
    PaperKind.LOSS_REPORT: lazy("Loss report"),
}


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as lists show it."""

    id: int
    kind: PaperKind
    number: str
    code: str
    status: PaperStatus
    issued_at: datetime

    @property
    def title(self) -> str:
        return str(TITLES[self.kind])

    @property
    def url(self) -> str:
        """Where its PDF is, for pages that list papers."""
        return f"/papers/{self.id}.pdf"


@dataclass(frozen=True, slots=True)
class Verified:
    """What anyone may know of a paper by its code. `pdf_sha256` is empty until it was drawn."""

    kind: PaperKind
    number: str
    code: str
    organisation: str
    status: PaperStatus
    void_reason: str
    superseded_by: str
    issued_at: datetime
    facts_sha256: str
    pdf_sha256: str
    seal: str

    @property
    def title(self) -> str:
        return str(TITLES[self.kind])


def papers_of(kind: str, record_ids: Iterable[int]) -> list[PaperRow]:
    """The papers of some records of one kind, newest first."""
    return _rows(Paper.source_kind == kind, Paper.source_id.in_(list(record_ids)))


def papers_of_donor(donor_id: int) -> list[PaperRow]:
    """Reports issued to a donor, newest first."""
    return _rows(Paper.kind == PaperKind.DONOR_REPORT, Paper.donor_id == donor_id)


def reports_since(moment: datetime, donor_ids: Select[int | None], *, most: int) -> list[PaperRow]:
    """Valid reports to some donors that were issued after a moment, newest first."""
    return _rows(
        Paper.kind == PaperKind.DONOR_REPORT,
        Paper.donor_id.in_(donor_ids),
        Paper.status == PaperStatus.VALID,
        Paper.issued_at > moment,
    )[:most]


def paper(paper_id: int, actor: Actor) -> Paper:
    """A paper of an organisation the actor sees, or the donor's own report."""
    found = db.session.get(Paper, paper_id)
    if found is None or not _may_read(found, actor):
        raise NotFound(_("There is no such paper."))
    return found


def readable(paper_id: int, actor: Actor) -> Paper:
    """The same, or one whose record is shared with the actor in a way that opens its papers."""
    found = db.session.get(Paper, paper_id)
    if found is None or not (
        _may_read(found, actor) or records.opens_papers(found.source_kind, found.source_id, actor)
    ):
        raise NotFound(_("There is no such paper."))
    return found


def verified(typed: str) -> Verified | None:
    """The paper that a typed or scanned code names, or None: it is not ours."""
    code = codes.cleaned(typed)
    if not code:
        return None
    newer = aliased(Paper)
    row = db.session.execute(
        select(
            Paper.kind,
            Paper.number,
            Paper.code,
            Organisation.name.label("organisation"),
            Paper.status,
            Paper.void_reason,
            newer.number.label("superseded_by"),
            Paper.issued_at,
            Paper.facts_sha256,
            PaperFile.sha256.label("pdf_sha256"),
            PaperFile.seal,
        )
        .join(Organisation, Organisation.id == Paper.organisation_id)
        .outerjoin(newer, newer.id == Paper.superseded_by_id)
        .outerjoin(PaperFile, PaperFile.paper_id == Paper.id)
        .where(Paper.code == code)
    ).first()
    if row is None:
        return None
    found: dict[str, Any] = {
        name: "" if value is None else value for name, value in row._mapping.items()
    }
    return Verified(**found)


def to_void(typed: str, actor: Actor | None) -> int | None:
    """The id of the valid paper of this code, where the actor may declare it void."""
    code = codes.cleaned(typed)
    if actor is None or not code:
        return None
    found = db.session.scalar(
        select(Paper).where(Paper.code == code, Paper.status == PaperStatus.VALID)
    )
    if found is None or not actor.may(
        Permission.VOID_PAPERS, organisation_id=found.organisation_id
    ):
        return None
    return found.id


def _rows(*conditions: ColumnElement[bool]) -> list[PaperRow]:
    rows = db.session.execute(
        select(Paper.id, Paper.kind, Paper.number, Paper.code, Paper.status, Paper.issued_at)
        .where(*conditions)
        .order_by(Paper.id.desc())
    )
    return [PaperRow(**row._mapping) for row in rows]


def _may_read(found: Paper, actor: Actor) -> bool:
    """Who works at one site reads the papers of the records that they see."""
    if found.organisation_id in actor.organisations(Permission.VIEW_PAPERS):
        return True
    if found.donor_id in actor.donors(Permission.VIEW_OWN_DONATIONS):
        return True
    is_theirs = actor.may(Permission.VIEW_PAPERS, organisation_id=found.organisation_id)
    return is_theirs and found.kind != PaperKind.DONOR_REPORT and _sees_source(found, actor)


def _sees_source(found: Paper, actor: Actor) -> bool:
    try:
        records.kind_called(found.source_kind).find(found.source_id, actor)
    except NotFound:
        return False
    return True


def usual_languages(organisation_id: int) -> tuple[str, ...]:
    """The one or two languages of an organisation's papers."""
    return wording.languages_of(db.session.get_one(Organisation, organisation_id))
