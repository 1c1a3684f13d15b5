"""Boxes that offer a choice: short lists, long lists to search, several at once."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from wtforms.validators import StopValidation

from aidtrack.core.i18n import _
from aidtrack.web.amounts import ID_MAX
from aidtrack.web.inputs import InputField, expect_readable

PART_OF_LABEL = " · "  # Between the name and the code of a thing to choose.


class Choice(NamedTuple):
    """One thing to choose. `facts` become data attributes, for packs: size, unit, item."""

    value: Any
    label: str
    group: str | None = None
    facts: dict[str, Any] = {}


def as_choices(choices: Iterable[Any]) -> list[Choice]:
    """Pairs made into Choices; a list that has them already is shared, not copied."""
    if isinstance(choices, list) and all(type(choice) is Choice for choice in choices):
        return choices
    return [Choice(*choice) for choice in choices]


class SelectField(InputField):
    """One of several. `choices` are (value, label) pairs or Choices, set here or by the view.

    Without choices any value of the right kind passes, and the service has the last word.
    `search=True` is a box that filters a long list as you type; `look_up` turns what was
    typed into a value when the list is not on the page.
    """

    control = "select"

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        choices: Iterable[Any] | None = None,
        kind: type = int,
        search: bool = False,
        radio: bool = False,
        empty: object = None,
        depends_on: str | None = None,
        look_up: Callable[[str], Any] | None = None,
        search_url: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.kind = kind
        self.reads = (int,) if kind is int else (str,)
        self.control = "search" if search else "radio" if radio else "select"
        self.empty = empty
        self.depends_on = depends_on
        self.look_up = look_up
        self.search_url = search_url
        self.choices = choices

    @property
    def list_id(self) -> str:
        """The list that every row of a table of lines shares."""
        return re.sub(r"-(?:\d+|NEW)-", "-", f"{self.id}-list")

    @property
    def choices(self) -> list[Choice] | None:
        return self._choices

    @choices.setter
    def choices(self, choices: Iterable[Any] | None) -> None:
        self._choices = None if choices is None else as_choices(choices)

    def parse(self, text: str) -> Any:
        text = text.strip()
        if self.control == "search" and not self._is_value(text):
            expect_readable(text)
            return text  # A label; it becomes a value once the choices are known.
        return self._coerce(text)

    def _is_value(self, text: str) -> bool:
        return self.kind is int and text.isascii() and text.isdigit()

    def _coerce(self, text: str) -> Any:
        if self.kind is not int:
            return text
        if not (text.isascii() and text.isdigit()) or int(text[:20]) > ID_MAX:
            raise ValueError(_("Choose one from the list."))
        return int(text)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.control == "search" and isinstance(self.data, str):
            self.data = self._value_called(self.data)
        if self.choices is not None and self.data not in {x.value for x in self.choices}:
            raise StopValidation(_("Choose one from the list."))

    def _value_called(self, label: str) -> Any:
        """The choice of this label, or of a name or a code that is one part of it."""
        wanted = label.casefold()
        found = {x.value for x in self.choices or () if str(x.label).casefold() == wanted}
        if not found:
            found = {
                x.value
                for x in self.choices or ()
                if wanted in str(x.label).casefold().split(PART_OF_LABEL)
            }
        if not found:
            found = {
                x.value for x in self.choices or () if str(x.label).casefold().startswith(wanted)
            }
        if not found and self.look_up and (value := self.look_up(label)) is not None:
            found = {value}
        if len(found) > 1:
            raise StopValidation(_("Several fit “%(text)s”. Choose one.", text=label))
        if not found:
            if self.kind is str and self.choices is None:
                return label
            raise StopValidation(_("Nothing here is called “%(text)s”.", text=label))
        return found.pop()

    @property
    def text(self) -> str:
        value = self.typed if self.raw_data else self.data
        for choice in self.choices or ():
            if str(choice.value) == str(value):
                return str(choice.label)
        return "" if value is None else str(value)

    def is_chosen(self, choice: Choice) -> bool:
        value = self.typed if self.raw_data else self.data
        return value is not None and str(choice.value) == str(value)

    def groups(self) -> list[tuple[str | None, list[Choice]]]:
        """The choices under their headings, in the order given."""
        groups: dict[str | None, list[Choice]] = {}
        for choice in self.choices or ():
            groups.setdefault(choice.group, []).append(choice)
        return list(groups.items())

    def schema(self) -> dict[str, Any]:
        if self.kind is int:
            return {"type": "integer", "minimum": 1, "maximum": ID_MAX}
        if self.choices is None:
            return {"type": "string"}
        return {"type": "string", "enum": [choice.value for choice in self.choices]}


class ChecksField(SelectField):
    """Any number of several, as tick boxes; its value is a list."""

    many = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.control = "checks"

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [self._coerce(text.strip()) for text in valuelist]

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation
        if self.required and not self.data:
            raise StopValidation(str(self.missing or _("Choose at least one.")))
        known = None if self.choices is None else {choice.value for choice in self.choices}
        if known is not None and not known.issuperset(self.data):
            raise StopValidation(_("Choose from the list."))

    def is_chosen(self, choice: Choice) -> bool:
        return choice.value in (self.data or ())

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": super().schema(), "maxItems": 500}
