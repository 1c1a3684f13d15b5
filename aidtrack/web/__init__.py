"""The surface shared by every page and every API answer. It holds no rule of aid."""

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

from aidtrack.core.i18n import LANGUAGES
from aidtrack.web import (
    access,
    assets,
    errors,
    filters,
    headers,
    health,
    locales,
    navigation,
    origins,
    pages,
    pictures,
    statuses,
    units,
)
from aidtrack.web.fields import ID_MAX
from aidtrack.web.limits import limiter


class IdConverter(IntegerConverter):
    """A record's number in an address; one that no database can hold is not found."""

    def to_python(self, value: str) -> int:
        # Said here: as a rule that does not fit, it would end in "wrong method".
        if len(value) > len(str(ID_MAX)) or int(value) > ID_MAX:
            raise NotFound
        return super().to_python(value)


def init_app(app: Flask) -> None:
    """Give the application its manners: access, errors, headers, languages, parts."""
    app.url_map.converters["int"] = IdConverter
    origins.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    locales.init_app(app)
    filters.init_app(app)
    assets.init_app(app)
    limiter.init_app(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if app.debug or app.testing:
        app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        LANGUAGES=LANGUAGES,
        actor_or_none=access.actor_or_none,
        badge_of=statuses.badge_of,
        balance_of=pictures.balance,
        bar_blocks=pictures.blocks,
        hatched_tones=pictures.HATCHED,
        hatches=pictures.hatches,
        share_of=pictures.share,
        packed=units.packed,
        unit_name=units.unit_name,
        ways_of=navigation.ways,
        page_exists=navigation.page_exists,
        sub_pages_of=navigation.sub_pages,
        UNDER_THE_THUMB=navigation.UNDER_THE_THUMB,
    )
    app.register_blueprint(health.bp)
    app.register_blueprint(pages.bp)
