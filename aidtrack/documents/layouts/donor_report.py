"""The donor distribution report: where a donation is, whom it reached, and how to check it.

The first page answers "where is it?" in two minutes; the rest is the proof.
"""

from __future__ import annotations

from aidtrack.documents.direction import beside
from aidtrack.documents.kit import CONTENT_WIDTH, Stamp, lines_of
from aidtrack.documents.layouts import donor_balance, donor_reach, donor_trail, figures
from aidtrack.documents.layouts.donor_facts import (
    AloneTime,
    Clock,
    DonorReport,
    Gift,
    HandedOut,
    Journey,
    Loss,
    LossStage,
    MoneyGift,
    Purchase,
    ReachedPoint,
    Step,
)
from aidtrack.documents.layouts.flow import Cell, Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper
from aidtrack.documents.layouts.tables import VALUE
from aidtrack.documents.layouts.words import Words
from aidtrack.documents.text import Style

__all__ = [
    "AloneTime",
    "Clock",
    "DonorReport",
    "Gift",
    "HandedOut",
    "Journey",
    "Loss",
    "LossStage",
    "MoneyGift",
    "Purchase",
    "ReachedPoint",
    "Step",
    "render",
]

HEADLINE = Style(14, bold=True)
BETWEEN_SECTIONS = 6.0


def render(facts: DonorReport, stamp: Stamp) -> bytes:
    """The donor distribution report as PDF."""
    words = Words(facts.languages)
    note = (
        words.first("for", facts.donor),
        beside([words.first("as_of"), facts.as_of], " "),
        words.first(facts.clock),
    )
    paper = Paper("donor_report", words, facts.organisation, facts.page_size, stamp, note)
    reach = donor_reach.Reach(facts.reached)
    flow = Flow()
    _add_grant(flow, paper, facts)
    _add_headline(flow, paper, reach)
    donor_balance.add_shares(flow, paper, facts.gifts)
    donor_balance.add_gifts(flow, paper, facts.gifts)
    flow.add(Gap(BETWEEN_SECTIONS))
    donor_reach.add_reached(flow, paper, reach)
    flow.add(Gap(BETWEEN_SECTIONS))
    donor_trail.add_journeys(flow, paper, facts.journeys)
    flow.add(Gap(BETWEEN_SECTIONS))
    donor_trail.add_losses(flow, paper, facts.losses)
    donor_trail.add_alone(flow, paper, facts.alone)
    flow.add(Gap(BETWEEN_SECTIONS))
    donor_trail.add_money(flow, paper, facts.money)
    flow.add(Gap(BETWEEN_SECTIONS))
    donor_trail.add_verification(flow, paper)
    return paper.compose(flow)


def _add_grant(flow: Flow, paper: Paper, facts: DonorReport) -> None:
    strong = Style(8.5, bold=True)
    period = figures.days(facts.period_from, facts.period_to)
    eligible = figures.days(facts.eligible_from, facts.eligible_to)
    flow.add(
        Row(
            (
                paper.field("donor", facts.donor, 0, 60, strong),
                paper.field("grant", facts.grant or figures.UNKNOWN, 63, 35, strong),
                paper.field("period", period, 101, 38, strong),
                paper.field("eligible", eligible, 142, 38, strong),
            ),
            leading=3.8,
        )
    )
    clock = paper.words.beside(facts.as_of, paper.words.joined(facts.clock))
    flow.add(Row((paper.field("as_of", clock, 0, CONTENT_WIDTH, strong),), leading=3.8))
    flow.add(Gap(3))


def _add_headline(flow: Flow, paper: Paper, reach: donor_reach.Reach) -> None:
    """The answer in one sentence, without a count that must be withheld."""
    values: tuple[str, ...] = ()
    areas, total = len(reach.areas), reach.total
    if not areas:
        key = "headline_none"
    elif reach.hidden.total:
        key = "headline_few"
    else:
        key = "headline" if areas > 1 else "headline_one_area"
        values = tuple(map(figures.number, (total.households, total.people, areas)))
    sentences = paper.words.each(key, *values)
    width = CONTENT_WIDTH
    flow.add(Row((Cell(0, width, lines_of(sentences[0], HEADLINE, width)),), leading=6.4))
    for sentence in sentences[1:]:
        flow.add(Row((Cell(0, width, lines_of(sentence, VALUE, width)),), leading=4))
    flow.add(Gap(2))
