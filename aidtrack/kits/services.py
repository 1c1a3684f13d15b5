"""What can happen to kits in a store: built, taken apart; and goods packed anew."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from aidtrack.catalogue.models import ItemPack
from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.kits import choosing, queries
from aidtrack.kits.models import KitLot
from aidtrack.places.models import IN_STOCK, Place
from aidtrack.stock import making
from aidtrack.stock import queries as stock
from aidtrack.stock.ledger import Source
from aidtrack.stock.making import Made, Taking


class Told(TypedDict):
    """What each movement in a store says of itself."""

    source: Source
    organisation_id: int
    recorded_by_id: int
    occurred_at: datetime
    key: UUID


def build(
    item_id: int,
    quantity: int,
    *,
    site_id: int,
    to_place_id: int,
    key: UUID,
    actor: Actor,
    at: datetime,
    takings: Sequence[Taking] = (),
    batch_number: str = "",
) -> int:
    """Build kits at a site, of the chosen parts or of the first to expire. The movement's id.

    Parts of several lots make several lots of kits, so that each kit of a lot is alike.
    """
    request: dict[str, object] = {
        "kit": item_id,
        "quantity": quantity,
        "to": to_place_id,
        "batch": batch_number,
        "takings": [list(asdict(each).values()) for each in takings],
    }
    with transaction() as session:
        site = _site(site_id, actor)
        target = _target(to_place_id, site)
        earlier = idempotency.earlier_result(key, "kit.build", request)
        if earlier is not None:
            return earlier
        version = queries.latest(item_id)
        if version is None:
            raise NotFound(_("There is no such kit."))
        groups = choosing.groups(version, quantity, takings, site)
        outputs = [
            Made(item_id, target.id, count, parts, batch_number=batch_number)
            for count, parts in groups
        ]
        made = making.make(outputs, **_told(site, actor, at, key))
        lot_ids = sorted(set(made.lot_ids))
        session.add_all(KitLot(lot_id=lot_id, version_id=version.id) for lot_id in lot_ids)
        session.flush()
        _keep(actor, "kit.built", lot_ids[0], movement=made.movement_id, quantity=quantity)
        idempotency.remember(key, "kit.build", request, made.movement_id)
        return made.movement_id


def unbuild(
    lot_id: int,
    quantity: int,
    *,
    place_id: int,
    to_place_id: int,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Take some of a made lot apart: its parts lie there as the lots that they were."""
    request: dict[str, object] = {
        "lot": lot_id, "quantity": quantity, "from": place_id, "to": to_place_id,
    }  # fmt: skip
    with transaction():
        stock.lot(lot_id, actor)
        site = _site_of(place_id, actor)
        target = _target(to_place_id, site)
        earlier = idempotency.earlier_result(key, "kit.unbuild", request)
        if earlier is not None:
            return earlier
        movement_id = making.unmake(
            [Taking(lot_id, place_id, quantity)],
            to_place_id=target.id,
            **_told(site, actor, at, key),
        )
        _keep(actor, "kit.unbuilt", lot_id, movement=movement_id, quantity=quantity)
        idempotency.remember(key, "kit.unbuild", request, movement_id)
        return movement_id


def repack(
    lot_id: int,
    packs: int,
    *,
    pack_id: int | None,
    place_id: int,
    to_place_id: int,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Pack some of a lot anew: a new lot of whole packs; what is left stays the old lot.

    Without a pack the goods lie loose, and `packs` counts base units.
    """
    request: dict[str, object] = {
        "lot": lot_id, "packs": packs, "pack": pack_id, "from": place_id, "to": to_place_id,
    }  # fmt: skip
    with transaction() as session:
        lot = stock.lot(lot_id, actor)
        site = _site_of(place_id, actor)
        target = _target(to_place_id, site)
        earlier = idempotency.earlier_result(key, "kit.repack", request)
        if earlier is not None:
            return earlier
        pack = session.get(ItemPack, pack_id) if pack_id is not None else None
        if pack_id is not None and (pack is None or pack.item_id != lot.item_id):
            raise Invalid(_("Choose a pack of this item."), field="pack_id")
        if pack_id == lot.pack_id:
            raise Invalid(_("It is packed like that already."), field="pack_id")
        quantity = packs * (pack.size if pack else 1)
        made = making.make(
            [
                Made(
                    lot.item_id,
                    target.id,
                    quantity,
                    (making.Part(lot_id, place_id, 1),),
                    pack_id=pack_id,
                    batch_number=lot.batch_number,
                )
            ],
            fit_for_use=False,
            **_told(site, actor, at, key),
        )
        _keep(actor, "lot.repacked", lot_id, movement=made.movement_id, quantity=quantity)
        idempotency.remember(key, "kit.repack", request, made.movement_id)
        return made.movement_id


def _site(site_id: int, actor: Actor) -> Place:
    """A site that the actor may look into and build at. Raises NotFound for any other."""
    site = db.session.get(Place, site_id)
    if site is None or site.site_id != site.id:
        raise NotFound(_("There is no such place."), field="site_id")
    if not actor.may(Permission.VIEW_STOCK, organisation_id=site.organisation_id, site_id=site.id):
        raise NotFound(_("There is no such place."), field="site_id")
    require(actor, Permission.BUILD_KITS, organisation_id=site.organisation_id, site_id=site.id)
    return site


def _site_of(place_id: int, actor: Actor) -> Place:
    place = db.session.get(Place, place_id)
    if place is None or place.site_id is None:
        raise NotFound(_("There is no such place."))
    return _site(place.site_id, actor)


def _target(place_id: int, site: Place) -> Place:
    target = db.session.get(Place, place_id)
    if target is None or target.kind not in IN_STOCK or target.site_id != site.id:
        raise Invalid(_("Choose a bin of this site."), field="to_place_id")
    return target


def _told(site: Place, actor: Actor, at: datetime, key: UUID) -> Told:
    assert site.organisation_id is not None
    return {
        "source": Source("site", site.id),
        "organisation_id": site.organisation_id,
        "recorded_by_id": actor.user_id,
        "occurred_at": at,
        "key": key,
    }


def _keep(actor: Actor, act: str, lot_id: int, **facts: int) -> None:
    audit.record(actor, act, kind="lot", record_id=lot_id, facts=facts)
