"""A language that is only begun can be read already: what it lacks is said in English."""

from datetime import date
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.support import Translations
from flask_babel import get_domain

from aidtrack.core.i18n import LANGUAGES, _, ngettext, speaking
from aidtrack.web import filters
from tests.translations.catalogues import sentences

COMING = ("es", "fr", "ky", "tg", "uk")
KYRGYZ = {"Sign in": "Кирүү", "%(count)s carton": "%(count)s куту"}


def begun(template: Catalog, language: str, said: dict[str, str]) -> Translations:
    """The catalogue that `make messages NEW=…` begins, with a few sentences said."""
    catalogue = Catalog(locale=language)
    for message in sentences(template):
        catalogue.add(message.id)
    for english, words in said.items():
        message = catalogue[english]
        message.string = (words,) * catalogue.num_plurals if message.pluralizable else words
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@pytest.fixture
def kyrgyz(app, template, monkeypatch):
    """Kyrgyz as somebody who begins it would list it."""
    monkeypatch.setitem(LANGUAGES, "ky", "Кыргызча")
    with app.test_request_context():
        domain = get_domain()
        monkeypatch.setitem(domain.cache, ("ky", domain.domain[0]), begun(template, "ky", KYRGYZ))
        yield


def test_a_page_says_what_is_known_and_the_rest_in_english(client, kyrgyz):
    page = client.get("/sign-in", headers={"Accept-Language": "ky"}).text
    assert '<html lang="ky" dir="ltr"' in page
    assert "Кирүү" in page
    assert "E-mail address" in page
    assert "Кыргызча" in page


def test_counted_things_fall_back_too(kyrgyz):
    with speaking("ky"):
        assert ngettext("%(count)s carton", "%(count)s cartons", 3, count="3") == "3 куту"
        assert ngettext("%(count)s bag", "%(count)s bags", 1, count="1") == "1 bag"
        assert ngettext("%(count)s bag", "%(count)s bags", 3, count="3") == "3 bags"
        assert _("From %(place)s", place="Osh") == "From Osh"


@pytest.mark.parametrize("language", COMING)
def test_numbers_and_days_are_written_as_the_coming_languages_have_them(app, language):
    with app.test_request_context(), speaking(language):
        assert filters.number(1234567) != "1234567"
        assert "2026" in filters.day(date(2026, 12, 31))


@pytest.mark.parametrize("language", COMING)
def test_every_coming_language_can_be_begun(template, language):
    said = begun(template, language, {"Sign in": "…"})
    assert said.ugettext("Sign in") == "…"
    assert said.ugettext("Send goods") == "Send goods"
    assert said.ungettext("%(count)s bag", "%(count)s bags", 2) == "%(count)s bags"
