"""Numbers in sentences: their thousands apart as each language has them, whatever said them."""

import pytest
from flask import render_template_string

from aidtrack.core.i18n import _, ngettext, speaking


@pytest.mark.parametrize(
    ("language", "said"), [("en", "1,234,567"), ("ru", "1\xa0234\xa0567"), ("ar", "1,234,567")]
)
def test_a_number_in_a_sentence_has_its_thousands_apart(app, language, said):
    with app.test_request_context(), speaking(language):
        assert said in _("Only %(left)s of it are still lost.", left=1_234_567)
        assert said in ngettext("%(num)d line", "%(num)d lines", 1_234_567)
        for page in (
            '{{ _("%(done)s of %(all)s", done=3, all=1234567) }}',
            '{{ ngettext("%(num)d line", "%(num)d lines", 1234567) }}',
        ):
            assert said in render_template_string(page)


def test_what_is_no_quantity_stays_as_it_is(app):
    with app.test_request_context():
        assert _("Choose a year between %(first)d and %(last)d.", first=1900, last=2100) == (
            "Choose a year between 1900 and 2100."
        )
        assert (
            _("There is no %(code)s, or you may not see it.", code="12345").split()[3] == "12345,"
        )


def test_a_small_number_and_one_below_zero(app):
    with app.test_request_context():
        assert ngettext("%(num)d line", "%(num)d lines", 999) == "999 lines"
        assert ngettext("%(num)d line", "%(num)d lines", -1_500) == "-1,500 lines"
