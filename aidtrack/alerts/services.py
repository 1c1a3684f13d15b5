"""What people do with what they are told: read it, say how they want to be told, try the mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from aidtrack.alerts import letters, queries
from aidtrack.alerts.kinds import CONCERNS
from aidtrack.alerts.models import Alert, AlertChoice, AlertKind, AlertTimes, Rhythm, Way
from aidtrack.core import audit, clock, outbox
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.mail import PostOffice
from aidtrack.core.outbox import Letter
from aidtrack.identity import queries as people
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission, require_somewhere


class MailNotSetUp(RuleBroken):
    code = "mail_not_set_up"


@dataclass(frozen=True, slots=True)
class Times:
    """When mail may come, in hours of the person's own time zone; `weekday` 0 is Monday."""

    rhythm: Rhythm
    weekday: int
    digest_hour: int
    quiet_from: int | None
    quiet_until: int | None


def open_alert(alert_id: int, *, actor: Actor) -> str:
    """Mark it read; the path of the record that it tells about."""
    with transaction():
        alert = _own(alert_id, actor)
        alert.read_at = alert.read_at or clock.now()
        return alert.path


def mark_read(alert_id: int, is_read: bool, *, actor: Actor) -> None:
    with transaction():
        _own(alert_id, actor).read_at = clock.now() if is_read else None


def mark_all_read(up_to_id: int, *, actor: Actor) -> None:
    """Mark what the person has seen the top of; what came later stays unread."""
    with transaction():
        db.session.execute(
            update(Alert)
            .where(Alert.user_id == actor.user_id, Alert.id <= up_to_id, Alert.read_at.is_(None))
            .values(read_at=clock.now())
        )


def save_settings(ways: Mapping[AlertKind, Way], times: Times, *, actor: Actor) -> None:
    """How the actor wants to be told. Only what differs from the usual way is kept."""
    if (times.quiet_from is None) != (times.quiet_until is None):
        field = "quiet_from" if times.quiet_from is None else "quiet_until"
        raise Invalid(_("Say when it begins and when it ends."), field=field)
    with transaction() as session:
        session.get_one(User, actor.user_id, with_for_update=True)
        before = _ways(actor.user_id)
        for kind, way in ways.items():
            _choose(actor.user_id, kind, way)
        row = session.get(AlertTimes, actor.user_id)
        if row is None:
            row = AlertTimes(user_id=actor.user_id)
            session.add(row)
        old, new = _hours(row), _hours(times)
        for name in Times.__slots__:
            setattr(row, name, getattr(times, name))
        after = {str(kind): str(way) for kind, way in ways.items()}
        _leave_trace(actor, before | old, before | after | new)


def unsubscribe(token: str, *, secret: str) -> str:
    """End letters like the one that the token came in; what they were about, in words.

    Everything still stands in the inbox. Raises NotFound for a token that we did not make.
    """
    known = letters.read_token(secret, token)
    if known is None:
        raise NotFound(_("This link is not one of ours."))
    user_id, what = known
    with transaction() as session:
        user = session.get(User, user_id, with_for_update=True)
        if user is None:
            raise NotFound(_("This link is not one of ours."))
        before = _ways(user_id)
        for kind in _kinds_ended(user_id, what):
            _choose(user_id, kind, Way.INBOX)
        _leave_trace(people.actor_of(user), before, _ways(user_id))
    return letters.kind_in_words(what)


def letters_named(token: str, *, secret: str) -> str:
    """What the letters of a token are about, in words. Raises NotFound."""
    known = letters.read_token(secret, token)
    if known is None:
        raise NotFound(_("This link is not one of ours."))
    return letters.kind_in_words(known[1])


def send_test(office: PostOffice, *, actor: Actor) -> str:
    """Hand a letter to the mail server now; its answer. Raises NotSent with its words."""
    require_somewhere(actor, Permission.MANAGE_ORGANISATION)
    if office.server is None:
        raise MailNotSetUp(_("Mail is not set up. Set MAIL_URL where AidTrack runs."))
    address = queries.address_of(actor)
    if not outbox.is_address(address):
        raise Invalid(_("Mail cannot be sent to this address."), field="email")
    said = _("This is a test. Mail from AidTrack reaches you.")
    letter = Letter(
        id=0,
        user_id=actor.user_id,
        organisation_id=None,
        to_address=address,
        language=actor.language,
        subject=_("A test of mail from AidTrack"),
        text=f"{said}\n\n{office.public_url}\n",
        html="",
        unsubscribe_url="",
        message_id=f"test-{clock.now():%Y%m%dT%H%M%S%f}-{actor.user_id}",
    )
    with office.server.connected() as line:
        return line.hand_over(letter)


def _own(alert_id: int, actor: Actor) -> Alert:
    alert = db.session.get(Alert, alert_id, with_for_update=True)
    if alert is None or alert.user_id != actor.user_id:
        raise NotFound(_("There is no such message."))
    return alert


def _hours(times: Times | AlertTimes) -> dict[str, object]:
    said = {name: getattr(times, name) for name in Times.__slots__}
    return {name: None if value is None else str(value) for name, value in said.items()}


def _ways(user_id: int) -> dict[str, object]:
    """How somebody is told of each kind."""
    chosen = select(AlertChoice.kind, AlertChoice.way).filter_by(user_id=user_id)
    own = {row.kind: row.way for row in db.session.execute(chosen)}
    return {str(kind): str(own.get(kind, known.way)) for kind, known in CONCERNS.items()}


def _leave_trace(actor: Actor, before: dict[str, object], after: dict[str, object]) -> None:
    facts = audit.changes(before, after)
    audit.record(actor, "user.alerts_changed", kind="user", record_id=actor.user_id, facts=facts)


def _choose(user_id: int, kind: AlertKind, way: Way) -> None:
    db.session.execute(
        delete(AlertChoice).where(AlertChoice.user_id == user_id, AlertChoice.kind == kind)
    )
    if way != CONCERNS[kind].way:
        db.session.add(AlertChoice(user_id=user_id, kind=kind, way=way))
        db.session.flush()


def _kinds_ended(user_id: int, what: str) -> list[AlertKind]:
    """The kind named, or for a digest every kind that the person gets in it."""
    if what != letters.DIGEST:
        return [AlertKind(what)]
    chosen = {
        row.kind: row.way
        for row in db.session.scalars(select(AlertChoice).filter_by(user_id=user_id))
    }
    return [kind for kind, known in CONCERNS.items() if chosen.get(kind, known.way) == Way.DIGEST]
