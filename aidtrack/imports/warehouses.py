"""The warehouses and bins that rows name: found, planned when missing, or a fault of the row."""

from dataclasses import dataclass, field

from aidtrack.core.i18n import _
from aidtrack.imports.cells import same_name
from aidtrack.imports.gazetteer import Gazetteer, NewBin, NewSite, PlaceRef
from aidtrack.imports.plans import Draft, Extra, TypedRow
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import SiteDetails

BIN_LETTERS = 40


@dataclass(slots=True)
class Warehouses:
    """Answers by name; `new` and `new_bins` are what carrying out the plan has to make."""

    draft: Draft
    known: Gazetteer
    make_missing: bool
    new: dict[str, NewSite] = field(default_factory=dict)
    new_bins: dict[tuple[PlaceRef, str], NewBin] = field(default_factory=dict)

    def named_in(self, row: TypedRow, column: str, *, points: bool = False) -> PlaceRef | None:
        """The warehouse (or point) in a column of the row; None when the row is at fault."""
        name = row.get(column)
        if not name:
            self.draft.blame(row, column, _("is empty: in which warehouse?"))
            return None
        planned = self.new.get(same_name(name))
        if planned and (points or planned.kind is PlaceKind.WAREHOUSE):
            return same_name(name)
        found = self.known.called(name, PlaceKind.WAREHOUSE)
        if points:
            found = found or self.known.called(name)
        if len(found) == 1 and not found[0].is_closed:
            return found[0].id
        if len(found) == 1:
            self.draft.blame(row, column, closed())
            return None
        if found:
            self.draft.blame(row, column, _("is the name of several places: use their code"))
            return None
        if planned or self.known.called(name):
            self.draft.blame(row, column, _("is a distribution point, which has no bins"))
            return None
        if not self.make_missing:
            self.draft.blame(row, column, _("is not a warehouse of ours"))
            return None
        self.new[same_name(name)] = NewSite(PlaceKind.WAREHOUSE, SiteDetails(name=name))
        self.draft.extras.append(Extra(_("Warehouse"), name))
        return same_name(name)

    def bin_in(self, row: TypedRow, warehouse: PlaceRef) -> PlaceRef | tuple[PlaceRef, str] | None:
        """Where in the warehouse: a bin's id or its key in `new_bins`, or the warehouse itself."""
        name = row.get("bin")
        if not name:
            return warehouse
        key = (warehouse, same_name(name))
        if key in self.new_bins:
            return key
        found = self.known.bins_called(warehouse, name)
        if len(found) == 1 and not found[0].is_closed:
            return found[0].id
        home = self.name_of(warehouse)
        if len(found) == 1:
            reason = closed()
        elif found:
            reason = _("is the name of several bins in %(place)s: use their code", place=home)
        elif self._is_point(warehouse):
            reason = _("cannot be: %(place)s is a distribution point and has no bins", place=home)
        elif not self.make_missing:
            reason = _("is not a bin of %(place)s", place=home)
        else:
            self.new_bins[key] = NewBin(warehouse, name)
            self.draft.extras.append(Extra(_("Bin"), f"{home} · {name}"))
            return key
        self.draft.blame(row, "bin", reason)
        return None

    def name_of(self, place: PlaceRef) -> str:
        """What a warehouse is called, there already or planned."""
        if isinstance(place, str):
            return self.new[place].details.name
        site = self.known.site(place)
        return site.details.name if site else ""

    def _is_point(self, place: PlaceRef) -> bool:
        site = self.known.site(place) if isinstance(place, int) else None
        return bool(site and site.kind is PlaceKind.DISTRIBUTION_POINT)


def closed() -> str:
    """Why a place that is closed can take nothing in."""
    return _("is closed: open it again first")
