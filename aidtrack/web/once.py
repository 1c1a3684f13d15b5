"""What is shown only once: the same request sent again must not put another in its place."""

from typing import Any, Self
from uuid import uuid4

from flask import redirect, request, session

from aidtrack.core.i18n import _, lazy
from aidtrack.web import toasts
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.inputs import UuidField

SHOWN = "shown_once"
KEPT = 4


class ShownOnceForm(UseCaseForm):
    """A form whose answer shows a secret.

    Its key is marked in the cookie that travels with that answer. So whoever never received the
    answer, such as after a double click, is shown another; whoever received it loses nothing.
    """

    key = UuidField(lazy("Key"), default=uuid4, hidden=True)

    @classmethod
    def from_request(cls, obj: object = None, **defaults: Any) -> Self:
        """Its key stands in the address where another form led here."""
        key = request.args.get("key") or uuid4()
        return super().from_request(obj, key=key, **defaults)

    @property
    def was_shown(self) -> bool:
        return bool(self.key.data) and str(self.key.data) in session.get(SHOWN, [])

    def note_shown(self) -> None:
        session[SHOWN] = [*session.get(SHOWN, []), str(self.key.data)][-KEPT:]


def shown_before(url: str) -> Any:
    """On to the page that lists it, in place of making another."""
    toasts.warn(_("This was made and shown once already. Make a new one if it was not kept."))
    return redirect(url, 303)
