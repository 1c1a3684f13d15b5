"""The bar codes that a list of items names; a package above the catalogue keeps them."""

import re
from collections.abc import Iterable

from aidtrack.catalogue import known_by
from aidtrack.catalogue.details import ItemDetails
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.imports import cells
from aidtrack.imports.cells import BadCell
from aidtrack.imports.plans import Draft, TypedRow
from aidtrack.imports.spreadsheets import Cell

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


def claim(draft: Draft, row: TypedRow, item_code: str, claimed: dict[str, str]) -> None:
    """Blame the row for a code that another item has, here or further up in the list."""
    for code in row.get("barcode", ()):
        owner = claimed.setdefault(code, item_code)
        if owner.casefold() != item_code.casefold():
            draft.blame(row, "barcode", _("belongs to %(item)s already", item=owner), shown(code))


def of_items(organisation_id: int) -> dict[int, list[str]]:
    """The codes by which an organisation knows its items, by item."""
    keeper = known_by.barcodes()
    found: dict[int, list[str]] = {}
    for code, item_id in (keeper.of_items(organisation_id) if keeper else {}).items():
        found.setdefault(item_id, []).append(code)
    return found


def give(items: Iterable[tuple[int, ItemDetails]], *, organisation_id: int, actor: Actor) -> None:
    """Give items the codes that the list names and they lack. Call inside `transaction()`."""
    keeper = known_by.barcodes()
    pairs = [(item_id, code) for item_id, details in items for code in details.barcodes]
    if keeper and pairs:
        keeper.give(pairs, organisation_id, actor)
