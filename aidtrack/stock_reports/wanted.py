"""What a report is asked for: which goods, which places, which days, by which clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from aidtrack.core import clock
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.stock.models import MovementKind, Reason


class Clock(StrEnum):
    """By which of a movement's two moments it counts."""

    OCCURRED = "occurred"
    RECORDED = "recorded"


class By(StrEnum):
    """What a row of a report stands for, an item in each."""

    ITEM = "item"
    SITE = "site"
    BIN = "bin"
    LOT = "lot"
    DONOR = "donor"
    CATEGORY = "category"


class Stage(StrEnum):
    """Where in the chain goods were lost; the kind of place that counts them."""

    TRANSPORT = "lost_in_transport"
    WAREHOUSE = "lost_in_warehouse"
    DISTRIBUTION = "lost_at_distribution"


class Left(StrEnum):
    """How long a lot may still be used."""

    EXPIRED = "expired"
    THREE = "three"
    NINE = "nine"
    LATER = "later"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a report; what is None narrows nothing. Days are whole, both included."""

    by: By = By.ITEM
    clock: Clock = Clock.OCCURRED
    site_id: int | None = None
    bin_id: int | None = None
    item_id: int | None = None
    lot_id: int | None = None
    donor_id: int | None = None
    category_id: int | None = None
    person_id: int | None = None
    kind: MovementKind | None = None
    stage: Stage | None = None
    reason: Reason | None = None
    left: Left | None = None
    as_of: date | None = None
    first: date | None = None
    last: date | None = None
    oldest_first: bool = False

    @property
    def names_goods(self) -> bool:
        """Whether one item or lot is meant: a few lines of a ledger of any size."""
        return self.item_id is not None or self.lot_id is not None


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment up to another, which no longer counts; None reaches for ever."""

    start: datetime | None = None
    end: datetime | None = None


def until(day: date | None, actor: Actor, *, field: str = "as_of") -> datetime | None:
    """The end of a day where the reader is; None for now. Raises Invalid for a later day."""
    zone = ZoneInfo(actor.time_zone)
    today = clock.now().astimezone(zone).date()
    if day is None or day == today:
        return None
    if day > today:
        raise Invalid(_("This day has not come yet."), field=field)
    return datetime.combine(day + timedelta(days=1), time(), zone)


def span(wanted: Wanted, actor: Actor, *, usual_days: int | None = None) -> Span:
    """The days asked for as moments. Without a first day: so many days up to the last."""
    zone = ZoneInfo(actor.time_zone)
    end = until(wanted.last, actor, field="last")
    first = wanted.first
    if first is None and usual_days is not None:
        last = wanted.last or clock.now().astimezone(zone).date()
        first = last - timedelta(days=usual_days - 1)
    start = None if first is None else datetime.combine(first, time(), zone)
    if start is not None and start >= (end or clock.now()):
        raise Invalid(_("The first day must be before the last."), field="first")
    return Span(start, end)
