"""What the pages of kits lay out before anything is sent: parts to choose, bins, packs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aidtrack.catalogue import owners
from aidtrack.catalogue.queries import item as item_of
from aidtrack.core import clock
from aidtrack.core.counted import unit_name
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.kits import forms, queries
from aidtrack.kits.models import KitContent, KitVersion
from aidtrack.kits.needs import KITS_MAX, Need, plan
from aidtrack.places import queries as places
from aidtrack.stock import made, making
from aidtrack.stock import queries as stock
from aidtrack.stock.allocation import Offer, has_expired
from aidtrack.stock.made import PartRow
from aidtrack.stock.models import Lot
from aidtrack.stock.queries import StockRow

SITES_MAX = 200


@dataclass(frozen=True, slots=True)
class PartShown:
    """One lot in one bin that could go into the kits, and the line that says how much of it."""

    line: forms.PartLine
    row: StockRow


@dataclass(frozen=True, slots=True)
class NeedShown:
    """An item of the kit: how much is needed, how much is missing, and what could be taken."""

    content: KitContent
    needed: int
    missing: int
    parts: tuple[PartShown, ...]


@dataclass(frozen=True, slots=True)
class Building:
    """The page: what asks for site and number, and once both are known what is to be taken."""

    version: KitVersion
    asked: forms.PlanForm
    form: forms.BuildForm | None = None
    needs: tuple[NeedShown, ...] = ()
    could_build: int = 0
    short_of: str = ""

    @property
    def status(self) -> int:
        return self.form.status if self.form is not None else 200


def may_change(item_id: int, actor: Actor) -> bool:
    return owners.may_change(item_of(item_id), actor)


def own_version(item_id: int, actor: Actor) -> KitVersion:
    """The newest contents of a kit that the actor keeps. Raises NotFound, or KeptByAnother."""
    version = _version(item_id)
    owners.require_own(version.item, actor)
    return version


def building(item_id: int, actor: Actor) -> Building:
    """The page of building a kit; the parts once a site and a number of kits are known."""
    version = _version(item_id)
    asked = forms.PlanForm.from_query()
    sites = places.sites(actor, permission=Permission.BUILD_KITS, limit=SITES_MAX).rows
    asked.choose(site_id=[(site.id, site.name_in()) for site in sites])
    sent = forms.BuildForm.from_request()
    site_id = sent.site_id.data or asked.site_id.data
    kits = sent.quantity.data or asked.quantity.data
    site = next((site for site in sites if site.id == site_id), None)
    if sent.site_id.data and site is None:
        raise NotFound(_("There is no such place."))
    if site is None or not isinstance(kits, int) or not 0 < kits <= KITS_MAX:
        return Building(version, asked)
    needs = queries.needs_of(version)
    offers = stock.offers(site.id, {item for need in needs for item in need.items})
    proposal = plan(needs, kits, offers, on=clock.today())
    taken = {
        (taking.lot_id, taking.place_id): taking.quantity
        for takings in proposal.takings
        for taking in takings
    }
    rows = _rows_by_item(offers, actor)
    form = forms.BuildForm.from_request(
        site_id=site.id, quantity=kits, to_place_id=site.id, lines=_lines(rows.values(), taken)
    )
    form.choose(to_place_id=bins_of(site.id, site.name_in()))
    some = queries.could_build(version, site.id, actor)
    return Building(
        version,
        asked,
        form,
        tuple(_shown(version, needs, kits, proposal.missing, _by_item(form, rows))),
        some.kits,
        next((x.item.name_in() for x in version.contents if x.item_id == some.short_of), ""),
    )


def unbuilding(lot: Lot, actor: Actor) -> forms.UnbuildForm:
    """The form of taking a lot apart. Raises NotMade when it is made of nothing."""
    if lot.id not in making.direct_parts([lot.id]):
        raise making.NotMade(_("Lot %(lot)s is not made of other lots.", lot=lot.number))
    lying = _where_it_lies(lot, actor)
    first = lying[0] if lying else None
    form = forms.UnbuildForm.from_request(
        place_id=first.place_id if first else None,
        quantity=first.free if first else None,
        to_place_id=first.place_id if first else None,
    )
    form.choose(place_id=_from(lying), to_place_id=_targets(lying))
    return form


def repacking(lot: Lot, actor: Actor) -> forms.RepackForm:
    """The form of packing some of a lot anew."""
    lying = _where_it_lies(lot, actor)
    first = lying[0] if lying else None
    form = forms.RepackForm.from_request(
        place_id=first.place_id if first else None,
        to_place_id=first.place_id if first else None,
    )
    packs = [pack for pack in lot.item.packs if pack.is_active and pack.id != lot.pack_id]
    form.choose(
        place_id=_from(lying),
        to_place_id=_targets(lying),
        pack_id=[
            *([(None, form.pack_id.empty)] if lot.pack_id is not None else []),
            *((pack.id, f"{unit_name(pack.name, 1)} × {pack.size}") for pack in packs),
        ],
    )
    return form


def parts_of(lot: Lot) -> Sequence[PartRow]:
    return made.parts_of(lot.id)


def bins_of(site_id: int, name: str) -> list[tuple[int, str]]:
    """The site's floor and its bins."""
    return [(site_id, name), *((each.id, each.name_in()) for each in places.bins(site_id))]


def _version(item_id: int) -> KitVersion:
    version = queries.latest(item_id)
    if version is None:
        raise NotFound(_("There is no such kit."))
    return version


def _rows_by_item(offers: dict[int, list[Offer]], actor: Actor) -> dict[int, list[StockRow]]:
    """What can be taken of each item, the first to expire first: nothing expired or recalled."""
    keys = [(offer.lot_id, offer.place_id) for found in offers.values() for offer in found]
    found: dict[int, list[StockRow]] = {item_id: [] for item_id in offers}
    for row in stock.picked(keys, actor) if keys else ():
        is_good = row.recall_id is None and not has_expired(row.expires_on, on=clock.today())
        if row.free > 0 and is_good:
            found[row.item_id].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.expires_on is None, row.expires_on, row.lot_id))
    return found


def _lines(
    rows: Iterable[Sequence[StockRow]], taken: dict[tuple[int, int], int]
) -> list[dict[str, int]]:
    return [
        {
            "lot_id": row.lot_id,
            "place_id": row.place_id,
            "quantity": taken.get((row.lot_id, row.place_id), 0),
        }
        for several in rows
        for row in several
    ]


def _by_item(form: forms.BuildForm, rows: dict[int, list[StockRow]]) -> dict[int, list[PartShown]]:
    """Every lot that can be taken with its line; one that was left empty has a line again."""
    lines = {
        (entry.form.lot_id.data, entry.form.place_id.data): entry.form
        for entry in form.lines.entries
    }
    found: dict[int, list[PartShown]] = {}
    for item_id, several in rows.items():
        for row in several:
            line = lines.get((row.lot_id, row.place_id))
            if line is None:
                entry = form.lines.append_entry(
                    {"lot_id": row.lot_id, "place_id": row.place_id, "quantity": 0}
                )
                line = entry.form
            found.setdefault(item_id, []).append(PartShown(line, row))
    return found


def _shown(
    version: KitVersion,
    needs: Sequence[Need],
    kits: int,
    missing: Sequence[int],
    parts: dict[int, list[PartShown]],
) -> Iterable[NeedShown]:
    shown: set[int] = set()
    for content, need, some in zip(version.contents, needs, missing, strict=True):
        items = [item for item in need.items if item not in shown]
        shown |= set(items)
        yield NeedShown(
            content,
            need.per_kit * kits,
            some,
            tuple(part for item in items for part in parts.get(item, ())),
        )


def _where_it_lies(lot: Lot, actor: Actor) -> list[StockRow]:
    """Bins with some of it that is free, where the actor may build, most first."""
    keys = [(lot.id, place_id) for place_id in queries.places_of(lot.id, actor)]
    rows = stock.picked(keys, actor) if keys else []
    return sorted((row for row in rows if row.free > 0), key=lambda row: -row.free)


def _from(lying: Sequence[StockRow]) -> list[tuple[int, str]]:
    return [(row.place_id, f"{_place(row)} ({row.free})") for row in lying]


def _place(row: StockRow) -> str:
    is_floor = row.place_id == row.site_id
    return row.site_name if is_floor else f"{row.site_name} · {row.place_name}"


def _targets(lying: Sequence[StockRow]) -> list[tuple[int, str]]:
    sites = {row.site_id: row.site_name for row in lying}
    return [choice for site_id, name in sites.items() for choice in bins_of(site_id, name)]
