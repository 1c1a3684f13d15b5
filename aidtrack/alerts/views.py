"""Pages of what people are told: the inbox, how they want to be told, and the mail server."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from aidtrack.alerts import queries, services
from aidtrack.alerts.forms import AlertSettingsForm, ReadAllForm
from aidtrack.core.i18n import _
from aidtrack.core.mail import NotSent
from aidtrack.identity.permissions import Permission
from aidtrack.web import toasts
from aidtrack.web.access import carries_proof, current_actor, public, requires
from aidtrack.web.answers import cursor_and_limit
from aidtrack.web.limits import GUESSING, limiter
from aidtrack.web.post import post_office

bp = Blueprint("alerts", __name__)
P = Permission


@bp.get("/inbox")
@requires(P.MANAGE_OWN_ACCOUNT)
def inbox() -> str:
    actor = current_actor()
    cursor, limit = cursor_and_limit()
    unread = request.args.get("view") == "unread"
    page = queries.inbox(actor, unread=unread, cursor=cursor, limit=limit)
    return render_template(
        "alerts/inbox.html", page=page, unread=unread, count=queries.unread_count(actor)
    )


@bp.post("/inbox/<int:alert_id>/open")
@requires(P.MANAGE_OWN_ACCOUNT)
def open_alert(alert_id: int) -> Any:
    return redirect(services.open_alert(alert_id, actor=current_actor()), 303)


@bp.post("/inbox/<int:alert_id>/read")
@requires(P.MANAGE_OWN_ACCOUNT)
def mark_read(alert_id: int) -> Any:
    services.mark_read(alert_id, True, actor=current_actor())
    return _back()


@bp.post("/inbox/<int:alert_id>/unread")
@requires(P.MANAGE_OWN_ACCOUNT)
def mark_unread(alert_id: int) -> Any:
    services.mark_read(alert_id, False, actor=current_actor())
    return _back()


@bp.post("/inbox/read-all")
@requires(P.MANAGE_OWN_ACCOUNT)
def mark_all_read() -> Any:
    form = ReadAllForm.from_request().checked()
    services.mark_all_read(form.up_to_id.data, actor=current_actor())
    toasts.done(_("Everything is marked as read."))
    return _back()


@bp.route("/account/alerts", methods=["GET", "POST"])
@requires(P.MANAGE_OWN_ACCOUNT)
def settings() -> Any:
    actor = current_actor()
    held = queries.settings(actor)
    form = AlertSettingsForm.of(held)
    if form.submitted():
        with form.showing_broken_rules():
            services.save_settings(form.ways(), form.times(), actor=actor)
            toasts.done(_("Saved."))
            return redirect(url_for("alerts.settings"), 303)
    page = render_template(
        "alerts/settings.html", form=form, held=held, is_set_up=post_office().server is not None
    )
    return page, form.status


@bp.route("/mail/unsubscribe/<token>", methods=["GET", "POST"])
@public
@carries_proof
def unsubscribe(token: str) -> str:
    """One click in the mail program, or the button of the page. A look changes nothing."""
    secret = post_office().secret
    is_done = request.method == "POST"
    end = services.unsubscribe if is_done else services.letters_named
    what = end(token, secret=secret)
    return render_template("alerts/unsubscribe.html", what=what, is_done=is_done)


@bp.get("/admin/mail")
@requires(P.MANAGE_ORGANISATION)
def mail() -> str:
    office = post_office()
    return render_template(
        "alerts/mail.html",
        server=office.server,
        state=queries.mail_state(current_actor()),
        address=queries.address_of(current_actor()),
    )


@bp.post("/admin/mail/test")
@requires(P.MANAGE_ORGANISATION)
@limiter.limit(GUESSING)
def send_test() -> Any:
    """The server's own words: they tell an administrator more than ours could."""
    try:
        said = services.send_test(post_office(), actor=current_actor())
        toasts.done(_("The mail server took it and says: %(words)s", words=said))
    except NotSent as refusal:
        toasts.warn(_("It was not sent. The mail server says: %(words)s", words=refusal))
    except services.MailNotSetUp as refusal:
        toasts.warn(refusal.message)
    return redirect(url_for("alerts.mail"), 303)


def _back() -> Any:
    """To the inbox as it was looked at."""
    view = "unread" if request.args.get("view") == "unread" else None
    return redirect(url_for("alerts.inbox", view=view), 303)
