"""Letters to a person about the ways in which they sign in: nobody changes those unseen."""

from enum import StrEnum

from aidtrack.core import outbox
from aidtrack.core.i18n import LANGUAGES, _, lazy, speaking
from aidtrack.core.mail import PostOffice
from aidtrack.identity.models import User


class Change(StrEnum):
    """What a letter is about."""

    CODES_ON = "codes_on"
    CODES_OFF = "codes_off"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_MADE = "recovery_made"
    RECOVERY_USED = "recovery_used"
    PROVIDER_LINKED = "provider_linked"
    PROVIDER_UNLINKED = "provider_unlinked"
    RESET = "reset"
    GUESSED = "guessed"


SENTENCES = {
    Change.CODES_ON: lazy("Codes from an app are now asked for when you sign in."),
    Change.CODES_OFF: lazy("Codes from an app are no longer asked for when you sign in."),
    Change.PASSKEY_ADDED: lazy("A passkey was added to your account."),
    Change.PASSKEY_REMOVED: lazy("A passkey was removed from your account."),
    Change.RECOVERY_MADE: lazy("New recovery codes were made. The old ones count no more."),
    Change.RECOVERY_USED: lazy("A recovery code was used to sign in."),
    Change.PROVIDER_LINKED: lazy("Another way to sign in was connected to your account."),
    Change.PROVIDER_UNLINKED: lazy("A way to sign in was disconnected from your account."),
    Change.RESET: lazy("An administrator took away your second factors and signed you out."),
    Change.GUESSED: lazy("Somebody who knows your password tried to pass your second factor."),
}


def tell(person: User, change: Change, office: PostOffice) -> None:
    """Put the letter into the outbox, in the person's language and the caller's transaction."""
    address = person.email or ""
    if not outbox.is_address(address):
        return
    language = person.language if person.language in LANGUAGES else "en"
    with speaking(language):
        sentence = str(SENTENCES[change])
        advice = _("If that was not you, change your password and tell an administrator.")
    outbox.post(
        address,
        language=language,
        subject=sentence,
        text=f"{sentence}\n\n{advice}\n\n{office.public_url}/account/security\n",
        user_id=person.id,
    )
