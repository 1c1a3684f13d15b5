"""Count sheets on paper: always blind, one for whose figures it is and each round."""

from uuid import UUID

from aidtrack.catalogue.units import pack_label, unit_texts
from aidtrack.core import idempotency
from aidtrack.core.db import transaction
from aidtrack.core.i18n import name_in, speaking
from aidtrack.counting import counts, lines
from aidtrack.counting.lines import LineToCount
from aidtrack.counting.models import BEING_COUNTED, KIND, CountStatus, StockCount
from aidtrack.documents import services as documents
from aidtrack.documents import wording
from aidtrack.documents.layouts.count_sheet import CountSheet, CountSheetLine
from aidtrack.documents.layouts.facts import Party
from aidtrack.documents.models import PaperKind
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission


def issue(count_id: int, *, counted_by_id: int | None = None, key: UUID, actor: Actor) -> int:
    """Print what somebody has to count in this round. Returns the paper's id."""
    request: dict[str, object] = {"count": count_id, "by": counted_by_id}
    with transaction() as session:
        count = counts.locked(count_id, actor)
        counts.require_here(Permission.COUNT_STOCK, count, actor)
        earlier = idempotency.earlier_result(key, "count.sheet", request)
        if earlier is not None:
            return earlier
        counts.expect(count, *BEING_COUNTED)
        organisation = session.get_one(Organisation, count.organisation_id)
        by_id = counted_by_id or count.first_counter_id
        issued = documents.issue(
            PaperKind.COUNT_SHEET,
            _facts(count, organisation, by_id),
            source=(KIND, count.id),
            organisation=organisation,
            actor=actor,
        )
        idempotency.remember(key, "count.sheet", request, issued.id)
        return issued.id


def _facts(count: StockCount, organisation: Organisation, by_id: int) -> CountSheet:
    languages = wording.languages_of(organisation)
    sheet = lines.to_count(count, counts.part_for(count, by_id), page=None)
    is_again = count.status == CountStatus.RECOUNTING
    return CountSheet(
        languages=languages,
        organisation=wording.own_party(organisation),
        warehouse=Party(
            name=wording.names_of(count.site, languages), lines=wording.lines(count.site.address)
        ),
        count=count.number,
        round=count.round,
        counter="" if is_again else counts.names_of([by_id])[by_id],
        planned_on=wording.local_day(count.planned_at, organisation),
        lines=tuple(
            _line(line, each.label, languages) for each in sheet.bins for line in each.lines
        ),
        page_size=wording.page_size_of(organisation),
    )


def _line(line: LineToCount, bin_label: str, languages: tuple[str, ...]) -> CountSheetLine:
    with speaking(languages[0]):
        pack = f"{pack_label(line.pack_name)} × {line.pack_size}" if line.pack_size else ""
    return CountSheetLine(
        bin=bin_label,
        item_code=line.item_code,
        item_name=tuple(
            dict.fromkeys(name_in(line.item_name, line.item_names, x) for x in languages)
        ),
        unit=unit_texts(line.base_unit, languages),
        pack=pack,
        lot=line.batch_number or line.lot_number,
        expires_on=line.expires_on,
    )
