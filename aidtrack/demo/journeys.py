"""Some forty shipments in every state: drafts, trucks on the road, losses, returns."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.demo.gifts import ALMATY, BISHKEK, KHUJAND, OSH
from aidtrack.shipments import field_reports, services, settlement
from aidtrack.shipments.deliveries import HandedOver, HandOver
from aidtrack.shipments.goods import ShipmentDetails, WantedLine
from aidtrack.shipments.models import ShipmentLoad
from aidtrack.shipments.settlement import Settled
from aidtrack.stock import queries as stock
from aidtrack.stock import write_offs, written_off
from aidtrack.stock.models import Reason

if TYPE_CHECKING:
    from aidtrack.demo.story import Telling

PLATES = ("01 KG 417 ABT", "02 KG 208 ACX", "05 KG 733 BEK", "7701 TA 03", "A 512 KZ 02")

# (day of departure, from, to: a site's name or the number of a point, how it ends)
DELIVERED = (
    (-34.8, BISHKEK, OSH, "whole"), (-31.7, OSH, 0, "whole"), (-31.2, OSH, 3, "whole"),
    (-30.7, KHUJAND, 8, "whole"), (-29.7, OSH, 5, "damaged"), (-29.2, ALMATY, OSH, "whole"),
    (-28.7, OSH, 1, "whole"), (-27.7, OSH, 4, "whole"), (-26.8, KHUJAND, 9, "missing"),
    (-25.7, OSH, 2, "whole"), (-24.2, BISHKEK, OSH, "whole"), (-23.7, OSH, 6, "whole"),
    (-22.7, OSH, KHUJAND, "whole"), (-21.7, OSH, 7, "damaged"), (-19.7, KHUJAND, 10, "whole"),
    (-18.7, OSH, 0, "whole"), (-17.2, OSH, 3, "returned"), (-15.7, KHUJAND, 11, "whole"),
    (-13.7, OSH, 5, "whole"), (-11.7, OSH, 2, "missing"), (-10.7, KHUJAND, 8, "whole"),
    (-9.7, OSH, 1, "whole"), (-7.7, OSH, 6, "whole"), (-6.7, KHUJAND, 9, "whole"),
    (-5.7, OSH, 4, "whole"), (-4.2, BISHKEK, OSH, "whole"),
)  # fmt: skip
ON_THE_ROAD = (
    (-1.9, OSH, 7, "half"), (-1.2, ALMATY, OSH, ""), (-0.9, OSH, 0, ""), (-0.8, BISHKEK, OSH, ""),
    (-0.7, KHUJAND, 10, ""), (-0.6, OSH, 3, "too much"),
)  # fmt: skip
READY = ((0.3, OSH, 2), (0.4, OSH, 5), (0.6, KHUJAND, 11), (1.3, BISHKEK, OSH))
DRAFT = ((1.4, OSH, 1), (2.3, OSH, 6), (2.4, ALMATY, OSH))
CANCELLED = ((-20.3, OSH, 7), (-14.3, KHUJAND, 9), (-3.3, OSH, 4))


class Journeys:
    """Prepares, sends, delivers and settles, each in its time."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.cast = telling.cast
        self.turn = 0

    def tell(self) -> None:
        on = self.telling.on
        for day, origin, target, end in DELIVERED:
            on(day, partial(self.send, origin, target, end))
        for day, origin, target, end in ON_THE_ROAD:
            on(day, partial(self.send, origin, target, end))
        for day, origin, target in READY:
            on(-0.1, partial(self.make_ready, origin, target, day))
        for day, origin, target in DRAFT:
            on(-0.05, partial(self.prepare, origin, target, day))
        for day, origin, target in CANCELLED:
            on(day, partial(self.cancel, origin, target))

    def prepare(self, origin: str, target: str | int, departs: float | None = None) -> int:
        """A draft of a few items of which the origin has plenty."""
        self.turn += 1
        cast, dice = self.cast, self.telling.dice
        destination = target if isinstance(target, str) else cast.points[target]
        moment = (
            clock.now() + timedelta(hours=3)
            if departs is None
            else self.telling.today + timedelta(days=departs)
        )
        return services.prepare(
            ShipmentDetails(
                origin_id=cast.sites[origin],
                destination_id=cast.sites[destination],
                carrier="Ala-Too Freight" if self.turn % 3 else "",
                vehicle_plate=PLATES[self.turn % len(PLATES)],
                driver_id=cast.people[cast.driver(origin, self.turn)].user_id,
                driver_phone=f"+996 000 000 {300 + self.turn}",
                requisition_reference=f"REQ-{self.turn + 80:04d}",
                departs_at=moment,
                expected_at=moment + timedelta(hours=dice.randint(4, 20)),
                note="Keep dry. Two people to unload." if self.turn % 4 == 0 else "",
            ),
            self._goods(origin, large=isinstance(target, str)),
            key=self.telling.key(),
            actor=cast.keeper(origin),
            at=clock.now(),
        )

    def make_ready(self, origin: str, target: str | int, departs: float | None = None) -> int:
        shipment_id = self.prepare(origin, target, departs)
        services.ready(
            shipment_id, key=self.telling.key(), actor=self.cast.keeper(origin), at=clock.now()
        )
        return shipment_id

    def cancel(self, origin: str, target: str | int) -> None:
        services.cancel(
            self.make_ready(origin, target),
            reason="The road is closed by a landslide.",
            key=self.telling.key(),
            actor=self.cast.keeper(origin),
        )

    def send(self, origin: str, target: str | int, end: str) -> None:
        shipment_id = self.make_ready(origin, target)
        driver = self.cast.driver(origin, self.turn)
        services.dispatch(
            shipment_id,
            seal_number=f"S-{40_000 + self.turn * 17}",
            key=self.telling.key(),
            actor=self.cast.keeper(origin),
            at=clock.now(),
        )
        if not end:
            return
        hours = self.telling.dice.randint(5, 14)
        with clock.telling(min(clock.now() + timedelta(hours=hours), self.telling.until)):
            self._arrive(shipment_id, driver, end)
        if end in {"damaged", "missing", "returned"}:
            with clock.telling(min(clock.now() + timedelta(hours=30), self.telling.until)):
                self._settle(shipment_id, origin, end)

    def _goods(self, origin: str, *, large: bool) -> list[WantedLine]:
        """Whole packs of three to five items, not so many that the store runs out."""
        dice = self.telling.dice
        free: dict[int, int] = {}
        for row in stock.stock_of_site(self.cast.sites[origin]):
            if row.expires_on is None or row.expires_on > clock.today():
                free[row.item_id] = free.get(row.item_id, 0) + row.free
        by_id = {item_id: code for code, item_id in self.cast.items.items()}
        chosen = dice.sample(sorted(free), min(len(free), dice.randint(3, 5)))
        lines = []
        for item_id in chosen:
            pack_id, size = self.cast.packs[by_id[item_id]]
            share = dice.randint(25, 40) if large else dice.randint(5, 12)
            packs = free[item_id] * share // 100 // size
            if packs:
                lines.append(WantedLine(item_id=item_id, quantity=packs, pack_id=pack_id))
        if not lines:
            item_id = max(free, key=lambda each: free[each])
            lines.append(WantedLine(item_id=item_id, quantity=max(1, free[item_id] // 4)))
        return lines

    def _arrive(self, shipment_id: int, driver: str, end: str) -> None:
        lines = tuple(
            self._handed_over(load, turn, end) for turn, load in enumerate(self._loads(shipment_id))
        )
        field_reports.confirm_delivery(
            HandOver(
                shipment_id=shipment_id,
                lines=lines,
                occurred_at=clock.now(),
                receiver_name="Store keeper",
                receiver_function="Site manager",
                note="Rain on the pass." if end == "damaged" else "",
            ),
            key=self.telling.key(),
            actor=self.cast.people[driver],
            at=clock.now(),
        )

    def _handed_over(self, load: ShipmentLoad, turn: int, end: str) -> HandedOver:
        quantity = load.quantity
        off = max(1, quantity // 40)
        if end == "damaged" and turn == 0:
            return HandedOver(load.id, quantity - off, damaged=off, reason=Reason.WET)
        if end == "missing" and turn == 0:
            return HandedOver(load.id, quantity - off, missing=off, reason=Reason.MISSING)
        if end == "returned" and turn == 0:
            return HandedOver(load.id, quantity - off, damaged=off, reason=Reason.NOT_NEEDED)
        if end == "half":
            return HandedOver(load.id, quantity if turn == 0 else quantity // 2)
        if end == "too much" and turn == 0:
            return HandedOver(load.id, quantity + 10)
        return HandedOver(load.id, quantity)

    def _settle(self, shipment_id: int, origin: str, end: str) -> None:
        rest = [load for load in self._loads(shipment_id) if load.on_the_road]
        reason = {"damaged": Reason.WET, "missing": Reason.MISSING}.get(end, Reason.NOT_NEEDED)
        settle = settlement.return_to_origin if end == "returned" else settlement.report_lost
        result = settle(
            shipment_id,
            [Settled(load.id, load.on_the_road, reason) for load in rest],
            note={
                "damaged": "Soaked through, destroyed with the village head as witness.",
                "missing": "Short on counting; the carrier was told.",
            }.get(end, "The point had enough."),
            key=self.telling.key(),
            actor=self.cast.keeper(origin),
            at=clock.now(),
        )
        if end != "returned" and written_off.is_waiting(result):
            write_offs.approve(
                result,
                note="Seen on the photos, and told to the donor.",
                key=self.telling.key(),
                actor=self.cast.overseer(origin),
                at=clock.now(),
            )

    def _loads(self, shipment_id: int) -> list[ShipmentLoad]:
        return list(
            db.session.scalars(
                select(ShipmentLoad)
                .where(ShipmentLoad.shipment_id == shipment_id)
                .order_by(ShipmentLoad.id)
            )
        )
