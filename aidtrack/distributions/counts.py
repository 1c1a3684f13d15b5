"""What must hold of the figures of a distribution, whoever wrote them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.stock.models import Reason

PEOPLE_MAX = 1_000_000
PEOPLE_OF_A_HOUSEHOLD_MAX = 50

Problem = dict[str, str]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """Base units of a lot at a place of the point that will be brought."""

    lot_id: int
    place_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class HandOut:
    """What became of a lot, in base units: brought = handed out + returned + lost."""

    lot_id: int
    place_id: int
    brought: int
    handed_out: int
    returned: int = 0
    lost: int = 0
    loss_reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Who received, counted and not named. All four at zero: people were not counted."""

    households: int = 0
    women: int = 0
    men: int = 0
    girls: int = 0
    boys: int = 0

    @property
    def persons(self) -> int:
        return self.women + self.men + self.girls + self.boys


class DoesNotAddUp(Invalid):
    """Figures that contradict each other, each named beside its field."""

    code = "does_not_add_up"


def refuse(problems: Sequence[Problem]) -> None:
    """Say everything that is wrong at once."""
    if problems:
        sentence = " ".join(problem["message"] for problem in problems)
        raise DoesNotAddUp(sentence, problems=list(problems))


def of_lines(lines: Iterable[HandOut]) -> list[Problem]:
    """What is wrong with the figures of each line."""
    return [problem for index, line in enumerate(lines) for problem in _of_line(index, line)]


def of_people(people: People, handed_out: int) -> list[Problem]:
    """What is wrong with the counts of people, given how much was handed out."""
    if min(people.households, people.women, people.men, people.girls, people.boys) < 0:
        return [_problem("households", _("A count cannot be below zero."))]
    if people.households > PEOPLE_MAX or people.persons > PEOPLE_MAX:
        return [_problem("households", _("That is more people than a distribution can reach."))]
    if not handed_out and (people.households or people.persons):
        return [_problem("households", _("Nothing was handed out, so nobody can have received."))]
    if handed_out and not people.households:
        return [_problem("households", _("Write how many households received."))]
    if people.persons and people.persons < people.households:
        return [_problem("households", _too_few(people))]
    if people.persons > people.households * PEOPLE_OF_A_HOUSEHOLD_MAX:
        return [_problem("households", _too_many(people))]
    return []


def named_twice(places_and_lots: Iterable[tuple[int, int]]) -> list[Problem]:
    """A lot of a place may stand on one line only."""
    seen: set[tuple[int, int]] = set()
    problems = []
    for index, key in enumerate(places_and_lots):
        if key in seen:
            problems.append(_problem(f"lines-{index}-lot_id", _("This lot has a line already.")))
        seen.add(key)
    return problems


def _of_line(index: int, line: HandOut) -> list[Problem]:
    field = f"lines-{index}-"
    if min(line.brought, line.handed_out, line.returned, line.lost) < 0:
        return [_problem(f"{field}brought", _("A quantity cannot be below zero."))]
    if not line.brought:
        return [_problem(f"{field}brought", _("Write how much was brought."))]
    found = line.handed_out + line.returned + line.lost
    if found != line.brought:
        return [_problem(f"{field}handed_out", _unbalanced(line, found))]
    if line.lost and line.loss_reason is None:
        return [_problem(f"{field}loss_reason", _("Say why it was lost."))]
    return []


def _unbalanced(line: HandOut, found: int) -> str:
    return _(
        "%(brought)s brought, but %(handed_out)s handed out + %(returned)s returned"
        " + %(lost)s lost = %(found)s.",
        brought=line.brought,
        handed_out=line.handed_out,
        returned=line.returned,
        lost=line.lost,
        found=found,
    )


def _too_few(people: People) -> str:
    return _(
        "%(households)s households, but only %(persons)s people. Each household has at least one.",
        households=people.households,
        persons=people.persons,
    )


def _too_many(people: People) -> str:
    return _(
        "%(persons)s people in %(households)s households is over %(most)s for each. Check both.",
        persons=people.persons,
        households=people.households,
        most=PEOPLE_OF_A_HOUSEHOLD_MAX,
    )


def _problem(field: str, message: str) -> Problem:
    return {"field": field, "message": message}
