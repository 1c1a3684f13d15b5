"""Sends what waits: letters from the outbox, digests that are due, and takes out what is old."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from aidtrack.alerts import letters, people, telling
from aidtrack.alerts.models import Alert, AlertKind, AlertMark
from aidtrack.alerts.people import At, Notice
from aidtrack.core import clock, outbox
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Busy
from aidtrack.core.mail import Line, NotSent, PostOffice, RefusedForGood, Unreachable
from aidtrack.core.outbox import Letter
from aidtrack.identity.models import RoleAssignment, User

LETTERS_A_TIME = 50
READ_KEPT = timedelta(days=180)
ALL_KEPT = timedelta(days=400)
TRIES_TO_KEEP = 5


@dataclass(slots=True)
class Sent:
    """What became of the letters of one run."""

    sent: int = 0
    delayed: int = 0
    given_up: int = 0


def send_letters(office: PostOffice) -> Sent:
    """Every letter whose time has come, over one line at a time. Never inside a transaction."""
    outcome = Sent()
    if office.server is None:
        return outcome
    while claimed := outbox.claim(LETTERS_A_TIME):
        waiting = _to_people_who_are_here(claimed)
        try:
            with office.server.connected() as line:
                while waiting:
                    _hand_over(waiting[0], line, outcome, office)
                    waiting.pop(0)
        except Unreachable as error:
            for letter in waiting:
                _not_sent(letter, str(error), outcome, office)
            break
    return outcome


def send_digests(office: PostOffice) -> int:
    """Write the digests that are due; how many. What was read is left out, and what the
    person may not know any more.
    """
    if office.server is None:
        return 0
    waiting = db.session.scalars(select(Alert.user_id).where(Alert.in_digest).distinct()).all()
    return sum(_digest(user_id, office) for user_id in waiting)


def tidy() -> None:
    """Take out alerts that were read long ago, and letters that left long ago."""
    now = clock.now()
    with transaction() as session:
        session.execute(
            delete(Alert).where(
                Alert.created_at < now - READ_KEPT,
                Alert.read_at.is_not(None) | (Alert.created_at < now - ALL_KEPT),
            )
        )
        session.execute(
            delete(AlertMark).where(
                AlertMark.told_at < now - ALL_KEPT, AlertMark.kind != AlertKind.MINIMUM
            )
        )
    outbox.forget_old()


def _digest(user_id: int, office: PostOffice) -> bool:
    with transaction() as session:
        found = people.everyone([user_id])
        due = letters.digest_due(found[0], clock.now()) if found else None
        oldest = session.scalar(
            select(Alert.created_at)
            .where(Alert.user_id == user_id, Alert.in_digest)
            .order_by(Alert.id)
            .limit(1)
        )
        if oldest is None or (due is not None and oldest > due):
            return False
        # Whoever takes them off the list writes the letter: another worker finds none left.
        taken = session.scalars(
            update(Alert)
            .where(Alert.user_id == user_id, Alert.in_digest)
            .values(in_digest=False)
            .returning(Alert.id)
        ).all()
        unread = session.scalars(
            select(Alert)
            .where(Alert.id.in_(taken), Alert.read_at.is_(None), people.STILL_ALLOWED)
            .execution_options(populate_existing=True)
        ).all()
        if not found or not unread:
            return False
        letters.post_digest(unread, found[0], office)
        return True


def _hand_over(letter: Letter, line: Line, outcome: Sent, office: PostOffice) -> None:
    try:
        line.hand_over(letter)
    except Unreachable:
        raise
    except NotSent as refusal:
        for_good = isinstance(refusal, RefusedForGood)
        _not_sent(letter, str(refusal), outcome, office, for_good=for_good)
    else:
        _keep_sent(letter)
        outcome.sent += 1


def _keep_sent(letter: Letter) -> None:
    """Write down that it left, or it would leave again: worth waiting for a long writer."""
    for _each in range(TRIES_TO_KEEP - 1):
        with suppress(Busy):
            return outbox.sent(letter.id)
    return outbox.sent(letter.id)


def _not_sent(
    letter: Letter, words: str, outcome: Sent, office: PostOffice, *, for_good: bool = False
) -> None:
    if not outbox.failed(letter.id, words, for_good=for_good):
        outcome.delayed += 1
        return
    outcome.given_up += 1
    with transaction():
        # One a day is enough: the page of the mail server tells the rest.
        notice = Notice(
            AlertKind.MAIL,
            f"mail:{clock.today()}",
            "/admin/mail",
            {"address": letter.to_address, "why": words},
            places=_works_for(letter.user_id),
        )
        telling.deliver([notice], people.everyone(), office)


def _works_for(user_id: int | None) -> tuple[At, ...]:
    """The organisations whose administrators know the person; all for a letter to nobody."""
    organisations = select(RoleAssignment.organisation_id).distinct()
    if user_id is not None:
        organisations = organisations.where(RoleAssignment.user_id == user_id)
    return tuple(At(each) for each in db.session.scalars(organisations))


def _to_people_who_are_here(claimed: list[Letter]) -> list[Letter]:
    """Without letters to people who may not sign in, or not know of it, any more; dropped."""
    named = {letter.user_id for letter in claimed if letter.user_id is not None}
    roles = db.session.execute(
        select(User.id, RoleAssignment.organisation_id)
        .outerjoin(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(User.id.in_(named), User.is_enabled)
    )
    works_for: dict[int, set[int | None]] = {}
    for user_id, organisation_id in roles:
        works_for.setdefault(user_id, {None}).add(organisation_id)
    gone = [
        letter
        for letter in claimed
        if letter.user_id is not None
        and letter.organisation_id not in works_for.get(letter.user_id, ())
    ]
    outbox.drop((letter.id for letter in gone), "locked out")
    return [letter for letter in claimed if letter not in gone]
