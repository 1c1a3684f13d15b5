"""Looks at a list that somebody wants to come back to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Model, UtcDateTime
from aidtrack.identity.models import User

NAME_MAX = 60
QUERY_MAX = 2_000
# One default a person and list among their own, one an organisation among the shared.
OWN_DEFAULT = text("is_default AND NOT is_shared")
SHARED_DEFAULT = text("is_default AND is_shared")


class SavedView(Model):
    """A name for the filters, the order and the columns of a list: its address.

    One that is shared belongs to everybody of the organisation. A default shows when the list
    is opened without anything in its address; one's own goes before the shared one.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("owner_id", "list_name", "name", name="uq_saved_view_name"),
        Index("ix_saved_view_organisation_id_list_name", "organisation_id", "list_name"),
        Index(
            "uq_saved_view_own_default",
            "owner_id",
            "list_name",
            unique=True,
            sqlite_where=OWN_DEFAULT,
            postgresql_where=OWN_DEFAULT,
        ),
        Index(
            "uq_saved_view_shared_default",
            "organisation_id",
            "list_name",
            unique=True,
            sqlite_where=SHARED_DEFAULT,
            postgresql_where=SHARED_DEFAULT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    list_name: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    query: Mapped[str] = mapped_column(String(QUERY_MAX))
    is_shared: Mapped[bool] = mapped_column(default=False)
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    owner: Mapped[User] = relationship()
