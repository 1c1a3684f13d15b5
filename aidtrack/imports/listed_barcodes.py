"""The bar codes that a list of items names; a package above the catalogue keeps them."""

import re
from collections.abc import Iterable, Sequence

from aidtrack.catalogue import known_by
from aidtrack.catalogue.details import ItemDetails, ListedBarcode, PackDetails
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.imports import cells
from aidtrack.imports.cells import BadCell
from aidtrack.imports.plans import Draft, TypedRow
from aidtrack.imports.spreadsheets import Cell

# Whose a code is: the item's code, and its pack.
Claimed = dict[str, tuple[str, PackDetails | None]]
_BETWEEN = re.compile(r"[,;\n]\s*|\s+/\s+")


def read(cell: Cell) -> tuple[str, ...] | None:
    """One code or several, with a comma or semicolon between them, as they are kept."""
    keeper, text = known_by.barcodes(), cells.reference()(cell)
    if keeper is None or not text:
        return None
    try:
        return tuple(keeper.kept(code) for code in _BETWEEN.split(text) if code)
    except Invalid as error:
        raise BadCell(str(error)) from error


def shown(code: str) -> str:
    keeper = known_by.barcodes()
    return keeper.shown(code) if keeper else code


def stated(
    draft: Draft, row: TypedRow, packs: tuple[PackDetails, ...], known: Sequence[ListedBarcode]
) -> tuple[ListedBarcode, ...]:
    """The codes of an item that are known, and those of the row. What is known stays where it
    stands, when a column that does not speak of packs names it again.
    """
    held = {each.code for each in known}
    singles = [ListedBarcode(code) for code in row.get("barcode", ()) if code not in held]
    of_pack = row.get("pack_barcode", ())
    pack = _pack(draft, row, packs) if of_pack else None
    packed = [ListedBarcode(code, pack) for code in of_pack] if pack else []
    return tuple(dict.fromkeys((*known, *singles, *packed)))


def _pack(draft: Draft, row: TypedRow, packs: tuple[PackDetails, ...]) -> PackDetails | None:
    """The pack of the row, or else the only one of the item."""
    named = pack_of(row.get("pack"), row.get("pack_size"))
    if named is None and len(packs) == 1:
        return packs[0]
    if named is None:
        draft.blame(row, "pack_barcode", _("stands on a pack, but how many are in it is missing"))
    return named


def pack_of(name: str | None, size: int | None) -> PackDetails | None:
    """A pack as a list names it; none that holds fewer than two."""
    return PackDetails((name or "pack").casefold(), size) if size and size > 1 else None


def claim(
    draft: Draft, row: TypedRow, item_code: str, details: ItemDetails, claimed: Claimed
) -> None:
    """Blame the row for a code that another item or pack has, here or further up in the list."""
    for each in details.barcodes:
        owner, pack = claimed.setdefault(each.code, (item_code, each.pack))
        column = "pack_barcode" if each.code in row.get("pack_barcode", ()) else "barcode"
        if owner.casefold() != item_code.casefold():
            draft.blame(row, column, _("belongs to %(item)s already", item=owner), shown(each.code))
        elif pack != each.pack:
            reason = _("stands on another pack or on a single one of this item already")
            draft.blame(row, column, reason, shown(each.code))


def of_items(organisation_id: int) -> dict[int, list[ListedBarcode]]:
    """The codes by which an organisation knows its items, by item."""
    keeper = known_by.barcodes()
    found: dict[int, list[ListedBarcode]] = {}
    for item_id, barcode in keeper.of_items(organisation_id) if keeper else ():
        found.setdefault(item_id, []).append(barcode)
    return found


def give(items: Iterable[tuple[int, ItemDetails]], *, organisation_id: int, actor: Actor) -> None:
    """Give items the codes that the list names and they lack. Call inside `transaction()`."""
    keeper = known_by.barcodes()
    pairs = [(item_id, each) for item_id, details in items for each in details.barcodes]
    if keeper and pairs:
        keeper.give(pairs, organisation_id, actor)
