"""What reports do beyond reading: issue the report of a donor as a paper."""

import hashlib
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import select

from aidtrack.core import idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.documents import services as documents
from aidtrack.documents.models import Paper, PaperKind, PaperStatus
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.partners.models import Partner
from aidtrack.reports import donor_report, moments


def issue_donor_report(
    donor_id: int,
    *,
    as_of: date | None,
    languages: tuple[str, ...] = (),
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Issue a donor's report as of now (None) or of the end of a day; the paper's id.

    It speaks the `languages`, else the donor's own, else those of the organisation's papers.

    Earlier reports stay valid: each is true as of its own moment. Asked again for a day on
    which nothing changed, the paper that says so already is the answer.
    """
    request: dict[str, object] = {
        "donor_id": donor_id,
        "as_of": as_of,
        "languages": languages,
    }
    with transaction():
        donor = db.session.get(Partner, donor_id, with_for_update=True)
        if donor is None or not _may_issue(actor, donor):
            raise NotFound(_("There is no such donor."))
        earlier = idempotency.earlier_result(key, "report.donor", request)
        if earlier is not None:
            return earlier
        organisation = donor.organisation
        moment = moments.as_of(as_of, time_zone=organisation.time_zone, at=at)
        facts = donor_report.facts_of(donor, organisation, moment, languages)
        paper_id = _same(donor_id, hashlib.sha256(msgspec.json.encode(facts)).hexdigest())
        if paper_id is None:
            paper_id = documents.issue(
                PaperKind.DONOR_REPORT,
                facts,
                source=("partner", donor_id),
                organisation=organisation,
                actor=actor,
                donor_id=donor_id,
            ).id
        idempotency.remember(key, "report.donor", request, paper_id)
        return paper_id


def _may_issue(actor: Actor, donor: Partner) -> bool:
    """The donor for themselves, or the office. Raises NotAllowed for one who only reads."""
    if donor.id in actor.donors(Permission.VIEW_OWN_DONATIONS):
        return True
    if donor.organisation_id not in actor.organisations(Permission.VIEW_REPORTS):
        return False
    require(actor, Permission.ISSUE_DONOR_REPORTS, organisation_id=donor.organisation_id)
    return True


def _same(donor_id: int, facts_sha256: str) -> int | None:
    return db.session.scalar(
        select(Paper.id)
        .where(
            Paper.donor_id == donor_id,
            Paper.kind == PaperKind.DONOR_REPORT,
            Paper.facts_sha256 == facts_sha256,
            Paper.status == PaperStatus.VALID,
        )
        .limit(1)
    )
