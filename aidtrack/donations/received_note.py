"""The facts of a goods received note, in the language or languages of the organisation."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from aidtrack.catalogue.units import unit_texts
from aidtrack.core.i18n import _, name_in, speaking
from aidtrack.documents.layouts.facts import Party, Texts
from aidtrack.documents.layouts.goods_received_note import GoodsReceivedLine, GoodsReceivedNote
from aidtrack.donations.arrivals import Arrival, Ground, LotKey, ReceivedLot
from aidtrack.donations.models import Donation
from aidtrack.identity.models import Organisation
from aidtrack.partners.models import Partner
from aidtrack.stock.models import lot_number


def facts_of(
    arrival: Arrival,
    *,
    donation: Donation,
    organisation: Organisation,
    donor: Partner,
    ground: Ground,
    lot_ids: Mapping[LotKey, int],
) -> GoodsReceivedNote:
    """Everything the note prints, frozen as it is now."""
    languages = languages_of(organisation)
    units = {
        unit: unit_texts(unit, languages)
        for unit in {line.base_unit for line in ground.lines.values()}
    }
    return GoodsReceivedNote(
        languages=languages,
        organisation=Party(
            name=(organisation.name,), lines=_written(organisation.address, organisation.contact)
        ),
        consignee=_consignee(ground.places[arrival.site_id], languages),
        received_from=Party(
            name=_names(donor.name, donor.names, languages),
            lines=_written(donor.address, donor.contact, donor.phone),
        ),
        arrived_on=local_day(arrival.arrived_at, organisation),
        lines=tuple(
            _line(lot, ground.lines[lot.donation_line_id], units, languages, lot_ids[lot.key])
            for lot in arrival.lots
        ),
        donation=donation.number,
        documents_received=arrival.documents_complete,
        transport=" / ".join(dict.fromkeys(_each(languages, lambda: mode_label(arrival)))),
        reference=arrival.transport_reference,
        comments=_comments(arrival, languages[0]),
        page_size=cast(Literal["A4", "Letter"], organisation.page_size),
    )


def languages_of(organisation: Organisation) -> tuple[str, ...]:
    """One language, or two side by side."""
    chosen = (organisation.language, organisation.second_language)
    return tuple(dict.fromkeys(language for language in chosen if language))


def local_day(at: datetime, organisation: Organisation) -> date:
    """The day it was where the organisation works."""
    return at.astimezone(ZoneInfo(organisation.time_zone)).date()


def mode_label(arrival: Arrival) -> str:
    return {
        "road": _("by road"),
        "air": _("by air"),
        "sea": _("by sea"),
        "rail": _("by rail"),
        "hand": _("by hand"),
    }[arrival.transport]


def _line(
    lot: ReceivedLot,
    line: Any,
    units: Mapping[str, Texts],
    languages: tuple[str, ...],
    lot_id: int,
) -> GoodsReceivedLine:
    number = lot_number(lot_id)
    known = line.weight_mg is not None
    return GoodsReceivedLine(
        item_code=line.code,
        item_name=_names(line.name, line.names, languages),
        unit=units[line.base_unit],
        stated=lot.stated,
        good=lot.good,
        damaged=lot.damaged,
        weight_mg=line.weight_mg * (lot.good + lot.damaged) if known else None,
        tracking=number,
        lot=lot.batch_number,
        expires_on=lot.expires_on,
        claim=lot.is_claimed,
        remarks=lot.note,
    )


def _consignee(site: Any, languages: tuple[str, ...]) -> Party:
    area = name_in(site.area_name, site.area_names, languages[0]) if site.area_name else ""
    return Party(
        name=_names(site.name, site.names, languages),
        lines=_written(
            site.address,
            f"{area} {site.area_pcode}" if area else "",
            " ".join(_written(site.contact, site.phone)),
        ),
    )


def _comments(arrival: Arrival, language: str) -> str:
    with speaking(language):
        who = [
            label % {"name": name}
            for label, name in (
                (_("Delivered by %(name)s"), arrival.delivered_by),
                (_("Received by %(name)s"), arrival.received_by),
            )
            if name
        ]
    return "\n".join(_written(" · ".join(who), arrival.note))


def _names(name: str, names: dict[str, str] | None, languages: tuple[str, ...]) -> Texts:
    """The name in each language; once when it is the same in all."""
    return tuple(dict.fromkeys(name_in(name, names, language) for language in languages))


def _each(languages: Sequence[str], word: Callable[[], str]) -> Texts:
    texts = []
    for language in languages:
        with speaking(language):
            texts.append(word())
    return tuple(texts)


def _written(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
