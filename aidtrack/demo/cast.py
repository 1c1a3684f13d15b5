"""Who and what the story needs: organisations, places, items, partners and people."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from aidtrack.catalogue import services as catalogue
from aidtrack.catalogue.queries import categories, packs_of
from aidtrack.catalogue.services import ItemDetails, PackDetails
from aidtrack.core.db import db
from aidtrack.identity import queries as identity_queries
from aidtrack.identity import services as identity
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Role
from aidtrack.identity.services import RoleAt
from aidtrack.partners import services as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import SiteDetails

FOLDER = Path(__file__).parent
PASSWORD = "relief-demo-2026"  # noqa: S105 - printed for everyone; doctor warns of it
DOMAIN = "demo.aidtrack.example"

LEAD, PARTNER, TRANSIT = "TSR", "SS", "SBA"
# Short name, name, country, time zone, address, second language of its papers.
ORGANISATIONS = (
    (LEAD, "Tian Shan Relief", "KG", "Asia/Bishkek", "12 Depot Road, Osh", "ru"),
    (PARTNER, "Sughd Solidarity", "TJ", "Asia/Dushanbe", "4 Canal Street, Khujand", "ru"),
    (TRANSIT, "Steppe Bridge Aid", "KZ", "Asia/Almaty", "90 Station Street, Almaty", "ru"),
)
LANTERN, NORDLYS, BALTIC, LINDENAU, SAREZ, ARAL = (
    "Lantern Valley Foundation",
    "Nordlys Aid Fund",
    "Baltic Neighbours",
    "City of Lindenau",
    "Sarez Foundation",
    "Aral Workers' Charity",
)
# Organisation, kind, name, country.
PARTNERS = (
    (LEAD, PartnerKind.DONOR, LANTERN, "CH"),
    (LEAD, PartnerKind.DONOR, NORDLYS, "NO"),
    (LEAD, PartnerKind.DONOR, BALTIC, "LT"),
    (LEAD, PartnerKind.DONOR, LINDENAU, "DE"),
    (PARTNER, PartnerKind.DONOR, SAREZ, "TJ"),
    (TRANSIT, PartnerKind.DONOR, ARAL, "KZ"),
    (LEAD, PartnerKind.SUPPLIER, "Ferghana Textiles", "KG"),
    (LEAD, PartnerKind.CARRIER, "Ala-Too Freight", "KG"),
    (TRANSIT, PartnerKind.CARRIER, "Steppe Lines", "KZ"),
)
# In English, Russian and Arabic.
CATEGORIES = {
    "Shelter": ("Укрытие", "المأوى"),
    "Household": ("Предметы быта", "المستلزمات المنزلية"),
    "Water and hygiene": ("Вода и гигиена", "المياه والنظافة"),
    "Food": ("Продовольствие", "الغذاء"),
    "Health": ("Здоровье", "الصحة"),
    "Winter": ("Зима", "الشتاء"),
    "Children and learning": ("Дети и учёба", "الأطفال والتعليم"),
    "Tools and energy": ("Инструменты и энергия", "الأدوات والطاقة"),
}
# Sign-in name, name, role, organisation, donor (for a donor), language.
PEOPLE = (
    ("admin", "Aizada Toktosunova", Role.ADMINISTRATOR, LEAD, None, "en"),
    ("logistician", "Bakyt Osmonov", Role.LOGISTICIAN, LEAD, None, "en"),
    ("coordinator", "Gulnara Mamytova", Role.COORDINATOR, LEAD, None, "en"),
    ("driver", "Ulan Sadykov", Role.DRIVER, LEAD, None, "ru"),
    ("driver2", "Daniyar Isaev", Role.DRIVER, LEAD, None, "ru"),
    ("donor", "Clara Brandt", Role.DONOR, LEAD, LANTERN, "en"),
    ("auditor", "Henrik Solberg", Role.AUDITOR, LEAD, None, "en"),
    ("partner", "Farrukh Rahimov", Role.LOGISTICIAN, PARTNER, None, "en"),
    ("khujand.admin", "Nigora Saidova", Role.ADMINISTRATOR, PARTNER, None, "ru"),
    ("khujand.driver", "Jamshed Karimov", Role.DRIVER, PARTNER, None, "ru"),
    ("almaty", "Saule Bekova", Role.LOGISTICIAN, TRANSIT, None, "ru"),
    ("almaty.driver", "Timur Akhmetov", Role.DRIVER, TRANSIT, None, "ru"),
    ("nordlys", "Ingrid Dahl", Role.DONOR, LEAD, NORDLYS, "en"),
)
LOGINS = [(str(role), f"{login}@{DOMAIN}") for login, _name, role, *_more in PEOPLE[:7]
          if login != "driver2"]  # fmt: skip
# The logistician of a second organisation, who sees what the first one shares.
LOGINS.append(("partner", f"partner@{DOMAIN}"))


@dataclass
class Cast:
    """Ids by the names of the story, and people ready to act."""

    organisations: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    bins: dict[str, list[int]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    points: list[str] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    packs: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    partners: dict[str, int] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)

    def keeper(self, site: str) -> Actor:
        """Whoever keeps a site's store."""
        return self.people[
            {LEAD: "logistician", PARTNER: "partner", TRANSIT: "almaty"}[self.owners[site]]
        ]

    def overseer(self, site: str) -> Actor:
        """Whoever agrees to what a site's keeper prepared: the administrator, or their like."""
        return self.people[
            {LEAD: "admin", PARTNER: "khujand.admin", TRANSIT: "almaty"}[self.owners[site]]
        ]

    def driver(self, site: str, turn: int) -> str:
        """The sign-in name of a driver who leaves from a site."""
        ours = {
            LEAD: ("driver", "driver2"),
            PARTNER: ("khujand.driver",),
            TRANSIT: ("almaty.driver",),
        }[self.owners[site]]
        return ours[turn % len(ours)]


def gather() -> Cast:
    """Found organisations, open places, name items and invite people."""
    cast = Cast()
    for short, name, country, zone, address, second in ORGANISATIONS:
        cast.organisations[short] = identity.add_organisation(
            name=name,
            short_name=short,
            country=country,
            time_zone=zone,
            address=address,
            second_language=second,
        )
    _open_places(cast)
    _name_items(cast)
    _know_partners(cast)
    _invite_people(cast)
    return cast


def _read(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _names(row: dict[str, str]) -> dict[str, str]:
    return {"ru": row["russian"], "ar": row["arabic"]}


def _open_places(cast: Cast) -> None:
    for row in _read("areas.csv"):
        local = "tg" if row["country"] == "TJ" else "ky"
        cast.areas[row["pcode"]] = places.add_area(
            pcode=row["pcode"],
            name=row["name"],
            level=int(row["level"]),
            country=row["country"],
            parent_pcode=row["parent"] or None,
            names=_names(row) | {local: row["local"]},
        )
    for row in _read("sites.csv"):
        _open_site(cast, row)


def _open_site(cast: Cast, row: dict[str, str]) -> None:
    name, owner = row["name"], row["owner"]
    boss = identity.system_actor(cast.organisations[owner])
    cast.owners[name] = owner
    cast.sites[name] = places.add_site(
        PlaceKind(row["kind"]),
        SiteDetails(
            name=name,
            names=_names(row),
            area_id=cast.areas.get(row["pcode"]),
            address=row["address"],
            contact=row["contact"],
            phone=row["phone"],
            dock_instructions=row["dock"],
        ),
        organisation_id=cast.organisations[owner],
        actor=boss,
    )
    cast.bins[name] = [
        places.add_bin(cast.sites[name], name=each, actor=boss)
        for each in row["bins"].split("|")
        if each
    ]
    if row["kind"] == PlaceKind.DISTRIBUTION_POINT:
        cast.points.append(name)


def _name_items(cast: Cast) -> None:
    boss = identity.system_actor(cast.organisations[LEAD])
    for row in _read("goods.csv"):
        size = int(row["pack_size"])
        item_id = catalogue.add_item(
            ItemDetails(
                code=row["code"],
                name=row["name"],
                names=_names(row),
                category=row["category"],
                base_unit=row["unit"],
                weight_mg=int(Decimal(row["kilograms"]) * 1_000_000),
                volume_mm3=int(Decimal(row["litres"]) * 1_000_000),
                has_expiry=bool(row["has_expiry"]),
                is_cold_chain=bool(row["is_cold"]),
                unit_value_minor=int(row["cents"]),
                currency="USD",
                packs=(PackDetails(row["pack"], size),) if size > 1 else (),
            ),
            actor=boss,
        )
        cast.items[row["code"]] = item_id
        cast.values[row["code"]] = int(row["cents"])
        cast.packs[row["code"]] = (_pack_of(item_id), size)
    for category in categories():
        russian, arabic = CATEGORIES[category.name]
        names = {"ru": russian, "ar": arabic}
        catalogue.name_category(category.id, name=category.name, names=names, actor=boss)


def _pack_of(item_id: int) -> int | None:
    packs = packs_of({item_id})[item_id]
    return packs[0].id if packs else None


def _know_partners(cast: Cast) -> None:
    for owner, kind, name, country in PARTNERS:
        cast.partners[name] = partners.add_partner(
            PartnerDetails(kind=kind, name=name, country=country),
            organisation_id=cast.organisations[owner],
            actor=identity.system_actor(cast.organisations[owner]),
        )


def _invite_people(cast: Cast) -> None:
    for login, name, role, owner, donor, language in PEOPLE:
        organisation_id = cast.organisations[owner]
        donor_id = cast.partners[donor] if donor else None
        user_id = identity.add_user(
            email=f"{login}@{DOMAIN}",
            name=name,
            password=PASSWORD,
            roles=[RoleAt(role, organisation_id, None, donor_id)],
            actor=identity.system_actor(organisation_id),
            language=language,
        )
        cast.people[login] = identity_queries.actor_of(db.session.get_one(User, user_id))
