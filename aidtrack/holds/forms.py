"""What people say when they keep goods apart, and when they let them go."""

from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.holds.models import HoldKind
from aidtrack.holds.queries import HoldFilter
from aidtrack.holds.recalled import RecallFilter
from aidtrack.holds.services import Wanted
from aidtrack.holds.words import choices as kinds
from aidtrack.stock.forms import TakingsForm
from aidtrack.web.fields import (
    CheckboxField,
    IdField,
    QuantityField,
    SelectField,
    TextAreaField,
    TextField,
)
from aidtrack.web.forms import KeyedForm, UseCaseForm

LEAVE = lazy("Leave them where they lie")


class HoldFilterForm(UseCaseForm):
    words = TextField(lazy("Item, lot or why"), max_length=80)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    kind = SelectField(lazy("Why held"), kind=str, empty=lazy("All reasons"), choices=kinds())
    lot_id = IdField(lazy("Lot"), hidden=True)
    ended = TextField(lazy("Also what has ended"), hidden=True, max_length=10)

    def wanted(self) -> HoldFilter:
        """The filter; what cannot be meant counts as not said."""
        known = {str(kind) for kind in HoldKind}
        return HoldFilter(
            words=self.words.data or "",
            site_id=self.site_id.data,
            kind=HoldKind(self.kind.data) if self.kind.data in known else None,
            lot_id=self.lot_id.data,
            with_ended=bool(self.ended.data),
        )


class HoldForm(TakingsForm):
    kind = SelectField(lazy("Why held"), kind=str, required=True, choices=kinds())
    to_place_id = SelectField(lazy("Put them into bin"), empty=LEAVE)
    why = TextAreaField(
        lazy("What is wrong"),
        required=True,
        max_length=1000,
        hint=lazy("Whoever looks for these goods reads this."),
    )

    def wanted(self) -> Wanted:
        return Wanted(HoldKind(self.kind.data), self.why.data, self.to_place_id.data)


class HoldExpiredForm(KeyedForm):
    site_id = IdField(lazy("Place"), required=True, hidden=True)
    to_place_id = SelectField(lazy("Put them into bin"), empty=LEAVE)


class ReleaseForm(KeyedForm):
    quantity = QuantityField(lazy("How many pieces"), minimum=1, hint=lazy("Empty: all of them."))
    to_place_id = SelectField(lazy("Put them into bin"), empty=LEAVE)
    note = TextAreaField(lazy("Why they are good again"), required=True, max_length=1000)


class WriteOffHeldForm(KeyedForm):
    reason = SelectField(lazy("Reason"), kind=str, required=True)
    note = TextAreaField(lazy("What happened"), required=True, max_length=2000)


class RecallFilterForm(UseCaseForm):
    words = TextField(lazy("Number, item, batch or reason"), max_length=80)
    open = TextField(lazy("Only what is recalled now"), hidden=True, max_length=10)

    def wanted(self) -> RecallFilter:
        return RecallFilter(words=self.words.data or "", only_open=bool(self.open.data))


class RecallForm(KeyedForm):
    lot_id = IdField(lazy("Lot"), required=True, hidden=True)
    reason = TextAreaField(
        lazy("Why it is recalled"),
        required=True,
        max_length=1000,
        hint=lazy("Everybody who has these goods reads this."),
    )
    whole_batch = CheckboxField(
        lazy("Every lot with this batch number"),
        hint=lazy("Whoever gave it: the maker’s fault does not stop at one donor."),
    )


class EndRecallForm(KeyedForm):
    note = TextAreaField(lazy("Why it ends"), required=True, max_length=1000)


class ShelfLifeForm(KeyedForm):
    """`place` names an organisation and a site, as `3.12`; `3.` is every site of it."""

    place = SelectField(lazy("Place"), kind=str, required=True)
    days = QuantityField(lazy("Days"), minimum=1, hint=lazy("Empty: nothing is asked for there."))

    def ids(self) -> tuple[int, int | None]:
        """The organisation's id and the site's, None for all of its sites."""
        organisation, _dot, site = self.place.data.partition(".")
        if not organisation.isdecimal() or not (site.isdecimal() or not site):
            raise NotFound(_("There is no such place."))
        return int(organisation), int(site) if site else None
