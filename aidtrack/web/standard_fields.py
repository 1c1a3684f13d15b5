"""Boxes for codes that others keep, and rows for a record's names in other languages."""

from collections.abc import Callable
from typing import Any

from aidtrack.core import standards
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _, lazy
from aidtrack.web.choices import Choice, SelectField
from aidtrack.web.fields import TextField
from aidtrack.web.forms import LineForm, LineList

NAMES_MAX = 30


class StandardField(SelectField):
    """A choice from a standard's list, worded in the reader's language."""

    def __init__(
        self,
        label: object = None,
        *args: Any,
        standard: Callable[[], list[tuple[str, str]]],
        pattern: str,
        **options: Any,
    ) -> None:
        self.standard = standard
        self.pattern = pattern
        super().__init__(label, *args, kind=str, **options)

    @property
    def choices(self) -> list[Choice] | None:
        return [Choice(*pair) for pair in self.standard()]

    @choices.setter
    def choices(self, choices: Any) -> None:
        assert choices is None, "the standard is the list"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": self.pattern}


class CountryField(StandardField):
    """ISO 3166-1 alpha-2."""

    def __init__(self, label: object = None, *args: Any, **options: Any) -> None:
        super().__init__(
            label, *args, standard=standards.countries, pattern="^[A-Z]{2}$", **options
        )


class CurrencyField(StandardField):
    """ISO 4217."""

    def __init__(self, label: object = None, *args: Any, **options: Any) -> None:
        super().__init__(
            label, *args, standard=standards.currencies, pattern="^[A-Z]{3}$", **options
        )


class TimeZoneField(StandardField):
    """A name of the IANA time zone database, such as Asia/Bishkek."""

    def __init__(self, label: object = None, *args: Any, **options: Any) -> None:
        super().__init__(
            label, *args, standard=standards.zones, pattern="^[A-Za-z_+/-]+$", **options
        )


class NameLine(LineForm):
    """What a record is called in one more language."""

    counts = ("name",)
    language = StandardField(
        lazy("Language"),
        standard=standards.languages,
        pattern="^[a-z]{2}$",
        required=True,
        missing=lazy("Choose the language of this name."),
    )
    name = TextField(lazy("Name"), required=True)


class NamesField(LineList):
    """A record's names in other languages, as rows of language and name."""

    def __init__(self, label: object = None, *, rows: int = 1, **options: Any) -> None:
        super().__init__(
            NameLine,
            label or lazy("Name in other languages"),
            rows=rows,
            required=False,
            max_lines=NAMES_MAX,
            **options,
        )

    def as_names(self) -> dict[str, str]:
        """{"ru": "Одеяло"}. Raises Invalid when a language has two names."""
        names: dict[str, str] = {}
        for position, line in enumerate(self.data):
            if line["language"] in names:
                raise Invalid(
                    _("This language is here twice."), field=f"{self.name}-{position}-language"
                )
            names[line["language"]] = line["name"]
        return names


def name_lines(names: dict[str, str] | None) -> list[dict[str, str]]:
    """A record's names as the rows of a form."""
    return [{"language": language, "name": name} for language, name in (names or {}).items()]
