"""A relief operation large enough to measure: 10,000 items, 20,000 lots, ten million lines."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import insert, literal, select, text

from aidtrack.app import create_app
from aidtrack.catalogue.models import Item
from aidtrack.core import clock
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.identity import services as identity
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sealing import seals
from aidtrack.stock import ledger
from aidtrack.stock.ledger import NewLot, Source, Transfer
from aidtrack.stock.models import Lot, MovementKind, StockBalance, StockLine, StockMovement
from aidtrack.stock_reports import checkpoints
from tests.databases import postgresql_server
from tests.factories.world import World, make_world

FOLDER = Path(__file__).parents[2] / "build" / "bench"
LOTS_AN_ITEM = 2
IN_A_LOT = 1_000_000
# One line brings a lot and two are a trip: 100,000 lines at first, then a hundred times as many.
TRIPS, MORE_TRIPS = 2, 248
# The first item moved so often before that its card fills a page on the smallest ledger too, and
# later so many times with each leg of a trip.
BUSY_TRIPS, BUSY_LEGS = 40, 16
# All of it happened within these days, the smallest ledger in the first of them.
DAYS, FIRST_DAYS = 720, 7
WORDS = ("blanket", "tent", "stove", "soap", "flour", "kit", "lamp", "bucket", "rope", "mat")
# As a server that must not lose anything has them; the rest as PostgreSQL comes.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True, slots=True)
class Site:
    """One database with its operation: ids, and a token for programs."""

    name: str
    url: str
    app: Flask
    world: World
    items: list[int]
    lots: list[int]
    token: str
    driver_token: str
    begun: datetime

    def held(self, lots: Sequence[int]) -> dict[tuple[int, int], int]:
        """What stands of some lots at each place: {(place, lot): quantity}."""
        with self.app.app_context():
            rows = db.session.scalars(select(StockBalance).where(StockBalance.lot_id.in_(lots)))
            return {(row.place_id, row.lot_id): row.quantity for row in rows}


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database: a file, or a PostgreSQL of its own, on the same disk."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=FOLDER))
    try:
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'bench.db'}"
        else:
            with postgresql_server(folder, DURABLE) as url:
                yield url
    finally:
        shutil.rmtree(folder)


def build(name: str, url: str, item_count: int) -> Site:
    """Migrate and fill the database; everything as it is outside of tests."""
    os.environ["DATABASE_URL"] = url
    os.environ["AIDTRACK_INSTANCE"] = str(FOLDER / "instance")
    app = create_app()
    begun = clock.now() - timedelta(days=DAYS)
    with app.app_context():
        flask_migrate.upgrade()
        world = make_world()
        items = _make_items(item_count)
        site = Site(
            name,
            url,
            app,
            world,
            items,
            _make_lots(world, items, begun),
            identity.create_token(name="bench", actor=world.logistician),
            identity.create_token(name="bench", actor=world.driver),
            begun,
        )
    grow(site, TRIPS - 1, 0, FIRST_DAYS)
    with app.app_context(), transaction():
        _keep_busy(site, BUSY_TRIPS, begun + timedelta(days=FIRST_DAYS))
    return site


def grow(site: Site, trips: int, first_day: int = FIRST_DAYS, last_day: int = DAYS) -> None:
    """Move every lot to another warehouse and back, so many times within some days.

    By SQL, which is quick: balances after a whole trip are what they were before. Then what the
    worker does by itself, and the database.
    """
    legs = _there_and_back(site.world) * trips
    step = timedelta(days=last_day - first_day) / (len(legs) + 1)
    with site.app.app_context():
        with transaction(), _indexed_at_the_end():
            for number, (origin, target) in enumerate(legs, start=1):
                at = site.begun + timedelta(days=first_day) + number * step
                for seconds, lots in enumerate(_parts(site.lots)):
                    _write_lines(site, lots, origin, target, at + timedelta(seconds=seconds))
                if first_day:
                    _keep_busy(site, BUSY_LEGS // 2, at + timedelta(minutes=1))
        # A connection reads what SQLite is told of indexes when it opens.
        db.session.remove()
        db.engine.dispose()
        seals.seal_now()
        checkpoints.keep()
        settle()


@contextmanager
def _indexed_at_the_end() -> Iterator[None]:
    """Indexes of lines are made of all of them together, which takes a tenth of the time.

    SQLite forgets with an index what it was told of it. PostgreSQL need not look up, line by
    line, each lot and place that was just read.
    """
    connection, indexes = db.session.connection(), list(StockLine.__table__.indexes)
    of_lines = "FROM sqlite_stat1 WHERE tbl = 'stock_line'"
    told: Sequence[Any] = []
    if is_postgresql():
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        told = connection.execute(text(f"SELECT idx, stat {of_lines}")).all()
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)
    if told:
        connection.execute(text(f"DELETE {of_lines}"))
        connection.execute(
            text("INSERT INTO sqlite_stat1 VALUES ('stock_line', :idx, :stat)"),
            [{"idx": row.idx, "stat": row.stat} for row in told],
        )


def _keep_busy(site: Site, trips: int, at: datetime) -> None:
    moved = site.lots[:LOTS_AN_ITEM]
    for number, (origin, target) in enumerate(_there_and_back(site.world) * trips):
        _write_lines(site, moved, origin, target, at + timedelta(seconds=number))


def _write_lines(site: Site, lots: Sequence[int], origin: int, target: int, at: datetime) -> None:
    world = site.world
    with transaction() as session:
        movement = StockMovement(
            organisation_id=world.organisation_id,
            kind=MovementKind.MOVE,
            source_kind="bench",
            source_id=1,
            occurred_at=at,
            recorded_at=at,
            recorded_by_id=world.logistician.user_id,
        )
        session.add(movement)
        session.flush()
        ends = (literal(movement.id), Lot.id, literal(origin), literal(target), literal(1))
        moved = select(*ends).where(Lot.id.between(lots[0], lots[-1]))
        columns = ["movement_id", "lot_id", "from_place_id", "to_place_id", "quantity"]
        session.execute(insert(StockLine).from_select(columns, moved))


def _there_and_back(world: World) -> list[tuple[int, int]]:
    """To another site and back, so that stock cards tell of it."""
    other = world.other_warehouse_id
    return [(world.bin_id, other), (other, world.bin_id)]


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """As many as fit into one movement."""
    for at in range(0, len(rows), ledger.LINES_MAX):
        yield rows[at : at + ledger.LINES_MAX]


def batch_number(item: int, turn: int) -> str:
    """One unlike the next, so that it compresses no better than those of makers."""
    return f"{item * 2_654_435_761 % 2**32:08X}-{turn}"


def settle() -> None:
    """What PostgreSQL does by itself some minutes later; SQLite has nothing of the kind."""
    db.session.remove()
    if is_postgresql():
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM ANALYZE"))


def _make_items(count: int) -> list[int]:
    rows = [
        {
            "code": f"IT-{n:05d}",
            "name": f"{WORDS[n % 10].title()} no. {n:05d}",
            "names": {},
            "base_unit": "piece",
            "weight_mg": 1_500_000,
            "volume_mm3": 8_000_000,
            "has_expiry": False,
            "is_cold_chain": False,
            "is_active": True,
            "search_text": f"it-{n:05d} {WORDS[n % 10]} no. {n:05d}",
        }
        for n in range(count)
    ]
    with transaction() as session:
        session.execute(insert(Item), rows)
    return list(db.session.scalars(select(Item.id).order_by(Item.id)))


def _make_lots(world: World, items: list[int], begun: datetime) -> list[int]:
    source = places.outside_place(PlaceKind.OPENING, world.organisation_id)
    expires_on = clock.today() + timedelta(days=400)
    wanted = [
        NewLot(
            item,
            world.organisation_id,
            batch_number=batch_number(item, turn),
            expires_on=expires_on,
        )
        for item in items
        for turn in range(LOTS_AN_ITEM)
    ]
    lots = [lot for part in _parts(wanted) for lot in ledger.create_lots(part)]
    with clock.telling(begun):
        for part in _parts(lots):
            _post(world, [Transfer(lot, source, world.bin_id, IN_A_LOT) for lot in part])
        for origin, target in _there_and_back(world):
            for part in _parts(lots):
                _post(world, [Transfer(lot, origin, target, 1) for lot in part])
    return lots


def _post(world: World, transfers: list[Transfer]) -> None:
    ledger.post(
        transfers,
        kind=MovementKind.MOVE,
        source=Source("bench", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.logistician.user_id,
        occurred_at=clock.now(),
    )
