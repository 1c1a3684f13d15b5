"""The places, partners and areas that lists speak of, found the way people write them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import RowMapping, select, update
from sqlalchemy.orm import Session

from aidtrack.core.bulk import insert_many
from aidtrack.imports.cells import same_name
from aidtrack.imports.items import batches
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.places import tree
from aidtrack.places.models import SITES, Area, Place, PlaceKind
from aidtrack.places.services import SiteDetails

# A place that is there already by its id, a new one by the name it will have.
PlaceRef = int | str


@dataclass(frozen=True, slots=True)
class KnownSite:
    id: int
    kind: PlaceKind
    details: SiteDetails
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class KnownBin:
    id: int
    name: str
    code: str
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class KnownArea:
    id: int
    pcode: str
    name: str


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """One organisation's sites, bins and partners, and all areas."""

    sites: Sequence[KnownSite]
    by_code: Mapping[str, KnownSite]
    by_name: Mapping[str, Sequence[KnownSite]]
    bins: Mapping[int, Sequence[KnownBin]]
    partners: Mapping[tuple[PartnerKind, str], int]
    areas: Mapping[str, KnownArea]
    areas_by_name: Mapping[tuple[str, str], Sequence[KnownArea]]

    def site(self, site_id: int | None) -> KnownSite | None:
        """The site of that id, unless it is closed."""
        open_ones = (site for site in self.sites if not site.is_closed)
        return next((site for site in open_ones if site.id == site_id), None)

    def called(self, name: str, kind: PlaceKind | None = None) -> Sequence[KnownSite]:
        """The sites of that name or code, of one kind or of either."""
        by_code = self.by_code.get(name.casefold())
        found = self.by_name.get(same_name(name)) or ((by_code,) if by_code else ())
        fitting = [site for site in found if kind is None or site.kind == kind]
        return [site for site in fitting if not site.is_closed] or fitting[:1]

    def bins_called(self, warehouse: PlaceRef, name: str) -> Sequence[KnownBin]:
        """The bins of a warehouse with that name or code."""
        bins = self.bins.get(warehouse, ()) if isinstance(warehouse, int) else ()
        wanted = same_name(name)
        fitting = [x for x in bins if wanted in (same_name(x.name), same_name(x.code))]
        return [x for x in fitting if not x.is_closed] or fitting[:1]

    def area_called(self, country: str | None, names: Sequence[str]) -> KnownArea | None:
        """The first of the names that only one area of the country has."""
        for name in names if country else ():
            found = self.areas_by_name.get((country or "", same_name(name)), ())
            if len(found) == 1:
                return found[0]
        return None


@dataclass(frozen=True, slots=True)
class NewSite:
    kind: PlaceKind
    details: SiteDetails


@dataclass(frozen=True, slots=True)
class NewBin:
    warehouse: PlaceRef
    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class PlaceWork:
    """What to write, in this order. A changed bin is (id, name, code)."""

    partners: tuple[PartnerDetails, ...] = ()
    sites: tuple[NewSite, ...] = ()
    changed_sites: tuple[tuple[int, SiteDetails], ...] = ()
    bins: tuple[NewBin, ...] = ()
    changed_bins: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The ids of what was made: sites and bins by name, partners by kind and name."""

    sites: Mapping[str, int]
    bins: Mapping[tuple[PlaceRef, str], int]
    partners: Mapping[tuple[PartnerKind, str], int]


def read_gazetteer(session: Session, organisation_id: int) -> Gazetteer:
    """Three statements, whatever there is to know."""
    sites: list[KnownSite] = []
    bins: dict[int, list[RowMapping]] = {}
    places = select(*Place.__table__.columns).where(
        Place.organisation_id == organisation_id,
        Place.kind.in_([*SITES, PlaceKind.BIN]),
    )
    # Open ones first: a closed place counts only when no open one has its name.
    order = (Place.is_active.desc(), Place.id)
    for row in session.execute(places.order_by(*order)).mappings():
        key, kind, is_closed = row["id"], PlaceKind(row["kind"]), not row["is_active"]
        if kind is PlaceKind.BIN:
            bins.setdefault(row["site_id"], []).append(row)
        else:
            sites.append(KnownSite(key, kind, _site_details(row), is_closed))
    by_name: dict[str, list[KnownSite]] = {}
    for site in sites:
        by_name.setdefault(same_name(site.details.name), []).append(site)
    areas: dict[str, KnownArea] = {}
    areas_by_name: dict[tuple[str, str], list[KnownArea]] = {}
    for key, pcode, name, country in session.execute(
        select(Area.id, Area.pcode, Area.name, Area.country).order_by(Area.level, Area.id)
    ):
        areas[pcode] = KnownArea(key, pcode, name)
        areas_by_name.setdefault((country, same_name(name)), []).append(areas[pcode])
    return Gazetteer(
        sites=sites,
        by_code={
            site.details.code.casefold(): site for site in reversed(sites) if site.details.code
        },
        by_name=by_name,
        bins={site_id: _known_bins(rows) for site_id, rows in bins.items()},
        partners=_read_partners(session, organisation_id),
        areas=areas,
        areas_by_name=areas_by_name,
    )


def _known_bins(rows: Sequence[RowMapping]) -> list[KnownBin]:
    """The bins of a warehouse; those whose name several zones have are called by their path."""
    often = Counter(same_name(row["name"]) for row in rows)
    return [
        KnownBin(
            row["id"],
            row["name"] if often[same_name(row["name"])] == 1 else row["path"],
            row["code"],
            not row["is_active"],
        )
        for row in rows
    ]


def _site_details(row: RowMapping) -> SiteDetails:
    names = {name: row[name] for name in SiteDetails.__dataclass_fields__}
    return SiteDetails(**names)


def _read_partners(session: Session, organisation_id: int) -> dict[tuple[PartnerKind, str], int]:
    rows = session.execute(
        select(Partner.kind, Partner.name, Partner.id).where(
            Partner.organisation_id == organisation_id
        )
    )
    return {(kind, same_name(name)): key for kind, name, key in rows}


def write_places(session: Session, work: PlaceWork, organisation_id: int) -> Written:
    """Write sites, bins and partners in bulk: as many statements for ten as for a thousand."""
    partners = insert_many(
        session,
        Partner,
        [{"organisation_id": organisation_id, **asdict(details)} for details in work.partners],
    )
    sites = insert_many(
        session,
        Place,
        [
            {
                "kind": site.kind,
                "is_outside": False,
                "organisation_id": organisation_id,
                **_columns(site.details),
            }
            for site in work.sites
        ],
    )
    for ids in batches(sites):
        session.execute(update(Place).where(Place.id.in_(ids)).values(site_id=Place.id))
    names = (same_name(site.details.name) for site in work.sites)
    made = dict(zip(names, sites, strict=True))
    _change(session, work)
    refs = ((details.kind, same_name(details.name)) for details in work.partners)
    return Written(
        sites=made,
        bins=_write_bins(session, work.bins, made, organisation_id),
        partners=dict(zip(refs, partners, strict=True)),
    )


def _write_bins(
    session: Session, new: Sequence[NewBin], made: Mapping[str, int], organisation_id: int
) -> dict[tuple[PlaceRef, str], int]:
    homes = [_id_of(each.warehouse, made) for each in new]
    areas: dict[int, int | None] = {}
    for ids in batches(sorted(set(homes))):
        found = session.execute(select(Place.id, Place.area_id).where(Place.id.in_(ids)))
        areas.update(found.all())
    rows = [
        {
            "kind": PlaceKind.BIN,
            "name": each.name,
            "code": each.code,
            "path": each.name,
            "is_outside": False,
            "organisation_id": organisation_id,
            "parent_id": home,
            "site_id": home,
            "area_id": areas[home],
        }
        for each, home in zip(new, homes, strict=True)
    ]
    keys = ((each.warehouse, same_name(each.name)) for each in new)
    return dict(zip(keys, insert_many(session, Place, rows), strict=True))


def _change(session: Session, work: PlaceWork) -> None:
    sites = dict(work.changed_sites)
    bins = {key: (name, code) for key, name, code in work.changed_bins}
    renamed: list[Place] = []
    for ids in batches([*sites, *bins]):
        for place in session.scalars(select(Place).where(Place.id.in_(ids)).with_for_update()):
            if place.id in sites:
                for name, value in _columns(sites[place.id]).items():
                    setattr(place, name, value)
            else:
                renamed.append(place)
    trees = {site_id: tree.bins_of(site_id) for site_id in {x.site_id or 0 for x in renamed}}
    for place in renamed:
        name, place.code = bins[place.id]
        place.name = name.rpartition(tree.SEPARATOR)[2]
        place.path = tree.path_beside(place.label, place.name)
        tree.rename_inside(trees[place.site_id or 0], place)
    session.flush()


def _columns(details: SiteDetails) -> dict[str, object]:
    return asdict(details) | {"names": details.names or {}}


def _id_of(warehouse: PlaceRef, made: Mapping[str, int]) -> int:
    return warehouse if isinstance(warehouse, int) else made[warehouse]
