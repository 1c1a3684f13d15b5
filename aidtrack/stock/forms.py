"""What people say when they look for goods, move them, or write them off."""

from aidtrack.catalogue.units import pieces
from aidtrack.core.i18n import _, lazy
from aidtrack.stock.queries import StockFilter, StockView
from aidtrack.stock.services import Taking
from aidtrack.stock.suggestions import Suggestion
from aidtrack.web.fields import (
    CheckboxField,
    DateField,
    IdField,
    QuantityField,
    SelectField,
    TextField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm


class StockFilterForm(UseCaseForm):
    words = TextField(lazy("Item, lot or code"), max_length=80)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    category_id = SelectField(lazy("Category"), empty=lazy("All categories"))
    expires_before = DateField(lazy("Expires before"))
    item_id = IdField(lazy("Item"), hidden=True)
    donor_id = IdField(lazy("Donor"), hidden=True)
    view = SelectField(lazy("View"), kind=str, hidden=True)

    def wanted(self) -> StockFilter:
        """The filter; what cannot be meant counts as not said."""
        known = {str(view) for view in StockView}
        view = self.view.data if self.view.data in known else StockView.ALL
        return StockFilter(
            words=self.words.data or "",
            site_id=self.site_id.data,
            category_id=self.category_id.data,
            item_id=self.item_id.data,
            donor_id=self.donor_id.data,
            expires_before=self.expires_before.data,
            view=StockView(view),
        )


class TakingLine(LineForm):
    counts = ("quantity",)
    lot_id = IdField(lazy("Lot"), required=True, hidden=True)
    place_id = IdField(lazy("From"), required=True, hidden=True)
    quantity = QuantityField(lazy("How many pieces"), required=True, minimum=1)


class TakingsForm(KeyedForm):
    """Some of several lots; a base of the three things that can happen to them."""

    lines = LineList(TakingLine, lazy("Goods"), rows=0)

    def takings(self) -> list[Taking]:
        return [
            Taking(line["lot_id"], line["place_id"], pieces(line["quantity"], None))
            for line in self.lines.data
        ]


class MoveForm(TakingsForm):
    to_place_id = SelectField(lazy("Into bin"), required=True)
    even_if_full = CheckboxField(lazy("There is room: put them there all the same"))

    def offer_bins(self, bins: list[tuple[int, str]], aim: Suggestion | None) -> None:
        """The floor and the bins of the site; one of them is suggested, with the reason."""
        self.choose(to_place_id=bins)
        if aim:
            self.to_place_id.description = _(
                "Suggested: %(path)s, %(why)s", path=aim.path, why=aim.why
            )


class UndoForm(KeyedForm):
    reason = TextField(lazy("Reason"), max_length=500)
