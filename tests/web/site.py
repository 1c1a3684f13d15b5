"""A small site made of the web kit alone: one form as a page and as an API, one list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, g, redirect, render_template_string, request

from aidtrack import config, web
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.paging import Page
from aidtrack.identity import login
from aidtrack.identity.permissions import Actor, Grant, Permission, Role
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, public, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.fields import (
    CheckboxField,
    Choice,
    DateField,
    QuantityField,
    SelectField,
    TextField,
    UploadField,
)
from aidtrack.web.forms import KeyedForm, LineForm, LineList, UseCaseForm
from aidtrack.web.limits import limiter
from aidtrack.web.openapi import documented

WHO = "X-Who"
PAGE = """
{% extends "layouts/base.html" %}
{% from "parts/forms.html" import form as form_of, field, line_editor %}
{% block title %}Send{% endblock %}
{% block main %}{% call form_of(form, "Send goods") %}
{% for f in form if f.name != "lines" %}{{ field(f) }}{% endfor %}{{ line_editor(form.lines) }}
{% endcall %}{% endblock %}
"""


class GoodsLine(LineForm):
    counts = ("item_id", "quantity")
    item_id = SelectField("Item", required=True, search=True)
    quantity = QuantityField("How many", required=True, minimum=1)
    pack_id = SelectField("Packed in", empty="pieces")


class SendForm(KeyedForm):
    name = TextField("Name", required=True, max_length=20)
    kind = SelectField("Kind", kind=str, choices=[("air", "Air"), ("road", "Road")])
    leaves_on = DateField("Leaves on", earliest=date(2026, 1, 1))
    urgent = CheckboxField("Urgent")
    lines = LineList(GoodsLine, "Goods", max_lines=3)


class FileForm(UseCaseForm):
    file = UploadField("File", required=True)


class Filter(UseCaseForm):
    q = TextField("Search")


@dataclass(frozen=True, slots=True)
class Sent:
    name: str
    lines: list[dict[str, int | None]]


def make_site() -> Flask:
    """The site. The header X-Who names the role of whoever asks; without it, nobody."""
    site = Flask(
        "aidtrack",
        root_path=str(config.ROOT / "aidtrack"),
        template_folder=str(config.ROOT / "templates"),
    )
    site.config.update(
        TESTING=True,
        SECRET_KEY="only-for-tests",
        SESSION_COOKIE_NAME="site",
        SQLALCHEMY_DATABASE_URI="sqlite://",
        RATELIMIT_STORAGE_URI="memory://",
        MAX_CONTENT_LENGTH=100_000,
    )
    db.init_app(site)
    login.init_app(site)
    enabled = limiter.enabled
    web.init_app(site)
    limiter.enabled = enabled
    site.before_request(introduce)
    for rule, view, methods in VIEWS:
        site.add_url_rule(rule, view.__name__, view, methods=methods)
    return site


def introduce() -> None:
    role = request.headers.get(WHO)
    if role:
        g.actor = Actor(1, "Aizada", 1, (Grant(Role(role), 1),), "en", "Asia/Bishkek")


@public
def send() -> Any:
    form = SendForm.from_request()
    form.choose(
        item_id=[(1, "Blanket"), (2, "Tent"), (3, "Tent, small")],
        pack_id=[Choice(5, "bale of 10", facts={"size": 10})],
    )
    if form.submitted():
        with form.showing_broken_rules():
            refuse_or_go_on(form.name.data)
            toasts.done("Sent.", undo_url="/undo")
            return redirect("/sent", 303)
    return render_template_string(PAGE, form=form), form.status


@documented(summary="Send goods", form=SendForm, returns=Sent, status=201)
@public
def send_by_api() -> Any:
    """Sends goods away."""
    form = SendForm.from_request().checked()
    refuse_or_go_on(form.name.data)
    return json_answer(Sent(form.name.data, form.lines.data), 201)


@documented(summary="A file", form=FileForm)
@requires(Permission.RUN_IMPORTS)
def send_file() -> Any:
    FileForm.from_request().checked()
    return "", 204


@documented(summary="What was sent", query=Filter, returns=Sent, paged=True)
@requires(Permission.VIEW_SHIPMENTS)
def sent_by_api() -> Any:
    cursor, limit = cursor_and_limit()
    return page_answer(Page(rows=[Sent(cursor or "first", [])] * limit, next_cursor=None))


@requires(Permission.VIEW_SHIPMENTS)
def sent() -> str:
    return render_template_string(
        '{% extends "layouts/base.html" %}{% block title %}Sent{% endblock %}'
        "{% block main %}{{ name }}{% endblock %}",
        name=current_actor().name,
    )


@public
def undo() -> str:
    return "undone"


@public
def crash() -> str:
    raise ZeroDivisionError("secret detail")


@documented(summary="Break")
@public
def crash_by_api() -> str:
    return crash()


@public
def missing(shipment_id: int) -> str:
    raise NotFound(f"There is no shipment {shipment_id}.")


def refuse_or_go_on(name: str) -> None:
    if name == "short":
        raise RuleBroken("Only 40 are free.", field="lines-0-quantity", free=40)
    if name == "several":
        raise RuleBroken(
            "Two things are wrong.",
            problems=[
                {"field": "lines-0-quantity", "message": "Only 40 are free."},
                {"field": "leaves_on", "message": "This day is past."},
                {"field": None, "message": "The gate is closed."},
            ],
        )
    if name == "gone":
        raise NotFound("There is no such place.")
    if name == "unknown item":
        raise NotFound("There is no such item.", field="lines-0-item_id")


VIEWS = (
    ("/send", send, ["GET", "POST"]),
    ("/sent", sent, ["GET"]),
    ("/undo", undo, ["POST"]),
    ("/crash", crash, ["GET"]),
    ("/api/v1/crash", crash_by_api, ["GET"]),
    ("/missing/<int:shipment_id>", missing, ["GET"]),
    ("/api/v1/sent", sent_by_api, ["GET"]),
    ("/api/v1/send", send_by_api, ["POST"]),
    ("/api/v1/file", send_file, ["POST"]),
)
