"""Who is asking: the session cookie's person, or the bearer token's."""

from pathlib import Path

from flask import Flask, Response, current_app, g
from flask_login import LoginManager

from aidtrack.identity import breached, sessions
from aidtrack.identity.models import User

login_manager = LoginManager()
login_manager.session_protection = "basic"


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    if path := app.config.get("BREACHED_PASSWORDS"):
        breached.use(Path(path))
    app.after_request(note_that_it_is_used)


@login_manager.user_loader
def load_user(secret: str) -> User | None:
    """The person of a session, unless it has ended or they are locked out."""
    found = sessions.opened(secret)
    if found is None:
        return None
    user, g.user_session = found
    user.session_secret = secret
    return user


def note_that_it_is_used(answer: Response) -> Response:
    """Every few minutes, and only once the answer has left: reading never waits for it."""
    opened: sessions.Opened | None = g.get("user_session")
    if opened is not None and opened.is_due:
        app = current_app._get_current_object()  # type: ignore[attr-defined]

        def note() -> None:
            with app.app_context():
                sessions.seen(opened.id)

        answer.call_on_close(note)
    return answer
