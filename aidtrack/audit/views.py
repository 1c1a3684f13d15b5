"""Pages of the audit: every act, and everything that happened to one record."""

from typing import Any

from flask import Blueprint, render_template, request

from aidtrack.audit import kinds, queries
from aidtrack.audit.forms import AuditFilter
from aidtrack.audit.lists import AUDIT
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.web.access import current_actor, requires

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("")
@requires(Permission.VIEW_AUDIT)
def index() -> Any:
    form = AuditFilter.from_query().offering(queries.people(current_actor()))
    return lists.answer(AUDIT, form, "audit/index.html")


@bp.get("/<kind>/<int:record_id>")
@requires(Permission.VIEW_AUDIT)
def record(kind: str, record_id: int) -> str:
    actor = current_actor()
    page = queries.of_record(kind, record_id, actor, request.args.get("cursor"))
    return render_template(
        "audit/record.html", page=page, record=kinds.shown(kind, record_id, actor)
    )
