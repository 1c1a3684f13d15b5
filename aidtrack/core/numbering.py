"""Numbers without gaps: TYPE/COUNTRY/YEAR/000123, taken inside the transaction."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core import clock
from aidtrack.core.db import Model, db, is_postgresql


class NumberSeries(Model):
    """The last number taken of one kind of record, for one organisation and year."""

    __tablename__ = "number_series"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "year", name="uq_number_series_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]
    year: Mapped[int]
    last_number: Mapped[int]


# Written once: building a statement costs more than running it.
TAKE = {
    name: dialect.insert(NumberSeries)
    .on_conflict_do_update(
        index_elements=["organisation_id", "kind", "year"],
        set_={"last_number": NumberSeries.last_number + 1},
    )
    .returning(NumberSeries.last_number)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def next_number(kind: str, *, organisation_id: int, country: str) -> str:
    """Take the next number. The series stays locked until the caller commits.

    A transaction that fails gives its number back, so the series has no gap.
    """
    year = clock.today().year
    taken = db.session.connection().execute(
        TAKE["postgresql" if is_postgresql() else "sqlite"],
        {"organisation_id": organisation_id, "kind": kind, "year": year, "last_number": 1},
    )
    return f"{kind}/{country}/{year}/{taken.scalar_one():06d}"
