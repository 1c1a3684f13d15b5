"""Papers over JSON: their files, and the check that anyone may make."""

from flask import Blueprint, Response
from werkzeug import Response as Answer

from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.documents import queries
from aidtrack.documents.answers import pdf_answer
from aidtrack.documents.queries import Verified
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, public, requires
from aidtrack.web.answers import json_answer
from aidtrack.web.limits import READING_CODES, guessing_codes, limiter
from aidtrack.web.openapi import documented

bp = Blueprint("documents_api", __name__, url_prefix="/api/v1")


@bp.get("/papers/<int:paper_id>.pdf")
@documented(summary="A paper as PDF", returns="application/pdf")
@requires(Permission.VIEW_PAPERS, Permission.VIEW_OWN_DONATIONS)
def download(paper_id: int) -> Response:
    paper = queries.readable(paper_id, current_actor())
    return pdf_answer(paper.id, paper.number)


@bp.get("/verify/<code>")
@documented(summary="Whether a paper is genuine", returns=Verified)
@public
@limiter.limit(READING_CODES)
@guessing_codes
def verify(code: str) -> Answer:
    found = queries.verified(code)
    if found is None:
        raise NotFound(_("No paper of ours has this code."))
    return json_answer(found)
