"""Who may do what, and where. `POLICY` is all of it on one screen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import EllipsisType
from typing import NoReturn

from aidtrack.core.errors import NotAllowed
from aidtrack.core.i18n import _


class Permission(StrEnum):
    VIEW_HOME = "home.view"
    VIEW_PLACES = "places.view"
    MANAGE_PLACES = "places.manage"
    OPEN_PLACES = "places.open"
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
    MANAGE_AREAS = "areas.manage"
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
    HOLD_STOCK = "stock.hold"
    RECALL_LOTS = "stock.recall"
    COUNT_STOCK = "stock.count"
    APPROVE_COUNTS = "stock.approve_count"
    BUILD_KITS = "stock.kits"
    CORRECT_STOCK = "stock.correct"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    LOGISTICIAN = "logistician"
    COORDINATOR = "coordinator"
    DRIVER = "driver"
    DONOR = "donor"
    AUDITOR = "auditor"


class Bound(StrEnum):
    """What a permission is bound to: where its holder may use it."""

    SITE = "site"  # Asked at a site; a role for one site gives it there only.
    ORGANISATION = "organisation"  # Asked at an organisation; any role of it counts.
    WHOLE = "whole organisation"  # The same, but a role for one site does not give it.
    DONOR = "donor"  # The gifts of the one donor that the role names.
    PERSON = "person"  # What is one's own: account, journeys, views, jobs.
    INSTALLATION = "installation"  # What every organisation shares.
    SHARED = "shared"  # The same, but a role for one site does not give it.


P, B = Permission, Bound
# The whole policy. Each role has its column and its letter, in the order of `Role`:
# Administrator, Logistician, Coordinator, Driver, dOnor, aUditor.
POLICY: dict[Permission, tuple[Bound, str]] = {
    P.VIEW_HOME:            (B.ORGANISATION, "ALC--U"),
    P.VIEW_PLACES:          (B.SITE,         "ALC--U"),
    P.MANAGE_PLACES:        (B.SITE,         "AL----"),
    P.OPEN_PLACES:          (B.WHOLE,        "AL----"),
    P.VIEW_AREAS:           (B.INSTALLATION, "ALC--U"),
    P.MANAGE_AREAS:         (B.SHARED,       "AL----"),
    P.VIEW_ITEMS:           (B.INSTALLATION, "ALC--U"),
    P.MANAGE_ITEMS:         (B.SHARED,       "AL----"),
    P.VIEW_PARTNERS:        (B.ORGANISATION, "ALC--U"),
    P.MANAGE_PARTNERS:      (B.WHOLE,        "AL----"),
    P.VIEW_STOCK:           (B.SITE,         "ALC--U"),
    P.MOVE_STOCK:           (B.SITE,         "AL----"),
    P.WRITE_OFF_STOCK:      (B.SITE,         "AL----"),
    P.APPROVE_WRITE_OFFS:   (B.SITE,         "AL----"),
    P.REVERSE_MOVEMENTS:    (B.SITE,         "AL----"),
    P.HOLD_STOCK:           (B.SITE,         "AL----"),
    P.RECALL_LOTS:          (B.WHOLE,        "AL----"),
    P.COUNT_STOCK:          (B.SITE,         "AL----"),
    P.APPROVE_COUNTS:       (B.SITE,         "AL----"),
    P.BUILD_KITS:           (B.SITE,         "AL----"),
    P.CORRECT_STOCK:        (B.SITE,         "AL----"),
    P.SET_MINIMUMS:         (B.SITE,         "ALC---"),
    P.VIEW_DONATIONS:       (B.ORGANISATION, "ALC--U"),
    P.MANAGE_DONATIONS:     (B.WHOLE,        "ALC---"),
    P.RECEIVE_GOODS:        (B.SITE,         "AL----"),
    P.VIEW_SHIPMENTS:       (B.SITE,         "ALC--U"),
    P.PREPARE_SHIPMENTS:    (B.SITE,         "ALC---"),
    P.DISPATCH_SHIPMENTS:   (B.SITE,         "AL----"),
    P.CONFIRM_DELIVERIES:   (B.SITE,         "AL-D--"),
    P.SETTLE_SHIPMENTS:     (B.SITE,         "AL----"),
    P.LINK_DRIVERS:         (B.SITE,         "AL----"),
    P.DRIVE:                (B.PERSON,       "---D--"),
    P.VIEW_DISTRIBUTIONS:   (B.SITE,         "ALC--U"),
    P.RECORD_DISTRIBUTIONS: (B.SITE,         "ALC---"),
    P.VIEW_REPORTS:         (B.SITE,         "ALC--U"),
    P.ISSUE_DONOR_REPORTS:  (B.WHOLE,        "ALC---"),
    P.VIEW_OWN_DONATIONS:   (B.DONOR,        "----O-"),
    P.VIEW_PAPERS:          (B.ORGANISATION, "ALC--U"),
    P.VOID_PAPERS:          (B.WHOLE,        "A-----"),
    P.VIEW_REMARKS:         (B.ORGANISATION, "ALCD-U"),
    P.WRITE_REMARKS:        (B.SITE,         "ALCD--"),
    P.SAVE_VIEWS:           (B.PERSON,       "ALC--U"),
    P.SHARE_VIEWS:          (B.WHOLE,        "AL----"),
    P.RUN_IMPORTS:          (B.WHOLE,        "AL----"),
    P.VIEW_JOBS:            (B.PERSON,       "ALC--U"),
    P.MANAGE_JOBS:          (B.WHOLE,        "A-----"),
    P.SHARE_RECORDS:        (B.WHOLE,        "AL----"),
    P.VIEW_AUDIT:           (B.WHOLE,        "A----U"),
    P.MANAGE_OWN_ACCOUNT:   (B.PERSON,       "ALCDOU"),
    P.MANAGE_PEOPLE:        (B.WHOLE,        "A-----"),
    P.PROTECT_PEOPLE:       (B.WHOLE,        "A-----"),
    P.MANAGE_ORGANISATION:  (B.WHOLE,        "A-----"),
}  # fmt: skip

BOUND = {permission: bound for permission, (bound, _roles) in POLICY.items()}
# What each role may do, at the organisation or place (for a donor: the partner) it is given for.
GRANTS: dict[Role, frozenset[Permission]] = {
    role: frozenset(each for each, (_bound, roles) in POLICY.items() if roles[column] != "-")
    for column, role in enumerate(Role)
}
# A role for one site does not give these: they reach beyond it.
BEYOND_ONE_SITE = frozenset(x for x, bound in BOUND.items() if bound in {B.WHOLE, B.SHARED})
# What the link for one journey leaves of a driver's role; and once it has ended, for late reports.
BY_LINK = frozenset({P.DRIVE, P.CONFIRM_DELIVERIES, P.VIEW_REMARKS, P.WRITE_REMARKS})
BY_ENDED_LINK = frozenset({P.CONFIRM_DELIVERIES})
Id = int | None | EllipsisType
_NOT_SAID: EllipsisType = ...


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, and where it holds. Without a site it holds at the whole organisation.

    A donor's grant holds for the donations of one partner only.
    """

    role: Role
    organisation_id: int
    site_id: int | None = None
    donor_id: int | None = None

    def covers(self, organisation_id: Id, site_id: Id, donor_id: Id) -> bool:
        """Whether it holds there. A place not said is any; a site of None is the whole."""
        if organisation_id is not ... and organisation_id != self.organisation_id:
            return False
        if self.site_id is not None and site_id is not ... and site_id != self.site_id:
            return False
        return self.donor_id is None or donor_id is ... or donor_id == self.donor_id


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
        organisation_id: Id = _NOT_SAID,
        site_id: Id = _NOT_SAID,
        donor_id: Id = _NOT_SAID,
    ) -> bool:
        """Whether any role allows it there. Without a place: whether it does anywhere."""
        return any(
            grant.covers(organisation_id, site_id, donor_id) for grant in self._with(permission)
        )

    def _with(self, permission: Permission) -> list[Grant]:
        """The grants that give a permission, unless a token or link leaves it out."""
        if self.only is not None and permission not in self.only:
            return []
        is_beyond = permission in BEYOND_ONE_SITE
        return [
            grant
            for grant in self.grants
            if permission in GRANTS[grant.role] and not (is_beyond and grant.site_id is not None)
        ]

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


def require(
    actor: Actor,
    permission: Permission,
    *,
    organisation_id: Id = _NOT_SAID,
    site_id: Id = _NOT_SAID,
    donor_id: Id = _NOT_SAID,
) -> None:
    """Raise NotAllowed unless a role of the actor's allows this here.

    Where is said as far as the permission is bound; forgetting it is our bug, not theirs.
    A `site_id` of None asks for the whole organisation.
    """
    bound = BOUND[permission]
    needs_organisation = bound in {B.SITE, B.ORGANISATION, B.WHOLE}
    assert organisation_id is not ... or not needs_organisation, f"{permission}: at whose place?"
    assert site_id is not ... or bound is not B.SITE, f"{permission}: at which site?"
    assert donor_id is not ... or bound is not B.DONOR, f"{permission}: for which donor?"
    if not actor.may(
        permission, organisation_id=organisation_id, site_id=site_id, donor_id=donor_id
    ):
        _refuse(permission)


def require_somewhere(
    actor: Actor, permission: Permission, *, organisation_id: Id = _NOT_SAID
) -> None:
    """Raise NotAllowed unless it is allowed anywhere; whoever asks narrows what follows."""
    if not actor.may(permission, organisation_id=organisation_id):
        _refuse(permission)


def require_everywhere(actor: Actor, permission: Permission, *, organisation_id: int) -> None:
    """Raise NotAllowed unless it is allowed at the whole organisation, not at a site only."""
    if organisation_id not in actor.organisations(permission):
        _refuse(permission)


def _refuse(permission: Permission) -> NoReturn:
    raise NotAllowed(_("Your role does not allow this."), permission=str(permission))
