"""What donors promise, and how it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.demo.cast import ARAL, BALTIC, LANTERN, LINDENAU, NORDLYS, SAREZ
from aidtrack.donations import services
from aidtrack.donations.models import DonationLine
from aidtrack.donations.services import Arrival, Pledge, PledgedLine, ReceivedLot

if TYPE_CHECKING:
    from aidtrack.demo.story import Telling

OSH, BISHKEK, KHUJAND, ALMATY = (
    "Osh main warehouse",
    "Bishkek hub",
    "Khujand warehouse",
    "Almaty transit store",
)
BATCHES = {"FOO-020": "BP-03", "HEA-011": "OR-21", "WAT-030": "HK-07", "HOU-010": "BL-12"}


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a gift: base units, days until it expires, and what came damaged or not."""

    code: str
    quantity: int
    keeps_days: int | None = None
    damaged: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Coming:
    """An arrival: the day, and per cent of each line that comes with it."""

    day: float
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Gift:
    donor: str
    site: str
    pledged: float
    parts: tuple[Part, ...]
    comings: tuple[Coming, ...] = ()
    grant: str = ""
    earmark: str = ""
    expected: int | None = None
    cancelled: float | None = None


GIFTS = (
    Gift(
        LANTERN, OSH, -42,
        (Part("HOU-010", 12_000, damaged=110), Part("HOU-011", 6_000), Part("HOU-020", 1_600)),
        (Coming(-38.4),), grant="LVF-2026-031", earmark="Families who lost their homes",
    ),
    Gift(
        NORDLYS, OSH, -41,
        (Part("SHE-010", 480), Part("WIN-010", 300), Part("WIN-011", 2_000)),
        (Coming(-35.3, 60), Coming(-12.6, 25)), grant="NAF-2026-0417",
        earmark="Shelter before the first snow", expected=-36,
    ),
    Gift(
        BALTIC, BISHKEK, -40,
        (Part("WAT-030", 4_800, 280), Part("WAT-031", 30_000), Part("WAT-020", 480_000, 500),
         Part("WAT-011", 4_000, missing=20), Part("WAT-032", 9_600, 400)),
        (Coming(-36.2),), grant="BN-77",
    ),
    Gift(
        LINDENAU, OSH, -39,
        (Part("FOO-010", 1_400, 180), Part("FOO-012", 3_600, 240), Part("FOO-020", 12_000, 38),
         Part("FOO-021", 9_000, 600, damaged=45), Part("FOO-023", 2_000, 420)),
        (Coming(-33.5),), earmark="Batken and Leilek first",
    ),
    Gift(
        SAREZ, KHUJAND, -38,
        (Part("FOO-011", 1_200, 300), Part("FOO-014", 2_400, 330), Part("HOU-010", 3_000),
         Part("WIN-021", 1_500)),
        (Coming(-34.4),),
    ),
    Gift(
        ARAL, ALMATY, -37,
        (Part("WIN-020", 1_000), Part("WIN-022", 800), Part("TOO-011", 6), Part("TOO-010", 2_400)),
        (Coming(-32.6),),
    ),
    Gift(
        NORDLYS, BISHKEK, -30,
        (Part("HEA-010", 120, 700), Part("HEA-011", 40_000, -2), Part("HEA-012", 200_000, 540),
         Part("HEA-013", 60_000, 200), Part("HEA-020", 800, 800), Part("HEA-014", 200, 60)),
        (Coming(-25.4),), grant="NAF-2026-0588",
    ),
    Gift(
        LANTERN, OSH, -20,
        (Part("SHE-020", 2_600, damaged=12), Part("SHE-021", 2_400), Part("SHE-030", 300)),
        (Coming(-15.5),), grant="LVF-2026-044",
    ),
    Gift(
        LINDENAU, OSH, -10, (Part("CHI-010", 2_000), Part("CHI-011", 60)), expected=6,
        earmark="Schools that teach in tents",
    ),
    Gift(
        BALTIC, BISHKEK, -6,
        (Part("CHI-012", 3_200), Part("CHI-013", 1_800), Part("FOO-031", 2_400, 250)), expected=2,
    ),
    Gift(SAREZ, KHUJAND, -5, (Part("WIN-022", 600),), expected=3, cancelled=-3),
    Gift(ARAL, ALMATY, -8, (Part("HOU-011", 2_000, missing=40),), (Coming(-1.3),)),
)  # fmt: skip


def tell(telling: Telling) -> None:
    for gift in GIFTS:
        _Given(telling, gift).schedule()


class _Given:
    """One gift on its way: promised, then arriving in one or more parts."""

    def __init__(self, telling: Telling, gift: Gift) -> None:
        self.telling = telling
        self.gift = gift
        self.donation_id = 0

    def schedule(self) -> None:
        self.telling.on(self.gift.pledged + 0.3, self.pledge)
        for coming in self.gift.comings:
            self.telling.on(coming.day, partial(self.receive, coming))
        if self.gift.cancelled is not None:
            self.telling.on(self.gift.cancelled, self.cancel)

    def pledge(self) -> None:
        gift, cast = self.gift, self.telling.cast
        lines = tuple(
            PledgedLine(
                item_id=cast.items[part.code],
                quantity=part.quantity,
                pack_id=cast.packs[part.code][0],
                unit_value_minor=cast.values[part.code],
            )
            for part in gift.parts
        )
        days = gift.expected if gift.expected is not None else int(gift.pledged) + 5
        self.donation_id = services.pledge(
            Pledge(
                donor_id=cast.partners[gift.donor],
                lines=lines,
                value_minor=sum(x.quantity * (x.unit_value_minor or 0) for x in lines),
                grant_reference=gift.grant,
                earmark=gift.earmark,
                expected_on=(self.telling.today + timedelta(days=days)).date(),
                eligible_until=(self.telling.today + timedelta(days=140)).date(),
            ),
            organisation_id=cast.organisations[cast.owners[gift.site]],
            actor=cast.keeper(gift.site),
            key=self.telling.key(),
            at=clock.now(),
        )

    def receive(self, coming: Coming) -> None:
        gift, cast = self.gift, self.telling.cast
        line_ids = db.session.scalars(
            select(DonationLine.id)
            .where(DonationLine.donation_id == self.donation_id)
            .order_by(DonationLine.line_number)
        ).all()
        services.receive(
            self.donation_id,
            Arrival(
                site_id=cast.sites[gift.site],
                arrived_at=clock.now(),
                lots=tuple(
                    self._lot(line_id, part, coming, turn)
                    for turn, (line_id, part) in enumerate(zip(line_ids, gift.parts, strict=True))
                ),
                delivered_by="Ala-Too Freight",
                received_by="Store manager",
                transport="road",
                transport_reference=f"CMR {self.telling.dice.randint(100_000, 999_999)}",
            ),
            actor=cast.keeper(gift.site),
            key=self.telling.key(),
        )

    def _lot(self, line_id: int, part: Part, coming: Coming, turn: int) -> ReceivedLot:
        bins = self.telling.cast.bins[self.gift.site]
        stated = part.quantity * coming.percent // 100
        keeps = part.keeps_days
        return ReceivedLot(
            donation_line_id=line_id,
            stated=stated,
            good=stated - part.damaged - part.missing,
            damaged=part.damaged,
            place_id=bins[turn % len(bins)],
            batch_number=BATCHES.get(part.code, f"{part.code[:2]}-{part.code[-3:]}"),
            expires_on=(
                None if keeps is None else (self.telling.today + timedelta(days=keeps)).date()
            ),
            is_claimed=bool(part.damaged),
            note="Crushed at the border, photographed" if part.damaged else "",
        )

    def cancel(self) -> None:
        services.cancel(
            self.donation_id,
            reason="The donor's supplier could not deliver.",
            actor=self.telling.cast.keeper(self.gift.site),
        )
