"""Each catalogue says everything that the product says, whole and in the words of the trade."""

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo

from aidtrack.core.counted import unit_name
from aidtrack.core.i18n import LANGUAGES, ngettext, speaking
from tests.translations.catalogues import (
    edges_lost,
    forms,
    left_in_latin,
    no_longer_said,
    originals,
    other_words,
    placeholders_lost,
    sentences,
    signs_of_others,
    told,
    untranslated,
)

FORMS = {"ru": 3, "ar": 6}
IN_GLOSSARY = {"ru": "russian", "ar": "arabic"}
every_language = pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))


def listed(wrong: list[str], advice: str) -> str:
    return f"{advice}\n" + "\n".join(wrong)


@every_language
def test_every_sentence_of_the_product_is_translated(template, catalogue_of, language):
    assert len(template) > 1000
    wrong = untranslated(template, catalogue_of(language))
    assert not wrong, listed(wrong, "Run `make messages` and translate:")


@every_language
def test_nothing_is_kept_that_nobody_says_any_more(template, catalogue_of, language):
    wrong = no_longer_said(template, catalogue_of(language))
    assert not wrong, listed(wrong, "Run `make messages`, which takes these out:")


@every_language
def test_each_sentence_keeps_its_placeholders(catalogue_of, language):
    assert placeholders_lost(catalogue_of(language)) == []


@every_language
def test_each_sentence_keeps_its_spaces_and_its_last_sign(catalogue_of, language):
    assert edges_lost(catalogue_of(language)) == []


@every_language
def test_counted_things_have_all_forms_of_the_language(catalogue_of, language):
    catalogue = catalogue_of(language)
    assert catalogue.num_plurals == FORMS[language]
    counted = [message for message in sentences(catalogue) if message.pluralizable]
    assert counted
    assert [told(x) for x in counted if len(forms(x)) != FORMS[language]] == []


@every_language
def test_one_thing_has_one_name(catalogue_of, glossary, language):
    words = [(row["english"], row[IN_GLOSSARY[language]]) for row in glossary]
    wrong = other_words(catalogue_of(language), words)
    assert not wrong, listed(wrong, "Say it as tests/translations/glossary.csv has it:")


@every_language
def test_no_latin_word_is_left_but_names_and_codes(catalogue_of, language):
    assert left_in_latin(catalogue_of(language)) == []


@every_language
def test_nothing_waits_for_a_second_look(catalogue_of, language):
    assert [told(x) for x in sentences(catalogue_of(language)) if x.fuzzy] == []


@every_language
def test_babel_finds_nothing_wrong(catalogue_of, language):
    found = [(told(x), list(map(str, errors))) for x, errors in catalogue_of(language).check()]
    assert found == []


@every_language
def test_it_compiles_and_reads_back(catalogue_of, language):
    catalogue, compiled = catalogue_of(language), BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    said = {originals(x): forms(x) for x in sentences(catalogue) if x.string}
    assert {originals(x): forms(x) for x in sentences(read_mo(compiled))} == said


def test_arabic_has_its_own_signs_and_latin_digits(catalogue_of):
    assert signs_of_others(catalogue_of("ar")) == []


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("ru", 1, "коробка"), ("ru", 2, "коробки"), ("ru", 5, "коробок"), ("ru", 11, "коробок"),
        ("ru", 12, "коробок"), ("ru", 21, "коробка"), ("ru", 24, "коробки"), ("ru", 111, "коробок"),
        ("ar", 0, "كيس"), ("ar", 1, "كيس"), ("ar", 2, "كيس"), ("ar", 3, "أكياس"),
        ("ar", 10, "أكياس"), ("ar", 11, "كيسًا"), ("ar", 99, "كيسًا"), ("ar", 100, "كيس"),
        ("ar", 103, "أكياس"), ("ar", 111, "كيسًا"), ("ar", 1001, "كيس"),
    ],
)  # fmt: skip
def test_a_counted_thing_is_bent_by_its_number(app, language, number, said):
    unit = {"ru": "carton", "ar": "bag"}[language]
    with app.test_request_context(), speaking(language):
        assert unit_name(unit, number) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا أسطر"),
        (1, "سطر واحد"),
        (2, "سطران"),
        (7, "7 أسطر"),
        (40, "40 سطرًا"),
        (200, "200 سطر"),
    ],
)
def test_arabic_says_one_and_two_in_words(app, number, said):
    with app.test_request_context(), speaking("ar"):
        assert ngettext("%(num)d line", "%(num)d lines", number) == said


class TestTheseTestsSee:
    """What each of the checks above is for."""

    @pytest.fixture
    def catalogue(self) -> Catalog:
        return Catalog(locale="ru")

    def test_a_sentence_that_is_missing(self, catalogue):
        template = Catalog()
        template.add("Send goods", locations=[("a.py", 3)])
        assert untranslated(template, catalogue) == ["a.py:3: 'Send goods'"]
        catalogue.add("Send goods", "")
        assert untranslated(template, catalogue)
        catalogue["Send goods"].string = "Отправить груз"
        assert untranslated(template, catalogue) == []

    def test_a_sentence_that_nobody_says(self, catalogue):
        catalogue.add("Send goods", "Отправить груз")
        assert len(no_longer_said(Catalog(), catalogue)) == 1

    def test_a_placeholder_that_is_lost(self, catalogue):
        catalogue.add("From %(place)s", "Откуда: %(plac)s")
        catalogue.add(("%(count)s box", "%(count)s boxes"), ("короб", "%(count)s", "%(count)s"))
        assert len(placeholders_lost(catalogue)) == 2

    def test_a_number_that_is_never_said(self):
        arabic = Catalog(locale="ar")
        arabic.add(("%(num)d box", "%(num)d boxes"), ("صندوق",) * 6)
        assert placeholders_lost(arabic) == ["the catalogue: '%(num)d box' never names its number"]

    def test_a_word_that_stayed_english(self, catalogue):
        catalogue.add("Make a token", "Создать token")
        assert len(left_in_latin(catalogue)) == 1

    def test_an_end_that_is_another(self, catalogue):
        catalogue.add("Saved.", "Сохранено")
        catalogue.add("Saved", "Сохранено.")
        catalogue.add(" and ", "и ")
        assert len(edges_lost(catalogue)) == 3

    def test_a_term_that_is_called_otherwise(self, catalogue):
        catalogue.add("No lot is chosen", "Лот не выбран")
        assert len(other_words(catalogue, [("lots?", "парти")])) == 1

    def test_signs_of_another_language(self):
        arabic = Catalog(locale="ar")
        for position, form in enumerate(("ماذا?", "واحد, اثنان", "٣ أكياس", "“نعم”")):
            arabic.add(str(position), form)
        assert len(signs_of_others(arabic)) == 3 + 1
