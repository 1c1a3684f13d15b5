"""The audit for programs: every act, newest first."""

from flask import Blueprint, Response

from aidtrack.audit import queries
from aidtrack.audit.forms import AuditFilter
from aidtrack.audit.queries import AuditRow
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("audit_api", __name__, url_prefix="/api/v1/audit")


@bp.get("")
@documented(summary="Every act, newest first", query=AuditFilter, returns=AuditRow, paged=True)
@requires(Permission.VIEW_AUDIT)
def index() -> Response:
    """Who did what to which record, from where, before and after."""
    actor = current_actor()
    cursor, limit = cursor_and_limit()
    wanted = AuditFilter.from_query().offering(queries.people(actor)).wanted()
    return page_answer(queries.everything(actor, wanted, cursor=cursor, limit=limit))
