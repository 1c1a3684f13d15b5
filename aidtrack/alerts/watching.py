"""Finds what nobody did and time brings: lots that expire, shortages, late trucks, silence."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased, joinedload

from aidtrack.alerts import events, goods, people, telling
from aidtrack.alerts.models import AlertKind, AlertMark
from aidtrack.alerts.people import At, Notice
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core import clock
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.core.mail import PostOffice
from aidtrack.jobs.models import Job, JobStatus
from aidtrack.places.models import Place
from aidtrack.shipments.models import FieldReport, Shipment, ShipmentStatus
from aidtrack.stock import minimums
from aidtrack.stock.minimums import MinimumRow
from aidtrack.stock.models import Lot, StockBalance, lot_number
from aidtrack.stock.queries import HELD

K = AlertKind
EXPIRY_DAYS = (90, 270)
SILENT_AFTER = timedelta(hours=12)
LONG_WORK = timedelta(minutes=1)
JOBS_LOOKED_AT = timedelta(days=1)
LOTS_MAX = 5_000
SHOWN_MAX = 8


def watch(office: PostOffice) -> int:
    """Look at everything once and tell what is new; how many alerts that made."""
    finders = (_expiring, _below_minimum, _late, _silent, _finished_jobs)
    told = 0
    for finder in finders:
        with transaction():
            notices = finder()
            told += telling.deliver(notices, people.everyone(), office) if notices else 0
    return told


def _expiring() -> list[Notice]:
    """Lots in stock that have come nearer to their day; those of a site are told together.

    Each lot is marked for the step it is at (270 days, 90 days, expired), so that it is told
    once a step.
    """
    today = clock.today()
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in _lots_expiring():
        left = (row.expires_on - today).days
        step = 0 if left < 0 else next(days for days in EXPIRY_DAYS if left <= days)
        found[row.site.id, step].append(row)
    notices = []
    for (site_id, step), rows in found.items():
        new = _mark(K.EXPIRY, (f"{step}:{site_id}:{row.id}" for row in rows))
        told = [row for row in rows if f"{step}:{site_id}:{row.id}" in new]
        if told:
            notices.append(_expiry_notice(told, step))
    return notices


def _lots_expiring() -> Sequence[Any]:
    site = aliased(Place, name="site")
    until = clock.today() + timedelta(days=max(EXPIRY_DAYS))
    return db.session.execute(
        select(
            Lot.id,
            Lot.batch_number,
            Lot.expires_on,
            Item,
            ItemPack,
            site,
            func.sum(StockBalance.quantity).label("quantity"),
        )
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .join(site, site.id == Place.site_id)
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
        .where(HELD, Lot.expires_on <= until)
        .group_by(Lot.id, Item.id, ItemPack.id, site.id)
        .order_by(Lot.expires_on, Lot.id)
        .limit(LOTS_MAX)
    ).all()


def _expiry_notice(rows: list[Any], step: int) -> Notice:
    first, site = rows[0], rows[0].site
    view = {0: "expired", EXPIRY_DAYS[0]: "expiring", EXPIRY_DAYS[1]: "nearing"}[step]
    path = f"/stock?site_id={site.id}&view={view}"
    return Notice(
        K.EXPIRY,
        f"expiry:{step}:{site.id}:{first.id}:{clock.today()}",
        path,
        {
            "count": len(rows),
            "days": step,
            "site": goods.site(site),
            "lots": [
                goods.amount(row.Item, row.ItemPack, row.quantity)
                | {
                    "lot": row.batch_number or lot_number(row.id),
                    "expires_on": row.expires_on.isoformat(),
                }
                for row in rows[:SHOWN_MAX]
            ],
            "more": max(len(rows) - SHOWN_MAX, 0),
        },
        places=(events.at(site),),
    )


def _below_minimum() -> list[Notice]:
    """Levels that are not reached since the last look; one that was told and was reached in
    between is told again.
    """
    below = minimums.all_below()
    keys = {str(row.id) for row in below}
    _unmark(K.MINIMUM, keys)
    new = _mark(K.MINIMUM, keys)
    by_place: dict[At, list[MinimumRow]] = defaultdict(list)
    for row in below:
        if str(row.id) in new:
            by_place[At(row.organisation_id, row.site_id)].append(row)
    return [_minimum_notice(place, rows) for place, rows in by_place.items()]


def _minimum_notice(place: At, rows: list[MinimumRow]) -> Notice:
    ids = "-".join(str(row.id) for row in rows[:SHOWN_MAX])
    where = f"&site_id={place.site_id}" if place.site_id else ""
    first = rows[0]
    named = {"name": first.site_name, "names": first.site_names} if place.site_id else None
    return Notice(
        K.MINIMUM,
        f"minimum:{ids}:{clock.now().isoformat()}",
        f"/stock/minimums?below=1{where}",
        {
            "count": len(rows),
            "site": named,
            "organisation": first.organisation,
            "items": [
                {
                    "name": row.item_name,
                    "names": row.item_names,
                    "free": row.free,
                    "minimum": row.quantity,
                    "unit": row.base_unit,
                    "pack": row.pack.name if row.pack else "",
                    "size": row.pack.size if row.pack else None,
                }
                for row in rows[:SHOWN_MAX]
            ],
            "more": max(len(rows) - SHOWN_MAX, 0),
        },
        places=(place,),
    )


def _late() -> list[Notice]:
    """Shipments on the road after the time when they were expected."""
    late = db.session.scalars(
        select(Shipment)
        .where(Shipment.status == ShipmentStatus.ON_THE_ROAD, Shipment.expected_at < clock.now())
        .options(joinedload(Shipment.origin), joinedload(Shipment.destination))
    ).all()
    keys = {f"{each.id}:{each.expected_at}": each for each in late}
    return [
        Notice(
            K.LATE,
            f"late:{key}",
            f"/shipments/{keys[key].id}",
            events.journey(keys[key])
            | {"plate": keys[key].vehicle_plate}
            | goods.of_shipment(keys[key].id),
            places=events.both_ends(keys[key]),
        )
        for key in sorted(_mark(K.LATE, keys))
    ]


def _silent() -> list[Notice]:
    """Drivers with an account who are overdue and have sent nothing since they left."""
    before = clock.now() - SILENT_AFTER
    heard = exists().where(
        FieldReport.user_id == Shipment.driver_id,
        FieldReport.received_at >= Shipment.dispatched_at,
    )
    silent = db.session.scalars(
        select(Shipment)
        .where(
            Shipment.driver_id.is_not(None),
            Shipment.status == ShipmentStatus.ON_THE_ROAD,
            Shipment.dispatched_at < before,
            or_(Shipment.expected_at.is_(None), Shipment.expected_at < before),
            ~heard,
        )
        .options(joinedload(Shipment.origin), joinedload(Shipment.destination))
    ).all()
    known = {f"{each.id}:{each.dispatched_at}": each for each in silent}
    notices = []
    for key in sorted(_mark(K.PHONE_SILENT, known)):
        shipment = known[key]
        assert shipment.dispatched_at is not None
        left = shipment.dispatched_at.isoformat()
        notices.append(
            Notice(
                K.PHONE_SILENT,
                f"silent:{key}",
                f"/shipments/{shipment.id}",
                events.journey(shipment) | {"dispatched_at": left},
                places=(At(shipment.organisation_id, shipment.origin_id),),
            )
        )
    return notices


def _finished_jobs() -> list[Notice]:
    """Long work that failed, or that took so long that its person has gone on."""
    rows = db.session.scalars(
        select(Job).where(
            Job.status.in_((JobStatus.DONE, JobStatus.FAILED)),
            Job.finished_at >= clock.now() - JOBS_LOOKED_AT,
            Job.user_id.is_not(None),
            Job.organisation_id.is_not(None),
        )
    ).all()
    return [
        Notice(
            K.JOB,
            f"job:{job.id}:{job.attempts}",
            f"/jobs/{job.id}",
            {
                "what": str(job.status),
                "work": job.kind,
                "about": job.about,
                "result": job.result.get("facts", {}),
                "message": job.error.get("message", ""),
            },
            user_ids=frozenset({job.user_id}),
        )
        for job in rows
        if job.user_id is not None and (job.status == JobStatus.FAILED or _took(job) >= LONG_WORK)
    ]


def _took(job: Job) -> timedelta:
    begun, ended = job.started_at or job.asked_at, job.finished_at or job.asked_at
    return ended - begun


def _mark(kind: AlertKind, keys: Iterable[str]) -> set[str]:
    """Those of the keys that were not marked yet; they are now."""
    rows = [{"kind": kind, "key": key, "told_at": clock.now()} for key in keys]
    if not rows:
        return set()
    dialect = postgresql if is_postgresql() else sqlite
    statement = dialect.insert(AlertMark).values(rows).on_conflict_do_nothing()
    return set(db.session.scalars(statement.returning(AlertMark.key)))


def _unmark(kind: AlertKind, keep: Iterable[str]) -> None:
    """Take the marks off what is over, so that it is told when it begins again."""
    db.session.execute(
        delete(AlertMark).where(AlertMark.kind == kind, AlertMark.key.not_in(list(keep)))
    )
