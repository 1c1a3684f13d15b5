"""The facts of a goods received note, in the language or languages of the organisation."""

from collections.abc import Mapping
from typing import Any

from aidtrack.catalogue.units import unit_texts
from aidtrack.core.i18n import _, name_in, speaking
from aidtrack.documents import wording
from aidtrack.documents.layouts.facts import Party, Texts
from aidtrack.documents.layouts.goods_received_note import GoodsReceivedLine, GoodsReceivedNote
from aidtrack.donations.arrivals import Arrival, Ground, LotKey, ReceivedLot, weighed
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
    languages = wording.languages_of(organisation, arrival.languages)
    units = {
        unit: unit_texts(unit, languages)
        for unit in {line.base_unit for line in ground.lines.values()}
    }
    return GoodsReceivedNote(
        languages=languages,
        organisation=wording.own_party(organisation),
        consignee=_consignee(ground.places[arrival.site_id], languages),
        received_from=Party(
            name=wording.names(donor.name, donor.names, languages),
            lines=wording.lines(donor.address, donor.contact, donor.phone),
        ),
        arrived_on=wording.local_day(arrival.arrived_at, organisation),
        lines=tuple(_line(lot, ground, units, languages, lot_ids[lot.key]) for lot in arrival.lots),
        donation=donation.number,
        documents_received=arrival.documents_complete,
        transport=" / ".join(wording.in_each(languages, lambda: mode_label(arrival))),
        reference=arrival.transport_reference,
        comments=_comments(arrival, languages[0]),
        page_size=wording.page_size_of(organisation),
    )


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
    ground: Ground,
    units: Mapping[str, Texts],
    languages: tuple[str, ...],
    lot_id: int,
) -> GoodsReceivedLine:
    line = ground.lines[lot.donation_line_id]
    return GoodsReceivedLine(
        item_code=line.code,
        item_name=wording.names(line.name, line.names, languages),
        unit=units[line.base_unit],
        stated=lot.stated,
        good=lot.good,
        damaged=lot.damaged,
        weight_mg=weighed(lot, ground),
        tracking=lot_number(lot_id),
        lot=lot.batch_number,
        expires_on=lot.expires_on,
        claim=lot.is_claimed,
        remarks=lot.note,
    )


def _consignee(site: Any, languages: tuple[str, ...]) -> Party:
    area = name_in(site.area_name, site.area_names, languages[0]) if site.area_name else ""
    return Party(
        name=wording.names(site.name, site.names, languages),
        lines=wording.lines(
            site.address,
            f"{area} {site.area_pcode}" if area else "",
            " ".join(wording.lines(site.contact, site.phone)),
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
    return "\n".join(wording.lines(" · ".join(who), arrival.note))
