"""One count, locked or read, for whoever may look at its site; and who has which part in it."""

from sqlalchemy import CompoundSelect, or_, select, union
from sqlalchemy.sql.elements import ColumnElement

from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound, RuleBroken, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.counting.models import (
    BEING_COUNTED,
    KIND,
    CountEntry,
    CountLine,
    CountStatus,
    StockCount,
)
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission, require

COUNTERS_CHANGED = "count.counters_changed"
FIRST, SECOND = 1, 2


class NotTheirs(RuleBroken):
    """Others count here. `counters` names them."""

    code = "other_counters"
    status = 403


def count_of(count_id: int, actor: Actor) -> StockCount:
    """One at a site where the actor may look. Raises NotFound."""
    return _expect_seen(db.session.get(StockCount, count_id), actor)


def locked(count_id: int, actor: Actor, *, shared: bool = False) -> StockCount:
    """The same, locked until the commit. Those who count beside each other share the lock, and
    may still become its second counter: that is no part of its key.
    """
    how = {"read": True, "key_share": True} if shared else {"read": False}
    found = db.session.get(StockCount, count_id, with_for_update=how, populate_existing=True)
    return _expect_seen(found, actor)


def _expect_seen(found: StockCount | None, actor: Actor) -> StockCount:
    if found is None or not actor.may(
        Permission.VIEW_STOCK, organisation_id=found.organisation_id, site_id=found.site_id
    ):
        raise NotFound(_("There is no such count."))
    return found


def require_here(permission: Permission, count: StockCount, actor: Actor) -> None:
    require(actor, permission, organisation_id=count.organisation_id, site_id=count.site_id)


def seen(actor: Actor) -> ColumnElement[bool]:
    """The WHERE on `stock_count`: those at sites where the actor may look."""
    permission = Permission.VIEW_STOCK
    return or_(
        StockCount.organisation_id.in_(actor.organisations(permission)),
        StockCount.site_id.in_(actor.sites(permission)),
    )


def expect(count: StockCount, *statuses: CountStatus) -> None:
    """Raise WrongStatus, saying what the count is, unless it is one of these."""
    if count.status in statuses:
        return
    sentences = {
        CountStatus.COUNTING: _("It is still being counted."),
        CountStatus.RECOUNTING: _("Its differences are being counted again."),
        CountStatus.REVIEW: _("Everything is counted: it waits for approval."),
        CountStatus.DONE: _("This count is done: the stock is corrected."),
        CountStatus.REFUSED: _("This count was refused: the stock stays as it was."),
        CountStatus.CANCELLED: _("This count was cancelled."),
        CountStatus.UNDONE: _("This count was undone: the stock is as it was before."),
    }
    raise WrongStatus(sentences[count.status], status=str(count.status))


def part_of(count: StockCount, user_id: int) -> int | None:
    """Whose figures a person gives: those of the first counter, or of the second; or None.

    In a recount there is one figure a line, by anybody.
    """
    if count.status == CountStatus.RECOUNTING or user_id == count.first_counter_id:
        return FIRST
    is_open = count.counters == SECOND and count.second_counter_id is None
    if count.counters == SECOND and (is_open or user_id == count.second_counter_id):
        return SECOND
    return None


def part_for(count: StockCount, user_id: int) -> int:
    """The same. Raises NotTheirs, naming who counts."""
    found = part_of(count, user_id)
    if found is None:
        names = counter_names(count)
        raise NotTheirs(_("This is counted by %(names)s.", names=", ".join(names)), counters=names)
    return found


def counter_names(count: StockCount) -> list[str]:
    """Who counts, the first one first."""
    wanted = [x for x in (count.first_counter_id, count.second_counter_id) if x is not None]
    return [names_of(wanted)[user_id] for user_id in wanted]


def names_of(user_ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def hands(count: StockCount) -> set[int]:
    """Everybody who planned it or said who counts, counted in it, or entered figures."""
    of_count = CountLine.count_id == count.id
    entries = select(CountEntry.counted_by_id, CountEntry.entered_by_id).join(
        CountLine, CountLine.id == CountEntry.line_id
    )
    chose = select(AuditEntry.user_id, AuditEntry.user_id).where(
        AuditEntry.record_kind == KIND,
        AuditEntry.record_id == count.id,
        AuditEntry.action == COUNTERS_CHANGED,
        AuditEntry.user_id.is_not(None),
    )
    asked: CompoundSelect[int, int] = union(entries.where(of_count), chose)
    found = db.session.execute(asked)
    return {count.planned_by_id, *(user_id for row in found for user_id in row)}


def counted_before(count: StockCount, user_id: int) -> bool:
    """Whether somebody counts lines again that they have counted themselves."""
    asked = (
        select(CountEntry.id)
        .join(CountLine, CountLine.id == CountEntry.line_id)
        .where(
            CountLine.count_id == count.id,
            CountLine.round == count.round,
            CountEntry.round < count.round,
            CountEntry.counted_by_id == user_id,
        )
        .limit(1)
    )
    return db.session.scalar(asked) is not None


def to_be_counted(count_id: int, actor: Actor) -> StockCount:
    """One that is being counted, for whoever may count at its site."""
    count = count_of(count_id, actor)
    require_here(Permission.COUNT_STOCK, count, actor)
    expect(count, *BEING_COUNTED)
    return count
