"""Where donations are: one bar a donation, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import func, select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import _, name_in, ngettext
from aidtrack.donations.models import Donation, DonationLine, DonationStatus
from aidtrack.partners.models import Partner
from aidtrack.pictures.bars import Bar, Bars, Part
from aidtrack.pictures.picture import Cell, Column, Picture, Table
from aidtrack.pictures.shapes import Key
from aidtrack.pictures.tones import Tone
from aidtrack.places.models import Place, PlaceKind
from aidtrack.reports.donor_equation import Position, position
from aidtrack.reports.pictures import figures
from aidtrack.reports.pictures.scope import ROWS, Scope
from aidtrack.stock.models import Lot
from aidtrack.stock.presence import GivenLot, presence

WHOLE = 10_000  # parts that a bar is divided into


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a donation, and where it is."""

    item: str
    base_unit: str
    position: Position


@dataclass(frozen=True, slots=True)
class Given:
    """A donation with what is known of its goods."""

    number: str
    donor: str
    lines: tuple[Line, ...]

    @property
    def arrived(self) -> list[Line]:
        return [line for line in self.lines if line.position.given]

    @property
    def has_more(self) -> bool:
        """Whether something of it is still on its way to people."""
        return any(line.position.in_stock + line.position.on_the_road for line in self.lines)


def picture(scope: Scope) -> Picture:
    """Four statements."""
    given = list(_donations(scope))
    total = _total(scope)
    known = [each for each in given if each.arrived]
    rows = [_bar(each) for each in given]
    if total > len(given):
        rows.append(_others(total - len(given)))
    return Picture(
        name="donations",
        title=_("Where donations are"),
        sentence=_sentence(given, known),
        notes=(
            _("Each bar is one donation, from what reached people to what was lost."),
            _("Where a donation has several items, its bar is the mean of their shares."),
        ),
        body=Bars(tuple(rows), WHOLE, _keys()),
        table=_table(given),
    )


def _sentence(given: Sequence[Given], known: Sequence[Given]) -> str:
    if not given:
        return _("No donation is written down yet.")
    if not known:
        return _("Nothing of what was promised has arrived yet.")
    left = sum(1 for each in known if each.has_more)
    if not left:
        return _("Everything that arrived has reached its end.")
    return ngettext(
        "Goods of %(num)s donation are still in stock or on the road.",
        "Goods of %(num)s donations are still in stock or on the road.",
        left,
    )


def _keys() -> tuple[Key, ...]:
    """From what has reached people to what never will."""
    return (
        Key("ok", _("handed out")),
        Key("wait", _("waiting at a point")),
        Key("go", _("on the road")),
        Key("idle", _("in the warehouse")),
        Key("back", _("given back")),
        Key("bad", _("lost")),
    )


def _parts(at: Position) -> tuple[tuple[int, Tone], ...]:
    return (
        (at.handed_out, "ok"),
        (at.at_delivery_place, "wait"),
        (at.on_the_road, "go"),
        (at.in_warehouse, "idle"),
        (at.returned, "back"),
        (at.lost, "bad"),
    )


def _bar(given: Given) -> Bar:
    arrived = given.arrived
    if not arrived:
        return Bar(given.number, (), "", _detail(given), instead=_("Nothing has arrived yet"))
    shares: dict[Tone, int] = {}
    for line in arrived:
        for quantity, tone in _parts(line.position):
            part = WHOLE * quantity // (line.position.given * len(arrived))
            shares[tone] = shares.get(tone, 0) + part
    return Bar(
        name=given.number,
        parts=tuple(Part(value, tone) for tone, value in shares.items()),
        figure=_figure(arrived),
        detail=_detail(given),
    )


def _figure(arrived: Sequence[Line]) -> str:
    if len(arrived) == 1:
        return figures.quantity(arrived[0].position.given, arrived[0].base_unit)
    return ngettext("%(num)s item", "%(num)s items", len(arrived))


def _detail(given: Given) -> str:
    return " · ".join(dict.fromkeys((given.donor, given.lines[0].item)))


def _others(count: int) -> Bar:
    words = ngettext("%(num)s older donation", "%(num)s older donations", count)
    return Bar(_("Others"), (), "", instead=words)


def _table(given: Iterable[Given]) -> Table:
    columns = (
        Column(_("Donation")),
        Column(_("Donor")),
        Column(_("Item")),
        Column(_("Unit")),
        Column(_("Given"), "number"),
        *(Column(key.label, "number") for key in _keys()),
    )
    rows = tuple(
        (
            Cell(each.number),
            Cell(each.donor),
            Cell(line.item),
            Cell(line.base_unit, partial(figures.unit, line.base_unit)),
            figures.counted(line.position.given),
            *(figures.counted(quantity) for quantity, _tone in _parts(line.position)),
        )
        for each in given
        for line in each.lines
    )
    return Table(columns, rows)


def _total(scope: Scope) -> int:
    return db.session.scalar(select(func.count()).select_from(Donation).where(*_shown(scope))) or 0


def _shown(scope: Scope) -> tuple[Any, ...]:
    return (
        Donation.organisation_id.in_(scope.organisations),
        Donation.status != DonationStatus.CANCELLED,
    )


def _donations(scope: Scope) -> Iterable[Given]:
    newest = (
        select(Donation.id).where(*_shown(scope)).order_by(Donation.id.desc()).limit(ROWS)
    ).subquery("newest")
    rows = db.session.execute(
        select(Donation.id, Donation.number, Partner.name, Partner.names, DonationLine.id, Item)
        .join(newest, newest.c.id == Donation.id)
        .join(Partner, Partner.id == Donation.donor_id)
        .join(DonationLine, DonationLine.donation_id == Donation.id)
        .join(Item, Item.id == DonationLine.item_id)
        .order_by(Donation.id.desc(), DonationLine.line_number)
    ).all()
    found = _positions([row[4] for row in rows])
    gathered: dict[int, tuple[str, str, list[Line]]] = {}
    for donation_id, number, name, names, line_id, item in rows:
        entry = gathered.setdefault(donation_id, (number, name_in(name, names), []))
        where = position(found.get((line_id, item.id), {}))
        entry[2].append(Line(item.name_in(), item.base_unit, where))
    return [Given(number, donor, tuple(lines)) for number, donor, lines in gathered.values()]


def _positions(line_ids: list[int]) -> dict[tuple[int, int], dict[PlaceKind, int]]:
    """What stands at places of each kind, by line of a donation and item: from the balances."""
    found: dict[tuple[int, int], dict[PlaceKind, int]] = {}
    stands = presence(GivenLot.donation_line_id.in_(line_ids))
    rows = db.session.execute(
        select(Lot.donation_line_id, Lot.item_id, Place.kind, func.sum(stands.c.quantity))
        .select_from(stands)
        .join(Lot, Lot.id == stands.c.lot_id)
        .join(Place, Place.id == stands.c.place_id)
        .group_by(Lot.donation_line_id, Lot.item_id, Place.kind)
    )
    for line_id, item_id, kind, quantity in rows:
        assert line_id is not None
        found.setdefault((line_id, item_id), {})[kind] = int(quantity)
    return found
