"""What can happen to goods that lie in a store: moved, and everything undone.

How they leave it for good stands in `storekeeping`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places.models import Place
from aidtrack.stock import finds, given_back, ledger, movements, targets
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.models import MovementKind


class UndoneElsewhere(RuleBroken):
    """A movement that belongs to a paper is undone where the paper is."""

    code = "undone_elsewhere"


class HasGoneOn(ledger.InsufficientStock):
    """What a movement brought has gone on, or is promised: the reversal would break that."""


@dataclass(frozen=True, slots=True)
class Taking:
    """Some of a lot from where it lies; `quantity` in base units."""

    lot_id: int
    place_id: int
    quantity: int


STORE_MOVEMENTS = frozenset(
    {
        ("site", MovementKind.MOVE),
        ("site", MovementKind.LOSS),
        ("site", MovementKind.RETURN_TO_DONOR),
        ("site", MovementKind.MAKE),
        ("site", MovementKind.UNMAKE),
        ("write_off", MovementKind.LOSS),
        ("write_off", MovementKind.RETURN_TO_DONOR),
        ("stock_find", MovementKind.FOUND),
    }
)


def move(
    takings: Sequence[Taking],
    *,
    to_place_id: int,
    even_if_full: bool = False,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Put goods into another bin of the same site. Returns the movement's id.

    Raises WouldOverfill, unless `even_if_full`, when by its measures they have no room there.
    """
    with transaction():
        site = one_site(takings, actor, Permission.MOVE_STOCK)
        transfers = [
            Transfer(each.lot_id, each.place_id, to_place_id, each.quantity) for each in takings
        ]
        aims = [("to_place_id", each) for each in transfers]
        targets.expect(site, aims, even_if_full=even_if_full)
        return _post_once(
            "stock.move",
            MovementKind.MOVE,
            transfers,
            site=site,
            note="",
            key=key,
            actor=actor,
            at=at,
        )


def undo(movement_id: int, *, reason: str, key: UUID, actor: Actor) -> int:
    """Reverse a movement made in the store, until its goods have gone on.

    Movements of receipts, shipments and distributions are undone there, with their papers.
    """
    request: dict[str, object] = {"movement": movement_id}
    with transaction():
        movement = movements.movement(movement_id, actor)
        require(
            actor,
            Permission.REVERSE_MOVEMENTS,
            organisation_id=movement.organisation_id,
            site_id=movements.site_of(movement),
        )
        earlier = idempotency.earlier_result(key, "stock.undo", request)
        if earlier is not None:
            return earlier
        if not is_undone_here(movement.source_kind, movement.kind):
            raise UndoneElsewhere(_("Undo this where its paper is."))
        finds.before_undo(movement, actor)
        try:
            reversal_id = ledger.reverse(
                movement_id, reason=reason, recorded_by_id=actor.user_id, key=key
            )
        except ledger.InsufficientStock as short:
            raise HasGoneOn(
                _("Some of it has gone on since. %(why)s", why=short.message),
                shortages=short.facts["shortages"],
            ) from short
        found = movements.write_off_of(movement)
        if found is not None:
            given_back.tell(found.id, actor)
        audit.record(
            actor,
            "stock.undone",
            kind=movement.source_kind,
            record_id=movement.source_id,
            facts={"movement": movement_id, "note": reason},
        )
        idempotency.remember(key, "stock.undo", request, reversal_id)
        return reversal_id


def is_undone_here(source_kind: str, kind: MovementKind) -> bool:
    """Whether the movement stands for itself, and has no record whose page undoes it."""
    return (source_kind, kind) in STORE_MOVEMENTS


def _post_once(
    action: str,
    kind: MovementKind,
    transfers: list[Transfer],
    *,
    site: Place,
    note: str,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    request: dict[str, object] = {
        "transfers": [list(asdict(each).values()) for each in transfers],
        "note": note,
    }
    earlier = idempotency.earlier_result(key, action, request)
    if earlier is not None:
        return earlier
    movement_id = ledger.post(
        transfers,
        kind=kind,
        source=Source("site", site.id),
        organisation_id=owner(site),
        recorded_by_id=actor.user_id,
        occurred_at=at,
        note=note,
        key=key,
    )
    audit.record(
        actor,
        action,
        kind="site",
        record_id=site.id,
        facts={"movement": movement_id, "lines": len(transfers), "note": note},
    )
    idempotency.remember(key, action, request, movement_id)
    return movement_id


def one_site(takings: Sequence[Taking], actor: Actor, permission: Permission) -> Place:
    """The site where all of it lies. Raises NotFound for a place that is not theirs to see."""
    if not takings:
        raise Invalid(_("Choose at least one lot."), field="lines")
    wanted = {taking.place_id for taking in takings}
    found = db.session.scalars(select(Place).where(Place.id.in_(wanted))).all()
    for place in found:
        if place.site_id is None or not actor.may(
            Permission.VIEW_STOCK, organisation_id=place.organisation_id, site_id=place.site_id
        ):
            raise NotFound(_("There is no such place."))
        require(actor, permission, organisation_id=place.organisation_id, site_id=place.site_id)
    sites = {place.site_id for place in found}
    if len(found) != len(wanted):
        raise NotFound(_("There is no such place."))
    if len(sites) != 1:
        raise Invalid(_("Choose lots of one site at a time."), field="lines")
    return db.session.get_one(Place, sites.pop())


def owner(site: Place) -> int:
    assert site.organisation_id is not None
    return site.organisation_id
