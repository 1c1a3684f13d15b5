"""Planning a count: what is to be counted, frozen as the books have it, and by whom."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, select

from aidtrack.catalogue.models import Item
from aidtrack.core import audit, idempotency, numbering
from aidtrack.core.bulk import insert_many
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.core.i18n import _
from aidtrack.counting.models import (
    KIND,
    UNFINISHED,
    CountLine,
    CountStatus,
    LastCounted,
    StockCount,
)
from aidtrack.identity import duties
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places.models import SITES, Place
from aidtrack.stock.models import Lot, StockBalance
from aidtrack.stock.queries import HELD

NUMBER_KIND = "CN"
LINES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What a count is narrowed to; empty means the whole site.

    A place stands for all that lies in it. `value_above_minor` is of one lot in one bin, in the
    organisation's currency; what has no known value there counts as above.
    """

    place_ids: tuple[int, ...] = ()
    item_ids: tuple[int, ...] = ()
    category_id: int | None = None
    value_above_minor: int | None = None
    not_counted_since: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what was said."""
        said = {name: value for name, value in asdict(self).items() if value not in ((), None)}
        if self.not_counted_since:
            said["not_counted_since"] = self.not_counted_since.isoformat()
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in said.items()
        }


@dataclass(frozen=True, slots=True)
class Counters:
    """Who counts, by their accounts. With two, the second may be left open: anybody else."""

    first_id: int
    second_id: int | None = None
    number: int = 1


def plan(
    site_id: int,
    scope: Scope,
    counters: Counters,
    *,
    is_blind: bool,
    note: str = "",
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Freeze what is to be counted. Returns the count's id.

    A lot that another count has not finished with is left to that one.
    """
    request: dict[str, object] = {
        "site": site_id,
        "scope": scope.as_json(),
        "counters": [counters.number, counters.first_id, counters.second_id],
        "blind": is_blind,
        "note": note,
    }
    with transaction() as session:
        site = site_to_count(site_id, actor)
        assert site.organisation_id is not None
        # One plan at a time: two could choose the same lots.
        organisation = session.get_one(
            Organisation, site.organisation_id, with_for_update={"key_share": True},
            populate_existing=True,
        )  # fmt: skip
        earlier = idempotency.earlier_result(key, "count.plan", request)
        if earlier is not None:
            return earlier
        check_counters(counters, site)
        chosen, left_out = _chosen(site, scope, organisation)
        count = StockCount(
            organisation_id=organisation.id,
            number=numbering.next_number(
                NUMBER_KIND, organisation_id=organisation.id, country=organisation.country
            ),
            status=CountStatus.COUNTING,
            site_id=site.id,
            is_blind=is_blind,
            counters=counters.number,
            scope=scope.as_json(),
            left_out=left_out,
            note=note.strip(),
            round=1,
            planned_at=at,
            planned_by_id=actor.user_id,
            first_counter_id=counters.first_id,
            second_counter_id=counters.second_id if counters.number == 2 else None,
            currency=organisation.currency,
        )
        session.add(count)
        session.flush()
        insert_many(session, CountLine, [{"count_id": count.id, **row} for row in chosen])
        facts = {"number": count.number, "site": site.id, "lines": len(chosen), "note": count.note}
        audit.record(actor, "count.planned", kind=KIND, record_id=count.id, facts=facts)
        idempotency.remember(key, "count.plan", request, count.id)
        return count.id


def site_to_count(site_id: int, actor: Actor) -> Place:
    """A site where the actor may count. Raises NotFound for one that they may not see."""
    site = db.session.get(Place, site_id)
    if (
        site is None
        or site.kind not in SITES
        or not actor.may(
            Permission.VIEW_STOCK, organisation_id=site.organisation_id, site_id=site.id
        )
    ):
        raise NotFound(_("There is no such place."))
    require(actor, Permission.COUNT_STOCK, organisation_id=site.organisation_id, site_id=site.id)
    return site


def people_who_count(site: Place) -> list[tuple[int, str]]:
    """(user id, name) of everybody who may count at a site, by name."""
    assert site.organisation_id is not None
    return duties.who_may(Permission.COUNT_STOCK, site.organisation_id, site.id)


def check_counters(counters: Counters, site: Place) -> None:
    """Raise Invalid unless two different people, or one, may count at the site."""
    allowed = {user_id for user_id, _name in people_who_count(site)}
    if counters.first_id not in allowed:
        raise Invalid(_("Choose somebody who may count here."), field="first_counter_id")
    if counters.number != 2 or counters.second_id is None:
        return
    if counters.second_id == counters.first_id:
        raise Invalid(_("Two different people count."), field="second_counter_id")
    if counters.second_id not in allowed:
        raise Invalid(_("Choose somebody who may count here."), field="second_counter_id")


def _chosen(
    site: Place, scope: Scope, organisation: Organisation
) -> tuple[list[dict[str, object]], int]:
    """The lines in the order of the bins, and how many lots other counts have."""
    rows = db.session.execute(_books(site, scope, organisation)).all()
    lines: list[dict[str, object]] = [
        {
            "place_id": row.place_id,
            "item_id": row.item_id,
            "lot_id": row.lot_id,
            "batch_number": row.batch_number,
            "expires_on": row.expires_on,
            "is_added": False,
            "round": 1,
        }
        for row in rows
        if not row.is_taken
    ]
    if not rows:
        raise Invalid(_("The books hold nothing here that fits. Ask for more."))
    if not lines:
        raise Invalid(_("All of this is being counted already."))
    if len(lines) > LINES_MAX:
        raise Invalid(
            _("This is %(now)s lines; count at most %(most)s at a time.",
              now=len(lines), most=LINES_MAX)
        )  # fmt: skip
    return lines, len(rows) - len(lines)


def _books(site: Place, scope: Scope, organisation: Organisation) -> Select[*tuple[Any, ...]]:
    taken = (
        exists()
        .where(
            CountLine.lot_id == StockBalance.lot_id,
            CountLine.place_id == StockBalance.place_id,
            StockCount.id == CountLine.count_id,
            StockCount.status.in_(UNFINISHED),
        )
        .correlate(StockBalance)
    )
    return (
        select(
            StockBalance.place_id,
            StockBalance.lot_id,
            Lot.item_id,
            Lot.batch_number,
            Lot.expires_on,
            taken.label("is_taken"),
        )
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(Place.site_id == site.id, HELD, *_narrowed(site, scope, organisation))
        .order_by(Place.id != site.id, Place.path, Place.id, Item.name, Item.id, Lot.id)
    )


def _narrowed(site: Place, scope: Scope, organisation: Organisation) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    if scope.place_ids:
        narrowed.append(Place.id.in_(within(site.id, scope.place_ids)))
    if scope.item_ids:
        narrowed.append(Item.id.in_(scope.item_ids))
    if scope.category_id is not None:
        narrowed.append(Item.category_id == scope.category_id)
    if scope.value_above_minor is not None:
        worth = StockBalance.quantity * Lot.unit_value_minor > scope.value_above_minor
        known = Lot.unit_value_minor.is_not(None) & (Lot.currency == organisation.currency)
        narrowed.append(worth | ~known)
    if scope.not_counted_since is not None:
        zone = ZoneInfo(organisation.time_zone)
        since = datetime.combine(scope.not_counted_since, time(), zone).astimezone(UTC)
        counted = exists().where(
            LastCounted.place_id == StockBalance.place_id,
            LastCounted.lot_id == StockBalance.lot_id,
            LastCounted.counted_at >= since,
        )
        narrowed.append(~counted.correlate(StockBalance))
    return narrowed


def within(site_id: int, place_ids: Iterable[int]) -> set[int]:
    """Places of a site, with everything that lies in them. Raises Invalid for one elsewhere."""
    rows = db.session.execute(select(Place.id, Place.parent_id).where(Place.site_id == site_id))
    inside: dict[int | None, list[int]] = {}
    known = set()
    for row in rows:
        inside.setdefault(row.parent_id, []).append(row.id)
        known.add(row.id)
    if not known.issuperset(place_ids):
        raise Invalid(_("Choose places of this site."), field="place_ids")
    found: set[int] = set()
    waiting = list(place_ids)
    while waiting:
        place_id = waiting.pop()
        if place_id not in found:
            found.add(place_id)
            # The site itself stands for its floor, not for all of its bins.
            waiting += inside.get(place_id, []) if place_id != site_id else []
    return found


def place_choices(site: Place) -> list[tuple[int, str]]:
    """(id, label) of what a site can be narrowed to: its zones and bins, and what is in none."""
    rows = db.session.scalars(
        select(Place)
        .where(Place.site_id == site.id, Place.id != site.id, Place.is_active)
        .order_by(Place.path, Place.id)
    ).all()
    return [*((row.id, row.label) for row in rows), (site.id, _("In no bin"))] if rows else []
