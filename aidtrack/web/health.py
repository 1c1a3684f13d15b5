"""For whoever watches the server: is it alive, and can it work?"""

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from aidtrack.core.db import db
from aidtrack.web.access import public
from aidtrack.web.answers import json_answer

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> Response:
    """The process answers. Asks nothing of the database."""
    return json_answer({"status": "alive"})


@bp.get("/readyz")
@public
def ready() -> Response:
    """The database answers and has its tables; 503 until then."""
    try:
        revision = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        db.session.rollback()
        return json_answer({"status": "the database does not answer"}, 503)
    return json_answer({"status": "ready", "revision": revision})
