"""Who may do what. Read this file to know the whole policy."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aidtrack.core.errors import NotAllowed
from aidtrack.core.i18n import _


class Permission(StrEnum):
    VIEW_HOME = "home.view"
    VIEW_PLACES = "places.view"
    MANAGE_PLACES = "places.manage"
    VIEW_PARTNERS = "partners.view"
    MANAGE_PARTNERS = "partners.manage"
    VIEW_ITEMS = "items.view"
    MANAGE_ITEMS = "items.manage"
    MANAGE_PEOPLE = "people.manage"
    MANAGE_ORGANISATION = "organisation.manage"
    MANAGE_OWN_ACCOUNT = "account.manage"
    VIEW_STOCK = "stock.view"
    MOVE_STOCK = "stock.move"
    WRITE_OFF_STOCK = "stock.write_off"
    REVERSE_MOVEMENTS = "stock.reverse"
    SET_MINIMUMS = "stock.minimums"
    VIEW_DONATIONS = "donations.view"
    MANAGE_DONATIONS = "donations.manage"
    RECEIVE_GOODS = "donations.receive"
    VIEW_SHIPMENTS = "shipments.view"
    PREPARE_SHIPMENTS = "shipments.prepare"
    DISPATCH_SHIPMENTS = "shipments.dispatch"
    SETTLE_SHIPMENTS = "shipments.settle"
    CONFIRM_DELIVERIES = "deliveries.confirm"
    DRIVE = "driver.app"
    VIEW_DISTRIBUTIONS = "distributions.view"
    RECORD_DISTRIBUTIONS = "distributions.record"
    VIEW_AREAS = "areas.view"
    VIEW_REPORTS = "reports.view"
    ISSUE_DONOR_REPORTS = "reports.issue"
    VIEW_OWN_DONATIONS = "donor.own"
    VIEW_PAPERS = "papers.view"
    VOID_PAPERS = "papers.void"
    VIEW_REMARKS = "remarks.view"
    WRITE_REMARKS = "remarks.write"
    SAVE_VIEWS = "lists.save_views"
    SHARE_VIEWS = "lists.share_views"
    RUN_IMPORTS = "imports.run"
    VIEW_JOBS = "jobs.view"
    MANAGE_JOBS = "jobs.manage"
    VIEW_AUDIT = "audit.view"
    LINK_DRIVERS = "drivers.link"
    SHARE_RECORDS = "records.share"
    APPROVE_WRITE_OFFS = "stock.approve_write_off"
    PROTECT_PEOPLE = "people.protect"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    LOGISTICIAN = "logistician"
    COORDINATOR = "coordinator"
    DRIVER = "driver"
    DONOR = "donor"
    AUDITOR = "auditor"


P = Permission
_READ = frozenset(
    {
        P.VIEW_HOME, P.VIEW_PLACES, P.VIEW_PARTNERS, P.VIEW_ITEMS, P.VIEW_STOCK,
        P.VIEW_DONATIONS, P.VIEW_SHIPMENTS, P.VIEW_DISTRIBUTIONS, P.VIEW_AREAS,
        P.VIEW_REPORTS, P.VIEW_PAPERS, P.VIEW_REMARKS, P.MANAGE_OWN_ACCOUNT,
        P.SAVE_VIEWS, P.VIEW_JOBS,
    }
)  # fmt: skip
_WAREHOUSE = frozenset(
    {
        P.MOVE_STOCK, P.WRITE_OFF_STOCK, P.REVERSE_MOVEMENTS, P.RECEIVE_GOODS,
        P.PREPARE_SHIPMENTS, P.DISPATCH_SHIPMENTS, P.SETTLE_SHIPMENTS, P.CONFIRM_DELIVERIES,
        P.RECORD_DISTRIBUTIONS, P.WRITE_REMARKS, P.SET_MINIMUMS, P.LINK_DRIVERS,
        P.APPROVE_WRITE_OFFS,
    }
)  # fmt: skip
_OFFICE = frozenset(
    {
        P.MANAGE_PLACES, P.MANAGE_PARTNERS, P.MANAGE_ITEMS, P.MANAGE_DONATIONS,
        P.ISSUE_DONOR_REPORTS, P.RUN_IMPORTS, P.SHARE_VIEWS, P.SHARE_RECORDS,
    }
)  # fmt: skip

# What each role may do, at the organisation or place (for a donor: the partner) it is given for.
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _READ | _WAREHOUSE | _OFFICE
    | {P.MANAGE_PEOPLE, P.MANAGE_ORGANISATION, P.VOID_PAPERS, P.VIEW_AUDIT, P.MANAGE_JOBS,
       P.PROTECT_PEOPLE},
    Role.LOGISTICIAN: _READ | _WAREHOUSE | _OFFICE,
    Role.COORDINATOR: _READ
    | {
        P.MANAGE_DONATIONS, P.PREPARE_SHIPMENTS, P.RECORD_DISTRIBUTIONS, P.ISSUE_DONOR_REPORTS,
        P.WRITE_REMARKS, P.SET_MINIMUMS,
    },
    Role.DRIVER: frozenset(
        {
            P.DRIVE, P.CONFIRM_DELIVERIES, P.MANAGE_OWN_ACCOUNT, P.VIEW_REMARKS,
            P.WRITE_REMARKS,
        }
    ),
    Role.DONOR: frozenset({P.VIEW_OWN_DONATIONS, P.MANAGE_OWN_ACCOUNT}),
    Role.AUDITOR: _READ | {P.VIEW_AUDIT},
}  # fmt: skip
# What the link for one journey leaves of a driver's role; and once it has ended, for late reports.
BY_LINK = frozenset({P.DRIVE, P.CONFIRM_DELIVERIES, P.VIEW_REMARKS, P.WRITE_REMARKS})
BY_ENDED_LINK = frozenset({P.CONFIRM_DELIVERIES})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, and where it holds. Without a site it holds at the whole organisation.

    A donor's grant holds for the donations of one partner only.
    """

    role: Role
    organisation_id: int
    site_id: int | None = None
    donor_id: int | None = None

    def covers(
        self, organisation_id: int | None, site_id: int | None, donor_id: int | None
    ) -> bool:
        if organisation_id is not None and organisation_id != self.organisation_id:
            return False
        if self.site_id is not None and site_id is not None and site_id != self.site_id:
            return False
        return self.donor_id is None or donor_id is None or donor_id == self.donor_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts, with everything they may do, read once at the start of a request."""

    user_id: int
    name: str
    organisation_id: int | None
    grants: tuple[Grant, ...]
    language: str = "en"
    time_zone: str = "UTC"
    # What a token or a link leaves of the grants; None leaves all.
    only: frozenset[Permission] | None = None
    # The one shipment that a journey's link is for; its driver sees no other.
    journey_id: int | None = None
    # When that link ends. Reports of what happened before are still taken for a while.
    journey_ends_at: datetime | None = None

    def may(
        self,
        permission: Permission,
        *,
        organisation_id: int | None = None,
        site_id: int | None = None,
        donor_id: int | None = None,
    ) -> bool:
        """Whether any role allows it there. Without a place: whether it does anywhere."""
        return any(
            grant.covers(organisation_id, site_id, donor_id) for grant in self._with(permission)
        )

    def _with(self, permission: Permission) -> list[Grant]:
        """The grants that give a permission, unless a token or link leaves it out."""
        if self.only is not None and permission not in self.only:
            return []
        return [grant for grant in self.grants if permission in GRANTS[grant.role]]

    def organisations(self, permission: Permission) -> frozenset[int]:
        """Organisations in which the permission holds everywhere."""
        return frozenset(
            grant.organisation_id for grant in self._with(permission) if grant.site_id is None
        )

    def organisations_anywhere(self, permission: Permission) -> frozenset[int]:
        """Organisations in which the permission holds everywhere or at some site."""
        return frozenset(grant.organisation_id for grant in self._with(permission))

    def sites(self, permission: Permission) -> frozenset[int]:
        """Single sites for which the permission was given, beyond `organisations`."""
        return frozenset(
            grant.site_id for grant in self._with(permission) if grant.site_id is not None
        )

    def donors(self, permission: Permission) -> frozenset[int]:
        """Donors (partner ids) whose donations the person may see as their own."""
        return frozenset(
            grant.donor_id for grant in self._with(permission) if grant.donor_id is not None
        )


def require_everywhere(actor: Actor, permission: Permission, *, organisation_id: int) -> None:
    """Raise NotAllowed unless it is allowed at the whole organisation, not at a site only."""
    if organisation_id not in actor.organisations(permission):
        raise NotAllowed(_("Your role does not allow this."), permission=str(permission))


def require(
    actor: Actor,
    permission: Permission,
    *,
    organisation_id: int | None = None,
    site_id: int | None = None,
    donor_id: int | None = None,
) -> None:
    """Raise NotAllowed unless a role of the actor's allows this here."""
    if not actor.may(
        permission, organisation_id=organisation_id, site_id=site_id, donor_id=donor_id
    ):
        raise NotAllowed(_("Your role does not allow this."), permission=str(permission))
