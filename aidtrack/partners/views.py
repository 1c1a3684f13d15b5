"""Pages of partners: who gives, sells, carries, or hands out with us."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from aidtrack.core.i18n import _
from aidtrack.core.standards import country_name, language_name
from aidtrack.identity.permissions import Permission
from aidtrack.identity.queries import organisation_choices
from aidtrack.lists import answers as lists
from aidtrack.partners import queries, services
from aidtrack.partners.forms import NewPartnerForm, PartnerFilter, PartnerForm, filled
from aidtrack.partners.lists import PARTNERS
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.queries import KINDS
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("partners", __name__, url_prefix="/partners")
P = Permission


@bp.get("")
@requires(P.VIEW_PARTNERS)
def index() -> Any:
    return lists.answer(
        PARTNERS,
        PartnerFilter.from_query(),
        "partners/index.html",
        kinds=KINDS,
        country_name=country_name,
        may_manage=current_actor().may(P.MANAGE_PARTNERS),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(P.MANAGE_PARTNERS)
def add() -> Any:
    actor = current_actor()
    form = NewPartnerForm.from_request()
    form.choose(organisation_id=organisation_choices(actor, P.MANAGE_PARTNERS))
    if form.submitted():
        with form.showing_broken_rules():
            partner_id = services.add_partner(
                form.details(PartnerKind(form.kind.data)),
                organisation_id=form.organisation_id.data or actor.organisation_id or 0,
                actor=actor,
            )
            toasts.done(_("The partner is added."))
            return redirect(url_for("partners.show", partner_id=partner_id), 303)
    return render_template("partners/new.html", form=form), form.status


@bp.get("/<int:partner_id>")
@requires(P.VIEW_PARTNERS)
def show(partner_id: int) -> str:
    actor = current_actor()
    partner = queries.partner(partner_id, actor)
    return render_template(
        "partners/show.html",
        partner=partner,
        kind=KINDS[partner.kind],
        country=country_name(partner.country),
        language=language_name(partner.language) if partner.language else "",
        other_names=[(language_name(x), name) for x, name in (partner.names or {}).items()],
        is_donor=partner.kind == PartnerKind.DONOR,
        may_manage=actor.may(P.MANAGE_PARTNERS, organisation_id=partner.organisation_id),
        may_invite=actor.may(P.MANAGE_PEOPLE, organisation_id=partner.organisation_id),
    )


@bp.route("/<int:partner_id>/edit", methods=["GET", "POST"])
@requires(P.MANAGE_PARTNERS)
def change(partner_id: int) -> Any:
    actor = current_actor()
    partner = queries.partner(partner_id, actor)
    kind = partner.kind
    form = PartnerForm.from_record(partner, **filled(partner))
    if form.submitted():
        with form.showing_broken_rules():
            services.change_partner(partner_id, form.details(kind), actor=actor)
            toasts.done(_("Saved."))
            return redirect(url_for("partners.show", partner_id=partner_id), 303)
    return render_template("partners/change.html", form=form, partner=partner), form.status


@bp.post("/<int:partner_id>/retire")
@requires(P.MANAGE_PARTNERS)
def retire(partner_id: int) -> Any:
    services.retire_partner(partner_id, actor=current_actor())
    toasts.done(_("Retired."), undo_url=url_for("partners.restore", partner_id=partner_id))
    return redirect(url_for("partners.show", partner_id=partner_id), 303)


@bp.post("/<int:partner_id>/restore")
@requires(P.MANAGE_PARTNERS)
def restore(partner_id: int) -> Any:
    services.restore_partner(partner_id, actor=current_actor())
    toasts.done(_("In use again."))
    return redirect(url_for("partners.show", partner_id=partner_id), 303)
