"""The list of reasons that an organisation chooses from, and keeps itself.

The usual reasons are there from the start, in every language. An organisation words one in its
own way, switches it off, or adds its own, each with the usual reason that it counts as.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from aidtrack.core import acts, audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.permissions import Actor, Permission, require_everywhere
from aidtrack.places.models import Place
from aidtrack.stock.loss_models import LossAct, LossReason
from aidtrack.stock.models import Reason
from aidtrack.stock.reasons import LABELS

A, R = LossAct, Reason
CODE = re.compile(r"[a-z0-9_]{1,40}")
REASONS_MAX = 200
# For which acts the usual reasons are offered.
USUAL: dict[Reason, tuple[LossAct, ...]] = {
    R.DAMAGED: (A.LOSS, A.DESTRUCTION, A.RETURN),
    R.MISSING: (A.LOSS, A.ADJUSTMENT),
    R.EXPIRED: (A.LOSS, A.DESTRUCTION, A.RETURN),
    R.STOLEN: (A.LOSS,),
    R.WET: (A.LOSS, A.DESTRUCTION),
    R.REFUSED: (A.RETURN,),
    R.NOT_NEEDED: (A.RETURN,),
    R.WRONG_GOODS: (A.RETURN, A.ADJUSTMENT),
    R.UNSAFE: (A.LOSS, A.DESTRUCTION, A.RETURN),
    R.OTHER: tuple(LossAct),
}
TITLES = {
    "loss_reason.added": lazy("Reason added"),
    "loss_reason.changed": lazy("Reason changed"),
    "loss_reason.switched_off": lazy("Reason switched off"),
    "loss_reason.switched_on": lazy("Reason switched on"),
}
acts.register(TITLES, acts.Topic.SETTINGS)


@dataclass(frozen=True, slots=True)
class ReasonDetails:
    """What a reason is called, as what it counts, and for what it may be given."""

    name: str
    names: dict[str, str]
    cause: Reason
    acts: tuple[LossAct, ...]


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason of a list. A usual one that nobody touched has no `id`."""

    code: str
    name: str
    names: dict[str, str]
    label: str
    cause: Reason
    acts: tuple[LossAct, ...]
    is_active: bool
    is_usual: bool
    id: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A reason as it is kept on a line: the stable word, and how the organisation words it."""

    cause: Reason
    reason_id: int | None


def listed(organisation_id: int) -> list[ReasonRow]:
    """Every reason of the organisation: the usual ones in their order, then its own."""
    asked = select(LossReason).filter_by(organisation_id=organisation_id).order_by(LossReason.id)
    kept = {row.code: row for row in db.session.scalars(asked)}
    usual = [_usual(reason, kept.pop(reason.value, None)) for reason in Reason]
    return usual + [_own(row) for row in kept.values()]


def offered_at(site_ids: Iterable[int], act: LossAct) -> list[tuple[str, str]]:
    """(code, words) of the reasons to choose from for an act at some sites, each code once."""
    asked = select(Place.organisation_id).where(Place.id.in_(site_ids)).distinct()
    found: dict[str, str] = {}
    for organisation_id in sorted(x for x in db.session.scalars(asked) if x is not None):
        for row in listed(organisation_id):
            if row.is_active and act in row.acts:
                found.setdefault(row.code, row.label)
    return list(found.items())


def visible(organisation_id: int, actor: Actor) -> list[ReasonRow]:
    """The list, for whoever may look at stock of the organisation. Raises NotFound."""
    if organisation_id not in actor.organisations_anywhere(Permission.VIEW_STOCK):
        raise NotFound(_("There is no such organisation."))
    return listed(organisation_id)


def chosen(organisation_id: int, code: str, act: LossAct) -> Chosen:
    """What a code stands for in this organisation. Raises Invalid where it has no such reason."""
    row = db.session.scalar(
        select(LossReason).filter_by(organisation_id=organisation_id, code=code)
    )
    if row is None and code in {reason.value for reason in Reason}:
        return Chosen(Reason(code), None)
    if row is None or not row.is_active or act not in row.acts:
        raise Invalid(_("Choose a reason from the list."), field="reason")
    return Chosen(row.cause, row.id)


def reason(organisation_id: int, code: str, actor: Actor) -> ReasonRow:
    """One of the list, for whoever may change it. Raises NotFound."""
    _expect_keeper(organisation_id, actor)
    found = {row.code: row for row in listed(organisation_id)}.get(code)
    if found is None:
        raise NotFound(_("There is no such reason."))
    return found


def add(organisation_id: int, code: str, details: ReasonDetails, *, actor: Actor) -> int:
    """Put a reason of the organisation's own on the list. Returns its id."""
    with transaction() as session:
        _expect_keeper(organisation_id, actor)
        _check(details)
        taken = {row.code for row in listed(organisation_id)}
        if not CODE.fullmatch(code):
            raise Invalid(_("Use small letters a–z, digits and _ only."), field="code")
        if code in taken:
            raise Invalid(_("This code is on the list already."), field="code")
        if len(taken) >= REASONS_MAX:
            raise Invalid(_("A list holds at most %(most)d reasons.", most=REASONS_MAX))
        kept = LossReason(organisation_id=organisation_id, code=code, is_active=True)
        _write(kept, details)
        session.add(kept)
        session.flush()
        _record(actor, "loss_reason.added", kept)
        return kept.id


def change(organisation_id: int, code: str, details: ReasonDetails, *, actor: Actor) -> None:
    """Word a reason anew; what was said with it before shows the new words.

    What a usual reason counts as cannot change: it is that very word.
    """
    with transaction():
        _expect_keeper(organisation_id, actor)
        _check(details)
        kept = _row(organisation_id, code)
        if kept.code in set(Reason) and details.cause != kept.cause:
            raise Invalid(_("A usual reason counts as itself."), field="cause")
        _write(kept, details)
        _record(actor, "loss_reason.changed", kept)


def switch(organisation_id: int, code: str, *, is_active: bool, actor: Actor) -> None:
    """Offer a reason no longer, or again. What was said with it stays."""
    with transaction():
        _expect_keeper(organisation_id, actor)
        kept = _row(organisation_id, code)
        if kept.is_active == is_active:
            return
        kept.is_active = is_active
        action = "loss_reason.switched_on" if is_active else "loss_reason.switched_off"
        _record(actor, action, kept)


def _usual(reason: Reason, kept: LossReason | None) -> ReasonRow:
    if kept is not None:
        return _own(kept, is_usual=True)
    label = str(LABELS[reason])
    return ReasonRow(reason.value, label, {}, label, reason, USUAL[reason], True, True, None)


def _own(kept: LossReason, *, is_usual: bool = False) -> ReasonRow:
    return ReasonRow(
        code=kept.code,
        name=kept.name,
        names=kept.names,
        label=kept.name_in(),
        cause=kept.cause,
        acts=tuple(LossAct(act) for act in kept.acts),
        is_active=kept.is_active,
        is_usual=is_usual,
        id=kept.id,
    )


def _row(organisation_id: int, code: str) -> LossReason:
    """The row of a reason, made when a usual one is touched for the first time."""
    kept = db.session.scalar(
        select(LossReason).filter_by(organisation_id=organisation_id, code=code).with_for_update()
    )
    if kept is not None:
        return kept
    if code not in set(Reason):
        raise NotFound(_("There is no such reason."))
    cause = Reason(code)
    kept = LossReason(organisation_id=organisation_id, code=code, is_active=True)
    _write(kept, ReasonDetails(str(LABELS[cause]), {}, cause, USUAL[cause]))
    db.session.add(kept)
    db.session.flush()
    return kept


def _write(kept: LossReason, details: ReasonDetails) -> None:
    kept.name = details.name.strip()
    kept.names = details.names
    kept.cause = details.cause
    kept.acts = [act.value for act in details.acts]


def _check(details: ReasonDetails) -> None:
    if not details.name.strip():
        raise Invalid(_("Give it a name."), field="name")
    if not details.acts:
        raise Invalid(_("Choose at least one."), field="acts")


def _expect_keeper(organisation_id: int, actor: Actor) -> None:
    if organisation_id not in {grant.organisation_id for grant in actor.grants}:
        raise NotFound(_("There is no such organisation."))
    require_everywhere(actor, Permission.MANAGE_ORGANISATION, organisation_id=organisation_id)


def _record(actor: Actor, action: str, kept: LossReason) -> None:
    facts = {"code": kept.code, "name": kept.name, "cause": kept.cause.value, "acts": kept.acts}
    audit.record(actor, action, kind="organisation", record_id=kept.organisation_id, facts=facts)
