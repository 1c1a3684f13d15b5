"""Areas from a list of P-codes: text for ever, so that Tajik digits and leading zeros last."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from aidtrack.core.bulk import note_new
from aidtrack.core.i18n import _
from aidtrack.imports import cells, words
from aidtrack.imports.cells import Reader
from aidtrack.imports.items import batches
from aidtrack.imports.plans import Draft, Outcome, Plan, TypedRow, read_rows
from aidtrack.imports.recognise import Recognised
from aidtrack.imports.spreadsheets import Cell
from aidtrack.places.models import Area

DEEPEST = 4
_PCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,24}")
_BROKEN_BY_A_SPREADSHEET = re.compile(r"\d+([.,]\d+)?e\+?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AreaDetails:
    """An area as a list knows it; `parent` is a P-code."""

    pcode: str
    name: str
    level: int
    country: str
    parent: str | None
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KnownArea:
    id: int
    details: AreaDetails


@dataclass(frozen=True, slots=True)
class AreaWork:
    """What to write: new areas, and existing ones with their details from now on."""

    new: tuple[AreaDetails, ...] = ()
    changed: tuple[tuple[int, AreaDetails], ...] = ()


def plan_areas(recognised: Recognised, known: Mapping[str, KnownArea]) -> Plan:
    """Compare a list of P-codes with the areas we have."""
    draft = Draft(recognised)
    rows = read_rows(recognised, _readers(recognised))
    listed = {row.values.get("pcode"): row for row in rows if row.get("pcode")}
    found: dict[str, tuple[int, AreaDetails]] = {}
    new: list[AreaDetails] = []
    changed: list[tuple[int, AreaDetails]] = []
    for row in rows:
        what = " ".join(filter(None, (row.get("pcode"), row.get("name")))) or _("(no name)")
        details = _details(draft, row, known, listed)
        if details is None:
            draft.refuse(row, what)
            continue
        earlier = found.setdefault(details.pcode, (row.number, details))
        if earlier[0] != row.number:
            _plan_again(draft, row, what, earlier, details)
            continue
        before = known.get(details.pcode)
        if before is None:
            new.append(details)
            draft.add(row.number, Outcome.CREATE, what, _level_said(details.level))
        elif before.details == details:
            draft.add(row.number, Outcome.UNCHANGED, what)
        else:
            changed.append((before.id, details))
            draft.add(row.number, Outcome.CHANGE, what, _differences(before.details, details))
    draft.notes.append(_("P-codes are kept as text, exactly as the list has them."))
    return draft.finish(AreaWork(tuple(new), tuple(changed)))


def _readers(recognised: Recognised) -> dict[str, Reader]:
    readers: dict[str, Reader] = {
        "pcode": _pcode,
        "name": cells.text(),
        "level": cells.quantities(recognised.column("level")),
        "parent": lambda cell: (cells.reference()(cell) or "").upper() or None,
        "country": _country,
        "national_name": cells.text(),
    }
    own = (name for name in recognised.columns if name.startswith("names:"))
    return readers | dict.fromkeys(own, cells.text())


def _pcode(cell: Cell) -> str | None:
    pcode = cells.reference()(cell)
    if pcode and _BROKEN_BY_A_SPREADSHEET.fullmatch(pcode):
        raise cells.BadCell(_("was turned into a number by a spreadsheet: its digits are lost"))
    if pcode and not _PCODE.fullmatch(pcode):
        raise cells.BadCell(_("is not a P-code: letters and digits, without spaces"))
    return str(pcode).upper() if pcode else None


def _country(cell: Cell) -> str | None:
    word = cells.filled(cell)
    if not word:
        return None
    code = words.country_code(word)
    if code is None:
        raise cells.BadCell(_("is not a country we know"))
    return code


def _details(
    draft: Draft,
    row: TypedRow,
    known: Mapping[str, KnownArea],
    listed: Mapping[str | None, TypedRow],
) -> AreaDetails | None:
    """The area as the row leaves it; None when something in the row is wrong."""
    for needed in ("pcode", "name"):
        if not row.get(needed) and not any(
            trouble.column == draft.recognised.heading(needed) for trouble in row.troubles
        ):
            draft.blame(row, needed, _("is empty"))
    if row.troubles:
        return None
    pcode = row.get("pcode")
    before = known[pcode].details if pcode in known else None
    country = row.get("country") or (before.country if before else words.country_code(pcode[:2]))
    if country is None:
        draft.blame(row, "pcode", _("does not tell the country: add a column for it"))
    parent = _parent(draft, row, known, listed) or (before.parent if before else None)
    level = row.get("level")
    if level is None:
        level = before.level if before else _depth(pcode, known, listed)
    if level > DEEPEST:
        draft.blame(row, "level", _("is not a level from 0 to %(most)d", most=DEEPEST))
    if row.troubles or country is None:
        return None
    names = dict(before.names) if before else {}
    names.update(
        {
            name.removeprefix("names:"): value
            for name, value in row.values.items()
            if name.startswith("names:") and value
        }
    )
    if row.get("national_name") and country in words.NATIONAL_LANGUAGES:
        names[words.NATIONAL_LANGUAGES[country]] = row.get("national_name")
    pairs = tuple(sorted(names.items()))
    return AreaDetails(pcode, row.get("name"), level, country, parent, pairs)


def _parent(
    draft: Draft,
    row: TypedRow,
    known: Mapping[str, KnownArea],
    listed: Mapping[str | None, TypedRow],
) -> str | None:
    """The parent's P-code. A country is not an area, so its code is no parent."""
    parent = row.get("parent")
    if parent is None or parent in known:
        return parent
    if parent in listed:
        if _depth(row.get("pcode"), known, listed) > DEEPEST:
            draft.blame(row, "parent", _("leads back to the area itself, or too deep"))
        return parent
    if words.country_code(parent) is None:
        draft.blame(row, "parent", _("is neither in this list nor among our areas"))
    return None


def _depth(
    pcode: str, known: Mapping[str, KnownArea], listed: Mapping[str | None, TypedRow]
) -> int:
    """The level that the chain of parents gives; more than DEEPEST when it never ends."""
    depth = 1
    parent = listed[pcode].get("parent")
    while parent in listed and parent not in known and depth <= DEEPEST:
        depth += 1
        parent = listed[parent].get("parent")
    return depth + known[parent].details.level if parent in known else depth


def _plan_again(
    draft: Draft, row: TypedRow, what: str, earlier: tuple[int, AreaDetails], details: AreaDetails
) -> None:
    number, before = earlier
    if before == details:
        draft.add(row.number, Outcome.SKIP, what, _("the same as row %(row)d", row=number))
        return
    draft.blame(row, "pcode", _("stands in row %(row)d too, and the two rows differ", row=number))
    draft.refuse(row, what)


def _level_said(level: int) -> str:
    return _("level %(level)d", level=level)


def _differences(before: AreaDetails, after: AreaDetails) -> str:
    changes = []
    if before.name != after.name:
        changes.append(f"{_('name')}: {before.name} → {after.name}")
    if before.names != after.names:
        new = [text for code, text in after.names if (code, text) not in before.names]
        changes.append(f"{_('names')}: + {' · '.join(new)}")
    if (before.level, before.parent) != (after.level, after.parent):
        changes.append(f"{_('lies in')}: {before.parent or '–'} → {after.parent or '–'}")
    if before.country != after.country:
        changes.append(f"{_('country')}: {before.country} → {after.country}")
    return ", ".join(changes)


def read_areas(session: Session) -> dict[str, KnownArea]:
    """Every area by its P-code, in one statement."""
    rows = session.execute(
        select(
            Area.id, Area.pcode, Area.name, Area.names, Area.level, Area.country, Area.parent_id
        ).order_by(Area.id)
    ).all()
    pcodes = {row.id: row.pcode for row in rows}
    return {
        row.pcode: KnownArea(
            row.id,
            AreaDetails(
                row.pcode,
                row.name,
                row.level,
                row.country,
                pcodes.get(row.parent_id),
                tuple(sorted((row.names or {}).items())),
            ),
        )
        for row in rows
    }


def write_areas(session: Session, work: AreaWork) -> None:
    """Write the areas, parents before what lies in them."""
    ids = dict(session.execute(select(Area.pcode, Area.id)).all())
    waiting = list(work.new)
    while waiting:
        ready = [area for area in waiting if area.parent is None or area.parent in ids]
        assert ready, "areas that lie in each other"
        rows = [_row(area, ids) for area in ready]
        written = session.scalars(
            insert(Area).returning(Area.id, sort_by_parameter_order=True), rows
        )
        made = written.all()
        note_new(session, Area, made, rows)
        ids.update(zip((area.pcode for area in ready), made, strict=True))
        waiting = [area for area in waiting if area.pcode not in ids]
    changed = dict(work.changed)
    for some_ids in batches(list(changed)):
        for area in session.scalars(select(Area).where(Area.id.in_(some_ids))):
            for name, value in _row(changed[area.id], ids).items():
                setattr(area, name, value)


def _row(area: AreaDetails, ids: Mapping[str, int]) -> dict[str, object]:
    return {
        "pcode": area.pcode,
        "name": area.name,
        "names": dict(area.names),
        "level": area.level,
        "country": area.country,
        "parent_id": ids[area.parent] if area.parent else None,
    }
