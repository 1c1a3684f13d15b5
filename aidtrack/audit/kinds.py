"""Kinds of records that the audit tells of: what each is called, and where its page is.

The records stand in packages above this one: their names are read by table, not imported.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    JSON,
    Select,
    cast,
    column,
    literal,
    null,
    select,
    table,
    union_all,
)

from aidtrack.core import full_text
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy, name_in
from aidtrack.core.words import found_by
from aidtrack.identity import records
from aidtrack.identity.permissions import Actor, Permission

P = Permission
FOUND_MAX = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` is the table's column that a record is called by, `names` whether others exist.

    `searched` names the index of its words. Its page is for those who have the permission;
    `path` says where, with {id} in it, unless the kind is registered with its page.
    """

    label: object
    permission: Permission = P.VIEW_AUDIT
    table: str = ""
    name: str = "name"
    names: bool = False
    searched: str = ""
    path: str = ""


KINDS: dict[str, Kind] = {
    "area": Kind(lazy("Area"), P.VIEW_AREAS, "area", names=True),
    "audit_entry": Kind(lazy("Act")),
    "category": Kind(lazy("Category"), table="category", names=True),
    "distribution": Kind(
        lazy("Distribution"),
        P.VIEW_DISTRIBUTIONS,
        "distribution",
        "number",
        searched="distribution",
    ),
    "donation": Kind(lazy("Donation"), P.VIEW_DONATIONS, "donation", "number", searched="donation"),
    "field_report": Kind(lazy("Phone’s report")),
    "goods_receipt": Kind(lazy("Receipt"), P.VIEW_DONATIONS),
    "hold": Kind(lazy("Hold"), P.VIEW_STOCK, path="/stock/holds/{id}"),
    "import_run": Kind(lazy("Import"), P.RUN_IMPORTS, "import_run", "filename"),
    "item": Kind(lazy("Item"), P.VIEW_ITEMS, "item", names=True, searched="item"),
    "job": Kind(lazy("Job"), P.MANAGE_JOBS, path="/jobs/{id}"),
    "lot": Kind(lazy("Lot"), P.VIEW_STOCK),
    "organisation": Kind(
        lazy("Organisation"), P.MANAGE_ORGANISATION, "organisation", path="/organisations/{id}"
    ),
    "partner": Kind(lazy("Partner"), P.VIEW_PARTNERS, "partner", names=True, searched="partner"),
    "place": Kind(lazy("Place"), P.VIEW_PLACES, "place", names=True, searched="place"),
    "recall": Kind(lazy("Recall"), P.VIEW_STOCK, "recall", "number", path="/stock/recalls/{id}"),
    "remark": Kind(lazy("Remark")),
    "retention": Kind(
        lazy("How long data is kept"),
        P.PROTECT_PEOPLE,
        "organisation",
        path="/organisations/{id}/retention",
    ),
    "saved_view": Kind(lazy("View"), table="saved_view"),
    "share": Kind(lazy("Sharing")),
    "shipment": Kind(lazy("Shipment"), P.VIEW_SHIPMENTS, "shipment", "number", searched="shipment"),
    "site": Kind(lazy("Place"), P.VIEW_PLACES, "place", names=True, path="/places/{id}"),
    "token": Kind(lazy("Token"), table="api_token"),
    "user": Kind(lazy("Person"), P.MANAGE_PEOPLE, "user_account", path="/people/{id}"),
    "write_off": Kind(lazy("Write-off"), P.VIEW_STOCK, "write_off", "number"),
}
OTHER = Kind("")

Key = tuple[str, int]


def label_of(kind: str) -> str:
    return str(KINDS[kind].label) if kind in KINDS else kind


@dataclass(frozen=True, slots=True)
class RecordShown:
    """What a record is called, of which kind it is, and its page where the reader may open it."""

    title: str
    kind_name: str
    url: str


def shown(kind: str, record_id: int, actor: Actor) -> RecordShown:
    known = KINDS.get(kind, OTHER)
    named = names_of([(kind, record_id)]).get((kind, record_id))
    return RecordShown(
        title=called(kind, record_id, named),
        kind_name=label_of(kind),
        url=_page(kind, record_id) if actor.may(known.permission) else "",
    )


def _page(kind: str, record_id: int) -> str:
    """Where a record of a kind has its page; nothing where it has none."""
    if kind in records.names():
        return records.kind_called(kind).page(record_id)
    return KINDS.get(kind, OTHER).path.format(id=record_id)


def called(kind: str, record_id: int, name: str | None) -> str:
    """By its name, or by its kind and number where it has none."""
    return name or f"{label_of(kind)} {record_id}"


def names_of(keys: Iterable[Key]) -> dict[Key, str]:
    """What records are called, in one statement whatever their kinds."""
    wanted: dict[str, set[int]] = {}
    for kind, record_id in keys:
        if KINDS.get(kind, OTHER).table:
            wanted.setdefault(kind, set()).add(record_id)
    if not wanted:
        return {}
    parts = [
        _named(kind).where(column("id").in_(sorted(ids))) for kind, ids in sorted(wanted.items())
    ]
    return {
        (row.kind, row.id): name_in(row.name, row.names or {})
        for row in db.session.execute(union_all(*parts))
    }


def found(words: str) -> list[Key]:
    """Records that hold all words in their name or number: a few, for the start of a search."""
    parts: list[Select] = []
    typed = full_text.words_of(words)
    for kind, known in sorted(KINDS.items()):
        if known.searched:
            ids = full_text.Index(known.searched).ids(full_text.all_words(typed))
            parts.append(select(literal(kind).label("kind"), ids.subquery().c[0].label("id")))
        elif known.table:
            source = table(known.table, column("id"), column(known.name))
            parts.append(
                select(literal(kind).label("kind"), source.c.id).where(
                    *found_by(words, source.c[known.name])
                )
            )
    some = [select(part.limit(FOUND_MAX).subquery()) for part in parts]
    rows = db.session.execute(union_all(*some))
    return [(row.kind, row.id) for row in rows]


def kinds_called(words: str) -> list[str]:
    """Kinds whose own word begins with what was typed."""
    typed = words.strip().casefold()
    return [kind for kind in KINDS if label_of(kind).casefold().startswith(typed)]


def _named(kind: str) -> Select:
    known = KINDS[kind]
    source = table(known.table, column("id"), column(known.name), column("names", JSON))
    return select(
        literal(kind).label("kind"),
        source.c.id,
        source.c[known.name].label("name"),
        (source.c.names if known.names else cast(null(), JSON)).label("names"),
    )
