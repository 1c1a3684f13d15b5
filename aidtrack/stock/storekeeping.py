"""What a storekeeper does with goods that are lost: write off, destroy, correct, give back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select

from aidtrack.core import idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import finds, ledger, loss_reasons, write_offs
from aidtrack.stock.found import Found
from aidtrack.stock.loss_models import LossAct, WriteOff, WriteOffLine, WriteOffStatus
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import Lot
from aidtrack.stock.services import Taking, one_site
from aidtrack.stock.write_offs import Loss, Story

AGAIN = timedelta(minutes=10)
NO_STORY = Story()
# What was sent under a key is remembered by these names for ever.
ACTIONS = {
    LossAct.LOSS: "stock.write_off",
    LossAct.DESTRUCTION: "stock.destroy",
    LossAct.RETURN: "stock.give_back",
}


class SaidAlready(RuleBroken):
    """The same person has just recorded the very same: a form sent twice, most likely."""

    code = "said_already"


@dataclass(frozen=True, slots=True)
class Counted:
    """How much of a lot really lies in a bin, and how much the books said as it was looked at."""

    lot_id: int
    place_id: int
    quantity: int
    book: int

    @property
    def difference(self) -> int:
        return self.quantity - self.book


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of a correction: a record of what is too little, and one of what is too much."""

    write_off_id: int | None
    find_id: int | None


def write_off(
    takings: Sequence[Taking],
    *,
    reason: str,
    note: str,
    story: Story = NO_STORY,
    again: bool = False,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Record goods of one site as lost, with a reason of the list. Returns the write-off's id.

    They leave the stock at once, or are held until someone else approves: see `record`.
    Raises SaidAlready for the same within minutes, unless `again` says that more is lost.
    """
    return _lose(
        LossAct.LOSS, takings, reason=reason, note=note, story=story, again=again, key=key,
        actor=actor, at=at,
    )  # fmt: skip


def destroy(
    takings: Sequence[Taking],
    *,
    reason: str,
    note: str,
    story: Story,
    again: bool = False,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Record goods as destroyed: how (`disposal`), where (`location`) and before whom."""
    if not story.disposal.strip():
        raise Invalid(_("Say how they are destroyed."), field="disposal")
    if not story.location.strip():
        raise Invalid(_("Say where they are destroyed."), field="location")
    return _lose(
        LossAct.DESTRUCTION, takings, reason=reason, note=note, story=story, again=again, key=key,
        actor=actor, at=at,
    )  # fmt: skip


def give_back(
    takings: Sequence[Taking],
    *,
    note: str,
    reason: str = "not_needed",
    again: bool = False,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Give goods back to whoever gave them. Above the limit somebody else approves it first."""
    with transaction() as session:
        wanted = {taking.lot_id for taking in takings}
        ownerless = session.scalars(
            select(Lot.id).where(Lot.id.in_(wanted), Lot.donor_id.is_(None))
        ).all()
        return _lose(
            LossAct.RETURN, takings, reason=reason, note=note, again=again, key=key, actor=actor,
            at=at, refused=_("Nobody is known to have given this lot.") if ownerless else "",
        )  # fmt: skip


def correct(
    counted: Sequence[Counted],
    *,
    reason: str,
    note: str,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> Corrected:
    """The books were wrong: bring them to what really lies there, for a small error.

    What was moved since it was looked at stays moved: only the difference is posted. What is too
    little counts as lost in the warehouse, and waits for someone else above the limit. What is
    too much was found; above the limit it takes a count.
    """
    request: dict[str, object] = {
        "counted": [list(asdict(each).values()) for each in counted],
        "reason": reason,
        "note": note,
    }
    with transaction():
        takings = [Taking(each.lot_id, each.place_id, each.quantity) for each in counted]
        site = one_site(takings, actor, Permission.CORRECT_STOCK)
        if not note.strip():
            raise Invalid(_("Say what was wrong, for an auditor will ask."), field="note")
        organisation = _locked_organisation(site)
        surplus_key = uuid5(key, "more")
        earlier = idempotency.earlier_result(key, "stock.correct", request)
        if earlier is not None:
            found = idempotency.earlier_result(surplus_key, "stock.correct", request)
            return Corrected(earlier or None, found or None)
        chosen = loss_reasons.chosen(organisation.id, reason, LossAct.ADJUSTMENT)
        less = tuple(
            Lost(x.lot_id, x.place_id, -x.difference, chosen.cause, reason_id=chosen.reason_id)
            for x in counted
            if x.difference < 0
        )
        more = [Found(x.lot_id, x.place_id, x.difference) for x in counted if x.difference > 0]
        if not less and not more:
            raise Invalid(_("Nothing differs from the books."), field="lines")
        # All at once: what is taken and what is put back must not wait for each other.
        ledger.hold_still((x.place_id, x.lot_id) for x in counted)
        write_off_id = find_id = None
        if less:
            stage = PlaceKind.LOST_IN_WAREHOUSE
            loss = Loss(site, stage, less, note, at, act=LossAct.ADJUSTMENT)
            write_off_id = write_offs.record(loss, key=key, actor=actor, at=at)
        if more:
            find_id = finds.record_surplus(
                more, site=site, note=note, reason_id=chosen.reason_id, key=surplus_key,
                actor=actor, at=at,
            )  # fmt: skip
        idempotency.remember(key, "stock.correct", request, write_off_id or 0)
        idempotency.remember(surplus_key, "stock.correct", request, find_id or 0)
        return Corrected(write_off_id, find_id)


def _lose(
    act: LossAct,
    takings: Sequence[Taking],
    *,
    reason: str,
    note: str,
    story: Story = NO_STORY,
    again: bool,
    key: UUID,
    actor: Actor,
    at: datetime,
    refused: str = "",
) -> int:
    request: dict[str, object] = {
        "takings": [[each.lot_id, each.place_id, each.quantity] for each in takings],
        "reason": reason,
        "note": note,
    }
    if story != NO_STORY:
        request["story"] = asdict(story)
    action = ACTIONS[act]
    with transaction():
        site = one_site(takings, actor, Permission.WRITE_OFF_STOCK)
        if not note.strip():
            happened = _("Say what happened, for the donor will ask.")
            raise Invalid(happened if act != LossAct.RETURN else _("Say why."), field="note")
        if refused:
            raise Invalid(refused, field="lines")
        organisation = _locked_organisation(site)
        earlier = idempotency.earlier_result(key, action, request)
        if earlier is not None:
            return earlier
        chosen = loss_reasons.chosen(organisation.id, reason, act)
        lines = tuple(
            Lost(x.lot_id, x.place_id, x.quantity, chosen.cause, reason_id=chosen.reason_id)
            for x in takings
        )
        if not again:
            _refuse_twice(act, site, lines, actor, at)
        loss = Loss(site, _stage(act, site), lines, note, at, act=act, story=story)
        found = write_offs.record(loss, key=key, actor=actor, at=at)
        idempotency.remember(key, action, request, found)
        return found


def _stage(act: LossAct, site: Place) -> PlaceKind:
    if act == LossAct.RETURN:
        return PlaceKind.RETURNED
    is_point = site.kind == PlaceKind.DISTRIBUTION_POINT
    return PlaceKind.LOST_AT_DISTRIBUTION if is_point else PlaceKind.LOST_IN_WAREHOUSE


def _locked_organisation(site: Place) -> Organisation:
    """One at a time takes a number anyway: a second tap waits for the first here."""
    return db.session.get_one(
        Organisation, site.organisation_id, with_for_update={"key_share": True},
        populate_existing=True,
    )  # fmt: skip


def _refuse_twice(
    act: LossAct, site: Place, lines: tuple[Lost, ...], actor: Actor, at: datetime
) -> None:
    """Raise SaidAlready when the same person recorded the very same a few minutes ago."""
    rows = db.session.execute(
        select(WriteOff.id, WriteOff.number, WriteOffLine)
        .join(WriteOffLine, WriteOffLine.write_off_id == WriteOff.id)
        .where(
            WriteOff.site_id == site.id,
            WriteOff.prepared_by_id == actor.user_id,
            WriteOff.prepared_at > at - AGAIN,
            WriteOff.act == act,
            WriteOff.status.in_((WriteOffStatus.WAITING, WriteOffStatus.POSTED)),
        )
        .order_by(WriteOff.id)
    )
    said: dict[tuple[int, str], list[tuple[object, ...]]] = {}
    for row in rows:
        said.setdefault((row.id, row.number), []).append(_said(row.WriteOffLine))
    wanted = sorted(map(_said, lines), key=repr)
    for (write_off_id, number), several in said.items():
        if sorted(several, key=repr) == wanted:
            raise SaidAlready(
                _("You recorded the very same a few minutes ago: %(number)s.", number=number)
                + " "
                + _("Tick the box below if it happened again."),
                field="again",
                write_off_id=write_off_id,
            )


def _said(line: Lost | WriteOffLine) -> tuple[object, ...]:
    return (line.lot_id, line.place_id, line.quantity, line.reason.value, line.reason_id)
