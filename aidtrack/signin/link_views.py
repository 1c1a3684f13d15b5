"""Pages of links by which people choose a password: given, asked for, and opened."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from aidtrack.core.i18n import _
from aidtrack.identity import queries
from aidtrack.identity.permissions import Permission
from aidtrack.signin import answers, links
from aidtrack.signin.forms import ChooseForm, ForgottenForm, GiveLinkForm
from aidtrack.web import once, toasts
from aidtrack.web.access import current_actor, fresh, public, requires
from aidtrack.web.after import after_answer
from aidtrack.web.limits import GUESSING, limiter
from aidtrack.web.post import post_office
from aidtrack.web.sessions import address_here

bp = Blueprint("links", __name__)
P = Permission


def was_over(answer: Any) -> bool:
    """A link that opens nothing counts as a guess."""
    return bool(answer.status_code == links.LinkOver.status)


@bp.route("/people/<int:user_id>/link", methods=["GET", "POST"])
@requires(P.MANAGE_PEOPLE)
@fresh
def give(user_id: int) -> Any:
    """Invite someone, or let them choose a new password, by mail or by a link to pass on."""
    person = queries.person(user_id, current_actor())
    office = post_office()
    form, url = GiveLinkForm.from_request(), ""
    if form.was_shown:
        return once.shown_before(url_for("people.show", user_id=user_id))
    state = links.state_of(user_id, office, actor=current_actor())
    if form.submitted():
        with form.showing_broken_rules():
            by_mail = state.can_be_mailed and not form.by_hand.data
            url = links.give(user_id, by_mail=by_mail, office=office, actor=current_actor())
            if not url:
                toasts.done(_("The link is on its way to %(address)s.", address=person.email))
                return redirect(url_for("people.show", user_id=user_id), 303)
            form.note_shown()
    page = render_template(
        "signin/person_link.html", form=form, person=person, url=url, state=state
    )
    return page, form.status


@bp.post("/people/<int:user_id>/link/cancel")
@requires(P.MANAGE_PEOPLE)
def cancel(user_id: int) -> Any:
    links.cancel(user_id, actor=current_actor())
    toasts.done(_("The link opens nothing any more."))
    return redirect(url_for("people.show", user_id=user_id), 303)


@bp.route("/sign-in/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """The same answer, as fast, whether anybody has the address or not."""
    form = ForgottenForm.from_request()
    office, is_asked = post_office(), False
    if form.submitted():
        with form.showing_broken_rules():
            email = form.email.data
            if links.expect_patience(email, address_here()):
                after_answer(lambda: links.send_reset(email, office))
            is_asked = True
    page = render_template(
        "signin/forgotten.html", form=form, is_asked=is_asked, has_mail=office.server is not None
    )
    return page, form.status


@bp.route(f"{links.PATH}/<secret>", methods=["GET", "POST"])
@public
@limiter.limit(GUESSING, deduct_when=was_over)
def choose(secret: str) -> Any:
    """Looking at a link does not use it up: programs that read mail look at every one."""
    link = links.opened(secret)
    form = ChooseForm.from_request(language=link.language)
    if form.submitted():
        with form.showing_broken_rules():
            user_id = links.choose(
                secret, form.password.data, language=form.language.data, office=post_office()
            )
            return answers.go_on(queries.user(user_id), stay=False, wanted="")
    page = render_template("signin/choose.html", form=form, link=link)
    return page, form.status, {"Cache-Control": "private, no-store"}


@bp.errorhandler(links.LinkOver)
def over(broken: links.LinkOver) -> Any:
    """Where to go on from a link that opens nothing any more."""
    has_mail = post_office().server is not None
    return render_template("signin/over.html", has_mail=has_mail), broken.status
