"""What people say about levels."""

from aidtrack.core.i18n import lazy
from aidtrack.stock.minimums import MinimumFilter
from aidtrack.web.fields import IdField, QuantityField, SelectField, TextField
from aidtrack.web.forms import UseCaseForm


class MinimumFilterForm(UseCaseForm):
    words = TextField(lazy("Item or code"), max_length=80)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    item_id = IdField(lazy("Item"), hidden=True)
    below = TextField(lazy("Only what is below its minimum"), hidden=True, max_length=10)
    order = TextField(lazy("Only what is to be ordered"), hidden=True, max_length=10)

    def wanted(self) -> MinimumFilter:
        """The filter; what cannot be meant counts as not said."""
        return MinimumFilter(
            words=self.words.data or "",
            site_id=self.site_id.data,
            item_id=self.item_id.data,
            below=bool(self.below.data),
            to_order=bool(self.order.data),
        )


class MinimumForm(UseCaseForm):
    item_id = SelectField(lazy("Item"), required=True, search=True)
    site_id = SelectField(
        lazy("Where"),
        empty=lazy("The whole organisation"),
        hint=lazy("A site has its own minimum; all sites together may have one too."),
    )
    quantity = QuantityField(
        lazy("Minimum"),
        required=True,
        minimum=1,
        hint=lazy("In pieces, or whatever the item is counted in."),
    )
    reorder_at = QuantityField(
        lazy("Order more at"),
        minimum=1,
        hint=lazy("Once what is free and what is on the road are down to this."),
    )
    order_up_to = QuantityField(
        lazy("Order up to"), minimum=1, hint=lazy("How much should be there after it.")
    )
