"""Form fields that know aid work: what they accept, how they refuse, how they are documented.

Every field reads the same text from a page or from JSON. `reads` names the JSON types it
takes, `schema()` describes it for OpenAPI, `text` is what a page shows in its box.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from babel.numbers import get_currency_precision
from flask_babel import get_timezone
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.validators import StopValidation

from aidtrack.core.i18n import _

QUANTITY_MAX = 10**12
TEXT_MAX = 200
LONG_TEXT_MAX = 4000
ID_MAX = 2**63 - 1

SPACES = "\u0020\u00a0\u2009\u202f'’"
GROUPED = re.compile(rf"\d{{1,3}}(?:[{SPACES},]\d{{3}})+|\d+")
AMOUNT = re.compile(rf"((?:\d{{1,3}}(?:[{SPACES},]\d{{3}})+)|\d+)(?:[.,](\d+))?")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
LINE_ENDS = {"\n", "\t"}
DIRECTION_TRICKS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class InputField(Field):
    """One box. `required` refuses an empty one, `hint` stands beside the label."""

    reads: tuple[type, ...] = (str,)
    control = "text"
    input_type = "text"
    input_mode: str | None = None

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        required: bool = False,
        missing: object = None,
        hint: object = "",
        hidden: bool = False,
        autocomplete: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, description=hint, **options)
        self.required = required
        self.missing = missing
        self.hidden = hidden
        self.autocomplete = autocomplete

    @property
    def typed(self) -> str:
        """What arrived, exactly as it was typed; empty when nothing did."""
        return self.raw_data[0] if self.raw_data and isinstance(self.raw_data[0], str) else ""

    @property
    def text(self) -> str:
        """What the box shows: what was typed, or else the value."""
        return self.typed if self.raw_data else self.show(self.data)

    @property
    def is_blank(self) -> bool:
        return not self.typed.strip()

    def show(self, value: Any) -> str:
        return "" if value is None else str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        if not self.is_blank:
            self.data = self.parse(self.typed)

    def parse(self, text: str) -> Any:
        """The value of a text that is not blank. Raises ValueError with the sentence."""
        return text

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation()
        if self.required and self.data is None:
            raise StopValidation(str(self.missing or _("This is needed.")))
        if self.data is None:
            raise StopValidation()

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


class TextField(InputField):
    """One line, stripped, without control characters, at most `max_length` characters."""

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        max_length: int = TEXT_MAX,
        min_length: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.max_length = max_length
        self.min_length = min_length

    allowed_controls: set[str] = set()

    def parse(self, text: str) -> str | None:
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
        if any(self._is_unreadable(character) for character in text):
            raise ValueError(_("This has characters that cannot be read or printed."))
        if len(text) > self.max_length:
            raise ValueError(
                _(
                    "Use at most %(most)d characters, this has %(now)d.",
                    most=self.max_length,
                    now=len(text),
                )
            )
        if len(text) < self.min_length:
            raise ValueError(_("Use at least %(least)d characters.", least=self.min_length))
        return text or None

    def _is_unreadable(self, character: str) -> bool:
        if character in self.allowed_controls:
            return False
        return unicodedata.category(character) in {"Cc", "Cs"} or character in DIRECTION_TRICKS

    def schema(self) -> dict[str, Any]:
        least = max(self.min_length, 1 if self.required else 0)
        return {"type": "string", "maxLength": self.max_length} | (
            {"minLength": least} if least else {}
        )


class TextAreaField(TextField):
    """Several lines."""

    control = "textarea"
    allowed_controls = LINE_ENDS

    def __init__(self, *args: Any, max_length: int = LONG_TEXT_MAX, **options: Any) -> None:
        super().__init__(*args, max_length=max_length, **options)


class EmailField(TextField):
    input_type = "email"

    def parse(self, text: str) -> str | None:
        address = super().parse(text)
        if address and not EMAIL.fullmatch(address):
            raise ValueError(_("An e-mail address looks like name@example.org."))
        return address

    def schema(self) -> dict[str, Any]:
        return super().schema() | {"format": "email"}


class SecretField(TextField):
    """A password: kept as typed, never shown again."""

    input_type = "password"

    @property
    def text(self) -> str:
        return ""

    def parse(self, text: str) -> str:
        if len(text) > self.max_length:
            raise ValueError(_("Use at most %(most)d characters.", most=self.max_length))
        if len(text) < self.min_length:
            raise ValueError(_("Use at least %(least)d characters.", least=self.min_length))
        return text


class QuantityField(InputField):
    """A whole number of packs, pieces or people: 1 200 and 1,200 are both 1200."""

    reads = (int,)
    control = "quantity"
    input_mode = "numeric"

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        minimum: int = 0,
        maximum: int = QUANTITY_MAX,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.minimum = minimum
        self.maximum = maximum

    def parse(self, text: str) -> int:
        digits = text.strip()
        if digits.startswith(("-", "−")):
            raise ValueError(_("This cannot be less than %(least)d.", least=self.minimum))
        if not GROUPED.fullmatch(digits):
            raise ValueError(_("Enter a whole number, for example 24 or 1 200."))
        plain = re.sub(r"\D", "", digits)
        number = int(plain) if len(plain) <= len(str(QUANTITY_MAX)) + 6 else QUANTITY_MAX * 10
        if number < self.minimum:
            raise ValueError(_("This cannot be less than %(least)d.", least=self.minimum))
        if number > self.maximum:
            raise ValueError(
                _("This cannot be more than %(most)s.", most=f"{self.maximum:,}".replace(",", " "))
            )
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


class IdField(QuantityField):
    """The number of a record, usually hidden: which line a quantity is for."""

    def __init__(self, label: object = None, *args: Any, **options: Any) -> None:
        super().__init__(label, *args, **({"minimum": 1, "maximum": ID_MAX} | options))


class MoneyField(InputField):
    """An amount as people write it, kept in minor units: 1 234.50 is 123450.

    The number of decimals is that of the currency in the form's `currency_field`, or two.
    """

    control = "money"
    input_mode = "decimal"

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        currency_field: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.currency_field = currency_field

    def parse(self, text: str) -> Decimal:
        match = AMOUNT.fullmatch(text.strip())
        if not match:
            raise ValueError(_("Enter an amount, for example 1 250.00."))
        whole, part = re.sub(r"\D", "", match[1]), match[2] or "0"
        if len(whole) > len(str(QUANTITY_MAX)):
            raise ValueError(_("This amount is too large."))
        return Decimal(f"{whole}.{part}")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not isinstance(self.data, Decimal):
            return
        minor = self.data * 10 ** self._decimals(form)
        if minor != minor.to_integral_value():
            raise StopValidation(
                _("Use at most %(count)d decimals.", count=self._decimals(form))
            )
        self.data = int(minor)

    def _decimals(self, form: Any) -> int:
        currency = form[self.currency_field].data if self.currency_field else None
        return get_currency_precision(currency) if currency else 2

    def show(self, value: Any) -> str:
        if not isinstance(value, int):
            return super().show(value)
        currency = self._form[self.currency_field].data if self.currency_field else None
        decimals = get_currency_precision(currency) if currency else 2
        return f"{Decimal(value).scaleb(-decimals):f}"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,13}(\.\d{1,4})?$", "examples": ["1250.00"]}


class DateField(InputField):
    """A day: 2026-12-31 as browsers and JSON send it, or 31.12.2026 as people type it."""

    control = "date"
    input_type = "date"

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        earliest: date = date(1990, 1, 1),
        latest: date = date(2100, 12, 31),
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.earliest = earliest
        self.latest = latest

    def parse(self, text: str) -> date:
        text = text.strip()
        dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
        try:
            if dotted:
                day = date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
            elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                day = date.fromisoformat(text)
            else:
                raise ValueError
        except ValueError:
            raise ValueError(_("Enter a day, for example 2026-12-31.")) from None
        if not self.earliest <= day <= self.latest:
            raise ValueError(
                _(
                    "Choose a day between %(first)s and %(last)s.",
                    first=self.earliest.isoformat(),
                    last=self.latest.isoformat(),
                )
            )
        return day

    def show(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else super().show(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class DateTimeField(InputField):
    """A moment, kept in UTC. JSON gives its offset; a page means the person's own zone."""

    control = "datetime"
    input_type = "datetime-local"

    def parse(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text.strip())
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=get_timezone())
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError(_("Enter a day and a time, for example 2026-12-31 14:30.")) from None
        if not 1990 <= moment.year <= 2100:
            raise ValueError(_("Choose a year between 1990 and 2100."))
        return moment

    def show(self, value: Any) -> str:
        if not isinstance(value, datetime):
            return super().show(value)
        return value.astimezone(get_timezone()).strftime("%Y-%m-%dT%H:%M")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


class UuidField(InputField):
    """A UUID, such as the key that makes a repeated request harmless."""

    def parse(self, text: str) -> UUID:
        if not UUID_TEXT.fullmatch(text.strip()):
            raise ValueError(_("This must be a UUID."))
        return UUID(text.strip())

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


class CheckboxField(InputField):
    """Yes or no; an unticked box is no."""

    reads = (bool,)
    control = "checkbox"

    def process_data(self, value: Any) -> None:
        self.data = bool(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist) and valuelist[0].lower() not in {"", "false", "0"}

    def pre_validate(self, form: Any) -> None:
        if self.required and not self.data:
            raise StopValidation(str(self.missing or _("This is needed.")))

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Choice(NamedTuple):
    """One thing to choose. `facts` become data attributes, for packs: size, unit, item."""

    value: Any
    label: str
    group: str | None = None
    facts: dict[str, Any] = {}


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
        self._choices = None if choices is None else [Choice(*choice) for choice in choices]

    def parse(self, text: str) -> Any:
        text = text.strip()
        if self.control == "search" and not self._is_value(text):
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
        wanted = label.casefold()
        found = {x.value for x in self.choices or () if str(x.label).casefold() == wanted}
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
            raise StopValidation()
        if self.required and not self.data:
            raise StopValidation(str(self.missing or _("Choose at least one.")))
        known = None if self.choices is None else {choice.value for choice in self.choices}
        if known is not None and not known.issuperset(self.data):
            raise StopValidation(_("Choose from the list."))

    def is_chosen(self, choice: Choice) -> bool:
        return choice.value in (self.data or ())

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": super().schema(), "maxItems": 500}


class UploadField(InputField):
    """A file. `data` is the uploaded file or None; what is inside is the service's concern."""

    reads = ()
    control = "file"
    input_type = "file"

    def __init__(self, *args: Any, accept: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.accept = accept

    def process_formdata(self, valuelist: list[Any]) -> None:
        files = [x for x in valuelist if isinstance(x, FileStorage) and x.filename]
        self.data = files[0] if files else None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/octet-stream"}
