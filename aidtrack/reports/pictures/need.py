"""Need against delivery: households that plans named in each area, and those that were reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from aidtrack.core.db import db
from aidtrack.core.i18n import _, ngettext
from aidtrack.distributions.models import Distribution, DistributionStatus
from aidtrack.pictures.bars import Bar, Bars, Part
from aidtrack.pictures.picture import Cell, Column, Picture, Table
from aidtrack.pictures.shapes import Key
from aidtrack.places.models import Area
from aidtrack.reports.pictures import figures
from aidtrack.reports.pictures.scope import ROWS, Scope

MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Need:
    """Households of one area, or of several as one: each hand-out counts those it was for.

    planned = reached of them + missed + still to come; beyond: reached without being planned.
    """

    area: str
    pcode: str
    planned: int
    reached: int
    missed: int
    to_come: int

    @property
    def beyond(self) -> int:
        return self.reached + self.missed + self.to_come - self.planned

    @property
    def open(self) -> int:
        return self.missed + self.to_come


def picture(scope: Scope, today: date) -> Picture:
    """One statement."""
    needs = _needs(scope, today)
    shown = [*needs[:ROWS], *([_together(needs[ROWS:])] if len(needs) > ROWS else [])]
    maximum = max((each.reached + each.open for each in shown), default=0) or 1
    return Picture(
        name="need",
        title=_("Need against delivery"),
        sentence=_sentence(needs),
        notes=(
            _("Need is what plans of hand-outs say: households, in the last 12 months and ahead."),
            _("A household that was served twice counts twice."),
        ),
        body=Bars(
            tuple(_bar(each) for each in shown),
            maximum,
            (
                Key("ok", _("reached")),
                Key("go", _("planned, still to come")),
                Key("bad", _("planned, not reached")),
            ),
        ),
        table=_table(needs),
    )


def _needs(scope: Scope, today: date) -> list[Need]:
    """Where most households still wait stands first."""
    is_done = Distribution.status == DistributionStatus.DONE
    planned = func.coalesce(Distribution.households_planned, 0)
    lack = planned - Distribution.households
    rows = db.session.execute(
        select(
            Area,
            func.sum(planned).label("planned"),
            func.sum(case((is_done, Distribution.households), else_=0)).label("reached"),
            func.sum(case((is_done & (lack > 0), lack), else_=0)).label("missed"),
            func.sum(case((is_done, 0), else_=planned)).label("to_come"),
        )
        .join(Distribution, Distribution.area_id == Area.id)
        .where(
            scope.distributions(),
            Distribution.status.in_((DistributionStatus.DONE, DistributionStatus.PLANNED)),
            Distribution.distributed_on >= figures.first_of_month(today, -MONTHS_BACK),
        )
        .group_by(Area.id)
    )
    needs = [
        Need(
            area=row.Area.name_in(),
            pcode=row.Area.pcode,
            planned=int(row.planned),
            reached=int(row.reached),
            missed=int(row.missed),
            to_come=int(row.to_come),
        )
        for row in rows
    ]
    return sorted(needs, key=lambda each: (-each.open, -each.reached, each.area))


def _together(needs: Sequence[Need]) -> Need:
    return Need(
        area=ngettext("%(num)s other area", "%(num)s other areas", len(needs)),
        pcode="",
        planned=sum(each.planned for each in needs),
        reached=sum(each.reached for each in needs),
        missed=sum(each.missed for each in needs),
        to_come=sum(each.to_come for each in needs),
    )


def _sentence(needs: Sequence[Need]) -> str:
    if not needs:
        return _("No hand-out is planned or written down yet.")
    total = _together(needs)
    if not total.open:
        return _("Every household that a plan named was reached.")
    return ngettext(
        "%(num)s planned household is not reached yet.",
        "%(num)s planned households are not reached yet.",
        total.open,
    )


def _bar(each: Need) -> Bar:
    reached = figures.number(each.reached)
    detail = (
        ngettext("%(num)s without a plan", "%(num)s without a plan", each.beyond)
        if each.beyond
        else ""
    )
    return Bar(
        name=each.area,
        parts=(Part(each.reached, "ok"), Part(each.to_come, "go"), Part(each.missed, "bad")),
        figure=_(
            "%(part)s of %(whole)s", part=reached, whole=figures.number(each.reached + each.open)
        )
        if each.open
        else reached,
        detail=" · ".join(filter(None, (each.pcode, detail))),
    )


def _table(needs: Sequence[Need]) -> Table:
    columns = (
        Column(_("Area")),
        Column(_("P-code")),
        Column(_("Households planned"), "number"),
        Column(_("Households reached"), "number"),
        Column(_("Still to come"), "number"),
        Column(_("Not reached"), "number"),
        Column(_("Reached without a plan"), "number"),
    )

    def cells(each: Need) -> tuple[Cell, ...]:
        counts = (each.planned, each.reached, each.to_come, each.missed, each.beyond)
        return (Cell(each.area), Cell(each.pcode), *map(figures.counted, counts))

    total = _together(needs)
    foot = (Cell(_("All")), *cells(total)[1:]) if needs else ()
    return Table(columns, tuple(cells(each) for each in needs), foot)
