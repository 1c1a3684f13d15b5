"""Which item a row of stock is about: one of the catalogue, or one that the list describes."""

from dataclasses import dataclass, field, replace

from aidtrack.catalogue.details import ItemDetails, PackDetails
from aidtrack.core.i18n import _
from aidtrack.imports import words
from aidtrack.imports.cells import same_name
from aidtrack.imports.items import Catalogue, KnownItem
from aidtrack.imports.plans import Draft, Extra, TypedRow

# An item of the catalogue by its id, a new one by its code.
ItemRef = int | str

# Units that measure rather than count: a list in kilograms cannot fill an item in pieces.
_MEASURES = {"gram", "kilogram", "litre", "millilitre", "metre", "square_metre"}


@dataclass(slots=True)
class StockItems:
    """Finds the item of each row; `new` is what carrying out the plan has to make, by code."""

    draft: Draft
    catalogue: Catalogue
    make_missing: bool
    new: dict[str, ItemDetails] = field(default_factory=dict)
    codes_by_name: dict[str, str] = field(default_factory=dict)
    found: dict[int, ItemDetails] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)

    def details(self, item: ItemRef) -> ItemDetails:
        return self.new[item] if isinstance(item, str) else self.found[item]

    def of(self, row: TypedRow) -> ItemRef | None:
        """The item, or None when the row is at fault."""
        known = self._known(row)
        if row.troubles:
            return None
        if known:
            if known.is_retired:
                column = "code" if row.get("code") else "name"
                self.draft.blame(row, column, _("is retired from the catalogue"))
            self.found[known.id] = known.details
            self.own |= {known.id} if known.is_own else set()
            self._expect_same_unit(row, known.details.base_unit)
            return known.id
        return self._planned(row)

    def may_pack(self, item: ItemRef, pack: PackDetails) -> bool:
        """Whether goods may lie in this pack: one that there is, or one of an item of ours."""
        return isinstance(item, str) or item in self.own or pack in self.found[item].packs

    def new_categories(self) -> list[Extra]:
        """The categories that the new items need and that do not exist yet."""
        names = {same_name(x.category): x.category for x in self.new.values() if x.category}
        return [
            Extra(_("Category"), name)
            for key, name in names.items()
            if key not in self.catalogue.categories
        ]

    def _known(self, row: TypedRow) -> KnownItem | None:
        """By code; or by name, when there is no code or the catalogue has another one for it."""
        code, name = row.get("code"), row.get("name")
        found = self.catalogue.with_code(code) if code else None
        if found or not name or (code and code.casefold() in self.new):
            return found
        called = self.catalogue.called(name)
        if len(called) > 1:
            codes = ", ".join(sorted(known.details.code for known in called))
            self.draft.blame(
                row,
                "name",
                _("is the name of several items (%(codes)s): give the code", codes=codes),
            )
        return called[0] if len(called) == 1 else None

    def _planned(self, row: TypedRow) -> ItemRef | None:
        code, name = row.get("code"), row.get("name")
        if not name:
            reason = _("is no item of the catalogue, and the row does not name it")
            self.draft.blame(row, "code", reason if code else _("is empty, and so is the name"))
            return None
        if not self.make_missing:
            self.draft.blame(row, "code" if code else "name", _("is no item of the catalogue"))
            return None
        key = (code or self.codes_by_name.get(same_name(name)) or self._free_code(name)).casefold()
        if key in self.new:
            return self._extended(row, key, name)
        unit = words.base_unit(row.get("unit", "piece"))
        self.codes_by_name.setdefault(same_name(name), key)
        self.new[key] = ItemDetails(
            code=code or key.upper(),
            name=name,
            category=row.get("category", ""),
            base_unit=unit,
            weight_mg=row.get("weight"),
            has_expiry=row.get("expires_on") is not None,
        )
        self.draft.extras.append(Extra(_("Item"), f"{self.new[key].code} {name}"))
        return key

    def _extended(self, row: TypedRow, key: str, name: str) -> ItemRef | None:
        """Another row of an item that the list brings: it may add what the first did not say."""
        details = self.new[key]
        if same_name(details.name) != same_name(name):
            self.draft.blame(
                row, "name", _("differs from an earlier row: “%(name)s”", name=details.name)
            )
            return None
        self._expect_same_unit(row, details.base_unit)
        weight_mg = details.weight_mg or row.get("weight")
        has_expiry = details.has_expiry or row.get("expires_on") is not None
        if (weight_mg, has_expiry) != (details.weight_mg, details.has_expiry):
            self.new[key] = replace(details, weight_mg=weight_mg, has_expiry=has_expiry)
        return key

    def _expect_same_unit(self, row: TypedRow, base_unit: str) -> None:
        if not row.get("unit"):
            return
        unit = words.base_unit(row.get("unit"))
        if unit != base_unit and {unit, base_unit} & _MEASURES:
            self.draft.blame(
                row, "unit", _("is not what the item is counted in (%(unit)s)", unit=base_unit)
            )

    def _free_code(self, name: str) -> str:
        code = words.derived_code("ITM", name)
        return (
            words.derived_code("ITM", name, letters=12) if self.catalogue.with_code(code) else code
        )
