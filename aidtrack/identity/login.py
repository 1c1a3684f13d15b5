"""Whom the cookie of a session stands for."""

from pathlib import Path

from flask import Flask, g
from flask_login import LoginManager

from aidtrack.identity import breached, sessions
from aidtrack.identity.models import User

login_manager = LoginManager()
login_manager.session_protection = "basic"


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    if path := app.config.get("BREACHED_PASSWORDS"):
        breached.use(Path(path))


@login_manager.user_loader
def load_user(secret: str) -> User | None:
    """The person of a session, unless it has ended or they are locked out."""
    found = sessions.opened(secret)
    if found is None:
        return None
    user, g.user_session = found
    user.session_secret = secret
    return user
