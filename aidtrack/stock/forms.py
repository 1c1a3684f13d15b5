"""What people say when they look for goods, move them, or write them off."""

from aidtrack.catalogue.units import pieces
from aidtrack.core.i18n import lazy
from aidtrack.stock import reasons
from aidtrack.stock.minimums import MinimumFilter
from aidtrack.stock.models import Reason
from aidtrack.stock.queries import StockFilter, StockView
from aidtrack.stock.services import Taking
from aidtrack.stock.written_off import WriteOffFilter
from aidtrack.web.fields import (
    DateField,
    IdField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm

LOSS_REASONS = (
    Reason.DAMAGED,
    Reason.MISSING,
    Reason.EXPIRED,
    Reason.STOLEN,
    Reason.WET,
    Reason.UNSAFE,
    Reason.OTHER,
)


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


class WriteOffForm(TakingsForm):
    reason = SelectField(
        lazy("Reason"),
        kind=str,
        required=True,
        choices=reasons.choices(*LOSS_REASONS),
    )
    note = TextAreaField(lazy("What happened"), required=True, max_length=2000)


class WriteOffFilterForm(UseCaseForm):
    words = TextField(lazy("Number, item or what happened"), max_length=80)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    waiting = TextField(lazy("Only what waits for approval"), hidden=True, max_length=10)

    def wanted(self) -> WriteOffFilter:
        """The filter; what cannot be meant counts as not said."""
        return WriteOffFilter(
            words=self.words.data or "",
            site_id=self.site_id.data,
            waiting=bool(self.waiting.data),
        )


class ApproveForm(KeyedForm):
    note = TextAreaField(lazy("Note"), max_length=2000)


class RefuseForm(KeyedForm):
    reason = TextAreaField(lazy("Why it is refused"), required=True, max_length=2000)


class WithdrawForm(KeyedForm):
    reason = TextField(lazy("Reason"), max_length=500)


class ReturnForm(TakingsForm):
    note = TextAreaField(lazy("Why it goes back"), required=True, max_length=2000)


class UndoForm(KeyedForm):
    reason = TextField(lazy("Reason"), max_length=500)


class MinimumFilterForm(UseCaseForm):
    words = TextField(lazy("Item or code"), max_length=80)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    item_id = IdField(lazy("Item"), hidden=True)
    below = TextField(lazy("Only what is below its minimum"), hidden=True, max_length=10)

    def wanted(self) -> MinimumFilter:
        """The filter; what cannot be meant counts as not said."""
        return MinimumFilter(
            words=self.words.data or "",
            site_id=self.site_id.data,
            item_id=self.item_id.data,
            below=bool(self.below.data),
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
