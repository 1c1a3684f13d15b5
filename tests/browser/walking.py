"""A walk through pages in Chromium that notes all that is wrong with each, quickly.

Every page is loaded once a language; colours and widths change without loading it again.
Axe looks at each width in one language by day and in the next by night: over the languages
every width meets both schemes, at half the looks. Its rules about colours, which cost most,
look at each kind of text on the first page that has it.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Page,
    Request,
    async_playwright,
)

from tests.browser.demo_pages import STRANGER, Stop
from tests.browsers import CHROMIUM, CHROMIUM_ARGUMENTS

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
WIDTHS = (1280, 360)
# Rules whose answer hangs on colours; the others answer the same in the dark.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
COLOURS = {"runOnly": {"type": "rule", "values": COLOUR_RULES}}
ALL_BUT_COLOURS = {"rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}
FIRST_VISIT_BYTES, LATER_BYTES, DRIVER_BYTES = 100_000, 20_000, 150_000
IN_DEVELOPMENT = {"web.styleguide"}
# A page that was asked for and refused on purpose is no error of the page.
REFUSED = "Failed to load resource: the server responded with a status of 4"

# What a person at a phone or a desk would be hindered by; answers with sentences.
MEASURE = """(tap) => {
  const wrong = [], root = document.documentElement;
  const named = (each) => each.outerHTML.slice(0, 160);
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("body *")].find((each) => {
      const box = each.getBoundingClientRect();
      return box.width && (box.right > root.clientWidth + 1 || box.left < -1) &&
        !each.closest(".grid-box, .views, .skip, .visually-hidden");
    });
    wrong.push(`${root.scrollWidth} px wide, because of ${wide ? named(wide) : "what is hidden"}`);
  }
  const targets = "button, .btn, select, summary, .tick, .tick-line, input:not([type=hidden])";
  const small = [...document.querySelectorAll(targets)].find((each) => {
    const box = each.getBoundingClientRect();
    if (each.matches("label > *, .visually-hidden *, .find *") || !box.height) return false;
    return Math.min(box.height, box.width) < tap - 0.5;
  });
  if (small) wrong.push(`smaller than ${tap} px: ${named(small)}`);
  return wrong;
}"""
# Of many alike beside each other (rows, choices) four tell as much as all, and sooner.
THIN_OUT = """() => {
  for (const each of [...document.querySelectorAll("body *")]) {
    const alike = new Map();
    for (const child of [...each.children]) {
      const kind = `${child.tagName} ${child.getAttribute("class")}`;
      alike.set(kind, (alike.get(kind) || 0) + 1);
      if (alike.get(kind) > 4) child.remove();
    }
  }
}"""
# Text that is marked and drawn the same, as is all that it stands in, has the same contrast on
# every page: two of a kind are looked at, and none of a kind known from another page. The others
# go, and what then holds nothing. Answers with the kinds that were new.
LEAVE_NEW_KINDS = """async ([scheme, known]) => {
  const root = document.documentElement;
  while (root.dataset.bsTheme !== scheme) await new Promise(requestAnimationFrame);
  const DRAWN = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize",
    "fontWeight", "textDecorationLine", "textShadow", "position", "display"];
  const hashed = (text) => {
    let hash = 0;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash, 31) + text.charCodeAt(at) | 0;
    return hash;
  };
  const speaks = (each) => each.matches("input, select, textarea") ||
    [...each.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const kinds = new Map(), seen = new Map(), told = new Set();
  const all = [...document.querySelectorAll("html, body, body *:not(svg, svg *)")];
  known = new Set(known);
  for (const each of all) {
    const style = getComputedStyle(each);
    const marks = [...each.attributes].map(({name}) => name).sort();
    const kind = hashed([kinds.get(each.parentElement), each.tagName, each.className, marks,
      speaks(each), ...DRAWN.map((name) => style[name])].join());
    kinds.set(each, kind);
    if (!speaks(each) || !each.checkVisibility()) continue;
    seen.set(kind, (seen.get(kind) || 0) + 1);
    if (known.has(kind) || seen.get(kind) > 2) told.add(each);
  }
  for (const each of all.slice(2).reverse()) {
    const holds = [...each.children].some((child) => child.tagName !== "svg");
    if (!holds && (told.has(each) || !speaks(each))) each.remove();
  }
  return [...seen.keys()].filter((kind) => !known.has(kind));
}"""
ASK_AXE = """async (rules) => {
  const options = { resultTypes: ["violations"], preload: false, ...rules };
  const found = await axe.run(document, options);
  return found.violations.map((violation) =>
    `${violation.help} (${violation.id}), ${violation.nodes.length}: ` +
    violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" | "));
}"""


# By the e-mail address of a person and the language they chose: name and value.
Cookies = dict[tuple[str, str], tuple[str, str]]
# Pictures that are fetched once somebody scrolls near them.
LATER = "() => [...document.querySelectorAll('img[loading=lazy]')].map((each) => each.src)"


@dataclass
class Report:
    """What is wrong, by page and how it was looked at, and what pages weigh in bytes."""

    wrong: list[str] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=Counter)


def walk(server: str, stops: Sequence[Stop], cookies: Cookies, languages: Iterable[str]) -> Report:
    """Open every stop in each language at once, each language with a window of its own."""
    return asyncio.run(_walk(server, stops, cookies, languages))


async def _walk(
    server: str, stops: Sequence[Stop], cookies: Cookies, languages: Iterable[str]
) -> Report:
    report = Report()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, headless=True
        )
        walkers = [
            Walker(browser, server, language, cookies, report, by_day=WIDTHS[number % len(WIDTHS)])
            for number, language in enumerate(languages)
        ]
        await asyncio.gather(*(walker.go(stops) for walker in walkers))
        await browser.close()
    return report


class Walker:
    """One language: a window for every person, who visits each of their pages once."""

    def __init__(
        self,
        browser: Browser,
        server: str,
        language: str,
        cookies: Cookies,
        report: Report,
        *,
        by_day: int,
    ) -> None:
        self.browser = browser
        self.server = server
        self.language = language
        self.cookies = cookies
        self.report = report
        self.by_day = by_day
        self.by_night = next(width for width in WIDTHS if width != by_day)
        self.scene = ""
        # The kinds of text whose colours were looked at.
        self.seen_by_day: set[int] = set()
        self.seen_by_night: set[int] = set()
        self.at = ""
        self.asked: dict[str, str] = {}  # What was asked for, by the number of the request.
        self.received: Counter[str] = Counter()  # Bytes of each.

    async def go(self, stops: Sequence[Stop]) -> None:
        for email in dict.fromkeys(stop.email for stop in stops):
            context = await self._window(email)
            page = await context.new_page()
            await self._watch(page, await context.new_cdp_session(page))
            for number, stop in enumerate(stop for stop in stops if stop.email == email):
                await self._visit(page, stop, is_first=not number)
            await context.close()

    async def _window(self, email: str) -> BrowserContext:
        context = await self.browser.new_context(base_url=self.server, locale=self.language)
        if email != STRANGER:
            name, value = self.cookies[email, self.language]
            await context.add_cookies([{"name": name, "value": value, "url": self.server}])
        return context

    async def _watch(self, page: Page, developer_tools: CDPSession) -> None:
        page.on("request", self._see_request)
        page.on("console", self._see_console)
        page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        await developer_tools.send("Network.enable")
        developer_tools.on("Network.requestWillBeSent", self._see_asked)
        developer_tools.on("Network.loadingFinished", self._weigh)

    async def _visit(self, page: Page, stop: Stop, *, is_first: bool) -> None:
        self.at = f"{self.language} {stop.path}"
        self.received.clear()
        await self._set_scene(page, self.by_night, "light")
        answer = await page.goto(stop.path, wait_until="load")
        if answer is None or answer.status != 200:
            self._note(f"answered {answer and answer.status}")
            return
        self._check_weight(stop, await page.evaluate(LATER), is_first=is_first)
        tap = 48 if _is_drivers(stop) else 44
        await self._look(page, stop, MEASURE, tap)
        await self._set_scene(page, self.by_day, "light")
        await self._look(page, stop, MEASURE, tap)
        await page.evaluate(THIN_OUT)
        await page.evaluate(AXE)
        await self._look(page, stop, ASK_AXE, ALL_BUT_COLOURS)
        await self._look_at_colours(page, stop, "light", self.seen_by_day)
        await self._set_scene(page, self.by_night, "dark")
        await self._look_at_colours(page, stop, "dark", self.seen_by_night)

    async def _look_at_colours(self, page: Page, stop: Stop, scheme: str, seen: set[int]) -> None:
        if new := await page.evaluate(LEAVE_NEW_KINDS, [scheme, list(seen)]):
            await self._look(page, stop, ASK_AXE, COLOURS)
            seen.update(new)

    async def _set_scene(self, page: Page, width: int, scheme: Literal["light", "dark"]) -> None:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)
        self.scene = f"at {width} px, {scheme}"

    async def _look(self, page: Page, stop: Stop, script: str, asked: Any) -> None:
        self.at = f"{self.language} {stop.path} {self.scene}"
        for wrong in await page.evaluate(script, asked):
            self._note(wrong)

    def _check_weight(self, stop: Stop, later: Sequence[str], *, is_first: bool) -> None:
        """All that the page waits for; by chance some of what it does not is there already."""
        weight = sum(size for url, size in self.received.items() if url not in later)
        most = LATER_BYTES
        if is_first:
            most = DRIVER_BYTES if _is_drivers(stop) else FIRST_VISIT_BYTES
        self.report.bytes[f"{self.language} {stop.email} {stop.path}"] = weight
        if weight > most and stop.endpoint not in IN_DEVELOPMENT:
            self._note(f"weighs {weight:,} bytes, may weigh {most:,}")

    def _weigh(self, finished: dict[str, Any]) -> None:
        url = self.asked.get(finished["requestId"], "")
        self.received[url] += int(finished["encodedDataLength"])

    def _see_asked(self, sent: dict[str, Any]) -> None:
        self.asked[sent["requestId"]] = sent["request"]["url"]

    def _see_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if (
            address.scheme not in {"data", "blob"}
            and address.netloc != urlsplit(self.server).netloc
        ):
            self._note(f"asks another host: {request.url}")

    def _see_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSED):
            self._note(f"console: {message.text}")

    def _note(self, what: str) -> None:
        self.report.wrong.append(f"{self.at}: {what}")


def _is_drivers(stop: Stop) -> bool:
    return stop.endpoint.startswith("driver.")
