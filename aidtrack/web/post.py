"""What letters need of this installation: its mail server, its address, its templates."""

from flask import current_app, render_template

from aidtrack.core.i18n import speaking
from aidtrack.core.mail import PostOffice, server_of


def post_office() -> PostOffice:
    """The post office of the running application."""
    settings = current_app.config
    return PostOffice(
        server=server_of(settings["MAIL_URL"], settings["MAIL_FROM"]),
        public_url=settings["PUBLIC_URL"],
        secret=settings["SECRET_KEY"],
        draw=drawn,
    )


def drawn(template: str, language: str, facts: dict[str, object]) -> str:
    """A template in a language that need not be the one of whoever asks."""
    with speaking(language):
        return render_template(template, **facts)
