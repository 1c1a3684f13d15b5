"""Goods kept apart: held with who and why, released, or written off straight from their hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.holds.models import HoldKind, HoldStatus, StockHold
from aidtrack.holds.queries import EXPIRED_MAX, expired_at
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places.models import IN_STOCK, Place
from aidtrack.stock import ledger, storekeeping
from aidtrack.stock.ledger import Hold, Source, Transfer
from aidtrack.stock.models import MovementKind
from aidtrack.stock.services import Taking, one_site

KIND = "hold"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Why goods are held, and in which bin they lie meanwhile: None leaves them where they are."""

    kind: HoldKind
    why: str
    to_place_id: int | None = None


def hold(
    takings: Sequence[Taking], wanted: Wanted, *, key: UUID, actor: Actor, at: datetime
) -> int:
    """Keep goods of one site apart, one hold for each lot and bin. Returns the first one's id.

    Raises InsufficientStock when they are promised to somebody already.
    """
    request: dict[str, object] = {
        "takings": [[each.lot_id, each.place_id, each.quantity] for each in takings],
        "wanted": [wanted.kind, wanted.why, wanted.to_place_id],
    }
    with transaction():
        site = one_site(takings, actor, Permission.HOLD_STOCK)
        if not wanted.why.strip():
            raise Invalid(_("Say why, for whoever looks for these goods."), field="why")
        _one_at_a_time(site.id)
        earlier = idempotency.earlier_result(key, "stock.hold", request)
        if earlier is not None:
            return earlier
        found = _put(site, takings, wanted, actor, at)
        idempotency.remember(key, "stock.hold", request, found)
        return found


def hold_expired(
    site_id: int, *, to_place_id: int | None, key: UUID, actor: Actor, at: datetime
) -> int:
    """Hold all that has expired at a site and is not promised. Returns how many holds that made."""
    request: dict[str, object] = {"site": site_id, "to_place": to_place_id}
    with transaction():
        takings = [Taking(row.lot_id, row.place_id, row.free) for row in expired_at(site_id, actor)]
        if not takings:
            raise Invalid(_("Nothing that has expired is free here."))
        site = one_site(takings, actor, Permission.HOLD_STOCK)
        _one_at_a_time(site.id)
        earlier = idempotency.earlier_result(key, "stock.hold_expired", request)
        if earlier is not None:
            return earlier
        why = _("Its date has passed.")
        _put(site, takings, Wanted(HoldKind.EXPIRED, why, to_place_id), actor, at)
        idempotency.remember(key, "stock.hold_expired", request, len(takings))
        return len(takings)


def release(
    hold_id: int,
    *,
    quantity: int | None = None,
    note: str,
    to_place_id: int | None = None,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> None:
    """Let all of a hold go, or some of it: it can be sent again. The note says why that is safe."""
    request: dict[str, object] = {
        "hold": hold_id, "quantity": quantity, "note": note, "to": to_place_id
    }  # fmt: skip
    with transaction() as session:
        kept = _locked(hold_id, actor)
        if idempotency.earlier_result(key, "hold.release", request) is not None:
            return
        _expect_held(kept)
        let_go = kept.quantity if quantity is None else quantity
        if not 0 < let_go <= kept.quantity:
            raise Invalid(_("%(held)s are held.", held=kept.quantity), field="quantity")
        if not note.strip():
            raise Invalid(_("Say why they are good again."), field="note")
        _give_back(kept, let_go, to_place_id, actor, at)
        if let_go < kept.quantity:
            kept.quantity -= let_go
            kept = _copy(kept, let_go)
            session.add(kept)
        _end(kept, HoldStatus.RELEASED, note, actor, at)
        session.flush()
        _note(actor, "hold.released", kept, note)
        idempotency.remember(key, "hold.release", request, kept.id)


def write_off(
    hold_id: int, *, reason: str, note: str, key: UUID, actor: Actor, at: datetime
) -> int:
    """Write off all of a hold, with a reason of the list. Above the limit a second person
    approves it; until then it is kept apart, and it is held again if they refuse. Returns the
    write-off's id.
    """
    request: dict[str, object] = {"hold": hold_id, "reason": reason, "note": note}
    with transaction() as session:
        seen = _visible(session.get(StockHold, hold_id), actor)
        # In the order of every write-off, so that none waits for another in a ring.
        session.get_one(
            Organisation, seen.organisation_id, with_for_update={"key_share": True},
            populate_existing=True,
        )  # fmt: skip
        kept = _locked(hold_id, actor)
        earlier = idempotency.earlier_result(key, "hold.write_off", request)
        if earlier is not None:
            return earlier
        _expect_held(kept)
        ledger.release([_promise(kept)])
        write_off_id = storekeeping.write_off(
            [Taking(kept.lot_id, kept.place_id, kept.quantity)],
            reason=reason,
            note=note,
            again=True,  # A hold is written off once: nothing is said twice.
            key=uuid5(key, "write_off"),
            actor=actor,
            at=at,
        )
        kept.write_off_id = write_off_id
        _end(kept, HoldStatus.GONE, note, actor, at)
        _note(actor, "hold.written_off", kept, note)
        idempotency.remember(key, "hold.write_off", request, write_off_id)
        return write_off_id


def hold_again(write_off_id: int, actor: Actor) -> None:
    """What a write-off took from holds is in stock again, and is held as it was before."""
    gone = db.session.scalars(
        select(StockHold)
        .where(StockHold.write_off_id == write_off_id, StockHold.status == HoldStatus.GONE)
        .order_by(StockHold.id)
        .with_for_update()
    ).all()
    for kept in gone:
        kept.status, kept.write_off_id = HoldStatus.HELD, None
        kept.ended_at, kept.ended_by_id, kept.ended_note = None, None, ""
        _note(actor, "hold.held_again", kept, "")
    if gone:
        ledger.reserve([_promise(kept) for kept in gone], to_send=False)


def _put(site: Place, takings: Sequence[Taking], wanted: Wanted, actor: Actor, at: datetime) -> int:
    """Move them if asked, promise them, and keep why. Returns the first hold's id."""
    assert site.organisation_id is not None
    assert len(takings) <= EXPIRED_MAX
    to_place_id = wanted.to_place_id
    _expect_bin(site, to_place_id)
    moved = [x for x in takings if to_place_id not in {None, x.place_id}]
    if moved and to_place_id is not None:
        _post((site.id, site.organisation_id), moved, to_place_id, actor=actor, at=at)
    holds = [
        StockHold(
            organisation_id=site.organisation_id,
            site_id=site.id,
            lot_id=taking.lot_id,
            place_id=to_place_id or taking.place_id,
            quantity=taking.quantity,
            kind=wanted.kind,
            why=wanted.why.strip(),
            status=HoldStatus.HELD,
            held_at=at,
            held_by_id=actor.user_id,
        )
        for taking in takings
    ]
    ledger.reserve([_promise(kept) for kept in holds], to_send=False)
    db.session.add_all(holds)
    db.session.flush()
    for kept in holds:
        _note(actor, "hold.placed", kept, wanted.why)
    return holds[0].id


def _give_back(
    kept: StockHold, quantity: int, to_place_id: int | None, actor: Actor, at: datetime
) -> None:
    promise = Hold(kept.place_id, kept.lot_id, quantity)
    if to_place_id is None or to_place_id == kept.place_id:
        ledger.release([promise])
        return
    _expect_bin(db.session.get_one(Place, kept.site_id), to_place_id)
    taking = Taking(kept.lot_id, kept.place_id, quantity)
    where = (kept.site_id, kept.organisation_id)
    _post(where, [taking], to_place_id, releases=[promise], actor=actor, at=at)


def _post(
    kept_at: tuple[int, int],
    takings: Sequence[Taking],
    to_place_id: int,
    *,
    releases: Sequence[Hold] = (),
    actor: Actor,
    at: datetime,
) -> None:
    """`kept_at`: the site and its organisation."""
    site_id, organisation_id = kept_at
    ledger.post(
        [Transfer(x.lot_id, x.place_id, to_place_id, x.quantity) for x in takings],
        kind=MovementKind.MOVE,
        source=Source("site", site_id),
        organisation_id=organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=at,
        releases=releases,
    )


def _expect_bin(site: Place, place_id: int | None) -> None:
    if place_id is None:
        return
    place = db.session.get(Place, place_id)
    if place is None or place.site_id != site.id or place.kind not in IN_STOCK:
        raise Invalid(_("Choose a bin of the same site."), field="to_place_id")


def _one_at_a_time(site_id: int) -> None:
    """A second tap waits here for the first, and then finds what that did."""
    db.session.get_one(Place, site_id, with_for_update={"key_share": True}, populate_existing=True)


def _visible(kept: StockHold | None, actor: Actor) -> StockHold:
    if kept is None or not actor.may(
        Permission.VIEW_STOCK, organisation_id=kept.organisation_id, site_id=kept.site_id
    ):
        raise NotFound(_("There is no such hold."))
    return kept


def _locked(hold_id: int, actor: Actor) -> StockHold:
    found = db.session.get(StockHold, hold_id, with_for_update=True, populate_existing=True)
    kept = _visible(found, actor)
    require(
        actor,
        Permission.HOLD_STOCK,
        organisation_id=kept.organisation_id,
        site_id=kept.site_id,
    )
    return kept


def _expect_held(kept: StockHold) -> None:
    if kept.status != HoldStatus.HELD:
        sentences = {
            HoldStatus.RELEASED: _("It was released already."),
            HoldStatus.GONE: _("It was written off already."),
        }
        raise WrongStatus(sentences[kept.status], status=str(kept.status))


def _end(kept: StockHold, status: HoldStatus, note: str, actor: Actor, at: datetime) -> None:
    kept.status = status
    kept.ended_at = at
    kept.ended_by_id = actor.user_id
    kept.ended_note = note.strip()


def _copy(kept: StockHold, quantity: int) -> StockHold:
    """The part of a hold that ends by itself."""
    values: dict[str, Any] = {
        name: getattr(kept, name)
        for name in (
            "organisation_id", "site_id", "lot_id", "place_id", "kind", "why", "held_at",
            "held_by_id",
        )
    }  # fmt: skip
    return StockHold(**values, quantity=quantity)


def _promise(kept: StockHold) -> Hold:
    return Hold(kept.place_id, kept.lot_id, kept.quantity)


def _note(actor: Actor, action: str, kept: StockHold, note: str) -> None:
    facts = {
        "lot": kept.lot_id,
        "place": kept.place_id,
        "quantity": kept.quantity,
        "kind": str(kept.kind),
        "note": note.strip(),
    }
    audit.record(actor, action, kind=KIND, record_id=kept.id, facts=facts)
