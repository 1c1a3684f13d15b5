"""How reports name goods that lie in a kit."""

from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item
from aidtrack.core.i18n import _
from aidtrack.stock.models import Lot

Kit = aliased(Item, name="kit")
"""The item that goods lie in, where it is another than theirs."""
KitLot = aliased(Lot, name="kit_lot_held")


def named_in_kit(item: Item, kit: Item | None, language: str | None = None) -> str:
    """Soap, in Hygiene kit."""
    name = item.name_in(language)
    if kit is None:
        return name
    return _("%(item)s, in %(kit)s", item=name, kit=kit.name_in(language))
