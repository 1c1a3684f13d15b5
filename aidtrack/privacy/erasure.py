"""Erases a person who has an account: all that is theirs goes, what they did stays.

Their number stays, as "Erased person 12", so that goods they moved are still moved by one
and the same person. Nothing brings the name back.
"""

from collections.abc import Collection

from sqlalchemy import delete, or_, select, update

from aidtrack.alerts.models import Alert
from aidtrack.core import audit, clock, redaction
from aidtrack.core.db import Base, db, transaction
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.core.i18n import _, speaking
from aidtrack.core.outbox import Mail
from aidtrack.identity import queries as identity
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.roles import expect_other_administrator
from aidtrack.jobs.models import Job
from aidtrack.privacy.models import ErasedPerson
from aidtrack.remarks.models import Remark
from aidtrack.shipments.models import Shipment

# Tables whose rows are the person's own, by the column that names the person.
GOES = {
    "alert": "user_id",
    "alert_choice": "user_id",
    "alert_times": "user_id",
    "api_token": "user_id",
    "code_app": "user_id",
    "journey_link": "driver_id",
    "mail_outbox": "user_id",
    "passkey": "user_id",
    "provider_link": "user_id",
    "put_away": "user_id",
    "recovery_code": "user_id",
    "role_assignment": "user_id",
    "saved_view": "owner_id",
    "sign_in_link": "user_id",
    "user_session": "user_id",
}
# Tables whose rows tell what the person did. They keep the number, and why.
STAYS = {
    "audit_entry": "who did what is evidence; the name in it is redacted",
    "correction": "what was wrong was put right",
    "delivery": "goods were handed over",
    "erased_person": "says that the person was erased",
    "field_report": "goods were handed over",
    "goods_receipt": "goods arrived",
    "import_run": "a list was taken in",
    "job": "work was done; the name in it goes",
    "kit_version": "a kit was described",
    "paper": "a paper was issued, and is evidence",
    "recall": "goods were recalled",
    "remark": "the words are about goods; the author's name goes",
    "share": "a record was shared with a partner",
    "shipment": "goods were driven; the phone goes",
    "stock_count": "goods were counted, and somebody agreed",
    "stock_count_entry": "goods were counted",
    "stock_find": "goods were found",
    "stock_hold": "goods were kept apart",
    "stock_movement": "goods were moved",
    "write_off": "goods were written off",
}


def protected_person(user_id: int, actor: Actor) -> User:
    """A person every organisation of whom is the actor's to protect.

    Raises NotFound for a stranger, NotAllowed when another organisation has a say.
    """
    allowed = actor.organisations(Permission.PROTECT_PEOPLE)
    theirs = set(
        db.session.scalars(
            select(RoleAssignment.organisation_id).where(RoleAssignment.user_id == user_id)
        )
    )
    if not theirs & allowed:
        raise NotFound(_("There is no such person."))
    if not theirs <= allowed:
        raise NotAllowed(
            _("Another organisation gave this person a role too. It must take that away first.")
        )
    return db.session.get_one(User, user_id)


def erasable(user_id: int, actor: Actor) -> User:
    """A person whom the actor may erase: not themselves, or nobody would see it happen."""
    person = protected_person(user_id, actor)
    if user_id == actor.user_id:
        raise NotAllowed(_("Another administrator must erase you."))
    return person


def erase(user_id: int, typed: str, *, actor: Actor) -> str:
    """Erase the person whose name was typed; what they are called from now on."""
    with transaction() as session:
        person = erasable(user_id, actor)
        session.refresh(person, with_for_update=True)
        expect_typed(person.name, typed)
        for assignment in person.roles:
            expect_other_administrator(assignment)
        return erase_account(person, actor)


def expect_typed(name: str, typed: str) -> None:
    """Nobody is erased by a slip: whoever erases types the name, whatever its spaces."""
    if typed.split() != name.split():
        raise Invalid(_("This is not the name that stands above."), field="name")


def erase_account(person: User, actor: Actor) -> str:
    """All that goes, in a fixed number of statements, inside the caller's transaction."""
    with speaking(identity.language_of(actor.organisation_id or 0)):
        label = _("Erased person %(number)d", number=person.id)
    known_as = person.name
    words = [word for word in (person.name, person.email, person.phone) if word]
    theirs = {assignment.organisation_id for assignment in person.roles}
    redaction.redact_person(
        person.id, reason="erased", actor=actor, words=words, organisation_ids=theirs
    )
    _take_out_rows(person)
    _take_out_names(person, label)
    _take_out_of_inboxes(known_as, theirs)
    person.name, person.email, person.phone = label, None, ""
    person.password_hash, person.is_enabled = None, False
    db.session.add(ErasedPerson(user_id=person.id, erased_at=clock.now()))
    audit.record(actor, "user.erased", kind="user", record_id=person.id)
    return label


def _take_out_rows(person: User) -> None:
    session = db.session
    session.expire(person, ["roles"])
    if person.email:
        session.execute(delete(Mail).where(Mail.to_address == person.email))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in GOES:
            column = table.c[GOES[table.name]]
            session.execute(delete(table).where(column == person.id))


def _take_out_names(person: User, label: str) -> None:
    """Where the name or the phone was written down once more."""
    session = db.session
    session.execute(update(Remark).where(Remark.author_id == person.id).values(author_name=label))
    session.execute(update(Job).where(Job.user_id == person.id).values(user_name=label))
    session.execute(
        update(Shipment)
        .where(
            Shipment.driver_id == person.id,
            or_(Shipment.driver_name != "", Shipment.driver_phone != ""),
        )
        .values(driver_name="", driver_phone="")
    )


def _take_out_of_inboxes(known_as: str, organisation_ids: Collection[int]) -> None:
    """What colleagues were told of this person goes as well; nobody else's inbox is touched."""
    colleagues = select(RoleAssignment.user_id).where(
        RoleAssignment.organisation_id.in_(organisation_ids)
    )
    about_themselves = Alert.organisation_id.is_(None) & Alert.user_id.in_(colleagues)
    found = db.session.execute(
        select(Alert.id, Alert.facts).where(
            or_(Alert.organisation_id.in_(organisation_ids), about_themselves),
            redaction.mention(Alert.facts, [known_as]),
        )
    )
    gone = [row.id for row in found if redaction.names_one_of([known_as], row.facts)]
    for start in range(0, len(gone), redaction.BATCH):
        some = gone[start : start + redaction.BATCH]
        db.session.execute(delete(Alert).where(Alert.id.in_(some)))
