"""Partners for programs."""

from flask import Blueprint, Response, url_for

from aidtrack.core.paging import Page
from aidtrack.identity.permissions import Permission
from aidtrack.partners import queries, services
from aidtrack.partners.forms import NewPartnerForm, PartnerFilter, PartnerForm
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.queries import PartnerDetail
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("partners_api", __name__, url_prefix="/api/v1/partners")
P = Permission


@bp.get("")
@documented(summary="Partners by name", query=PartnerFilter, returns=PartnerDetail, paged=True)
@requires(P.VIEW_PARTNERS)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    asked = PartnerFilter.from_query().checked().asked()
    page = queries.partners(current_actor(), **asked, cursor=cursor, limit=limit)
    return page_answer(Page([queries.partner_detail(row) for row in page.rows], page.next_cursor))


@bp.get("/<int:partner_id>")
@documented(summary="One partner", returns=PartnerDetail)
@requires(P.VIEW_PARTNERS)
def show(partner_id: int) -> Response:
    return _partner(partner_id)


@bp.post("")
@documented(summary="Add a partner", form=NewPartnerForm, returns=PartnerDetail, status=201)
@requires(P.MANAGE_PARTNERS)
def add() -> Response:
    form = NewPartnerForm.from_request().checked()
    actor = current_actor()
    partner_id = services.add_partner(
        form.details(PartnerKind(form.kind.data)),
        organisation_id=form.organisation_id.data or actor.organisation_id or 0,
        actor=actor,
    )
    return _partner(partner_id, 201)


@bp.put("/<int:partner_id>")
@documented(summary="Change a partner; its kind stays", form=PartnerForm, returns=PartnerDetail)
@requires(P.MANAGE_PARTNERS)
def change(partner_id: int) -> Response:
    """Say everything: what is left out becomes empty."""
    form = PartnerForm.from_request().checked()
    actor = current_actor()
    details = form.details(queries.partner(partner_id, actor).kind)
    services.change_partner(partner_id, details, actor=actor)
    return _partner(partner_id)


@bp.post("/<int:partner_id>/retire")
@documented(summary="Offer a partner no more; its history stays", returns=PartnerDetail)
@requires(P.MANAGE_PARTNERS)
def retire(partner_id: int) -> Response:
    services.retire_partner(partner_id, actor=current_actor())
    return _partner(partner_id)


@bp.post("/<int:partner_id>/restore")
@documented(summary="Offer a retired partner again", returns=PartnerDetail)
@requires(P.MANAGE_PARTNERS)
def restore(partner_id: int) -> Response:
    services.restore_partner(partner_id, actor=current_actor())
    return _partner(partner_id)


def _partner(partner_id: int, status: int = 200) -> Response:
    found = queries.partner_detail(queries.partner(partner_id, current_actor()))
    where = url_for("partners_api.show", partner_id=partner_id) if status == 201 else None
    return json_answer(found, status, location=where)
