"""What people say about a paper: its languages, its code, or why it is void."""

from collections.abc import Sequence
from typing import Any

from aidtrack.core.i18n import LANGUAGES, lazy
from aidtrack.web.fields import SelectField, TextField
from aidtrack.web.forms import KeyedForm, UseCaseForm

LANGUAGE_CHOICES = list(LANGUAGES.items())


class PaperLanguages:
    """The part of a form that issues a paper: the one or two languages that it speaks.

    Programs that say nothing of it get the languages of the organisation.
    """

    paper_language = SelectField(
        lazy("Language of the paper"), kind=str, choices=LANGUAGE_CHOICES, empty=lazy("as usual")
    )
    paper_second_language = SelectField(
        lazy("Second language of the paper"),
        kind=str,
        choices=LANGUAGE_CHOICES,
        empty=lazy("none"),
    )
    data: dict[str, Any]

    def paper_languages(self) -> tuple[str, ...]:
        """What the paper shall speak, the first leading; empty as the organisation has it."""
        first, second = self.data["paper_language"], self.data["paper_second_language"]
        chosen = (first, second) if first else ()
        return tuple(dict.fromkeys(language for language in chosen if language))


def shown_languages(usual: Sequence[str]) -> dict[str, str | None]:
    """The values that such a form starts from, for `from_request`."""
    first, second = (*usual, None, None)[:2]
    return {"paper_language": first, "paper_second_language": second}


class CodeForm(UseCaseForm):
    code = TextField(
        lazy("Code"),
        max_length=40,
        hint=lazy("The letters beside the square on the paper, such as K7TM-4WPX-9R."),
    )


class VoidForm(KeyedForm):
    reason = TextField(lazy("Why it is void"), required=True, max_length=500)
