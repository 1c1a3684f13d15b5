"""The loss report of a write-off: its facts, issued as it is posted and anew when it changes."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from aidtrack.catalogue.units import unit_texts
from aidtrack.core.db import db
from aidtrack.core.i18n import _, name_in
from aidtrack.documents import services as documents
from aidtrack.documents import wording
from aidtrack.documents.layouts.facts import Party, Texts
from aidtrack.documents.layouts.loss_report import LossReport, LossReportLine
from aidtrack.documents.models import PaperKind
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor
from aidtrack.identity.queries import name_of
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.loss_models import ClaimState, LossAct, LossReason, WriteOff, WriteOffLine
from aidtrack.stock.models import Lot, Reason
from aidtrack.stock.reasons import LABELS

STAGES = {
    PlaceKind.LOST_IN_TRANSPORT: "transport",
    PlaceKind.LOST_IN_WAREHOUSE: "warehouse",
    PlaceKind.LOST_AT_DISTRIBUTION: "distribution",
}


def issue(kept: WriteOff, lines: Sequence[WriteOffLine], *, actor: Actor) -> None:
    """Issue the report as things stand now; an earlier edition says that this one is newer.

    In the caller's transaction, before it locks any balance.
    """
    organisation = db.session.get_one(Organisation, kept.organisation_id)
    paper = documents.issue(
        PaperKind.LOSS_REPORT,
        facts_of(kept, lines, organisation, actor),
        source=("write_off", kept.id),
        organisation=organisation,
        actor=actor,
        supersedes_id=kept.paper_id,
    )
    kept.paper_id = paper.id


def withdraw(kept: WriteOff, *, actor: Actor) -> None:
    """The loss never happened: its report is void."""
    if kept.paper_id is not None:
        documents.withdraw(kept.paper_id, reason=_("The write-off was undone."), actor=actor)


def facts_of(
    kept: WriteOff, lines: Sequence[WriteOffLine], organisation: Organisation, actor: Actor
) -> LossReport:
    """Everything the report prints, frozen as it is now."""
    languages = wording.languages_of(organisation)
    site = db.session.get_one(Place, kept.site_id)
    own = {x.reason_id for x in lines if x.reason_id is not None}
    asked = select(LossReason).where(LossReason.id.in_(own))
    worded = {x.id: x for x in db.session.scalars(asked)} if own else {}
    lots = (
        select(Lot)
        .where(Lot.id.in_({x.lot_id for x in lines}))
        .options(joinedload(Lot.item), joinedload(Lot.donor))
        .execution_options(populate_existing=True)
    )
    of_lots = {lot.id: lot for lot in db.session.scalars(lots)}
    return LossReport(
        languages=languages,
        organisation=wording.own_party(organisation),
        place=Party(name=wording.names_of(site, languages), lines=wording.lines(site.address)),
        write_off=kept.number,
        stage=STAGES[kept.stage],
        is_destroyed=kept.act == LossAct.DESTRUCTION,
        happened_at=wording.local_moment(kept.happened_at, organisation),
        finder=kept.finder,
        reported_by=name_of(kept.prepared_by_id, actor),
        # As it is posted the approver is whoever acts, unless nobody had to look.
        approved_by=_approver(kept, actor),
        story=kept.note,
        location=kept.location,
        disposal=kept.disposal,
        witnesses=kept.witnesses,
        claim=kept.claim.value if kept.claim else ClaimState.NONE.value,
        claim_against=kept.claim_against,
        claim_minor=kept.claim_minor,
        claim_note=kept.claim_note,
        currency=kept.currency,
        lines=tuple(
            _line(line, of_lots[line.lot_id], _cause(line, worded, languages), languages)
            for line in lines
        ),
        page_size=wording.page_size_of(organisation),
    )


def _line(line: WriteOffLine, lot: Lot, cause: Texts, languages: tuple[str, ...]) -> LossReportLine:
    return LossReportLine(
        item_code=lot.item.code,
        item_name=wording.names_of(lot.item, languages),
        unit=unit_texts(lot.item.base_unit, languages),
        lot=lot.batch_number or lot.number,
        expires_on=lot.expires_on,
        donor=lot.donor.name if lot.donor else "",
        cause=cause,
        quantity=line.quantity,
        found=line.found or 0,
        value_minor=line.value_minor,
        currency=line.currency or "",
    )


def _cause(line: WriteOffLine, worded: dict[int, LossReason], languages: tuple[str, ...]) -> Texts:
    own = worded.get(line.reason_id) if line.reason_id is not None else None
    if own is not None:
        return tuple(
            dict.fromkeys(name_in(own.name, own.names, language) for language in languages)
        )
    return wording.in_each(languages, _said(Reason(line.reason)))


def _said(reason: Reason) -> Callable[[], str]:
    return lambda: str(LABELS[reason])


def _approver(kept: WriteOff, actor: Actor) -> str:
    if kept.why_approved is None:
        return ""
    return name_of(kept.decided_by_id or actor.user_id, actor)
