"""Builds the Flask application. The only module that knows every other one."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from aidtrack import config, web
from aidtrack.alerts import queries as alerts
from aidtrack.core.db import db
from aidtrack.core.garbage import all_stays
from aidtrack.identity import login, records
from aidtrack.scanning import answers as scanned
from aidtrack.sealing import seals

# Each exports `blueprints`; an operations package is named once, here.
PACKAGES = (
    "identity",
    "signin",
    "audit",
    "sharing",
    "partners",
    "catalogue",
    "places",
    "documents",
    "stock",
    "sealing",
    "holds",
    "kits",
    "corrections",
    "donations",
    "shipments",
    "distributions",
    "counting",
    "planning",
    "reports",
    "stock_reports",
    "scanning",
    "driver",
    "imports",
    "jobs",
    "lists",
    "remarks",
    "alerts",
    "help",
    "privacy",
)


@all_stays()
def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """The application. `settings` override the environment (tests and tools)."""
    instance = config.instance_folder()
    app = Flask(
        "aidtrack",
        root_path=str(config.PACKAGE),
        template_folder=str(config.folder("templates")),
        instance_path=str(instance),
    )
    app.config.from_mapping(config.flask_settings(config.read_environment(instance)))
    app.config.from_mapping(settings or {})
    if proxies := app.config["PROXIES"]:
        # Or everybody behind a proxy would share one limit on guessing passwords.
        believed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)
        app.wsgi_app = believed  # type: ignore[method-assign]
    config.make_instance(instance)
    _load_tables()
    db.init_app(app)
    app.extensions["migrate"] = LocalProxy(lambda: _migrations(app))
    login.init_app(app)
    web.init_app(app)
    # Papers print the latest seal, but documents stand below the ledger and cannot ask it.
    app.extensions["latest_seal"] = lambda: seals.seal_in_words(seals.seal_now())
    # Search stands below what knows the codes on goods.
    app.extensions["where_a_code_leads"] = scanned.where_a_code_leads
    # So do the pages: their frame tells how much is unread.
    app.jinja_env.globals["unread_alerts"] = alerts.unread_count
    for package in map(import_module, (f"aidtrack.{name}" for name in PACKAGES)):
        records.register(getattr(package, "record_kinds", ()))
        for blueprint in getattr(package, "blueprints", ()):
            app.register_blueprint(blueprint)
    return app


def _migrations(app: Flask) -> Any:
    """What `flask_migrate` looks for, made when it does: a server starts without Alembic."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(config.folder("migrations")), render_as_batch=True)
    return app.extensions["migrate"]


def _load_tables() -> None:
    """Every table must be known before any is used: they refer to each other by name."""
    for package in PACKAGES:
        if find_spec(f"aidtrack.{package}.models"):
            import_module(f"aidtrack.{package}.models")
