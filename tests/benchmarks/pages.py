"""How soon the main pages come: time of the server, and first paint in Chromium."""

import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.figures import Figure, at_most, median_ms
from tests.benchmarks.served import Server
from tests.benchmarks.site import Site
from tests.browsers import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.clients import session_cookie

MAIN = ("/home", "/stock", "/donations", "/shipments", "/distributions", "/items", "/reports")
DRIVER = "/d"
SERVER_MS, FIRST_VISIT_MS, LATER_MS = 100, 1000, 500
VISITS = 5
PAINTED = """() => new Promise((tell) => new PerformanceObserver((seen) => {
  for (const entry of seen.getEntriesByName("first-contentful-paint")) tell(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""


def main_pages(site: Site, server: Server, times: int) -> Iterator[Figure]:
    """Each page as whoever works with it sees it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, headless=True
        )
        for path in (*MAIN, DRIVER):
            person = site.world.driver if path == DRIVER else site.world.logistician
            with site.app.app_context():
                name, value = session_cookie(site.app, person)
            with server.client(Cookie=f"{name}={value}") as client:
                took = median_ms(lambda path=path, client=client: client.get(path), times)
            yield at_most(f"{path}: time of the server", site.name, took, SERVER_MS)
            cookie = {"name": name, "value": value, "url": f"http://127.0.0.1:{server.port}"}
            first, later = _paints(browser, cookie, path)
            yield at_most(f"{path}: first paint, first visit", site.name, first, FIRST_VISIT_MS)
            yield at_most(f"{path}: first paint, later", site.name, later, LATER_MS)
        browser.close()


def _paints(browser: Browser, cookie: dict[str, str], path: str) -> tuple[float, float]:
    """Medians of the first visit of a new browser window, and of the next ones in it."""
    firsts, laters = [], []
    for _visit in range(VISITS):
        context = browser.new_context(base_url=cookie["url"])
        context.add_cookies([cookie])
        page = context.new_page()
        for paints in (firsts, laters):
            page.goto(path)
            paints.append(page.evaluate(PAINTED))
        context.close()
    return statistics.median(firsts), statistics.median(laters)
