"""Issuing papers: the number and the facts in the event's transaction, the PDF later."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from aidtrack.core import audit, clock, codes, numbering
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import NotFound, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.documents.kit import Stamp
from aidtrack.documents.layouts import (
    count_sheet,
    distribution_report,
    donor_report,
    goods_received_note,
    loss_report,
    waybill,
)
from aidtrack.documents.models import Paper, PaperFile, PaperKind, PaperStatus
from aidtrack.documents.wording import local_day
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require

Facts = (
    waybill.Waybill
    | goods_received_note.GoodsReceivedNote
    | donor_report.DonorReport
    | distribution_report.DistributionReport
    | count_sheet.CountSheet
    | loss_report.LossReport
)
_LAYOUTS: dict[PaperKind, tuple[type, Callable[[Any, Stamp], bytes]]] = {
    PaperKind.WAYBILL: (waybill.Waybill, waybill.render),
    PaperKind.GOODS_RECEIVED_NOTE: (
        goods_received_note.GoodsReceivedNote,
        goods_received_note.render,
    ),
    PaperKind.DONOR_REPORT: (donor_report.DonorReport, donor_report.render),
    PaperKind.DISTRIBUTION_REPORT: (
        distribution_report.DistributionReport,
        distribution_report.render,
    ),
    PaperKind.COUNT_SHEET: (count_sheet.CountSheet, count_sheet.render),
    PaperKind.LOSS_REPORT: (loss_report.LossReport, loss_report.render),
}


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper as its issuer needs it."""

    id: int
    number: str
    code: str


def issue(
    kind: PaperKind,
    facts: Facts,
    *,
    source: tuple[str, int],
    organisation: Organisation,
    actor: Actor,
    donor_id: int | None = None,
    supersedes_id: int | None = None,
) -> Issued:
    """Give the paper its number and freeze its facts, inside the event's transaction."""
    content = msgspec.json.encode(facts)
    with transaction() as session:
        paper = Paper(
            organisation_id=organisation.id,
            kind=kind,
            number=numbering.next_number(
                kind, organisation_id=organisation.id, country=organisation.country
            ),
            code=codes.new_code(),
            source_kind=source[0],
            source_id=source[1],
            donor_id=donor_id,
            facts=content,
            facts_sha256=hashlib.sha256(content).hexdigest(),
            issued_at=clock.now(),
            issued_by_id=actor.user_id,
        )
        session.add(paper)
        session.flush()
        if supersedes_id is not None:
            earlier = session.get_one(Paper, supersedes_id)
            earlier.status = PaperStatus.SUPERSEDED
            earlier.superseded_by_id = paper.id
        audit.record(
            actor,
            "paper.issued",
            kind=source[0],
            record_id=source[1],
            facts={"paper": paper.number},
        )
        return Issued(id=paper.id, number=paper.number, code=paper.code)


def pdf(paper_id: int, *, seal: Callable[[], str], public_url: str) -> bytes:
    """The bytes of an issued paper: drawn on the first call, the same ever after.

    The caller has checked that the reader may see the paper. `seal` gives the latest seal
    of the ledger in one line; `public_url` is the address that the QR leads to.
    """
    kept = db.session.get(PaperFile, paper_id)
    if kept is not None:
        return kept.content
    paper = db.session.get_one(Paper, paper_id)
    latest = seal()
    content = draw(paper, seal=latest, public_url=public_url)
    with transaction() as session:
        session.get_one(Paper, paper_id, with_for_update=True)
        kept = session.get(PaperFile, paper_id)
        if kept is not None:  # Someone else was first: theirs is the paper.
            return kept.content
        session.add(
            PaperFile(
                paper_id=paper_id,
                seal=latest,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                made_at=clock.now(),
            )
        )
    return content


def draw(paper: Paper, *, seal: str, public_url: str) -> bytes:
    """Draw a paper from its frozen facts."""
    shape, render = _LAYOUTS[paper.kind]
    issuer = db.session.get_one(Organisation, paper.organisation_id)
    spoken = codes.spoken(paper.code)
    stamp = Stamp(
        number=paper.number,
        issued_on=local_day(paper.issued_at, issuer),
        code=spoken,
        verify_url=f"{public_url}/v/{spoken}",
        seal=seal,
        checksum=paper.facts_sha256,
    )
    return render(msgspec.json.decode(paper.facts, type=shape), stamp)


def void(paper_id: int, *, reason: str, actor: Actor) -> None:
    """Declare a paper void. Its number stays taken and its code says so from now on."""
    with transaction() as session:
        paper = session.get(Paper, paper_id, with_for_update=True)
        if paper is None or paper.organisation_id not in actor.organisations(
            Permission.VIEW_PAPERS
        ):
            raise NotFound(_("There is no such paper."))
        require(actor, Permission.VOID_PAPERS, organisation_id=paper.organisation_id)
        if paper.status == PaperStatus.VOID:
            raise WrongStatus(_("This paper is void already."))
        _declare_void(paper, reason, actor)


def withdraw(paper_id: int, *, reason: str, actor: Actor) -> None:
    """Void the paper of an event that is undone, in the transaction that undoes it.

    The event's own service has checked that the actor may undo it.
    """
    with transaction() as session:
        paper = session.get_one(Paper, paper_id, with_for_update=True)
        if paper.status != PaperStatus.VOID:
            _declare_void(paper, reason, actor)


def _declare_void(paper: Paper, reason: str, actor: Actor) -> None:
    paper.status = PaperStatus.VOID
    paper.void_reason = reason
    audit.record(
        actor,
        "paper.voided",
        kind=paper.source_kind,
        record_id=paper.source_id,
        facts={"paper": paper.number, "reason": reason},
    )
