"""Flow from donor to area: who gave, and where it is or whom it reached, by weight."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sqlalchemy import func, select

from aidtrack.catalogue.models import Item
from aidtrack.catalogue.queries import weight_of
from aidtrack.core.db import db
from aidtrack.core.i18n import _, ngettext
from aidtrack.partners.models import Partner
from aidtrack.pictures.flow import Flow, Link, Node
from aidtrack.pictures.picture import Cell, Column, Picture, Table
from aidtrack.pictures.shapes import Key
from aidtrack.pictures.tones import Tone
from aidtrack.places.models import LOSSES, SOURCES, Area, Place, PlaceKind
from aidtrack.reports.pictures import figures
from aidtrack.reports.pictures.scope import Scope
from aidtrack.stock.models import Lot, LotPart
from aidtrack.stock.presence import GivenLot, presence

SOURCES_SHOWN, AREAS_SHOWN = 7, 9  # besides the others
OTHERS = -1


class Target(NamedTuple):
    """Where goods went: an area (its id, or OTHERS), or a state that they are in (None)."""

    tone: Tone
    area_id: int | None = None


# Below the areas, in the order in which goods would still reach them.
STATES: tuple[Tone, ...] = ("wait", "go", "idle", "back", "bad")
TONES: dict[PlaceKind, Tone] = {
    PlaceKind.PEOPLE: "ok",
    PlaceKind.DISTRIBUTION_POINT: "wait",
    PlaceKind.IN_TRANSIT: "go",
    PlaceKind.WAREHOUSE: "idle",
    PlaceKind.BIN: "idle",
    PlaceKind.RETURNED: "back",
    **dict.fromkeys(LOSSES, "bad"),
}


@dataclass(frozen=True, slots=True)
class Flowing:
    """Milligrams by donor (None: of no donor) and target, with the names of both."""

    amounts: Mapping[tuple[int | None, Target], int]
    donors: Mapping[int | None, str]
    areas: Mapping[int | None, str]
    unweighed: int

    def of_donor(self, donor_id: int | None) -> int:
        return sum(amount for (donor, _target), amount in self.amounts.items() if donor == donor_id)

    def of_target(self, target: Target) -> int:
        return sum(amount for (_donor, where), amount in self.amounts.items() if where == target)

    def target_name(self, target: Target) -> str:
        if target.tone == "ok":
            return self.areas[target.area_id]
        return _state(target.tone)


def picture(scope: Scope) -> Picture:
    """Four statements; what stands where now, from the balances."""
    found = _flowing(scope)
    shown = _gathered(found)
    return Picture(
        name="flow",
        title=_("From donor to area"),
        sentence=_sentence(found),
        notes=(
            _("By weight. People in an area are reached when goods were handed out there."),
            *_left_out(found.unweighed),
        ),
        body=_body(shown),
        table=_table(found),
    )


def _left_out(unweighed: int) -> tuple[str, ...]:
    if not unweighed:
        return ()
    return (
        ngettext(
            "%(num)s item without a weight is left out.",
            "%(num)s items without a weight are left out.",
            unweighed,
        ),
    )


def _sentence(found: Flowing) -> str:
    total = sum(found.amounts.values())
    if not total:
        return _("Nothing whose weight is known was given yet.")
    reached = sum(amount for (_d, target), amount in found.amounts.items() if target.tone == "ok")
    areas = {target.area_id for _donor, target in found.amounts if target.tone == "ok"}
    return ngettext(
        "%(reached)s of %(total)s reached people in %(num)s area.",
        "%(reached)s of %(total)s reached people in %(num)s areas.",
        len(areas),
        reached=figures.weight(reached),
        total=figures.weight(total),
    )


def _state(tone: Tone) -> str:
    return {
        "wait": _("Waiting at a point"),
        "go": _("On the road"),
        "idle": _("In the warehouse"),
        "back": _("Given back"),
        "bad": _("Lost"),
    }[tone]


def _flowing(scope: Scope) -> Flowing:
    stands = presence(GivenLot.organisation_id.in_(scope.organisations))
    rows = db.session.execute(
        select(Lot.donor_id, Place.kind, Place.area_id, weight_of(stands.c.quantity).label("mg"))
        .select_from(stands)
        .join(Lot, Lot.id == stands.c.lot_id)
        .join(Place, Place.id == stands.c.place_id)
        .join(Item, Item.id == Lot.item_id)
        .where(stands.c.quantity > 0, Place.kind.not_in(SOURCES))
        .where(Item.weight_mg.is_not(None))
        .group_by(Lot.donor_id, Place.kind, Place.area_id)
    )
    amounts: dict[tuple[int | None, Target], int] = {}
    for donor_id, kind, area_id, weight_mg in rows:
        tone = TONES[kind]
        key = (donor_id, Target(tone, area_id if tone == "ok" else None))
        amounts[key] = amounts.get(key, 0) + int(weight_mg)
    return Flowing(
        amounts={key: amount for key, amount in amounts.items() if amount},
        donors=_names(Partner, {donor for donor, _t in amounts}) | {None: _("No donor named")},
        areas=_names(Area, {target.area_id for _d, target in amounts}),
        unweighed=_unweighed(scope),
    )


def _unweighed(scope: Scope) -> int:
    made = select(LotPart.id).where(LotPart.lot_id == Lot.id).exists()
    of_them = (
        select(Lot.id)
        .where(Lot.item_id == Item.id, Lot.organisation_id.in_(scope.organisations), ~made)
        .exists()
    )
    statement = select(func.count()).select_from(Item).where(Item.weight_mg.is_(None), of_them)
    return db.session.scalar(statement) or 0


def _names(record: type[Partner] | type[Area], ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {each for each in ids if each is not None}
    rows: Iterable[Partner | Area] = db.session.scalars(select(record).where(record.id.in_(wanted)))
    return {row.id: row.name_in() for row in rows}


def _gathered(found: Flowing) -> Flowing:
    """With the smaller donors and areas as one each."""
    donors = sorted({donor for donor, _t in found.amounts}, key=found.of_donor, reverse=True)
    areas = sorted(
        {target for _d, target in found.amounts if target.tone == "ok"},
        key=found.of_target,
        reverse=True,
    )
    few = set(donors[SOURCES_SHOWN + 1 :] and donors[SOURCES_SHOWN:])
    small = set(areas[AREAS_SHOWN + 1 :] and areas[AREAS_SHOWN:])
    amounts: dict[tuple[int | None, Target], int] = {}
    for (donor, target), amount in found.amounts.items():
        key = (
            OTHERS if donor in few else donor,
            Target("ok", OTHERS) if target in small else target,
        )
        amounts[key] = amounts.get(key, 0) + amount
    return Flowing(
        amounts,
        {**found.donors, OTHERS: _("Other donors")},
        {**found.areas, OTHERS: _("Other areas")},
        found.unweighed,
    )


def _body(shown: Flowing) -> Flow:
    donors = sorted(
        {donor for donor, _t in shown.amounts}, key=lambda d: (d == OTHERS, -shown.of_donor(d))
    )
    targets = sorted({target for _d, target in shown.amounts}, key=lambda t: _place(shown, t))
    links = sorted(
        Link(donors.index(donor), targets.index(target), amount)
        for (donor, target), amount in shown.amounts.items()
    )
    return Flow(
        tuple(Node(shown.donors[d], figures.weight(shown.of_donor(d))) for d in donors),
        tuple(
            Node(shown.target_name(t), figures.weight(shown.of_target(t)), t.tone) for t in targets
        ),
        tuple(links),
        (
            Key("ok", _("handed out")),
            *(Key(tone, _state(tone).lower()) for tone in STATES),
        ),
    )


def _place(shown: Flowing, target: Target) -> tuple[int, bool, int]:
    """Areas from the one that got most to the others, then the states."""
    state = STATES.index(target.tone) + 1 if target.tone in STATES else 0
    return state, target.area_id == OTHERS, -shown.of_target(target)


def _table(found: Flowing) -> Table:
    columns = (Column(_("Donor")), Column(_("Where")), Column(_("Weight"), "number"))
    order = sorted(found.amounts, key=lambda key: (-found.of_donor(key[0]), _place(found, key[1])))
    rows = tuple(
        (
            Cell(found.donors[donor]),
            Cell(found.target_name(target)),
            _weighed(found.amounts[donor, target]),
        )
        for donor, target in order
    )
    return Table(columns, rows, (Cell(_("All")), Cell(""), _weighed(sum(found.amounts.values()))))


def _weighed(weight_mg: int) -> Cell:
    """Kilograms for spreadsheets, to the milligram."""
    whole, rest = divmod(weight_mg, figures.MG_IN_KG)
    return Cell(f"{whole}.{rest:06}".rstrip("0").rstrip("."), partial(figures.weight, weight_mg))
