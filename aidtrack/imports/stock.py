"""Stock from a list: what lies where at the start, lot by lot, as opening movements."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from aidtrack.catalogue import units
from aidtrack.catalogue.details import ItemDetails, PackDetails
from aidtrack.catalogue.services import PACK_SIZE_MAX
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _, ngettext
from aidtrack.imports import cells, words
from aidtrack.imports.cells import WEIGHT_UNITS, Reader, same_name
from aidtrack.imports.dates import DateOrder, DateReader, dates
from aidtrack.imports.donors import DonorRef, Donors
from aidtrack.imports.gazetteer import Gazetteer, PlaceRef, PlaceWork
from aidtrack.imports.items import CATEGORY_LETTERS, CODE_LETTERS, UNIT_LETTERS, Catalogue, money
from aidtrack.imports.options import Counting, Options
from aidtrack.imports.plans import Draft, Outcome, Plan, TypedRow, read_rows
from aidtrack.imports.recognise import Recognised
from aidtrack.imports.stock_items import ItemRef, StockItems
from aidtrack.imports.warehouses import BIN_LETTERS, Warehouses

BATCH_LETTERS = 100
_EXAMPLES = 3

# A bin that has to be made first is told by its warehouse and its name.
LineRef = PlaceRef | tuple[PlaceRef, str]


@dataclass(frozen=True, slots=True)
class PlannedLot:
    """A lot to make; see `stock.models.Lot`."""

    item: ItemRef
    organisation_id: int
    donor: DonorRef | None
    batch_number: str
    expires_on: date | None
    pack: PackDetails | None
    unit_value_minor: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """How much of a lot (by its position in the plan) lies where."""

    lot: int
    place: LineRef
    quantity: int


@dataclass(frozen=True, slots=True)
class StockWork:
    places: PlaceWork
    items: tuple[ItemDetails, ...]
    lots: tuple[PlannedLot, ...]
    lines: tuple[PlannedLine, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose stock it will be, and whose else it may be: organisations by their name."""

    id: int
    name: str
    currency: str
    others: Mapping[str, int]


def plan_stock(
    recognised: Recognised,
    catalogue: Catalogue,
    known: Gazetteer,
    options: Options,
    *,
    owner: Owner,
    today: date,
) -> Plan:
    """Compare a list of stock with the catalogue and the places.

    Raises Invalid when the list does not say where the goods are and nobody chose it.
    """
    site = known.site(options.site_id)
    if options.site_id and site is None:
        raise Invalid(_("Choose one of your own warehouses or points."), field="site_id")
    if "warehouse" not in recognised.columns and site is None:
        raise Invalid(
            _("The list does not say in which warehouse the goods are. Choose the warehouse."),
            field="site_id",
        )
    draft = Draft(recognised)
    expiry = dates(recognised.column("expires_on"), options.date_order)
    planner = _Planner(
        draft=draft,
        options=options,
        owner=owner,
        today=today,
        expiry=expiry,
        warehouses=Warehouses(draft, known, make_missing=options.make_missing),
        donors=Donors(draft, known),
        items=StockItems(draft, catalogue, make_missing=options.make_missing),
        site=site.id if site else None,
    )
    return planner.plan(read_rows(recognised, _readers(recognised, expiry)))


def _readers(recognised: Recognised, expiry: DateReader) -> dict[str, Reader]:
    readers: dict[str, Reader] = dict.fromkeys(
        ["warehouse", "name", "donor", "owner"], cells.text()
    )
    readers |= {
        "category": cells.text(CATEGORY_LETTERS),
        "bin": cells.text(BIN_LETTERS),
        "code": cells.reference(CODE_LETTERS),
        "unit": cells.text(UNIT_LETTERS),
        "pack": cells.text(UNIT_LETTERS),
        "pack_size": cells.quantities(recognised.column("pack_size"), PACK_SIZE_MAX),
        "batch": cells.reference(BATCH_LETTERS),
        "expires_on": expiry,
        "quantity": cells.quantities(recognised.column("quantity")),
        "system_quantity": cells.quantities(recognised.column("system_quantity")),
        "unit_value": cells.numbers(recognised.column("unit_value")),
        "currency": cells.text(3),
    }
    if "weight" in recognised.columns:
        unit = recognised.columns["weight"].unit or "kg"
        readers["weight"] = cells.measures(recognised.column("weight"), WEIGHT_UNITS, unit)
    return readers


@dataclass(slots=True)
class _Planner:
    """Looks at the rows one after the other and gathers lots, lines and what they need."""

    draft: Draft
    options: Options
    owner: Owner
    today: date
    expiry: DateReader
    warehouses: Warehouses
    donors: Donors
    items: StockItems
    site: int | None
    lots: dict[PlannedLot, int] = field(default_factory=dict)
    lines: list[PlannedLine] = field(default_factory=list)
    placed: dict[tuple[int, LineRef], int] = field(default_factory=dict)
    other_owners: set[str] = field(default_factory=set)
    expired: int = 0
    in_part_packs: int = 0
    pack_example: str = ""
    value: Counter[str] = field(default_factory=Counter)

    def plan(self, rows: Sequence[TypedRow]) -> Plan:
        for row in rows:
            self._plan_row(row)
        self.draft.notes.extend(self._notes())
        places = PlaceWork(
            partners=tuple(self.donors.new.values()),
            sites=tuple(self.warehouses.new.values()),
            bins=tuple(self.warehouses.new_bins.values()),
        )
        items = tuple(self.items.new.values())
        self.draft.extras.extend(self.items.new_categories())
        return self.draft.finish(StockWork(places, items, tuple(self.lots), tuple(self.lines)))

    def _plan_row(self, row: TypedRow) -> None:
        what = " ".join(filter(None, (row.get("code"), row.get("name")))) or _("(no item)")
        counted = row.get("quantity", row.get("system_quantity"))
        if counted == 0 and not row.troubles:
            self.draft.add(row.number, Outcome.SKIP, what, _("none in stock"))
            return
        if counted is None and not row.troubles:
            column = (
                "quantity" if "quantity" in self.draft.recognised.columns else "system_quantity"
            )
            self.draft.blame(row, column, _("is empty"))
        if row.troubles:
            self.draft.refuse(row, what)
            return
        size = row.get("pack_size") or 1
        quantity = units.pieces(counted, size if self.options.counting is Counting.PACKS else 1)
        if quantity > cells.MAX_QUANTITY:
            self.draft.blame(row, "quantity", _("is too many packs"))
        item = self.items.of(row)
        place = self._place(row)
        lot = self._lot(row, item, size) if item else None
        if row.troubles or lot is None or place is None:
            self.draft.refuse(row, what)
            return
        self._add(row, lot, place, quantity)

    def _place(self, row: TypedRow) -> LineRef | None:
        if row.get("warehouse") or self.site is None:
            warehouse = self.warehouses.named_in(row, "warehouse", points=True)
        else:
            warehouse = self.site
        return None if warehouse is None else self.warehouses.bin_in(row, warehouse)

    def _lot(self, row: TypedRow, item: ItemRef, size: int) -> PlannedLot | None:
        value: Decimal | None = row.get("unit_value")
        if value is not None and self.options.counting is Counting.PACKS:
            value /= size
        minor, currency = money(self.draft, row, value, self.owner.currency)
        pack = PackDetails((row.get("pack") or "pack").casefold(), size) if size > 1 else None
        return PlannedLot(
            item=item,
            organisation_id=self._owner(row),
            donor=self.donors.of(row),
            batch_number=row.get("batch", ""),
            expires_on=row.get("expires_on"),
            pack=pack if pack and self.items.may_pack(item, pack) else None,
            unit_value_minor=minor,
            currency=currency,
        )

    def _owner(self, row: TypedRow) -> int:
        name = row.get("owner")
        if not name or same_name(name) == same_name(self.owner.name):
            return self.owner.id
        if same_name(name) in self.owner.others:
            return self.owner.others[same_name(name)]
        self.other_owners.add(name)
        return self.owner.id

    def _add(self, row: TypedRow, lot: PlannedLot, place: LineRef, quantity: int) -> None:
        details = self.items.details(lot.item)
        position = self.lots.setdefault(lot, len(self.lots))
        self.lines.append(PlannedLine(position, place, quantity))
        earlier = self.placed.setdefault((position, place), row.number)
        if lot.pack:
            self.in_part_packs += bool(quantity % lot.pack.size)
            if not self.pack_example:
                self.pack_example = f"{details.name}: {_amount(details, lot, quantity)}"
        if lot.expires_on and lot.expires_on < self.today:
            self.expired += 1
        if lot.currency and lot.unit_value_minor is not None:
            self.value[lot.currency] += quantity * lot.unit_value_minor
        what = f"{details.code} {details.name}"
        self.draft.add(
            row.number,
            Outcome.CREATE,
            what,
            lambda: ", ".join(self._said(row, details, lot, quantity, earlier)),
        )

    def _said(
        self, row: TypedRow, details: ItemDetails, lot: PlannedLot, quantity: int, earlier: int
    ) -> Iterator[str]:
        """What is worth saying of a row beyond its item."""
        yield _amount(details, lot, quantity)
        if row.get("code") and row.get("code").casefold() != details.code.casefold():
            yield _("%(code)s in the list", code=row.get("code"))
        if lot.expires_on and lot.expires_on < self.today:
            yield _("expired on %(day)s", day=lot.expires_on.isoformat())
        if earlier != row.number:
            yield _("the same lot and place as row %(row)d, added to it", row=earlier)
        seen = row.get("system_quantity")
        if seen is not None and seen != row.get("quantity", seen):
            yield _("the other system says %(count)s", count=f"{seen:,}")

    def _notes(self) -> Iterator[str]:
        if self.lines:
            yield ngettext(
                "%(num)d row will be put in stock for %(organisation)s (lots: %(lots)d).",
                "%(num)d rows will be put in stock for %(organisation)s (lots: %(lots)d).",
                len(self.lines),
                organisation=self.owner.name,
                lots=len(self.lots),
            )
        for currency, minor in sorted(self.value.items()):
            digits = words.currency_digits(currency) or 0
            amount = f"{Decimal(minor).scaleb(-digits):,.{digits}f}"
            yield _("Together they are worth %(amount)s.", amount=f"{amount} {currency}")
        yield from self._notes_on_packs()
        yield from self._notes_on_dates()
        if self.other_owners:
            yield _(
                "These owners are no organisations of AidTrack, so the goods will be"
                " %(organisation)s’s: %(names)s.",
                organisation=self.owner.name,
                names=_few(sorted(self.other_owners)),
            )

    def _notes_on_packs(self) -> Iterator[str]:
        if not self.pack_example:
            return
        if self.options.counting is Counting.PACKS:
            yield _("Quantities count packs, as you chose: %(example)s.", example=self.pack_example)
            return
        yield _(
            "Quantities count pieces, not packs: %(example)s. If the list counts packs, choose"
            " “packs” and look again.",
            example=self.pack_example,
        )
        if self.in_part_packs:
            yield ngettext(
                "%(num)d quantity is no whole number of packs, which says that pieces are meant.",
                "%(num)d quantities are no whole number of packs, which says that pieces are"
                " meant.",
                self.in_part_packs,
            )

    def _notes_on_dates(self) -> Iterator[str]:
        if self.expiry.order and self.expiry.example:
            order = {
                DateOrder.DAY_FIRST: _("day/month/year"),
                DateOrder.MONTH_FIRST: _("month/day/year"),
            }[self.expiry.order]
            yield _(
                "Expiry dates are read as %(order)s: %(example)s can be nothing else.",
                order=order,
                example=self.expiry.example,
            )
        if self.expired:
            yield ngettext(
                "%(num)d row is of a lot that has expired. It is taken in, and never proposed for"
                " a shipment.",
                "%(num)d rows are of lots that have expired. They are taken in, and never proposed"
                " for a shipment.",
                self.expired,
            )


def _amount(details: ItemDetails, lot: PlannedLot, quantity: int) -> str:
    size, name = (lot.pack.size, lot.pack.name) if lot.pack else (None, "")
    return units.in_words(quantity, details.base_unit, size, name)


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(islice(names, _EXAMPLES))
    more = len(names) - _EXAMPLES
    return _("%(names)s and %(count)d more", names=shown, count=more) if more > 0 else shown
