"""One box of a form, and the boxes that hold text.

Every field reads the same text from a page or from JSON. `reads` names the JSON types it
takes, `schema()` describes it for OpenAPI, `text` is what a page shows in its box.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from aidtrack.core.i18n import _

TEXT_MAX = 200
LONG_TEXT_MAX = 4000
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s.]+(?:\.[^@\s.]+)*@[^@\s.]+(?:\.[^@\s.]+)+")
LINE_ENDS = {"\n", "\t"}
DIRECTION_TRICKS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class InputField(Field):
    """One box. `required` refuses an empty one, `hint` stands beside the label."""

    reads: tuple[type, ...] = (str,)
    control = "text"
    input_type = "text"
    input_mode: str | None = None

    data: Any  # The Python value once parsed, or None; each field says of which type.

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

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the value and what was sent. Plainer than WTForms: no box of ours has filters."""
        assert not extra_filters, "clean up in parse()"
        if data is unset_value:
            data = self.default() if callable(self.default) else self.default
        self.process_errors = []
        self.object_data = data
        self.process_data(data)
        if formdata is not None:
            self.raw_data = formdata.getlist(self.name)
            try:
                self.process_formdata(self.raw_data)
            except ValueError as error:
                self.process_errors.append(error.args[0])

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
            raise StopValidation
        if self.required and self.data is None:
            raise StopValidation(str(self.missing or _("This is needed.")))
        if self.data is None:
            raise StopValidation

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


def expect_readable(text: str, allowed: Collection[str] = ()) -> None:
    """Raise ValueError for control characters, halves of pairs and tricks of direction."""
    if any(
        unicodedata.category(each) in {"Cc", "Cs"} or each in DIRECTION_TRICKS
        for each in text
        if each not in allowed
    ):
        raise ValueError(_("This has characters that cannot be read or printed."))


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
        expect_readable(text, self.allowed_controls)
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


class UploadField(InputField):
    """A file. `data` is the uploaded file or None; what is inside is the service's concern."""

    reads = ()
    control = "file"
    input_type = "file"

    def __init__(self, *args: Any, accept: str = "", capture: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.accept = accept
        self.capture = capture  # "environment": a phone opens its camera, the rear one.

    def process_formdata(self, valuelist: list[Any]) -> None:
        files = [x for x in valuelist if isinstance(x, FileStorage) and x.filename]
        self.data = files[0] if files else None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/octet-stream"}
