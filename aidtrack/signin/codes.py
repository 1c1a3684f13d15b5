"""Codes from an app: a new one every half minute, from a secret that we share (RFC 6238)."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from aidtrack.core import audit, clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.mail import PostOffice
from aidtrack.core.vault import Vault
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor
from aidtrack.signin import factors
from aidtrack.signin.factor_models import CodeApp
from aidtrack.signin.telling import Change, tell

ISSUER = "AidTrack"
DIGITS = 6
STEP_SECONDS = 30
# A phone's clock may be wrong by a step, and people type slowly.
DRIFT_STEPS = 1


class WrongCode(RuleBroken):
    code = "wrong_code"
    status = 422


class AlreadyOn(RuleBroken):
    code = "codes_already_on"


@dataclass(frozen=True, slots=True)
class Setup:
    """What the app must be told, as a picture and in letters."""

    picture: str
    key: str


def begin(*, vault: Vault, actor: Actor) -> None:
    """Make a secret to set an app up with. It counts once a code of it was right."""
    import pyotp

    with transaction() as session:
        session.get_one(User, actor.user_id, with_for_update=True)
        app = session.get(CodeApp, actor.user_id)
        if app is not None and app.confirmed_at is not None:
            raise AlreadyOn(_("Codes are on already. Switch them off first."))
        if app is None:
            app = CodeApp(user_id=actor.user_id)
            session.add(app)
        app.secret = vault.lock(pyotp.random_base32())
        app.created_at = clock.now()


def setup(actor: Actor, email: str, *, vault: Vault) -> Setup:
    """Of an app that is not confirmed yet. Raises NotFound when none was begun."""
    import pyotp
    import segno

    app = db.session.get(CodeApp, actor.user_id)
    if app is None or app.confirmed_at is not None:
        raise NotFound(_("Nothing is being set up."))
    secret = vault.open(app.secret)
    uri = pyotp.TOTP(secret).provisioning_uri(name=email or actor.name, issuer_name=ISSUER)
    picture = segno.make(uri, error="m", micro=False).svg_data_uri(scale=5, border=3, light="#fff")
    return Setup(picture=picture, key=" ".join(_fours(secret)))


def confirm(code: str, *, vault: Vault, office: PostOffice, actor: Actor) -> None:
    """The app shows what we expect: from now on its codes are asked for."""
    with transaction() as session:
        person = session.get_one(User, actor.user_id, with_for_update=True)
        app = session.get(CodeApp, actor.user_id)
        if app is None:
            raise NotFound(_("Nothing is being set up."))
        if app.confirmed_at is not None:
            raise AlreadyOn(_("Codes are on already. Switch them off first."))
        app.last_step = _step_of(code, app, vault)
        app.confirmed_at = clock.now()
        audit.record(actor, "user.codes_on", kind="user", record_id=actor.user_id)
        tell(person, Change.CODES_ON, office)


def use(user_id: int, code: str, *, vault: Vault) -> None:
    """Take a code, once. Raises WrongCode. Call it inside a transaction."""
    session = db.session
    app = session.get(CodeApp, user_id, with_for_update=True, populate_existing=True)
    if app is None or app.confirmed_at is None:
        raise _wrong()
    app.last_step = _step_of(code, app, vault)
    app.last_used_at = clock.now()
    session.flush()


def switch_off(*, office: PostOffice, actor: Actor) -> None:
    """Ask for no codes any more."""
    with transaction() as session:
        person = session.get_one(User, actor.user_id, with_for_update=True)
        app = session.get(CodeApp, actor.user_id)
        if app is None or app.confirmed_at is None:
            raise NotFound(_("Codes are not on."))
        session.delete(app)
        session.flush()
        factors.expect_enough_left(actor)
        audit.record(actor, "user.codes_off", kind="user", record_id=actor.user_id)
        tell(person, Change.CODES_OFF, office)


def confirmed_since(user_id: int) -> datetime | None:
    app = db.session.get(CodeApp, user_id)
    return app.confirmed_at if app else None


def _step_of(code: str, app: CodeApp, vault: Vault) -> int:
    """The half minute that a code belongs to. Raises WrongCode, also for one used before."""
    import pyotp

    # Phones in Arabic and Persian write digits of their own.
    digits = "".join(str(int(x)) if x.isdecimal() else x for x in code if not x.isspace())
    generator = pyotp.TOTP(vault.open(app.secret), digits=DIGITS, interval=STEP_SECONDS)
    if not (digits.isdecimal() and len(digits) == DIGITS):
        raise _wrong()
    for step in _steps_now():
        right = hmac.compare_digest(generator.generate_otp(step), digits)
        if right and (app.last_step is None or step > app.last_step):
            return step
    raise _wrong()


def _steps_now() -> Iterator[int]:
    now = int(clock.now().timestamp()) // STEP_SECONDS
    yield from range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)


def _wrong() -> WrongCode:
    return WrongCode(
        _("This code is not right. Take the one that the app shows now."), field="code"
    )


def _fours(text: str) -> Iterator[str]:
    for start in range(0, len(text), 4):
        yield text[start : start + 4]
