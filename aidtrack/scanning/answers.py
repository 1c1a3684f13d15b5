"""What pages and programs get to know of a code that was read."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask import current_app, request, url_for

from aidtrack.donations import queries as donations
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.scanning import codes, finding, wording
from aidtrack.scanning.barcodes import shown
from aidtrack.scanning.codes import CodeKind
from aidtrack.scanning.finding import Hit, Lying, Reading

ON_GOODS = {CodeKind.GOODS, CodeKind.LOT, CodeKind.BOX, CodeKind.PLACE, CodeKind.ITEM}


@dataclass(frozen=True, slots=True)
class LineOf:
    """The line of the donation that an item came for."""

    item_id: int
    donation_line_id: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code taken apart, and what it may mean to you. Nothing is changed by reading it.

    `said` is a sentence about what is not plain. `count` says how many are inside, as GS1 says
    it. `lying` is where goods of these lots lie that you may move, when that was asked.
    """

    kind: str
    text: str
    said: str
    gtin: str
    batch_number: str
    expires_on: date | None
    count: int | None
    quantity: int | None
    sscc: str
    hits: tuple[Hit, ...]
    lying: tuple[Lying, ...]
    lines: tuple[LineOf, ...]


def homes() -> set[str]:
    """The hosts under which this installation is known."""
    public = urlsplit(current_app.config["PUBLIC_URL"]).hostname or ""
    return {public, urlsplit(request.host_url).hostname or ""} - {""}


def read(text: str, actor: Actor) -> Reading:
    return finding.read(text, actor, homes())


def scanned(
    text: str, actor: Actor, *, moving: bool = False, donation_id: int | None = None
) -> Scanned:
    """The answer for programs: with where it lies for moving, with lines for receiving."""
    reading = read(text, actor)
    code = reading.code
    lots = [hit.id for hit in reading.hits if hit.kind == "lot"]
    items = [hit.id for hit in reading.hits if hit.kind == "item"]
    wants_lying = moving and (lots or items) and actor.may(Permission.MOVE_STOCK)
    return Scanned(
        kind=str(code.kind),
        text=code.text,
        said=wording.told(reading),
        gtin=shown(code.gtin, True) if code.gtin else "",
        batch_number=code.batch_number,
        expires_on=code.expires_on,
        count=code.count,
        quantity=code.quantity,
        sscc=code.sscc,
        hits=reading.hits,
        lying=tuple(finding.lying(lots, items, actor)) if wants_lying else (),
        lines=_lines(donation_id, reading, actor),
    )


def _lines(donation_id: int | None, reading: Reading, actor: Actor) -> tuple[LineOf, ...]:
    if donation_id is None or not actor.may(Permission.VIEW_DONATIONS):
        return ()
    wanted = {hit.item_id for hit in reading.goods}
    found = donations.donation(donation_id, actor).lines
    return tuple(LineOf(line.item_id, line.id) for line in found if line.item_id in wanted)


def where_a_code_leads(typed: str, actor: Actor) -> str | None:
    """For a box that finds anything: the page of the one thing that a code on goods names, or
    the page that says what it may mean. None for words, and for what search knows itself.
    """
    if not actor.may(Permission.VIEW_STOCK):
        return None
    code = codes.understand(typed, homes())
    if code.kind == CodeKind.TEXT and " " not in code.text:
        hits = finding.with_barcode(code, actor)
        return hits[0].url if len(hits) == 1 else _scan_page(typed) if hits else None
    if code.kind not in ON_GOODS:
        return None
    reading = read(typed, actor)
    is_of_goods = reading.hits or code.kind == CodeKind.GOODS
    return reading.goes_to or (_scan_page(typed) if is_of_goods else None)


def where_a_label_leads(code: str, actor: Actor) -> str:
    """What the square on a label opens."""
    return read(code, actor).goes_to or _scan_page(code)


def _scan_page(typed: str) -> str:
    return url_for("scanning.scan", code=typed)
