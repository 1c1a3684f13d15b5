"""Who gave or sold the goods of a row: a partner we know, or one to be made."""

import re
from dataclasses import dataclass, field

from aidtrack.core.i18n import _
from aidtrack.imports.cells import same_name
from aidtrack.imports.gazetteer import Gazetteer
from aidtrack.imports.headings import plain
from aidtrack.imports.plans import Draft, Extra, TypedRow
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails

# A partner by what it is and its name as names are compared.
DonorRef = tuple[PartnerKind, str]

_SELLS = re.compile(
    r"\b(suppl|vendor|ltd|limited|inc|llc|gmbh|company|corp|trading|traders?|sarl|s\.?a\.?"
    r"|ооо|оао|зао|ип)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Donors:
    """Finds the partner of each row. A name that we do not know becomes a new one."""

    draft: Draft
    known: Gazetteer
    new: dict[DonorRef, PartnerDetails] = field(default_factory=dict)

    def of(self, row: TypedRow) -> DonorRef | None:
        name = row.get("donor")
        if not name:
            return None
        kinds = (PartnerKind.DONOR, PartnerKind.SUPPLIER)
        for kind in kinds:
            if (kind, same_name(name)) in self.known.partners:
                return kind, same_name(name)
        kind = self._kind_of_new(name)
        ref = (kind, same_name(name))
        if ref not in self.new:
            self.new[ref] = PartnerDetails(kind=kind, name=name)
            word = _("Supplier") if kind is PartnerKind.SUPPLIER else _("Donor")
            self.draft.extras.append(Extra(word, name))
        return ref

    def _kind_of_new(self, name: str) -> PartnerKind:
        """A supplier when the heading or the name says that it sells; else a donor."""
        heading = plain(self.draft.recognised.heading("donor"))
        if heading in {"supplier", "vendor", "fournisseur", "поставщик"} or _SELLS.search(name):
            return PartnerKind.SUPPLIER
        return PartnerKind.DONOR
