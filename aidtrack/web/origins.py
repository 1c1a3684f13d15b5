"""Tells the audit from where each request comes: which way in, which address, which device.

The address and the device are those that the session of a browser has too; of what a browser
says of itself only the few words of `device_of` are kept.
"""

from flask import Flask, request

from aidtrack.core import audit
from aidtrack.core.audit import Channel, Origin
from aidtrack.web.devices import device_of
from aidtrack.web.sessions import session_here

API = "/api/"
# Where drivers' phones ask and report.
PHONES = ("/d", "/j", "/api/v1/field-reports", "/api/v1/journeys")
USER_AGENT_MAX = 500


def init_app(app: Flask) -> None:
    app.before_request(remember)
    app.teardown_request(forget)


def remember() -> None:
    audit.origin.set(
        Origin(
            channel=_channel(),
            address=request.remote_addr or "",
            device=device_of(request.headers.get("User-Agent", "")[:USER_AGENT_MAX]),
            session=_session,
        )
    )


def forget(_error: BaseException | None) -> None:
    """What this thread does next is another's."""
    audit.origin.set(audit.OUTSIDE)


def _session() -> int | None:
    opened = session_here()
    return opened.id if opened else None


def _channel() -> Channel:
    is_program = "Authorization" in request.headers
    if not is_program and any(
        request.path == path or request.path.startswith(f"{path}/") for path in PHONES
    ):
        return Channel.PHONE
    return Channel.API if request.path.startswith(API) else Channel.BROWSER
