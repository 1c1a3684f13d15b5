"""Gathers everything that a donor report says, in the languages of the donor."""

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from aidtrack.catalogue.units import unit_texts
from aidtrack.core.i18n import _, speaking
from aidtrack.documents import wording
from aidtrack.documents.layouts import donor_report as layout
from aidtrack.documents.layouts.donor_report import DonorReport
from aidtrack.documents.models import Paper, PaperStatus
from aidtrack.donations.models import Donation
from aidtrack.identity import duties
from aidtrack.identity.duties import Alone
from aidtrack.identity.models import Organisation
from aidtrack.partners.models import Partner
from aidtrack.places.models import PlaceKind
from aidtrack.reports import reach, trail
from aidtrack.reports.gifts import Gift, Scope, gifts
from aidtrack.reports.journeys import Way, claims, donations_by_line, hand_overs, journeys
from aidtrack.reports.kits import named_in_kit
from aidtrack.reports.moments import AsOf
from aidtrack.reports.reach import Point
from aidtrack.reports.trail import Passage, Source
from aidtrack.stock.models import MovementKind
from aidtrack.stock.reasons import reason_label
from aidtrack.stock.written_off import numbers_of

STAGES: dict[PlaceKind, layout.LossStage] = {
    PlaceKind.LOST_IN_TRANSPORT: "transport",
    PlaceKind.LOST_IN_WAREHOUSE: "warehouse",
    PlaceKind.LOST_AT_DISTRIBUTION: "distribution",
}


def usual_languages(donor: Partner) -> tuple[str, ...]:
    """What a report for the donor speaks unless other languages are asked for."""
    return wording.languages_of(donor.organisation, (donor.language,) if donor.language else ())


def facts_of(
    donor: Partner, organisation: Organisation, moment: AsOf, asked: Sequence[str] = ()
) -> DonorReport:
    """The facts of the report; a fixed number of statements however much was given."""
    scope = Scope(frozenset({donor.id}))
    languages = wording.languages_of(organisation, asked or usual_languages(donor))
    given = [gift for gift in gifts(scope, moment) if gift.position.given]
    way = way_of(scope, moment, organisation, languages[0])
    donations = _distinct(way)
    grants = dict.fromkeys(each.grant_reference for each in donations if each.grant_reference)
    with speaking(languages[0]):
        return DonorReport(
            languages=languages,
            organisation=wording.own_party(organisation),
            donor=donor.name,
            as_of=moment.text,
            clock="recorded",
            gifts=tuple(_gift(gift, languages) for gift in given),
            grant=", ".join(grants),
            period_from=min((each.pledged_on for each in donations), default=None),
            period_to=moment.day,
            eligible_to=_eligible(donations),
            reached=tuple(_point(each, languages) for each in reach.points(scope, moment)),
            journeys=journeys(way),
            losses=tuple(_loss(each, way, languages) for each in trail.still_lost(way.passages)),
            alone=tuple(
                layout.AloneTime(
                    since=wording.local_day(each.since, organisation),
                    until=wording.local_day(each.until, organisation) if each.until else None,
                )
                for each in alone_in(way, organisation, moment)
            ),
            page_size=wording.page_size_of(organisation),
        )


def way_of(scope: Scope, moment: AsOf, organisation: Organisation, language: str) -> Way:
    """Everything that happened to the goods, with the papers that prove it."""
    passages = trail.passages(scope, moment)
    lines = {each.donation_line_id for each in passages if each.donation_line_id is not None}
    shipments = {each.source[1] for each in passages if each.kind == MovementKind.DELIVERY}
    return Way(
        passages=passages,
        papers=trail.papers_by_source({each.source for each in passages}),
        hand_overs=hand_overs(scope, shipments),
        claims=claims(scope),
        donations=donations_by_line(lines),
        write_offs=numbers_of(each.source[1] for each in passages if each.source[0] == "write_off"),
        language=language,
        time_zone=organisation.time_zone,
    )


def alone_in(way: Way, organisation: Organisation, moment: AsOf) -> tuple[Alone, ...]:
    """When one person could approve alone, from the first promise to the report's moment."""
    begun = min((each.pledged_on for each in _distinct(way)), default=None)
    zone = ZoneInfo(organisation.time_zone)
    since = datetime.combine(begun, time(), zone) if begun else None
    return duties.alone_during(organisation.id, since, moment.until)


def _distinct(way: Way) -> list[Donation]:
    return list({each.id: each for each in way.donations.values()}.values())


def _eligible(donations: Sequence[Donation]) -> date | None:
    """Until when costs may be claimed, where all donations agree."""
    days = {each.eligible_until for each in donations}
    return days.pop() if len(days) == 1 else None


def _gift(gift: Gift, languages: tuple[str, ...]) -> layout.Gift:
    where = gift.position
    return layout.Gift(
        item=wording.names(gift.item_name, gift.item_names, languages),
        unit=unit_texts(gift.base_unit, languages),
        receipt=gift.donation_number,
        given=where.given,
        in_stock=where.in_stock,
        on_the_road=where.on_the_road,
        handed_out=where.handed_out,
        lost_in_transport=where.lost_in_transport,
        lost_in_warehouse=where.lost_in_warehouse,
        lost_at_distribution=where.lost_at_distribution,
        returned=where.returned,
    )


def _point(point: Point, languages: tuple[str, ...]) -> layout.ReachedPoint:
    return layout.ReachedPoint(
        area=wording.names_of(point.area, languages),
        pcode=point.area.pcode,
        point=wording.names_of(point.site, languages),
        first_on=point.first_on,
        last_on=point.last_on,
        items=tuple(
            layout.HandedOut(
                item=wording.in_each(languages, partial(named_in_kit, each.item, each.kit)),
                quantity=each.quantity,
                unit=unit_texts(each.item.base_unit, languages),
            )
            for each in point.items
        ),
        households=point.counts.households,
        women=point.counts.women,
        men=point.counts.men,
        girls=point.counts.girls,
        boys=point.counts.boys,
    )


def _loss(passage: Passage, way: Way, languages: tuple[str, ...]) -> layout.Loss:
    value = passage.value_minor
    return layout.Loss(
        paper=number_of_loss(passage, way) or f"M{passage.movement_id:06d}",
        happened_on=way.day(passage.occurred_at),
        stage=STAGES[passage.to_kind],
        item=wording.in_each(languages, lambda: passage.item_label),
        quantity=passage.quantity,
        unit=unit_texts(passage.item.base_unit, languages),
        cause=cause_of(passage),
        currency=passage.currency or "",
        value_minor=value,
        claim=_claim(passage, way),
    )


def number_of_loss(passage: Passage, way: Way) -> str:
    """The paper that tells of a loss, or else its write-off."""
    kind, record_id = passage.source
    written_off = way.write_offs.get(record_id, "") if kind == "write_off" else ""
    return paper_of(passage.source, way) or written_off


def _claim(passage: Passage, way: Way) -> str:
    """Yes or no for what came short; of other losses nobody is asked."""
    said = way.claims.get((passage.source, passage.lot_id))
    if said is None:
        return ""
    return _("yes") if said else _("no")


def cause_of(passage: Passage) -> str:
    """Why it was lost, in the reader's language, with what was noted in the store."""
    noted = passage.note if passage.kind == MovementKind.LOSS else ""
    return ": ".join(wording.lines(reason_label(passage.reason), noted))


def paper_of(source: Source, way: Way) -> str:
    """The number of the latest paper of a record that is not void."""
    papers: Sequence[Paper] = way.papers.get(source, ())
    valid = [paper.number for paper in papers if paper.status != PaperStatus.VOID]
    return valid[-1] if valid else ""
