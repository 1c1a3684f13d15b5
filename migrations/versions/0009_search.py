"""Find by parts of words with the databases' own full-text indexes.

For each kind of record a view tells what is searched of it, in the small Latin letters of
`core.letters`; a table keeps that with an index of three letters in a row, and triggers keep
the table true whoever writes. Nothing of it is archived: a restore fills it by the triggers.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

from aidtrack.core.letters import BETWEEN, letters

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FTS5 = "words, tokenize = 'trigram case_sensitive 1', columnsize = 0"
PENDING_KB = 256  # What PostgreSQL has not sorted in yet is read from end to end.
ASCII = f"{BETWEEN}-{BETWEEN} -~"
SCRIPTS = ("", "\u0400-\u052f", "\u0600-\u06ff")
TRIGRAMS_ARE_IN_REACH = """
    SELECT EXISTS (
        SELECT FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)
    )
"""


@dataclass(frozen=True)
class Part:
    """Another table that says something of records: of which, once `columns` of it change."""

    table: str
    columns: str
    records: str


@dataclass(frozen=True)
class Searched:
    """A kind: its table `r`, the columns that are searched, and what is told, in order.

    @ stands before names in other languages, = before what is also written without spaces.
    """

    kind: str
    table: str
    columns: str
    told: str
    joins: str = ""
    where: str = "TRUE"
    parts: tuple[Part, ...] = ()


KINDS = (
    Searched("item", "item", "code name names", "r.name @r.names r.code"),
    Searched("lot", "lot", "batch_number", "r.batch_number"),
    Searched(
        "place",
        "place",
        "name names code",
        "r.name @r.names r.code",
        where="r.kind IN ('warehouse', 'distribution_point', 'bin')",
    ),
    Searched("area", "area", "name names pcode", "r.name @r.names r.pcode"),
    Searched("partner", "partner", "name names reference", "r.name @r.names r.reference"),
    Searched(
        "donation",
        "donation",
        "number grant_reference earmark donor_id",
        "r.number d.name @d.names r.grant_reference r.earmark",
        "JOIN partner d ON d.id = r.donor_id",
        parts=(Part("partner", "name names", "SELECT id FROM donation WHERE donor_id = NEW.id"),),
    ),
    Searched(
        "shipment",
        "shipment",
        "number origin_id destination_id transport_reference carrier vehicle_plate trailer_plate"
        " driver_id driver_name seal_number requisition_reference",
        "r.number b.name @b.names a.name @a.names =r.vehicle_plate =r.trailer_plate r.carrier"
        " r.driver_name coalesce(u.name,'') r.seal_number r.requisition_reference"
        " r.transport_reference",
        "JOIN place a ON a.id = r.origin_id JOIN place b ON b.id = r.destination_id"
        " LEFT JOIN user_account u ON u.id = r.driver_id",
        parts=(
            Part(
                "place",
                "name names",
                "SELECT id FROM shipment WHERE origin_id = NEW.id"
                " UNION SELECT id FROM shipment WHERE destination_id = NEW.id",
            ),
            Part("user_account", "name", "SELECT id FROM shipment WHERE driver_id = NEW.id"),
        ),
    ),
    Searched(
        "distribution",
        "distribution",
        "number site_id area_id",
        "r.number s.name @s.names a.name @a.names a.pcode",
        "JOIN place s ON s.id = r.site_id JOIN area a ON a.id = r.area_id",
        parts=(
            Part("place", "name names", "SELECT id FROM distribution WHERE site_id = NEW.id"),
            Part("area", "name names pcode", "SELECT id FROM distribution WHERE area_id = NEW.id"),
        ),
    ),
    Searched("paper", "paper", "number", "r.number"),
    Searched("person", "user_account", "name email", "r.name r.email"),
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    # The list of donations finds them by what they give, too.
    op.create_index("ix_donation_line_item_id", "donation_line", ["item_id"])
    if not is_sqlite:
        _execute(_folded())
    for searched in KINDS:
        _execute(_view(searched, is_sqlite))
        for statement in (_on_sqlite if is_sqlite else _on_postgresql)(searched):
            _execute(statement)
        if not is_sqlite and op.get_bind().scalar(sa.text(TRIGRAMS_ARE_IN_REACH)):
            name = f"search_{searched.kind}"
            _execute(
                f"CREATE INDEX ix_{name}_words ON {name} USING gin (words gin_trgm_ops)"
                f" WITH (gin_pending_list_limit = {PENDING_KB})"
            )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for searched in KINDS:
        for name, table, _event, _records in _triggers(searched):
            op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
            if not is_sqlite:
                op.execute(f"DROP FUNCTION {name}()")
        op.execute(f"DROP TABLE search_{searched.kind}")
        op.execute(f"DROP VIEW searched_{searched.kind}")
    if not is_sqlite:
        op.execute("DROP FUNCTION folded(text)")
    op.drop_index("ix_donation_line_item_id", "donation_line")


def _execute(statement: str) -> None:
    op.execute(sa.text(statement.replace(":", "\\:")))


def _view(searched: Searched, is_sqlite: bool) -> str:
    """What is told of each record, folded."""
    between = f"{'char' if is_sqlite else 'chr'}({ord(BETWEEN)})"

    def told(field: str) -> str:
        if field.startswith("="):
            return f"{field[1:]} || {between} || replace({field[1:]}, ' ', '')"
        if not field.startswith("@"):
            return field
        if is_sqlite:
            names = f"(SELECT group_concat(value, {between}) FROM json_each({field[1:]}))"
        else:
            names = f"(SELECT string_agg(value, {between}) FROM json_each_text({field[1:]}))"
        return f"coalesce({names}, '')"

    fields = f" || {between} || ".join(map(told, searched.told.split()))
    return (
        f"CREATE VIEW searched_{searched.kind} AS SELECT r.id AS id,"
        f" folded({between} || {fields} || {between}) AS words"
        f" FROM {searched.table} r {searched.joins} WHERE {searched.where}"
    )


def _triggers(searched: Searched) -> list[tuple[str, str, str, str]]:
    """Name, table, event and which records it concerns."""
    name = f"search_{searched.kind}"
    changes = [(f"{name}_change", Part(searched.table, searched.columns, "NEW.id"))]
    changes += [(f"{name}_{part.table}", part) for part in searched.parts]
    return [
        (f"{name}_add", searched.table, "INSERT", "NEW.id"),
        (f"{name}_remove", searched.table, "DELETE", "OLD.id"),
        *(
            (trigger, part.table, f"UPDATE OF {', '.join(part.columns.split())}", part.records)
            for trigger, part in changes
        ),
    ]


def _when(event: str, is_sqlite: bool) -> str:
    """Only when something is different afterwards."""
    if not event.startswith("UPDATE"):
        return ""
    differs, text = ("IS NOT", "") if is_sqlite else ("IS DISTINCT FROM", "::text")
    columns = event.removeprefix("UPDATE OF ").split(", ")
    return f"WHEN ({' OR '.join(f'OLD.{x}{text} {differs} NEW.{x}{text}' for x in columns)})"


def _on_sqlite(searched: Searched) -> list[str]:
    name, view = f"search_{searched.kind}", f"searched_{searched.kind}"
    statements = [
        f"CREATE VIRTUAL TABLE {name} USING fts5({FTS5})",
        f"INSERT INTO {name} (rowid, words) SELECT id, words FROM {view}",
    ]
    for trigger, table, event, records in _triggers(searched):
        forget = "" if event == "INSERT" else f"DELETE FROM {name} WHERE rowid IN ({records});"
        write = f"INSERT INTO {name} (rowid, words) SELECT id, words FROM {view}"
        write = "" if event == "DELETE" else f"{write} WHERE id IN ({records});"
        statements.append(
            f"CREATE TRIGGER {trigger} AFTER {event} ON {table} FOR EACH ROW"
            f" {_when(event, True)} BEGIN {forget} {write} END"
        )
    return statements


def _on_postgresql(searched: Searched) -> list[str]:
    name, view = f"search_{searched.kind}", f"searched_{searched.kind}"
    statements = [
        f"CREATE TABLE {name} (id bigint PRIMARY KEY, words text NOT NULL)",
        f"INSERT INTO {name} SELECT id, words FROM {view}",
    ]
    for trigger, table, event, records in _triggers(searched):
        act = (
            f"DELETE FROM {name} WHERE id IN ({records});"
            if event == "DELETE"
            else f"INSERT INTO {name} SELECT id, words FROM {view} WHERE id IN ({records})"
            " ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words;"
        )
        statements.append(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {act} RETURN NULL; END $$"
        )
        statements.append(
            f"CREATE TRIGGER {trigger} AFTER {event} ON {table} FOR EACH ROW"
            f" {_when(event, False)} EXECUTE FUNCTION {trigger}()"
        )
    return statements


def _folded() -> str:
    """`core.letters.fold` in PostgreSQL's words; SQLite calls ours.

    Each letter is looked up in all that change: of most texts in those of its script only.
    """
    cases = "".join(
        f" WHEN $1 !~ {_text(f'[^{ASCII}{script}]')} THEN {_changed(ASCII + script)}"
        for script in SCRIPTS
    )
    return (
        # Not in SQL: the planner would go over all these letters for each row that is written.
        "CREATE FUNCTION folded(text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE"
        f" AS $body$ BEGIN RETURN btrim(regexp_replace(CASE{cases} ELSE {_changed('')} END,"
        " ' +', ' ', 'g'), ' '); END $body$"
    )


def _changed(ranges: str) -> str:
    """The text with its letters of these ranges, "a-zа-я" (of all, when empty), changed."""
    pairs = list(zip(ranges[::3], ranges[2::3], strict=True))
    simple = {
        letter: text
        for letter, text in letters().items()
        if letter != "\0" and (not pairs or any(a <= letter <= z for a, z in pairs))
    }
    # Letters that become several first become one of those that mean the same.
    first: dict[str, str] = {}
    for letter, text in simple.items():
        if len(text) > 1:
            first.setdefault(text, letter)
    one = {letter: first.get(text, text) for letter, text in simple.items()}
    one = {letter: text for letter, text in one.items() if text != letter}
    changed = sorted(one, key=lambda letter: not one[letter])  # Those left out come last.
    body = f"translate($1, {_text(''.join(changed))}, {_text(''.join(map(one.get, changed)))})"
    for text, letter in first.items():
        body = f"replace({body}, {_text(letter)}, {_text(text)})"
    return body


def _text(letters: str) -> str:
    """As PostgreSQL reads it, whatever its settings."""
    return "E'" + "".join(f"\\U{ord(letter):08X}" for letter in letters) + "'"
