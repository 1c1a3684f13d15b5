"""`python -m tests.benchmarks`: measures, prints the table, writes build/bench.json."""

import argparse
import json
import logging
import statistics
from collections.abc import Iterator, Sequence

from tests.benchmarks import drawing, inside, searching
from tests.benchmarks.figures import Figure, as_json, at_most, median_ms, printed
from tests.benchmarks.pages import main_pages
from tests.benchmarks.requests import Requests
from tests.benchmarks.served import BARE, ROOT, Server, server
from tests.benchmarks.site import MORE_TRIPS, Site, build, database, grow, settle

ITEMS = 10_000
TIMES = 30
STARTS = 3
DATABASES = ("sqlite", "postgresql")


def main() -> None:
    asked = _arguments()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    kinds = DATABASES if asked.database == "both" else (asked.database,)
    found = of_the_ledger if asked.ledger else every_figure
    figures = list(printed(found(kinds, quick=asked.quick)))
    file = ROOT / "build" / "bench.json"
    file.write_text(json.dumps(as_json(figures), indent=1, ensure_ascii=False))
    print(f"\nWritten to {file.relative_to(ROOT)}.")


def every_figure(kinds: Sequence[str], *, quick: bool) -> Iterator[Figure]:
    times, items = (10, ITEMS // 10) if quick else (TIMES, ITEMS)
    yield from drawing.waybills(times)
    for kind in kinds:
        with database(kind) as url:
            yield from measure(build(kind, url, items), times, quick=quick)


def of_the_ledger(kinds: Sequence[str], *, quick: bool) -> Iterator[Figure]:
    """Only what the size of the ledger may change."""
    times, items = (10, ITEMS // 10) if quick else (TIMES, ITEMS)
    for kind in kinds:
        with database(kind) as url:
            site = build(kind, url, items)
            with server(BARE) as bare, bare.client() as client:
                floor_ms = median_ms(lambda client=client: client.get("/"), times * 10)
            with server() as running:
                yield from _growing(site, Requests(site, running, times, floor_ms), quick=quick)
            yield from inside.posting(site, times)
            yield inside.verifying(site)


def _growing(site: Site, requests: Requests, *, quick: bool) -> Iterator[Figure]:
    """Pages of the ledger as it is, and a hundred times as large."""
    pages = list(requests.first_pages(""))
    grow(site, MORE_TRIPS // 100 if quick else MORE_TRIPS)
    more = list(requests.first_pages(", 100 times the ledger"))
    yield from (*pages, *more)
    yield from _growth(pages, more)


def measure(site: Site, times: int, *, quick: bool) -> Iterator[Figure]:
    """Every figure of one database."""
    with server(BARE) as bare, bare.client() as client:
        floor_ms = median_ms(lambda: client.get("/"), times * 10)
    with server() as running:
        requests = Requests(site, running, times, floor_ms)
        yield from requests.changes()
        yield from requests.findings()
        yield from main_pages(site, running, times)
        yield from _growing(site, requests, quick=quick)
        yield _memory(site, running)
    yield _start(site)
    yield from inside.posting(site, times)
    yield inside.verifying(site)
    yield inside.importing(site)
    with site.app.app_context():
        searching.fill(site.world, len(site.items) * 10)
        settle()
        yield from searching.searching(site.name, site.world, times)


def _growth(pages: list[Figure], more: list[Figure]) -> Iterator[Figure]:
    """How much longer a page takes on the larger ledger."""
    for before, after in zip(pages, more, strict=True):
        if before.unit == "ms":
            name = f"{after.name}: times as long"
            yield at_most(name, before.database, after.value / before.value, 1.5, "")


def _memory(site: Site, running: Server) -> Figure:
    """After both workers have answered."""
    for _connection in range(8):
        with running.client(Authorization=f"Bearer {site.token}") as client:
            client.get("/api/v1/stock")
    return at_most("memory of all server processes", site.name, running.memory_mb(), 180, "MB")


def _start(site: Site) -> Figure:
    taken = []
    for _start in range(STARTS):
        with server() as running:
            taken.append(running.started_ms / 1000)
    return at_most("start to first answer", site.name, statistics.median(taken), 1.5, "s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument(
        "--ledger", action="store_true", help="only what the size of the ledger may change"
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, fewer runs")
    return parser.parse_args()


main()
