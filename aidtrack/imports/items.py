"""Items from a list: what is new in the catalogue, what differs, what is already there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from aidtrack.catalogue.details import ItemDetails, PackDetails
from aidtrack.catalogue.models import Category, Item, ItemPack
from aidtrack.catalogue.services import DESCRIBED, PACK_SIZE_MAX, describe, search_text
from aidtrack.core.bulk import insert_many
from aidtrack.core.i18n import _, ngettext
from aidtrack.imports import cells, listed_barcodes, words
from aidtrack.imports.cells import VOLUME_UNITS, WEIGHT_UNITS, Reader, same_name
from aidtrack.imports.differences import differences
from aidtrack.imports.plans import Draft, Extra, Outcome, Plan, TypedRow, read_rows
from aidtrack.imports.recognise import Recognised

CODE_LETTERS = 40
CATEGORY_LETTERS = 80
UNIT_LETTERS = 30
_ROWS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item of the catalogue, as far as a list can differ from it."""

    id: int
    details: ItemDetails
    is_retired: bool = False
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every item, found by code or by name as people write them."""

    by_code: Mapping[str, KnownItem]
    by_name: Mapping[str, Sequence[KnownItem]]
    categories: Mapping[str, int]
    # Whose a bar code is, by the item's code; rows of the list claim theirs here.
    by_barcode: listed_barcodes.Claimed = field(default_factory=dict)

    def with_code(self, code: str) -> KnownItem | None:
        return self.by_code.get(code.casefold())

    def called(self, name: str) -> Sequence[KnownItem]:
        return self.by_name.get(same_name(name), ())


@dataclass(frozen=True, slots=True)
class ItemWork:
    """What to write: new items, and existing ones with their details from now on."""

    new: tuple[ItemDetails, ...] = ()
    changed: tuple[tuple[int, ItemDetails], ...] = ()


@dataclass(slots=True)
class _Progress:
    """What the rows so far have claimed."""

    seen: dict[str, tuple[int, ItemDetails]] = field(default_factory=dict)
    new: list[ItemDetails] = field(default_factory=list)
    changed: list[tuple[int, ItemDetails]] = field(default_factory=list)
    derived: int = 0


def plan_items(recognised: Recognised, catalogue: Catalogue, *, currency: str) -> Plan:
    """Compare a list of items with the catalogue. `currency` is meant where none is named."""
    draft = Draft(recognised)
    progress = _Progress()
    prefix = "MED" if {"has_expiry", "cold_chain"} & set(recognised.columns) else "ITM"
    for row in read_rows(recognised, _readers(recognised)):
        _plan_row(draft, progress, row, catalogue, prefix=prefix, currency=currency)
    new_categories = {
        same_name(details.category): details.category
        for details in [*progress.new, *(details for _id, details in progress.changed)]
        if details.category and same_name(details.category) not in catalogue.categories
    }
    draft.extras.extend(Extra(_("Category"), name) for name in sorted(new_categories.values()))
    draft.notes.extend(_notes(recognised, progress))
    return draft.finish(ItemWork(tuple(progress.new), tuple(progress.changed)))


def _readers(recognised: Recognised) -> dict[str, Reader]:
    column = recognised.columns
    readers: dict[str, Reader] = {
        "code": cells.reference(CODE_LETTERS),
        "name": cells.text(),
        "category": cells.text(CATEGORY_LETTERS),
        "unit": cells.text(UNIT_LETTERS),
        "has_expiry": cells.boolean,
        "cold_chain": cells.boolean,
        "active": cells.boolean,
        "unit_value": cells.numbers(recognised.column("unit_value")),
        "currency": cells.text(3),
        "barcode": listed_barcodes.read,
        "pack_barcode": listed_barcodes.read,
        "pack": cells.text(UNIT_LETTERS),
        "pack_size": cells.quantities(recognised.column("pack_size"), PACK_SIZE_MAX),
    }
    for name, units, usual in (("weight", WEIGHT_UNITS, "kg"), ("volume", VOLUME_UNITS, "m3")):
        if name in column:
            unit = column[name].unit or usual
            readers[name] = cells.measures(recognised.column(name), units, unit)
    readers.update(dict.fromkeys((x for x in column if x.startswith("names:")), cells.text()))
    return readers


def _notes(recognised: Recognised, progress: _Progress) -> Iterable[str]:
    if progress.derived:
        yield ngettext(
            "%(num)d item has no code: it gets one made from its name.",
            "%(num)d items have no code: they get one made from their name.",
            progress.derived,
        )
    if {"weight", "volume"} & set(recognised.columns):
        yield _("A weight or volume of 0 is taken as unknown.")
    for name, usual in (("weight", "kg"), ("volume", "m³")):
        column = recognised.columns.get(name)
        if column and not column.unit:
            yield _(
                "The heading “%(heading)s” names no unit: numbers without one are read as"
                " %(unit)s.",
                heading=column.heading,
                unit=usual,
            )


def _plan_row(
    draft: Draft,
    progress: _Progress,
    row: TypedRow,
    catalogue: Catalogue,
    *,
    prefix: str,
    currency: str,
) -> None:
    name, code = row.get("name", ""), row.get("code", "")
    what = " ".join(filter(None, (code, name))) or _("(no name)")
    if row.get("active") is False:
        draft.add(row.number, Outcome.SKIP, what, _("not active in the list"))
        return
    known = _known(draft, row, catalogue)
    if not name and not row.troubles and not known:
        draft.blame(row, "name", _("is empty"))
    if row.troubles:
        draft.refuse(row, what)
        return
    if not code:
        code = known.details.code if known else _free_code(prefix, name, catalogue)
        progress.derived += not known
    details = _details(draft, row, code, known, currency)
    listed_barcodes.claim(draft, row, code, details, catalogue.by_barcode)
    if row.troubles:
        draft.refuse(row, what)
        return
    earlier = progress.seen.get(code.casefold())
    if earlier:
        _plan_again(draft, row, what, earlier, details)
        return
    progress.seen[code.casefold()] = (row.number, details)
    if known is None:
        progress.new.append(details)
        draft.add(row.number, Outcome.CREATE, f"{code} {details.name}")
    elif known.details == details:
        draft.add(row.number, Outcome.UNCHANGED, f"{code} {details.name}")
    elif not known.is_own:
        draft.add(row.number, Outcome.SKIP, what, _("kept by another organisation: left as it is"))
    else:
        progress.changed.append((known.id, details))
        before = known.details
        draft.add(
            row.number,
            Outcome.CHANGE,
            f"{code} {details.name}",
            lambda: differences(before, details),
        )


def _known(draft: Draft, row: TypedRow, catalogue: Catalogue) -> KnownItem | None:
    """The item that the row is about, by its code, or by its name when it has no code."""
    code, name = row.get("code"), row.get("name")
    if code:
        return catalogue.with_code(code)
    called = catalogue.called(name) if name else ()
    if len(called) > 1:
        codes = ", ".join(sorted(known.details.code for known in called))
        draft.blame(
            row, "name", _("is the name of several items (%(codes)s): give the code", codes=codes)
        )
    return called[0] if len(called) == 1 else None


def _free_code(prefix: str, name: str, catalogue: Catalogue) -> str:
    code = words.derived_code(prefix, name)
    return words.derived_code(prefix, name, letters=12) if catalogue.with_code(code) else code


def _details(
    draft: Draft, row: TypedRow, code: str, known: KnownItem | None, currency: str
) -> ItemDetails:
    """The item as the row leaves it: what the row does not say stays as it is."""
    base = known.details if known else ItemDetails(code=code, name="")
    unit = words.base_unit(row.get("unit")) if row.get("unit") else base.base_unit
    if known and unit != base.base_unit:
        draft.blame(
            row,
            "unit",
            _("cannot change: this item is counted in %(unit)s", unit=base.base_unit),
        )
    names = {
        name.removeprefix("names:"): value
        for name, value in row.values.items()
        if name.startswith("names:") and value
    }
    minor, own_currency = money(draft, row, row.get("unit_value"), currency)
    packs = with_pack(base.packs, row.get("pack"), row.get("pack_size"))
    category = row.get("category") or base.category
    return replace(
        base,
        name=row.get("name") or base.name,
        names={**base.names, **names},
        category=base.category if same_name(category) == same_name(base.category) else category,
        base_unit=unit,
        weight_mg=row.get("weight", base.weight_mg),
        volume_mm3=row.get("volume", base.volume_mm3),
        has_expiry=row.get("has_expiry", base.has_expiry),
        is_cold_chain=row.get("cold_chain", base.is_cold_chain),
        unit_value_minor=base.unit_value_minor if minor is None else minor,
        currency=base.currency if minor is None else own_currency,
        packs=packs,
        barcodes=listed_barcodes.stated(draft, row, packs, base.barcodes),
    )


def with_pack(
    packs: tuple[PackDetails, ...], name: str | None, size: int | None
) -> tuple[PackDetails, ...]:
    """The packs and one more, unless it is there or holds fewer than two."""
    pack = listed_barcodes.pack_of(name, size)
    return packs if pack is None or pack in packs else (*packs, pack)


def money(
    draft: Draft, row: TypedRow, value: Decimal | None, currency: str
) -> tuple[int | None, str | None]:
    """A unit value in minor units with its currency; blames the row for what cannot be."""
    if value is None:
        return None, None
    code = (row.get("currency") or currency).upper()
    digits = words.currency_digits(code)
    if digits is None:
        draft.blame(row, "currency", _("is not a currency code such as USD"))
        return None, None
    if not 0 <= value <= cells.MAX_QUANTITY:
        draft.blame(
            row,
            "unit_value",
            _("is not a value from 0 to %(most)s", most=f"{cells.MAX_QUANTITY:,}"),
        )
        return None, None
    return cells.minor_units(value, digits), code


def _plan_again(
    draft: Draft, row: TypedRow, what: str, earlier: tuple[int, ItemDetails], details: ItemDetails
) -> None:
    number, before = earlier
    if before == details:
        draft.add(row.number, Outcome.SKIP, what, _("the same as row %(row)d", row=number))
        return
    draft.blame(
        row,
        "code" if row.get("code") else "name",
        _("stands in row %(row)d too, and the two rows differ", row=number),
    )
    draft.refuse(row, what)


def read_catalogue(session: Session, organisation_id: int) -> Catalogue:
    """The catalogue as an organisation has it, in four statements, whatever its size."""
    categories = dict(session.execute(select(Category.id, Category.name)).all())
    packs: dict[int, list[PackDetails]] = {}
    for item_id, name, size in session.execute(
        select(ItemPack.item_id, ItemPack.name, ItemPack.size).order_by(ItemPack.id)
    ):
        packs.setdefault(item_id, []).append(PackDetails(name, size))
    barcodes = listed_barcodes.of_items(organisation_id)
    by_code: dict[str, KnownItem] = {}
    by_name: dict[str, list[KnownItem]] = {}
    for row in session.execute(select(*Item.__table__.columns).order_by(Item.id)).mappings():
        known = KnownItem(
            row["id"],
            ItemDetails(
                code=row["code"],
                name=row["name"],
                names=row["names"] or {},
                category=categories.get(row["category_id"], ""),
                base_unit=row["base_unit"],
                weight_mg=row["weight_mg"],
                volume_mm3=row["volume_mm3"],
                has_expiry=row["has_expiry"],
                is_cold_chain=row["is_cold_chain"],
                unit_value_minor=row["unit_value_minor"],
                currency=row["currency"],
                packs=tuple(packs.get(row["id"], ())),
                barcodes=tuple(barcodes.get(row["id"], ())),
            ),
            is_retired=not row["is_active"],
            is_own=row["organisation_id"] == organisation_id,
        )
        by_code.setdefault(known.details.code.casefold(), known)
        by_name.setdefault(same_name(known.details.name), []).append(known)
    return Catalogue(
        by_code,
        by_name,
        {same_name(name): key for key, name in categories.items()},
        {y.code: (x.details.code, y.pack) for x in by_code.values() for y in x.details.barcodes},
    )


def write_items(session: Session, work: ItemWork, organisation_id: int) -> dict[str, int]:
    """Write an organisation's items in bulk; the ids of the new ones by their code."""
    changed, owner = dict(work.changed), {"organisation_id": organisation_id}
    categories = _write_categories(session, [*work.new, *changed.values()], owner)
    ids = insert_many(session, Item, [_row(details, categories) | owner for details in work.new])
    for some in batches(list(changed)):
        for item in session.scalars(select(Item).where(Item.id.in_(some)).with_for_update()):
            details = changed[item.id]
            describe(item, details, category_id=categories.get(same_name(details.category)))
    session.flush()
    pairs = [*zip(ids, work.new, strict=True), *work.changed]
    write_packs(session, [(item_id, details.packs) for item_id, details in pairs])
    return dict(zip((details.code for details in work.new), ids, strict=True))


def _row(details: ItemDetails, categories: Mapping[str, int]) -> dict[str, object]:
    """A new item as its table's columns: what `describe` writes into a row."""
    row: dict[str, object] = {name: getattr(details, name) for name in DESCRIBED}
    row["category_id"] = categories.get(same_name(details.category))
    row["search_text"] = search_text(details.code, details.name, details.names)
    return row


def write_packs(
    session: Session, wanted: Sequence[tuple[int, tuple[PackDetails, ...]]]
) -> dict[tuple[int, PackDetails], int]:
    """Add the packs that items lack; the ids of all packs of these items."""
    with_packs = [(item_id, packs) for item_id, packs in wanted if packs]
    known: dict[tuple[int, PackDetails], int] = {}
    for some in batches(sorted({item_id for item_id, _packs in with_packs})):
        rows = select(ItemPack.id, ItemPack.item_id, ItemPack.name, ItemPack.size)
        for key, item_id, name, size in session.execute(rows.where(ItemPack.item_id.in_(some))):
            known[item_id, PackDetails(name, size)] = key
    missing = dict.fromkeys((item_id, pack) for item_id, packs in with_packs for pack in packs)
    new = [each for each in missing if each not in known]
    ids = insert_many(
        session,
        ItemPack,
        [{"item_id": item_id, "name": pack.name, "size": pack.size} for item_id, pack in new],
    )
    return known | dict(zip(new, ids, strict=True))


def _write_categories(
    session: Session, items: Sequence[ItemDetails], owner: dict[str, int]
) -> dict[str, int]:
    rows = session.execute(select(Category.name, Category.id))
    known = {same_name(name): key for name, key in rows}
    wanted = {same_name(details.category): details.category for details in items}
    new = [name for key, name in wanted.items() if name and key not in known]
    ids = insert_many(session, Category, [{"name": name} | owner for name in new])
    return known | dict(zip(map(same_name, new), ids, strict=True))


def batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """Few enough at a time for an IN list of either database."""
    starts = range(0, len(ids), _ROWS_A_STATEMENT)
    return (ids[start : start + _ROWS_A_STATEMENT] for start in starts)
