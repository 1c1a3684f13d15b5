"""What the report of a distribution says: its facts, frozen when it is done."""

from collections.abc import Mapping, Sequence

from aidtrack.catalogue.units import unit_texts
from aidtrack.core.i18n import _, speaking
from aidtrack.distributions.counts import HandOut, People
from aidtrack.distributions.holdings import Holding, Key
from aidtrack.distributions.models import Distribution
from aidtrack.documents import wording
from aidtrack.documents.layouts.distribution_report import (
    DistributionReport,
    DistributionReportLine,
)
from aidtrack.documents.layouts.facts import Party
from aidtrack.places.models import Place
from aidtrack.stock.reasons import reason_label


def facts_of(
    distribution: Distribution,
    *,
    people: People,
    lines: Sequence[HandOut],
    planned: Mapping[Key, int],
    held: Mapping[Key, Holding],
    asked: Sequence[str] = (),
) -> DistributionReport:
    """The facts of its paper. `planned` says, by (place, lot), what the plan had."""
    organisation = distribution.site.organisation
    assert organisation is not None
    languages = wording.languages_of(organisation, asked)
    return DistributionReport(
        languages=languages,
        organisation=wording.own_party(organisation),
        point=_party(distribution.site, languages),
        area=wording.names_of(distribution.area, languages),
        pcode=distribution.area.pcode,
        distributed_on=distribution.distributed_on,
        lines=tuple(
            _line(line, planned.get((line.place_id, line.lot_id), 0), held, languages)
            for line in lines
        ),
        households_planned=distribution.households_planned or 0,
        households_served=people.households,
        women=people.women,
        men=people.men,
        girls=people.girls,
        boys=people.boys,
        reasons=distribution.note,
        page_size=wording.page_size_of(organisation),
    )


def _line(
    line: HandOut, planned: int, held: Mapping[Key, Holding], languages: tuple[str, ...]
) -> DistributionReportLine:
    holding = held[line.place_id, line.lot_id]
    batch = f" · {holding.batch_number}" if holding.batch_number else ""
    return DistributionReportLine(
        item_code=holding.item.code,
        item_name=wording.names_of(holding.item, languages),
        unit=unit_texts(holding.item.base_unit, languages),
        planned=planned,
        brought=line.brought,
        handed_out=line.handed_out,
        returned=line.returned,
        lost=line.lost,
        lot=f"{holding.lot_number}{batch}",
        remarks=_remarks(line, languages[0]),
    )


def _remarks(line: HandOut, language: str) -> str:
    with speaking(language):
        reason = reason_label(line.loss_reason) if line.lost else ""
        lost = _("%(lost)s lost: %(reason)s", lost=line.lost, reason=reason.lower())
    return ". ".join(wording.lines(lost if reason else "", line.note))


def _party(site: Place, languages: tuple[str, ...]) -> Party:
    return Party(
        name=wording.names_of(site, languages),
        lines=wording.lines(site.address, site.contact, site.phone),
    )
