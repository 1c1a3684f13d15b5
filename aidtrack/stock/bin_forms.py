"""What people say when goods are put into their bins."""

from collections.abc import Sequence
from functools import partial

from aidtrack.catalogue.units import pieces
from aidtrack.core.i18n import _, lazy
from aidtrack.places import queries as places
from aidtrack.places.forms import BinField
from aidtrack.places.models import Place
from aidtrack.stock.putting_away import LINES_MAX, PutAway, Waiting
from aidtrack.web.fields import CheckboxField, Choice, IdField, QuantityField
from aidtrack.web.forms import KeyedForm, LineForm, LineList

EVEN_IF_FULL = lazy("There is room: put them there all the same")


class PutAwayLine(LineForm):
    """A lot; without a bin it stays where it is."""

    counts = ("to_place_id",)
    lot_id = IdField(lazy("Lot"), required=True, hidden=True)
    place_id = IdField(lazy("From"), required=True, hidden=True)
    quantity = QuantityField(lazy("How many"), required=True, minimum=1)
    to_place_id = BinField(lazy("Into bin"), required=True)


class PutAwayForm(KeyedForm):
    lines = LineList(
        PutAwayLine,
        lazy("Goods"),
        rows=0,
        missing=lazy("Choose a bin for at least one lot."),
        max_lines=LINES_MAX,
    )
    even_if_full = CheckboxField(EVEN_IF_FULL)

    def wanted(self) -> list[PutAway]:
        return [
            PutAway(
                line["lot_id"],
                line["place_id"],
                line["to_place_id"],
                pieces(line["quantity"], None),
            )
            for line in self.lines.data
        ]

    def offer_bins(self, bins: Sequence[Place]) -> None:
        """The bins of a site by path; a name that only one of them has will do too."""
        site_id = bins[0].site_id or 0 if bins else 0
        self.lines.look_ups["to_place_id"] = partial(places.bin_called, site_id)
        self.choose(to_place_id=[Choice(each.id, each.label) for each in bins])

    def explain(self, waiting: Sequence[Waiting]) -> None:
        """Say beside each bin why it is suggested, as long as it is the one."""
        why = {(x.row.lot_id, x.row.place_id): x.suggestion for x in waiting if x.suggestion}
        for entry in self.lines.entries:
            found = why.get((entry.form.lot_id.data, entry.form.place_id.data))
            if found:
                entry.form.to_place_id.description = _("Suggested: %(why)s", why=found.why)


def proposed(waiting: Sequence[Waiting]) -> list[dict[str, int | None]]:
    """A line for each lot, all of it into the bin suggested."""
    return [
        {
            "lot_id": each.row.lot_id,
            "place_id": each.row.place_id,
            "quantity": each.row.free,
            "to_place_id": each.suggestion.place_id if each.suggestion else None,
        }
        for each in waiting
    ]
