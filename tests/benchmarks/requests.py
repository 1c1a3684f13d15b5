"""What requests cost over HTTP: goods in, goods out, pages and finding."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from aidtrack.core import clock
from tests.benchmarks import machine
from tests.benchmarks.figures import Figure, at_most, median_ms, median_of
from tests.benchmarks.served import Server
from tests.benchmarks.site import DAYS, WORDS, Site, batch_number
from tests.clients import session_cookie
from tests.factories.shipments import loads_of, make_dispatched, make_ready

LINES = 20
PAGE_BYTES = 20_000
Act = Callable[[], Any]


class Requests:
    """Measures one server on one database, with the limits of HTTP and of the driver."""

    def __init__(self, site: Site, server: Server, times: int, floor_ms: float) -> None:
        self.site = site
        self.server = server
        self.times = times
        self.floor_ms = floor_ms
        self.bearer = {"Authorization": f"Bearer {site.token}"}
        self.items = itertools.cycle(site.items)

    def changes(self) -> Iterator[Figure]:
        """Requests that post twenty lines, beside an empty request and a bare posting."""
        driver = machine.driver(self.site)
        posting = machine.posting(self.site, driver, self.site.lots[:LINES])
        limit = self.floor_ms + median_ms(posting, self.times)
        driver.close()
        for name, most, acts in (
            ("receive 20 lines", 12, self._receipts),
            ("dispatch 20 lines", 20, self._dispatches),
            ("confirm a delivery of 20 lines", 20, self._confirmations),
        ):
            took = median_of(acts())
            yield self._figure(name, took, most, limit, "HTTP + bare posting")

    def first_pages(self, words: str) -> Iterator[Figure]:
        """The first page of stock, for programs and for people, an item and its stock card, of
        now and of long ago, and all stock of a day long ago; `words` tell which ledger.
        """
        item, site, people = self.site.items[0], self.site.world.warehouse_id, self._cookie()
        card = f"/stock/reports/card?item_id={item}&site_id={site}"
        day = (self.site.begun + timedelta(days=DAYS // 2)).date()
        for name, path, headers, most in (
            ("stock, 50 rows, JSON", "/api/v1/stock?limit=50", self.bearer, 8),
            ("stock, 50 rows, HTML", "/stock", people, 15),
            ("an item", f"/items/{item}", people, 100),
            ("its stock card", card, people, 100),
            ("its stock card of a year ago", f"{card}&last={day}", people, 100),
            ("stock of a year ago", f"/stock/reports/on-hand?as_of={day}", people, 1000),
        ):
            figure, size = self._read(f"{name}{words}", path, headers, most)
            yield figure
            title = f"size of {name}{words}"
            yield at_most(title, self.site.name, size / 1000, PAGE_BYTES / 1000, "kB")

    def findings(self) -> Iterator[Figure]:
        last = len(self.site.items) - 3
        for name, path in (
            ("find an item by words", f"/api/v1/items?q=no.+{last:05d}"),
            ("find many items by a word", "/api/v1/items?q=blanket"),
            (
                "find a lot by words",
                f"/api/v1/stock?words={batch_number(self.site.items[last], 1)}",
            ),
            ("find a lot by its item", f"/api/v1/stock?words={WORDS[last % 10]}+{last:05d}"),
        ):
            yield self._read(name, path, self.bearer, 10)[0]

    def _read(
        self, name: str, path: str, headers: dict[str, str], most: float
    ) -> tuple[Figure, int]:
        asked = self.site.app.test_client(use_cookies=False)
        driver = machine.driver(self.site)
        statements = machine.statements_of(self.site, lambda: asked.get(path, headers=headers))
        bare = median_ms(lambda: driver.read(statements), self.times)
        driver.close()
        with self.server.client(**headers) as client:
            took = median_ms(lambda: client.get(path), self.times)
            figure = self._figure(name, took, most, self.floor_ms + bare, "HTTP + bare SQL")
            return figure, client.received_bytes

    def _receipts(self) -> Iterator[Act]:
        world = self.site.world
        with self.server.client(**self.bearer) as client:
            for number in range(self._count):
                lines = [{"item_id": item, "quantity": 100} for item in self._some()]
                pledge = {"donor_id": world.donor_id, "lines": lines}
                donation = client.post("/api/v1/donations", pledge)
                body = {
                    "site_id": world.warehouse_id,
                    "bin_id": world.bin_id,
                    "lines": [
                        {
                            "donation_line_id": line["id"],
                            "good": 100,
                            "batch_number": f"R-{number}",
                            "expires_on": "2030-01-01",
                        }
                        for line in donation["lines"]
                    ],
                }
                path = f"/api/v1/donations/{donation['id']}/receipts"
                yield lambda path=path, body=body: client.post(path, body)

    def _dispatches(self) -> Iterator[Act]:
        with self.site.app.app_context():
            ready = [make_ready(self.site.world, *self._wanted()) for _ in range(self._count)]
        with self.server.client(**self.bearer) as client:
            for shipment in ready:
                path = f"/api/v1/shipments/{shipment}/dispatch"
                yield lambda path=path: client.post(path, {})

    def _confirmations(self) -> Iterator[Act]:
        reports = []
        with self.site.app.app_context():
            for _ in range(self._count):
                shipment = make_dispatched(self.site.world, *self._wanted())
                reports.append(_report(shipment))
        with self.server.client(Authorization=f"Bearer {self.site.driver_token}") as client:
            for report in reports:
                yield lambda report=report: _confirm(client.post, report)

    def _wanted(self) -> list[tuple[int, int]]:
        return [(item, 10) for item in self._some()]

    def _some(self) -> list[int]:
        """Twenty items, others each time."""
        return list(itertools.islice(self.items, LINES))

    def _cookie(self) -> dict[str, str]:
        with self.site.app.app_context():
            name, value = session_cookie(self.site.app, self.site.world.logistician)
        return {"Cookie": f"{name}={value}"}

    def _figure(self, name: str, took: float, most: float, limit: float, what: str) -> Figure:
        return at_most(name, self.site.name, took, most, limit=limit, limit_name=what)

    @property
    def _count(self) -> int:
        return self.times + 3


def _report(shipment_id: int) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "shipment_id": shipment_id,
        "occurred_at": clock.now().isoformat(),
        "receiver_name": "Gulnara Asanova",
        "lines": [{"load_id": x.id, "good": x.quantity} for x in loads_of(shipment_id)],
    }


def _confirm(post: Callable[[str, Any], Any], report: dict[str, Any]) -> None:
    (result,) = post("/api/v1/field-reports", {"reports": [report]})["results"]
    assert result["state"] == "applied", result
