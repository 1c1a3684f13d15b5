"""People, their roles, one's own tokens and organisations, for programs."""

from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from aidtrack.identity import queries, services, tokens
from aidtrack.identity.forms import (
    OrganisationForm,
    PeopleFilter,
    PersonByProgramForm,
    PersonForm,
    RoleForm,
    TokenForm,
)
from aidtrack.identity.permissions import Permission
from aidtrack.identity.queries import OrganisationDetail, PersonDetail
from aidtrack.identity.services import OrganisationDetails
from aidtrack.identity.tokens import TokenRow
from aidtrack.web.access import current_actor, fresh, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("people_api", __name__, url_prefix="/api/v1/people")
tokens_bp = Blueprint("tokens_api", __name__, url_prefix="/api/v1/tokens")
organisations_bp = Blueprint("organisations_api", __name__, url_prefix="/api/v1/organisations")
P = Permission


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token, shown this once."""

    token: str


@bp.get("")
@documented(
    summary="People whose roles you manage, by name",
    query=PeopleFilter,
    returns=PersonDetail,
    paged=True,
)
@requires(P.MANAGE_PEOPLE)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    asked = PeopleFilter.from_query().checked().asked()
    return page_answer(queries.people(current_actor(), **asked, cursor=cursor, limit=limit))


@bp.get("/<int:user_id>")
@documented(summary="One person with their roles", returns=PersonDetail)
@requires(P.MANAGE_PEOPLE)
def show(user_id: int) -> Response:
    return json_answer(queries.person(user_id, current_actor()))


@bp.post("")
@documented(summary="Add a person", form=PersonByProgramForm, returns=PersonDetail, status=201)
@requires(P.MANAGE_PEOPLE)
@fresh
def add() -> Response:
    form = PersonByProgramForm.from_request().checked()
    user_id = services.add_user(
        email=form.email.data,
        name=form.name.data,
        password=form.password.data,
        phone=form.phone.data or "",
        language=form.language.data,
        roles=form.as_roles(current_actor()),
        actor=current_actor(),
    )
    return _person(user_id, 201)


@bp.put("/<int:user_id>")
@documented(summary="Correct a person's name and phone", form=PersonForm, returns=PersonDetail)
@requires(P.MANAGE_PEOPLE)
def change(user_id: int) -> Response:
    form = PersonForm.from_request().checked()
    services.change_user(
        user_id, name=form.name.data, phone=form.phone.data or "", actor=current_actor()
    )
    return _person(user_id)


@bp.post("/<int:user_id>/roles")
@documented(summary="Give a role", form=RoleForm, returns=PersonDetail, status=201)
@requires(P.MANAGE_PEOPLE)
@fresh
def give_role(user_id: int) -> Response:
    form = RoleForm.from_request().checked()
    services.assign_role(user_id, form.as_role(current_actor()), actor=current_actor())
    return _person(user_id, 201)


@bp.delete("/<int:user_id>/roles/<int:assignment_id>")
@documented(summary="Take a role", returns=PersonDetail)
@requires(P.MANAGE_PEOPLE)
@fresh
def take_role(user_id: int, assignment_id: int) -> Response:
    services.take_role(user_id, assignment_id, actor=current_actor())
    return _person(user_id)


@bp.post("/<int:user_id>/disable")
@documented(summary="Lock a person out, at once and everywhere", returns=PersonDetail)
@requires(P.MANAGE_PEOPLE)
@fresh
def disable(user_id: int) -> Response:
    services.disable_user(user_id, actor=current_actor())
    return _person(user_id)


@bp.post("/<int:user_id>/enable")
@documented(summary="Let a person in again", returns=PersonDetail)
@requires(P.MANAGE_PEOPLE)
@fresh
def enable(user_id: int) -> Response:
    services.enable_user(user_id, actor=current_actor())
    return _person(user_id)


@tokens_bp.get("")
@documented(summary="Your own tokens, newest first", returns=list[TokenRow])
@requires(P.MANAGE_OWN_ACCOUNT)
def list_tokens() -> Response:
    """No token may do this: it needs a session."""
    return json_answer(tokens.own(current_actor()))


@tokens_bp.post("")
@documented(summary="Make a token", form=TokenForm, returns=NewToken, status=201)
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def create_token() -> Response:
    """The token is in this answer only: AidTrack keeps its hash and cannot show it again.

    No token may do this: it needs a session.
    """
    form = TokenForm.from_request().checked()
    return json_answer(NewToken(tokens.create_token(**form.asked(), actor=current_actor())), 201)


@tokens_bp.delete("/<int:token_id>")
@documented(summary="Revoke a token, for ever", returns=TokenRow)
@requires(P.MANAGE_OWN_ACCOUNT)
def revoke_token(token_id: int) -> Response:
    """No token may do this: it needs a session."""
    own = tokens.own_one(token_id, current_actor())
    tokens.revoke_token(own.id, actor=current_actor())
    return json_answer(tokens.own_one(token_id, current_actor()))


@organisations_bp.get("")
@documented(summary="The organisations that you work for", returns=list[OrganisationDetail])
@requires(P.VIEW_PLACES)
def list_organisations() -> Response:
    return json_answer(queries.own_organisations(current_actor()))


@organisations_bp.get("/<int:organisation_id>")
@documented(summary="One organisation that you work for", returns=OrganisationDetail)
@requires(P.VIEW_PLACES)
def show_organisation(organisation_id: int) -> Response:
    return json_answer(queries.own_organisation(organisation_id, current_actor()))


@organisations_bp.put("/<int:organisation_id>")
@documented(summary="Change an organisation", form=OrganisationForm, returns=OrganisationDetail)
@requires(P.MANAGE_ORGANISATION)
def change_organisation(organisation_id: int) -> Response:
    form = OrganisationForm.from_request().checked()
    details = OrganisationDetails(**form.details())
    services.change_organisation(organisation_id, details, actor=current_actor())
    return json_answer(queries.own_organisation(organisation_id, current_actor()))


def _person(user_id: int, status: int = 200) -> Response:
    where = url_for("people_api.show", user_id=user_id) if status == 201 else None
    return json_answer(queries.person(user_id, current_actor()), status, location=where)
