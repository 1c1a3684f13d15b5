"""Who is asking: the session cookie's person, or the bearer token's."""

from flask import Flask
from flask_login import LoginManager

from aidtrack.core.db import db
from aidtrack.identity.models import User

login_manager = LoginManager()
login_manager.session_protection = "basic"


def init_app(app: Flask) -> None:
    login_manager.init_app(app)


@login_manager.user_loader
def load_user(session_id: str) -> User | None:
    """The person of a session, unless they were disabled or signed out everywhere."""
    user_id, _dot, stamp = session_id.partition(".")
    if not user_id.isdecimal():
        return None
    user = db.session.get(User, int(user_id))
    if user is None or not user.is_enabled or user.session_stamp != stamp:
        return None
    return user
