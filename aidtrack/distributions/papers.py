"""What the report of a distribution says: its facts, frozen when it is done."""

from collections.abc import Mapping, Sequence

from aidtrack.catalogue.units import unit_texts
from aidtrack.core.i18n import _, speaking
from aidtrack.distributions.counts import HandOut, People
from aidtrack.distributions.holdings import Holding, Key
from aidtrack.distributions.models import Distribution
from aidtrack.documents.layouts.distribution_report import (
    DistributionReport,
    DistributionReportLine,
)
from aidtrack.documents.layouts.facts import Party, Texts
from aidtrack.identity.models import Organisation
from aidtrack.places.models import Area, Place
from aidtrack.stock.reasons import reason_label


def facts_of(
    distribution: Distribution,
    *,
    people: People,
    lines: Sequence[HandOut],
    planned: Mapping[Key, int],
    held: Mapping[Key, Holding],
) -> DistributionReport:
    """The facts of its paper. `planned` says, by (place, lot), what the plan had."""
    organisation = distribution.site.organisation
    assert organisation is not None
    languages = _languages(organisation)
    return DistributionReport(
        languages=languages,
        organisation=Party(
            name=(organisation.name,),
            lines=_filled(organisation.address, organisation.contact),
        ),
        point=_party(distribution.site, languages),
        area=_names(distribution.area, languages),
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
        page_size="Letter" if organisation.page_size == "Letter" else "A4",
    )


def _line(
    line: HandOut, planned: int, held: Mapping[Key, Holding], languages: tuple[str, ...]
) -> DistributionReportLine:
    holding = held[line.place_id, line.lot_id]
    batch = f" · {holding.batch_number}" if holding.batch_number else ""
    return DistributionReportLine(
        item_code=holding.item.code,
        item_name=tuple(holding.item.name_in(language) for language in languages),
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
    return ". ".join(_filled(lost if reason else "", line.note))


def _party(site: Place, languages: tuple[str, ...]) -> Party:
    return Party(
        name=tuple(site.name_in(language) for language in languages),
        lines=_filled(site.address, site.contact, site.phone),
    )


def _names(area: Area, languages: tuple[str, ...]) -> Texts:
    return tuple(area.name_in(language) for language in languages)


def _languages(organisation: Organisation) -> tuple[str, ...]:
    second = organisation.second_language
    return (organisation.language, second) if second else (organisation.language,)


def _filled(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
