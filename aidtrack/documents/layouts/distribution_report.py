"""The distribution report of one site: what was brought, handed out, returned and lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aidtrack.documents.layouts.facts import PageSize, Party, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionReportLine:
    """One item; all quantities in its base unit.

    brought = handed_out + returned + lost, or the line is marked.
    ration: what one household gets, in words ("2 a household").
    """

    item_code: str
    item_name: Texts
    unit: Texts
    planned: int
    brought: int
    handed_out: int
    returned: int
    lost: int
    ration: str = ""
    lot: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionReport:
    """Facts of a site's distribution report; it stays in the house, so counts are true counts.

    reasons: why what happened differs from the plan. finished_on: None for a single day.
    """

    languages: tuple[str, ...]
    organisation: Party
    point: Party
    area: Texts
    pcode: str
    distributed_on: date
    lines: tuple[DistributionReportLine, ...]
    households_planned: int
    households_served: int
    women: int
    men: int
    girls: int
    boys: int
    finished_on: date | None = None
    reasons: str = ""
    page_size: PageSize = "A4"
