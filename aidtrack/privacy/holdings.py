"""Everything that is held on one person who has an account, table by table.

A table that names people by their number is found by itself, so that none is forgotten.
"""

import re

from sqlalchemy import ColumnElement, Table, or_, select

from aidtrack.core.db import Base
from aidtrack.core.i18n import lazy
from aidtrack.identity.models import User
from aidtrack.privacy import export

# What is nobody's to read: a secret, or what tells of somebody else.
SECRET = re.compile(
    r"hash|secret|key|salt|prefix|fingerprint|handle|digest|data|^code|^body|_url$", re.IGNORECASE
)
OF_OTHERS = frozenset(
    {
        "facts", "personal", "content", "delivered_by", "received_by", "receiver_name",
        "receiver_function", "driver_name", "driver_phone", "user_name", "author_name",
        "result", "error", "arguments", "about", "note", "marks", "void_reason", "summary",
        "undone_reason", "dismissal", "refusal", "reason", "start", "why", "ended_note",
        "undone_why", "decision_note",
    }
)  # fmt: skip
TITLES: dict[str, object] = {
    "user_account": lazy("Account"),
    "role_assignment": lazy("Roles"),
    "user_session": lazy("Sign-ins"),
    "api_token": lazy("Tokens for programs"),
    "audit_entry": lazy("What you did"),
    "remark": lazy("Comments"),
    "attachment": lazy("Photos and files"),
    "alert": lazy("What you were told"),
    "mail_outbox": lazy("Mails to you"),
    "shipment": lazy("Shipments you drove"),
    "delivery": lazy("Deliveries you recorded"),
    "field_report": lazy("Reports of your phone"),
    "goods_receipt": lazy("Arrivals you recorded"),
    "paper": lazy("Papers you issued"),
    "correction": lazy("Corrections"),
    "kit_version": lazy("Kits"),
    "recall": lazy("Recalls"),
    "stock_count": lazy("Counts"),
    "stock_count_entry": lazy("What you counted"),
    "stock_find": lazy("Goods found"),
    "stock_hold": lazy("Held goods"),
    "stock_movement": lazy("Movements you recorded"),
    "import_run": lazy("Lists you took in"),
    "job": lazy("Long work you asked for"),
    "saved_view": lazy("Saved views"),
    "share": lazy("Sharing"),
    "write_off": lazy("Write-offs"),
    "alert_choice": lazy("What you are told"),
}


def sections(user_id: int) -> list[export.Table]:
    """The account first, then every table that has something on the person."""
    account = Base.metadata.tables["user_account"]
    about = [
        _section(table, condition)
        for table in Base.metadata.sorted_tables
        if (condition := _about(table, user_id)) is not None
    ]
    return [_section(account, account.c.id == user_id), *about, _attachments(user_id)]


def readable_columns(table: Table) -> tuple[str, ...]:
    return tuple(
        column.name
        for column in table.columns
        if not SECRET.search(column.name) and column.name not in OF_OTHERS
    )


def _about(table: Table, user_id: int) -> ColumnElement[bool] | None:
    naming = [
        key.parent == user_id
        for key in table.foreign_keys
        if key.column.table.name == User.__tablename__
    ]
    return or_(*naming) if naming else None


def _section(table: Table, condition: ColumnElement[bool]) -> export.Table:
    columns = readable_columns(table)
    return export.Table(
        name=table.name,
        title=str(TITLES.get(table.name) or table.name.replace("_", " ")),
        columns=columns,
        statement=select(*(table.c[name] for name in columns))
        .where(condition)
        .order_by(*table.primary_key.columns),
    )


def _attachments(user_id: int) -> export.Table:
    """Photos and files stand under a comment, which names its author."""
    files, remarks = Base.metadata.tables["attachment"], Base.metadata.tables["remark"]
    columns = readable_columns(files)
    return export.Table(
        name="attachment",
        title=str(TITLES["attachment"]),
        columns=columns,
        statement=select(*(files.c[name] for name in columns))
        .join(remarks, remarks.c.id == files.c.remark_id)
        .where(remarks.c.author_id == user_id)
        .order_by(files.c.id),
    )
