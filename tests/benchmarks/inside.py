"""What postings and lists cost in this process, without HTTP."""

import itertools
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import event

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.imports import services as imports
from aidtrack.imports.headings import Kind
from aidtrack.sealing import checks, seals
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.models import MovementKind
from tests.benchmarks import machine
from tests.benchmarks.figures import Figure, at_most, medians_ms, rate
from tests.benchmarks.site import Site
from tests.imports.samples import csv_of, stock_rows

LINES = 20
A_THIRD = 1 / 3
ROWS = 10_000


def posting(site: Site, times: int) -> Iterator[Figure]:
    """Twenty lines posted by the ledger and by the bare driver, turn by turn; and how many
    statements that takes more than one line does.
    """
    lots, turns = site.lots[-LINES:], itertools.cycle((False, True))
    driver = machine.driver(site)
    bare_post = machine.posting(site, driver, site.lots[:LINES])
    with site.app.app_context():
        ours, bare = medians_ms((lambda: _post(site, lots, back=next(turns)), bare_post), times)
        more = _statements(site, lots) - _statements(site, lots[:1])
    driver.close()
    yield rate(
        "postings of 20 lines", site.name, 1000 / ours, A_THIRD,
        limit=1000 / bare, limit_name="bare driver",
    )  # fmt: skip
    yield at_most("statements of 20 lines beyond those of one", site.name, more, 0, "")


def _post(site: Site, lots: Sequence[int], *, back: bool) -> None:
    world = site.world
    ends = (world.bin_id, world.warehouse_id)
    origin, target = reversed(ends) if back else ends
    ledger.post(
        [Transfer(lot, origin, target, 1) for lot in lots],
        kind=MovementKind.MOVE,
        source=Source("bench", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.logistician.user_id,
        occurred_at=clock.now(),
    )


def _statements(site: Site, lots: Sequence[int]) -> int:
    """How many statements a posting sends."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    _post(site, lots, back=False)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def verifying(site: Site) -> Figure:
    """The whole ledger computed again, for each million of its lines."""
    with site.app.app_context():
        seals.seal_now()
        began = time.perf_counter()
        verdict = checks.check().verdict
        took = time.perf_counter() - began
        assert verdict.holds
    return at_most("verify a million lines", site.name, took * 1e6 / verdict.lines, 30, "s")


def importing(site: Site) -> Figure:
    """A list of 10,000 lots of known items, looked at and taken in."""
    world = site.world
    codes = itertools.cycle(f"IT-{n:05d}" for n in range(len(site.items)))
    rows = [
        ("Osh warehouse", "A-01", code, "", f"N-{number}", "2030-01-01", 100 + number)
        for number, code in zip(range(ROWS), codes, strict=False)
    ]
    data = csv_of(stock_rows(*rows))
    with site.app.app_context():
        start = time.perf_counter()
        seen = imports.preview(Kind.STOCK, "stock.csv", data, actor=world.logistician)
        imports.apply(seen.id, actor=world.logistician, key=uuid4())
        took = time.perf_counter() - start
    bare = _bare_import(site)
    return at_most(
        "import 10,000 stock rows", site.name, took, 5, "s", limit=bare, limit_name="bare driver"
    )


def _bare_import(site: Site) -> float:
    """Seconds for the same lots, lines and balances by the driver, in one transaction."""
    world, first = site.world, 10_000_000
    ids = range(first, first + ROWS)
    items = itertools.cycle(site.items)
    driver = machine.driver(site)
    start = time.perf_counter()
    driver.post(
        site,
        [(lot, world.warehouse_id, world.bin_id, 100) for lot in ids],
        [(place, lot, 100) for place in (world.bin_id, world.warehouse_id) for lot in ids],
        [(lot, next(items), world.organisation_id, f"N-{lot}") for lot in ids],
    )
    took = time.perf_counter() - start
    driver.close()
    return took
