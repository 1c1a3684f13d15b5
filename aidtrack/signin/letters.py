"""Letters about signing in: invitations, forgotten passwords, and what may be an attack."""

from aidtrack.core import outbox
from aidtrack.core.i18n import LANGUAGES, RIGHT_TO_LEFT, _, speaking
from aidtrack.core.mail import PostOffice
from aidtrack.identity.models import User


def tell_of_change(user: User, office: PostOffice) -> None:
    """Their password was changed: if not by them, they must know at once."""
    with speaking(_language(user)):
        subject = _("Your password was changed")
        lines = [
            _("Every other device is signed out."),
            _("If that was not you, tell an administrator of your organisation at once."),
        ]
    _post(user, subject, lines, office)


def tell_of_guessing(user: User, number: int, office: PostOffice) -> None:
    """Somebody tries passwords at their account."""
    with speaking(_language(user)):
        subject = _("Somebody tried to sign in as you")
        lines = [
            _("%(num)s wrong passwords were tried within an hour.", num=number),
            _("If that was you, you can choose a new password. If not, yours is still safe as"
              " long as nobody can guess it."),
        ]  # fmt: skip
        label = _("Choose a new password")
    _post(user, subject, lines, office, label=label, url=f"{office.public_url}/sign-in/forgotten")


def invite(user: User, url: str, days: int, inviter: str, office: PostOffice) -> None:
    """The link by which someone new chooses their password."""
    with speaking(_language(user)):
        subject = _("You are invited to AidTrack")
        lines = [
            _("%(name)s has added you. Choose your password and sign in.", name=inviter),
            _("The link works once, for %(num)s days.", num=days),
        ]
        label = _("Choose your password")
    _post(user, subject, lines, office, label=label, url=url)


def send_reset(user: User, url: str, office: PostOffice) -> None:
    """The link by which someone chooses a new password."""
    with speaking(_language(user)):
        subject = _("Choose a new password")
        lines = [
            _("A new password was asked for your account."),
            _("The link works once, for an hour. If you did not ask, you need not do anything."),
        ]
        label = _("Choose a new password")
    _post(user, subject, lines, office, label=label, url=url)


def _post(
    user: User,
    subject: str,
    lines: list[str],
    office: PostOffice,
    *,
    label: str = "",
    url: str = "",
) -> None:
    """Into the outbox, in the caller's transaction; nothing for someone without an address."""
    address = user.email or ""
    if not outbox.is_address(address):
        return
    language = _language(user)
    facts: dict[str, object] = {
        "subject": subject,
        "lines": lines,
        "label": label,
        "url": url,
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
    }
    outbox.post(
        address,
        language=language,
        subject=subject,
        text=office.draw("emails/account.txt", language, facts),
        html=office.draw("emails/account.html", language, facts),
        user_id=user.id,
    )


def _language(user: User) -> str:
    return user.language if user.language in LANGUAGES else "en"
