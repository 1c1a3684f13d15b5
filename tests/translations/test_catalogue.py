"""The Russian catalogue says everything that the product says, and says it whole."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo

from aidtrack.core.i18n import ngettext, speaking

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# Names, codes and signs that a Russian writes in Latin letters too.
LATIN_HERE_TOO = re.compile(
    r"""AidTrack | API | OpenAPI | JSON | UUID | PDF | CSV | Excel | Unicode | UTF | SHA | \.xlsx
    | HXL | OCHA | IATI | CMR | AWB | USD | DOS | Windows | KOI8 | Letter
    | Authorization:\ Bearer | Idempotency-Key | next_cursor | cursor | null | true | false
    | name@example\.org
    | \b[A-Z0-9]+(?:-[A-Z0-9]+)+\b | \b[A-Z]{2}[0-9]+\b""",
    re.VERBOSE,
)


def sentences(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def told(message: Message) -> str:
    places = ", ".join(f"{file}:{line}" for file, line in message.locations)
    return f"{places or 'the catalogue'}: {originals(message)[0]!r}"


def untranslated(template: Catalog, catalogue: Catalog) -> list[str]:
    """Sentences of the code that the catalogue lacks, or says by halves."""
    wrong = []
    for message in sentences(template):
        known = catalogue.get(message.id)
        if known is None or known.fuzzy or not all(form.strip() for form in forms(known)):
            wrong.append(told(message))
    return wrong


def placeholders_lost(catalogue: Catalog) -> list[str]:
    """Forms that do not name exactly what English names in one form or the other."""
    wrong = []
    for message in sentences(catalogue):
        wanted = {name for text in originals(message) for name in PLACEHOLDER.findall(text)}
        wrong += [
            f"{told(message)} became {form!r}"
            for form in forms(message)
            if set(PLACEHOLDER.findall(form)) != wanted
        ]
    return wrong


def left_in_latin(catalogue: Catalog) -> list[str]:
    wrong = []
    for message in sentences(catalogue):
        for form in forms(message):
            rest = LATIN_HERE_TOO.sub(" ", PLACEHOLDER.sub(" ", form))
            if words := LATIN_WORD.findall(rest):
                wrong.append(f"{told(message)} became {form!r}: {', '.join(words)}")
    return wrong


def test_every_sentence_of_the_product_is_translated(template, russian):
    assert len(template) > 1000
    missing = untranslated(template, russian)
    assert not missing, "Run `make messages` and translate:\n" + "\n".join(missing)


def test_each_sentence_keeps_its_placeholders(russian):
    assert placeholders_lost(russian) == []


def test_counted_things_have_the_three_forms_of_russian(russian):
    assert russian.num_plurals == 3
    counted = [message for message in sentences(russian) if message.pluralizable]
    assert counted
    assert [told(message) for message in counted if len(forms(message)) != 3] == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "коробка"), (2, "коробки"), (5, "коробок"), (11, "коробок"), (12, "коробок"),
        (21, "коробка"), (24, "коробки"), (100, "коробок"), (111, "коробок"), (1001, "коробка"),
    ],
)  # fmt: skip
def test_a_counted_thing_is_bent_by_its_number(app, number, said):
    with app.test_request_context(), speaking("ru"):
        assert ngettext("%(count)s carton", "%(count)s cartons", number, count="").strip() == said


def test_no_latin_word_is_left_but_names_and_codes(russian):
    assert left_in_latin(russian) == []


def test_nothing_waits_for_a_second_look(russian):
    assert [told(message) for message in sentences(russian) if message.fuzzy] == []


def test_babel_finds_nothing_wrong(russian):
    assert [(told(message), [str(e) for e in errors]) for message, errors in russian.check()] == []


def test_it_compiles_and_reads_back(russian):
    compiled = BytesIO()
    write_mo(compiled, russian)
    compiled.seek(0)
    again = read_mo(compiled)
    said = {originals(message): forms(message) for message in sentences(russian) if message.string}
    assert {originals(message): forms(message) for message in sentences(again)} == said


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

    def test_a_placeholder_that_is_lost(self, catalogue):
        catalogue.add("From %(place)s", "Откуда: %(plac)s")
        assert len(placeholders_lost(catalogue)) == 1

    def test_a_word_that_stayed_english(self, catalogue):
        catalogue.add("Make a token", "Создать token")
        assert len(left_in_latin(catalogue)) == 1
