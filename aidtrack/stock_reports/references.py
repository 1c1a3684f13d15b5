"""Which paper or record a movement came from, and where that is: one statement for each kind."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, tuple_

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.distributions.models import Distribution
from aidtrack.documents.models import Paper
from aidtrack.identity import records
from aidtrack.shipments.models import Shipment
from aidtrack.stock.loss_models import WriteOff

Source = tuple[str, int]
# Records that have a number of their own, for those whose paper is not made yet.
NUMBERED: dict[str, Any] = {
    "shipment": Shipment,
    "distribution": Distribution,
    "write_off": WriteOff,
}


def references(sources: Iterable[Source]) -> dict[Source, tuple[str, str]]:
    """(number, address) of each that has one. The newest paper stands for its record."""
    wanted = sorted(set(sources))
    found = _papers(wanted)
    for kind, model in NUMBERED.items():
        ids = [each for name, each in wanted if name == kind and (name, each) not in found]
        if ids:
            rows = db.session.execute(select(model.id, model.number).where(model.id.in_(ids)))
            found |= {(kind, row.id): row.number or "" for row in rows}
    return {source: (number, page_of(source)) for source, number in found.items()}


def _papers(sources: list[Source]) -> dict[Source, str]:
    if not sources:
        return {}
    rows = db.session.execute(
        select(Paper.source_kind, Paper.source_id, Paper.number)
        .where(tuple_(Paper.source_kind, Paper.source_id).in_(sources), Paper.donor_id.is_(None))
        .order_by(Paper.id)
    )
    return {(row.source_kind, row.source_id): row.number for row in rows}


def page_of(source: Source) -> str:
    """The page of a record; nothing for what has none."""
    kind, record_id = source
    try:
        return records.kind_called(kind).page(record_id)
    except NotFound:
        return ""
