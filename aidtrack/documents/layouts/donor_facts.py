"""What a donor distribution report says, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aidtrack.documents.layouts.facts import PageSize, Party, Texts

LossStage = Literal["transport", "warehouse", "distribution"]
Clock = Literal["recorded", "occurred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """One donation line; all quantities in the item's base unit.

    given = in_stock + on_the_road + handed_out + the three losses + returned; the report
    prints a red line when this does not hold. receipt: number of the donation.
    """

    item: Texts
    unit: Texts
    receipt: str
    given: int
    in_stock: int
    on_the_road: int
    handed_out: int
    lost_in_transport: int
    lost_in_warehouse: int
    lost_at_distribution: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A quantity of one item given to people, in its base unit."""

    item: Texts
    quantity: int
    unit: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedPoint:
    """What one distribution point handed out; true counts, the report suppresses small ones.

    Points of one area are joined by `pcode` (or the area's name where there is no code).
    """

    area: Texts
    pcode: str
    point: Texts
    first_on: date
    last_on: date
    items: tuple[HandedOut, ...]
    households: int
    women: int
    men: int
    girls: int
    boys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One paper on the way of a gift. A step not yet reached has neither paper nor note.

    note: a few words ("Osh to Batken", "742 good, 8 damaged").
    signed_by: function of who confirmed ("store manager"), deliveries only.
    """

    paper: str = ""
    note: str = ""
    happened_on: date | None = None
    signed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Donation → goods received note → waybill → delivery → distribution.

    While the delivery is not reached the report prints no route and no time of the waybill.
    """

    donation: Step
    goods_received: Step
    waybill: Step
    delivery: Step
    distribution: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One loss report. value_minor: minor units of `currency`, None when not valued."""

    paper: str
    happened_on: date
    stage: LossStage
    item: Texts
    quantity: int
    unit: Texts
    cause: str
    currency: str = ""
    value_minor: int | None = None
    claim: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Something bought with a money gift. amount_minor: in the gift's currency."""

    paper: str
    bought: str
    went_to: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyGift:
    """A donation of money and what became of it. given_minor: minor units of `currency`."""

    receipt: str
    currency: str
    given_minor: int
    purchases: tuple[Purchase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AloneTime:
    """When one person could approve what they had written off; `until` None: to the end."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorReport:
    """Facts of a donor distribution report.

    as_of: local time as text; clock: which time decides what belongs to the report,
    "recorded" (when AidTrack learnt of it) or "occurred" (when people say it happened).
    """

    languages: tuple[str, ...]
    organisation: Party
    donor: str
    as_of: str
    clock: Clock
    gifts: tuple[Gift, ...]
    grant: str = ""
    period_from: date | None = None
    period_to: date | None = None
    eligible_from: date | None = None
    eligible_to: date | None = None
    reached: tuple[ReachedPoint, ...] = ()
    journeys: tuple[Journey, ...] = ()
    losses: tuple[Loss, ...] = ()
    money: tuple[MoneyGift, ...] = ()
    page_size: PageSize = "A4"
    alone: tuple[AloneTime, ...] = ()
