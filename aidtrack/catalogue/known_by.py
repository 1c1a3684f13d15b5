"""What else items are known by, kept by a package above: lists of items read and write it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aidtrack.catalogue.details import ListedBarcode
from aidtrack.identity.permissions import Actor


@dataclass(frozen=True, slots=True)
class Barcodes:
    """`kept` gives a code as it is kept, or raises Invalid; `shown` as people read it; `of_items`
    all codes of an organisation, each with its item; `give` adds some, inside a transaction.
    """

    kept: Callable[[str], str]
    shown: Callable[[str], str]
    of_items: Callable[[int], Sequence[tuple[int, ListedBarcode]]]
    give: Callable[[Sequence[tuple[int, ListedBarcode]], int, Actor], None]


_keepers: list[Barcodes] = []


def register(barcodes: Barcodes) -> None:
    """Say who keeps the bar codes of items."""
    _keepers[:] = [barcodes]


def barcodes() -> Barcodes | None:
    return _keepers[0] if _keepers else None
