"""Links of drivers, made and opened as the office and a phone do."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select, update

from aidtrack.core import clock
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.driver import services
from aidtrack.driver.models import JourneyLink
from aidtrack.driver.services import Made
from aidtrack.identity.journeys import LATE_REPORTS
from aidtrack.identity.models import UserSession
from tests.factories.shipments import loads_of
from tests.factories.world import World


def make_link(world: World, shipment_id: int, **more: Any) -> Made:
    return services.make(shipment_id, **{"actor": world.logistician, "at": clock.now(), **more})


def begin(phone: FlaskClient, token: str) -> Any:
    """Look at the page, then press its button: the answer of the second."""
    phone.get(f"/j/{token}")
    return phone.post(f"/j/{token}")


def told(shipment_id: int, action: str) -> list[AuditEntry]:
    """What the audit says of the shipment's links."""
    db.session.rollback()
    entries = select(AuditEntry).filter_by(
        action=f"journey_link.{action}", record_kind="shipment", record_id=shipment_id
    )
    return list(db.session.scalars(entries))


def end_links() -> None:
    """As if the link's time had passed, with its session's."""
    past = clock.now() - timedelta(minutes=1)
    db.session.execute(update(JourneyLink).values(expires_at=past))
    db.session.execute(update(UserSession).values(expires_at=past + LATE_REPORTS))
    db.session.commit()


def is_refused(answer: Any) -> bool:
    """Led to the page that says that the link has ended."""
    return answer.status_code == 303 and answer.headers["Location"] == "/j"


def late_report(shipment_id: int) -> dict[str, Any]:
    """What a phone without signal kept for two hours."""
    return {
        "key": str(uuid4()),
        "shipment_id": shipment_id,
        "occurred_at": (clock.now() - timedelta(hours=2)).isoformat(),
        "receiver_name": "Gulnara",
        "lines": [{"load_id": x.id, "good": x.quantity} for x in loads_of(shipment_id)],
    }
