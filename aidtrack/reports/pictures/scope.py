"""Whose figures a picture shows: of the offices and sites whose reports the reader has."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, literal_column, or_, select

from aidtrack.core.db import Key, db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.distributions.models import Distribution
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places import queries as places
from aidtrack.places.models import Place
from aidtrack.stock.queries import seen

ROWS = 20  # in a picture; what is beyond them is counted as the others
SITES_MAX = 200
ALL_SITES = literal_column("+distribution.site_id", Key)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the reader sees, narrowed to one site when one was chosen."""

    actor: Actor
    site_id: int | None = None

    @property
    def organisations(self) -> frozenset[int]:
        """Offices whose reports the reader has as a whole."""
        return self.actor.organisations(Permission.VIEW_REPORTS)

    def places(self) -> list[ColumnElement[bool]]:
        """The WHERE on places where goods lie."""
        narrowed = [Place.site_id == self.site_id] if self.site_id is not None else []
        return [seen(self.actor, Permission.VIEW_REPORTS), *narrowed]

    def sites(self) -> Select[int]:
        """Ids of the warehouses and points."""
        return select(Place.id).where(Place.site_id == Place.id, *self.places())

    def handed_out_there(self) -> ColumnElement[bool]:
        """The WHERE on distributions at the sites.

        All sites are no choice: the sign keeps SQLite from going through them one by one, so
        that it enters by the status and the day.
        """
        entered = Distribution.site_id if self.site_id is not None else ALL_SITES
        return entered.in_(self.sites())

    def distributions(self) -> ColumnElement[bool]:
        """The WHERE on distributions of the offices and points."""
        return or_(
            Distribution.organisation_id.in_(self.organisations),
            Distribution.site_id.in_(self.actor.sites(Permission.VIEW_REPORTS)),
        )


def sites(actor: Actor) -> list[Place]:
    """The sites that a reader may narrow a picture to, by name."""
    return list(places.sites(actor, permission=Permission.VIEW_REPORTS, limit=SITES_MAX).rows)


def scope(actor: Actor, site_id: int | None) -> Scope:
    """Raises NotFound for a site that the reader does not see."""
    found = Scope(actor, site_id)
    if site_id is not None and db.session.scalar(found.sites().limit(1)) is None:
        raise NotFound(_("There is no such place."))
    return found
