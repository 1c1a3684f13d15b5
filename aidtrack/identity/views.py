"""Pages of one's account, and those on which administrators say who may do what."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, session, url_for

from aidtrack.core.i18n import _
from aidtrack.core.standards import country_name
from aidtrack.identity import duties, queries, services, sessions
from aidtrack.identity.forms import (
    AccountForm,
    NewPersonForm,
    OrganisationForm,
    PeopleFilter,
    PersonForm,
    RoleForm,
)
from aidtrack.identity.lists import PEOPLE
from aidtrack.identity.permissions import BOUND, GRANTS, Permission
from aidtrack.identity.services import OrganisationDetails
from aidtrack.identity.words import BOUNDS, METHODS, PERMISSIONS, ROLE_HINTS, ROLES
from aidtrack.lists import answers as lists
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, fresh, requires

account_bp = Blueprint("account", __name__)
bp = Blueprint("people", __name__)
P = Permission


@account_bp.route("/account", methods=["GET", "POST"])
@requires(P.MANAGE_OWN_ACCOUNT)
def own_account() -> Any:
    account = queries.account(current_actor())
    form = AccountForm.from_record(account)
    if form.submitted():
        with form.showing_broken_rules():
            services.change_account(
                name=form.name.data,
                phone=form.phone.data or "",
                language=form.language.data,
                actor=current_actor(),
            )
            session["language"] = form.language.data
            toasts.done(_("Your account is saved."))
            return redirect(url_for("account.own_account"), 303)
    return render_template(
        "identity/account.html", form=form, account=account, roles=ROLES
    ), form.status


@bp.get("/people")
@requires(P.MANAGE_PEOPLE)
def index() -> Any:
    actor = current_actor()
    return lists.answer(
        PEOPLE,
        PeopleFilter.from_query(),
        "identity/people.html",
        roles=ROLES,
        organisation_id=actor.organisation_id if actor.may(P.MANAGE_ORGANISATION) else None,
    )


@bp.get("/people/roles")
@requires(P.MANAGE_PEOPLE)
def policy() -> str:
    """What each role may do, read from the policy itself."""
    return render_template(
        "identity/policy.html",
        roles=ROLES,
        hints=ROLE_HINTS,
        permissions=PERMISSIONS,
        grants=GRANTS,
        bounds={permission: BOUNDS[bound] for permission, bound in BOUND.items()},
    )


@bp.route("/people/new", methods=["GET", "POST"])
@requires(P.MANAGE_PEOPLE)
@fresh
def add() -> Any:
    form = NewPersonForm.from_request()
    offer_places(form)
    if form.submitted():
        with form.showing_broken_rules():
            user_id = services.add_user(
                email=form.email.data,
                name=form.name.data,
                phone=form.phone.data or "",
                language=form.language.data,
                roles=form.as_roles(current_actor()),
                actor=current_actor(),
            )
            # The browser sends on what it sent: the next page invites them.
            return redirect(url_for("links.give", user_id=user_id, key=uuid4()), 307)
    return render_template("identity/new_person.html", form=form), form.status


@bp.get("/people/<int:user_id>")
@requires(P.MANAGE_PEOPLE)
def show(user_id: int) -> str:
    form = RoleForm.from_request()
    offer_places(form)
    return _person_page(user_id, form)


@bp.post("/people/<int:user_id>/roles")
@requires(P.MANAGE_PEOPLE)
@fresh
def give_role(user_id: int) -> Any:
    form = RoleForm.from_request()
    offer_places(form)
    if form.submitted():
        with form.showing_broken_rules():
            services.assign_role(user_id, form.as_role(current_actor()), actor=current_actor())
            toasts.done(_("The role is given."))
            return redirect(url_for("people.show", user_id=user_id), 303)
    return _person_page(user_id, form), form.status


@bp.post("/people/<int:user_id>/roles/<int:assignment_id>/take")
@requires(P.MANAGE_PEOPLE)
@fresh
def take_role(user_id: int, assignment_id: int) -> Any:
    services.take_role(user_id, assignment_id, actor=current_actor())
    toasts.done(_("The role is taken."))
    return redirect(url_for("people.show", user_id=user_id), 303)


@bp.route("/people/<int:user_id>/edit", methods=["GET", "POST"])
@requires(P.MANAGE_PEOPLE)
def change(user_id: int) -> Any:
    person = queries.person(user_id, current_actor())
    form = PersonForm.from_record(person)
    if form.submitted():
        with form.showing_broken_rules():
            services.change_user(
                user_id,
                name=form.name.data,
                phone=form.phone.data or "",
                actor=current_actor(),
            )
            toasts.done(_("Saved."))
            return redirect(url_for("people.show", user_id=user_id), 303)
    return render_template("identity/person_form.html", form=form, person=person), form.status


@bp.post("/people/<int:user_id>/disable")
@requires(P.MANAGE_PEOPLE)
@fresh
def disable(user_id: int) -> Any:
    services.disable_user(user_id, actor=current_actor())
    toasts.done(_("Locked out on every device."))
    return redirect(url_for("people.show", user_id=user_id), 303)


@bp.post("/people/<int:user_id>/sessions/<int:session_id>/end")
@requires(P.MANAGE_PEOPLE)
def end_session(user_id: int, session_id: int) -> Any:
    services.end_session(user_id, session_id, actor=current_actor())
    toasts.done(_("This device is signed out."))
    return redirect(url_for("people.show", user_id=user_id), 303)


@bp.post("/people/<int:user_id>/sessions/end")
@requires(P.MANAGE_PEOPLE)
@fresh
def end_sessions(user_id: int) -> Any:
    services.end_sessions(user_id, actor=current_actor())
    toasts.done(_("Signed out on every device."))
    return redirect(url_for("people.show", user_id=user_id), 303)


@bp.post("/people/<int:user_id>/enable")
@requires(P.MANAGE_PEOPLE)
@fresh
def enable(user_id: int) -> Any:
    services.enable_user(user_id, actor=current_actor())
    toasts.done(_("May sign in again."))
    return redirect(url_for("people.show", user_id=user_id), 303)


@bp.get("/organisations/<int:organisation_id>")
@requires(P.MANAGE_ORGANISATION)
def show_organisation(organisation_id: int) -> str:
    organisation = queries.own_organisation(organisation_id, current_actor())
    return render_template(
        "identity/organisation.html",
        organisation=organisation,
        country=country_name(organisation.country),
        entries=queries.organisation_history(organisation_id),
        alone=duties.alone_now(organisation_id),
    )


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires(P.MANAGE_ORGANISATION)
def change_organisation(organisation_id: int) -> Any:
    organisation = queries.own_organisation(organisation_id, current_actor())
    form = OrganisationForm.from_record(organisation)
    if form.submitted():
        with form.showing_broken_rules():
            services.change_organisation(
                organisation_id, OrganisationDetails(**form.details()), actor=current_actor()
            )
            url = url_for("people.show_organisation", organisation_id=organisation_id)
            return redirect(url, 303)
    page = render_template("identity/organisation_form.html", form=form, organisation=organisation)
    return page, form.status


def offer_places(form: NewPersonForm | RoleForm) -> None:
    """The organisations, sites and donors for which the actor may give roles."""
    actor = current_actor()
    form.choose(
        organisation_id=queries.organisation_choices(actor, P.MANAGE_PEOPLE),
        site_id=queries.site_choices(actor),
        donor_id=queries.donor_choices(actor),
    )


def _person_page(user_id: int, form: RoleForm) -> str:
    actor = current_actor()
    return render_template(
        "identity/person.html",
        person=queries.person(user_id, actor),
        is_oneself=user_id == actor.user_id,
        form=form,
        roles=ROLES,
        methods=METHODS,
        # Where someone is who also works for others is no concern of one employer alone.
        sessions=sessions.open_of(user_id) if queries.is_wholly_managed(user_id, actor) else [],
        entries=queries.person_history(user_id),
    )
