"""Places from a list: warehouses, distribution points, bins, and the suppliers among them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aidtrack.core.i18n import _, ngettext
from aidtrack.imports import cells, words
from aidtrack.imports.cells import Reader, same_name
from aidtrack.imports.gazetteer import (
    Gazetteer,
    KnownArea,
    KnownBin,
    KnownSite,
    NewBin,
    NewSite,
    PlaceWork,
)
from aidtrack.imports.headings import plain
from aidtrack.imports.options import Options
from aidtrack.imports.plans import Draft, Outcome, Plan, TypedRow, read_rows
from aidtrack.imports.recognise import Recognised
from aidtrack.imports.sites import KIND_OF_TYPE, address, described, differences, joined, kind_said
from aidtrack.imports.warehouses import BIN_LETTERS, Warehouses, closed
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import SiteDetails

CODE_LETTERS = 40
NAME_LETTERS = 120


def plan_places(
    recognised: Recognised, known: Gazetteer, options: Options, *, organisation: str
) -> Plan:
    """Compare a list of places with those of the organisation called `organisation`."""
    draft = Draft(recognised)
    warehouses = Warehouses(draft, known, make_missing=options.make_missing)
    planner = _Planner(draft, known, options, organisation, warehouses)
    return planner.plan(read_rows(recognised, _readers(recognised)))


def _readers(recognised: Recognised) -> dict[str, Reader]:
    readers: dict[str, Reader] = dict.fromkeys(recognised.columns, cells.text())
    readers |= {
        "name": cells.text(NAME_LETTERS),
        "code": cells.reference(CODE_LETTERS),
        "active": cells.boolean,
        "comment": cells.text(1000),
        "latitude": cells.degrees(recognised.column("latitude"), 90),
        "longitude": cells.degrees(recognised.column("longitude"), 180),
    }
    return readers


@dataclass(slots=True)
class _Planner:
    """Looks at the rows one after the other and remembers what they claimed."""

    draft: Draft
    known: Gazetteer
    options: Options
    organisation: str
    warehouses: Warehouses
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    partners: list[PartnerDetails] = field(default_factory=list)
    changed_sites: list[tuple[int, SiteDetails]] = field(default_factory=list)
    bins: list[NewBin] = field(default_factory=list)
    changed_bins: list[tuple[int, str, str]] = field(default_factory=list)
    without_area: int = 0

    def plan(self, rows: Sequence[TypedRow]) -> Plan:
        bins = []
        for row in rows:
            kind = self._kind(row)
            if row.get("active") is False:
                self._add(row, Outcome.SKIP, _("not active in the list"))
            elif not row.get("name") or row.troubles or kind is None:
                if not row.get("name") and not row.troubles:
                    self.draft.blame(row, "name", _("is empty"))
                self._refuse(row)
            elif kind is PlaceKind.BIN:
                bins.append(row)
            elif isinstance(kind, PartnerKind):
                self._plan_partner(row, kind)
            else:
                self._plan_site(row, kind)
        self._plan_bins(bins)
        self.draft.notes.extend(self._notes(rows))
        return self.draft.finish(
            PlaceWork(
                tuple(self.partners),
                tuple(self.warehouses.new.values()),
                tuple(self.changed_sites),
                tuple(self.bins),
                tuple(self.changed_bins),
            )
        )

    def _add(self, row: TypedRow, outcome: Outcome, detail: str = "") -> None:
        self.draft.add(row.number, outcome, _what(row), detail)

    def _refuse(self, row: TypedRow) -> None:
        self.draft.refuse(row, _what(row))

    def _kind(self, row: TypedRow) -> PlaceKind | PartnerKind | None:
        """What the row is; without a type it is a bin inside its parent, or a warehouse."""
        word = row.get("type")
        if word is None:
            return PlaceKind.BIN if row.get("parent") else PlaceKind.WAREHOUSE
        kind = KIND_OF_TYPE.get(plain(word))
        if kind is None:
            self.draft.blame(
                row,
                "type",
                _(
                    "is no kind of place we know, such as warehouse, distribution point, bin,"
                    " supplier"
                ),
            )
        return kind

    def _is_first(self, row: TypedRow, group: str, name: str) -> bool:
        """Whether no row before claimed the name or code; otherwise the row is dealt with."""
        code = row.get("code")
        by_name = self.seen.get((group, same_name(name)))
        by_code = self.seen.get((f"{group} code", code.casefold())) if code else None
        if by_name is None and by_code is None:
            self.seen[group, same_name(name)] = row.number
            if code:
                self.seen[f"{group} code", code.casefold()] = row.number
            return True
        if by_name is not None and (by_code == by_name or not code):
            self._add(row, Outcome.SKIP, _("the same as row %(row)d", row=by_name))
            return False
        self.draft.blame(
            row,
            "code" if by_code else "name",
            _("stands in row %(row)d too", row=by_code or by_name),
        )
        self._refuse(row)
        return False

    def _plan_partner(self, row: TypedRow, kind: PartnerKind) -> None:
        name = row.get("name")
        if not self._is_first(row, str(kind), name):
            return
        if (kind, same_name(name)) in self.known.partners:
            self._add(row, Outcome.UNCHANGED)
            return
        self.partners.append(
            PartnerDetails(
                kind=kind,
                name=name,
                country=words.country_code(row.get("country", "")) or "",
                email=row.get("email", ""),
                phone=joined(" / ", row, "phone", "phone2"),
                address=address(row),
                reference=row.get("code", ""),
            )
        )
        self._add(row, Outcome.CREATE, kind_said(kind))

    def _plan_site(self, row: TypedRow, kind: PlaceKind) -> None:
        before = self._known_site(row, kind)
        area = self._area(row, kind)
        if row.troubles:
            self._refuse(row)
            return
        if not self._is_first(row, "site", row.get("name")):
            return
        base = before.details if before else SiteDetails(name=row.get("name"))
        details = described(row, base, area, self.organisation)
        if kind is PlaceKind.DISTRIBUTION_POINT and details.area_id is None:
            self.without_area += 1
            self._add(row, Outcome.SKIP, _("a point must lie in an area"))
        elif before is None:
            self.warehouses.new[same_name(details.name)] = NewSite(kind, details)
            said = [kind_said(kind), area.name if area else ""]
            self._add(row, Outcome.CREATE, ", ".join(filter(None, said)))
        elif before.details == details:
            self._add(row, Outcome.UNCHANGED)
        else:
            self.changed_sites.append((before.id, details))
            self._add(row, Outcome.CHANGE, differences(before.details, details))

    def _known_site(self, row: TypedRow, kind: PlaceKind) -> KnownSite | None:
        code, name = row.get("code"), row.get("name")
        found = self.known.by_code.get(code.casefold()) if code else None
        if found is None:
            called = self.known.called(name, kind) or self.known.called(name)
            found = called[0] if called else None
        if found and found.kind != kind:
            self.draft.blame(
                row, "name", _("is already ours, as: %(kind)s", kind=kind_said(found.kind))
            )
        elif found and found.is_closed:
            self.draft.blame(row, "name", closed())
        return found

    def _area(self, row: TypedRow, kind: PlaceKind) -> KnownArea | None:
        """By its P-code, else by the names in the address, else (for points) as chosen."""
        pcode = row.get("pcode")
        if pcode:
            if pcode not in self.known.areas:
                self.draft.blame(row, "pcode", _("is not the P-code of an area we have"))
            return self.known.areas.get(pcode)
        country = words.country_code(row.get("country", ""))
        names = [row.get(name) for name in ("city", "district", "state") if row.get(name)]
        found = self.known.area_called(country, names)
        if found is None and kind is PlaceKind.DISTRIBUTION_POINT and self.options.area_id:
            areas = self.known.areas.values()
            found = next((x for x in areas if x.id == self.options.area_id), None)
        return found

    def _plan_bins(self, rows: Sequence[TypedRow]) -> None:
        homes = [(row, self.warehouses.named_in(row, "parent")) for row in rows]
        namesakes = Counter(
            (home, same_name(name))
            for home, name, _code in {(home, x.get("name"), x.get("code")) for x, home in homes}
        )
        for row, home in homes:
            name, code = row.get("name"), row.get("code", "")
            if len(name) > BIN_LETTERS:
                self.draft.blame(
                    row, "name", _("is longer than %(limit)d letters", limit=BIN_LETTERS)
                )
            if home is None or row.troubles:
                self._refuse(row)
                continue
            if namesakes[home, same_name(name)] > 1 and code:
                name = f"{name} ({code})"
            if self._is_first(row, f"bin {home}", name):
                self._plan_bin(row, NewBin(home, name, code))
        doubled = sum(1 for count in namesakes.values() if count > 1)
        if doubled:
            self.draft.notes.append(
                ngettext(
                    "%(num)d name stands for several bins of one warehouse: their code is added.",
                    "%(num)d names stand for several bins of one warehouse: their code is added.",
                    doubled,
                )
            )

    def _plan_bin(self, row: TypedRow, wanted: NewBin) -> None:
        before = self._known_bin(wanted)
        if before and before.is_closed:
            self.draft.blame(row, "name", closed())
            self._refuse(row)
        elif before is None:
            self.bins.append(wanted)
            home = self.warehouses.name_of(wanted.warehouse)
            self._add(row, Outcome.CREATE, _("bin in %(place)s", place=home))
        elif (before.name, before.code) == (wanted.name, wanted.code or before.code):
            self._add(row, Outcome.UNCHANGED)
        else:
            self.changed_bins.append((before.id, wanted.name, wanted.code or before.code))
            self._add(row, Outcome.CHANGE, f"{before.name} → {wanted.name}")

    def _known_bin(self, wanted: NewBin) -> KnownBin | None:
        home = wanted.warehouse
        bins = self.known.bins.get(home, ()) if isinstance(home, int) else ()
        by_code = [x for x in bins if wanted.code and same_name(x.code) == same_name(wanted.code)]
        by_name = [x for x in bins if same_name(x.name) == same_name(wanted.name)]
        return next(iter([*by_code, *by_name]), None)

    def _notes(self, rows: Sequence[TypedRow]) -> Iterator[str]:
        named = {same_name(row.get("organisation")) for row in rows if row.get("organisation")}
        yield _("Every place will belong to %(organisation)s.", organisation=self.organisation)
        if named - {same_name(self.organisation)}:
            yield _("The organisation that the list names is kept in the note of the place.")
        if "type" not in self.draft.recognised.columns:
            yield _("The list has no column for the kind of place: all are warehouses.")
        if self.without_area:
            yield ngettext(
                "%(num)d distribution point is left out, because no area is known for it."
                " Choose the area of such points, or add a column with P-codes.",
                "%(num)d distribution points are left out, because no area is known for them."
                " Choose the area of such points, or add a column with P-codes.",
                self.without_area,
            )


def _what(row: TypedRow) -> str:
    return " ".join(filter(None, (row.get("code"), row.get("name")))) or _("(no name)")
