"""Pages that protect people: how long data is kept, giving it out, erasing it."""

import tempfile
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, send_file, url_for

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.privacy import erasure, export, holdings, named, pictures, queries, services
from aidtrack.privacy.forms import EraseForm, NamedFilter, RetentionForm
from aidtrack.privacy.periods import PERIODS
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, fresh, requires

bp = Blueprint("privacy", __name__)
P = Permission
IN_MEMORY = 2 * 1024 * 1024


@bp.route("/organisations/<int:organisation_id>/retention", methods=["GET", "POST"])
@requires(P.PROTECT_PEOPLE)
@fresh
def retention(organisation_id: int) -> Any:
    organisation = queries.protected(organisation_id, current_actor())
    form = RetentionForm.from_record(None, **queries.periods(organisation_id))
    if form.submitted():
        with form.showing_broken_rules():
            services.set_periods(organisation_id, form.months(), actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("privacy.retention", organisation_id=organisation_id), 303)
    page = render_template(
        "privacy/retention.html",
        form=form,
        organisation=organisation,
        periods=PERIODS,
        entries=queries.retention_history(organisation_id),
    )
    return page, form.status


@bp.get("/account/data")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def own_data() -> Response:
    actor = current_actor()
    return _archive(actor.name, holdings.sections(actor.user_id), pictures.taken_by(actor.user_id))


@bp.get("/people/<int:user_id>/data")
@requires(P.PROTECT_PEOPLE)
@fresh
def data_of(user_id: int) -> Response:
    person = erasure.protected_person(user_id, current_actor())
    services.note_given_out(user_id, actor=current_actor())
    return _archive(person.name, holdings.sections(user_id), pictures.taken_by(user_id))


@bp.route("/people/<int:user_id>/erase", methods=["GET", "POST"])
@requires(P.PROTECT_PEOPLE)
@fresh
def erase(user_id: int) -> Any:
    person = erasure.erasable(user_id, current_actor())
    form = EraseForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            label = erasure.erase(user_id, form.name.data, actor=current_actor())
            toasts.done(_("Erased. What they did stands under “%(name)s”.", name=label))
            return redirect(url_for("people.index"), 303)
    return render_template("privacy/erase.html", form=form, person=person), form.status


@bp.get("/people/named")
@requires(P.PROTECT_PEOPLE)
def search_named() -> Any:
    form = NamedFilter.from_query()
    organisation_id = queries.protected_organisation(current_actor())
    asked = form.name.data if form.name.data and not form.name.errors else ""
    found = named.search(asked, organisation_id) if asked else []
    return render_template("privacy/named.html", form=form, found=found, asked=asked)


@bp.get("/people/named/<path:name>/data")
@requires(P.PROTECT_PEOPLE)
@fresh
def data_of_named(name: str) -> Response:
    organisation_id = queries.protected_organisation(current_actor())
    found = named.one(name, organisation_id)
    services.note_named_given_out(organisation_id, actor=current_actor())
    return _archive(found.name, named.held(found.name, organisation_id), ())


@bp.route("/people/named/<path:name>/erase", methods=["GET", "POST"])
@requires(P.PROTECT_PEOPLE)
@fresh
def erase_named(name: str) -> Any:
    found = named.one(name, queries.protected_organisation(current_actor()))
    form = EraseForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            named.erase(found.name, form.name.data, actor=current_actor())
            toasts.done(_("The name is off every record. Papers that were issued keep it."))
            return redirect(url_for("privacy.search_named"), 303)
    return render_template("privacy/erase_named.html", form=form, found=found), form.status


def _archive(
    name: str, tables: Iterable[export.Table], photos: Iterable[tuple[str, bytes]]
) -> Response:
    """Closed before any of it is sent: a broken one would pass as whole."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - sent, then closed
    now = clock.now()
    export.write(file, _("Data of %(name)s", name=name), tables, photos, at=now)
    file.seek(0)
    return send_file(
        file,
        "application/zip",
        as_attachment=True,
        download_name=f"{_('data')} {name} {now:%Y-%m-%d}.zip",
    )
