"""What the database holds after people were erased: every row, and the newest act."""

from sqlalchemy import select

from aidtrack.core import audit
from aidtrack.core.db import Base, db


def everything() -> str:
    """Every row of every table but issued papers, as one text."""
    db.session.expire_all()
    rows = []
    for table in Base.metadata.sorted_tables:
        if table.name not in {"paper", "paper_file"}:
            rows += [str(row) for row in db.session.execute(select(table))]
    return "\n".join(rows)


def last_act(kind: str, record_id: int) -> str:
    return audit.history(kind, record_id)[0].action
