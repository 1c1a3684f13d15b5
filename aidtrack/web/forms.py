"""One form class per use case, read from an HTML form or a JSON body alike."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Self
from uuid import uuid4

from flask import request
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, FieldList, Form, FormField, Label
from wtforms.fields.core import UnboundField

from aidtrack.core.errors import Invalid, NotAllowed, NotFound, NotSignedIn, RuleBroken
from aidtrack.core.i18n import _, lazy
from aidtrack.web import bodies, pasted
from aidtrack.web.choices import Choice, as_choices
from aidtrack.web.fields import InputField, UuidField
from aidtrack.web.problems import Problem, position

ADD_LINES = "add_lines"
VERSION_SEEN = "version_seen"
OVERTAKEN = lazy(
    "Somebody changed this after you opened it. What you typed is still here: look at the record"
    " in another window, then save again to put yours in its place."
)
ROWS = 3
LINES_MAX = 500
TOO_MANY = 429
# A bound field of every field that a form class declares; never filled in itself.
PATTERNS: dict[UnboundField, Field] = {}


class SwiftMeta:
    """Makes fields by copying one that was made before: a form of 20 lines has 200."""

    def bind_field(self, form: Form, unbound: UnboundField, options: dict[str, Any]) -> Field:
        if not issubclass(unbound.field_class, InputField):
            return unbound.bind(form=form, **options)
        pattern = PATTERNS.get(unbound)
        if pattern is None:
            pattern = PATTERNS[unbound] = unbound.bind(form=form, **options)
            pattern._form = pattern.meta = None
        field = object.__new__(type(pattern))
        field.__dict__.update(pattern.__dict__)
        field._form, field.meta = form, form.meta
        field.short_name = options["name"]
        field.name = field.id = options["prefix"] + options["name"]
        field.label = Label(field.id, pattern.label.text)
        return field


class LineForm(Form):
    """One row of a LineList. A row whose `counts` are all empty is no line at all."""

    class Meta(SwiftMeta):
        pass

    counts: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return all(self[name].is_blank for name in self.counts or self._fields)


class LineList(FieldList):
    """Repeated rows, such as the goods of a shipment. Empty rows of a page are dropped.

    `rows` empty ones are offered at first; `required` asks for at least one line.
    """

    def __init__(
        self,
        line_form: type[LineForm],
        label: object = None,
        *,
        rows: int = ROWS,
        required: bool = True,
        missing: object = None,
        max_lines: int = LINES_MAX,
        **options: Any,
    ) -> None:
        super().__init__(FormField(line_form), label, **options)
        self.line_form = line_form
        self.rows = rows
        self.required = required
        self.missing = missing
        self.max_lines = max_lines
        self.rows_sent = 0
        self.more = 0
        self.own_errors: list[str] = []
        self.entries: list[Any] = []
        self.choices_by_name: dict[str, list[Choice]] = {}
        self.look_ups: dict[str, Callable] = {}

    def process(self, formdata: Any, data: Any = (), extra_filters: Any = None) -> None:
        if formdata is not None:
            formdata = pasted.laid_out(
                formdata, prefix=self.name, columns=self.columns, most=self.max_lines
            )
        super().process(formdata, data, extra_filters)
        if formdata is None:
            return
        self.rows_sent = len(self.entries)
        if bodies.PRESENT not in formdata:
            self.entries = [entry for entry in self.entries if not entry.form.is_blank]
            self._compact_indices()

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        start = f"{prefix}-"
        for name in formdata:
            digits = name[len(start) :].split("-", 1)[0] if name.startswith(start) else ""
            if digits.isascii() and digits.isdigit() and len(digits) < 5:
                yield int(digits)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        valid = super().validate(form, extra_validators)
        own = []
        if self.required and not self.entries:
            own.append(str(self.missing or _("Add at least one line.")))
        if len(self.entries) > self.max_lines:
            own.append(_("At most %(most)d lines fit here.", most=self.max_lines))
        self.own_errors = own
        return valid and not own

    @property
    def columns(self) -> dict[str, str]:
        """The boxes of a line that people see, by name, each with its label."""
        return {
            field.short_name: str(field.label.text)
            for field in self.line_form()
            if not getattr(field, "hidden", False)
        }

    @property
    def pasted_name(self) -> str:
        return pasted.box_name(self.name)

    def shown(self) -> list[FormField]:
        """The rows of the page: the lines, then empty ones, `more` than before if asked."""
        wanted = max(self.rows, self.rows_sent + self.more)
        first, lines = len(self.entries), list(self.entries)
        return lines + [self._empty_row(index) for index in range(first, wanted)]

    def pattern(self) -> FormField:
        """An empty row that the page copies when someone asks for more."""
        return self._empty_row("NEW")

    def _empty_row(self, index: Any) -> FormField:
        row = self._add_entry(None, index=index)
        self.entries.remove(row)
        self._offer_choices(row)
        return row

    def offer(self, name: str, choices: list[Choice]) -> None:
        self.choices_by_name[name] = choices
        for row in self.entries:
            self._offer_choices(row)

    def _offer_choices(self, row: FormField) -> None:
        for name, choices in self.choices_by_name.items():
            row.form[name].choices = choices
        for name, look_up in self.look_ups.items():
            row.form[name].look_up = look_up


class UseCaseForm(Form):
    """What one thing that can happen needs to know, and everything wrong with it.

    A page view: `form = F.from_request()`, `form.choose(...)`, `if form.submitted():`,
    `with form.showing_broken_rules():` call the service, redirect 303; then render with
    `form.status`. An API view: `form = F.from_request().checked()`, call the service.
    """

    class Meta(SwiftMeta):
        pass

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        self.reading_problems: list[Problem] = []
        self.refusals: list[Problem] = []
        self.broken: RuleBroken | None = None
        self.adds_lines = False
        self.version_seen = ""  # What the record held when its form was opened.
        super().__init__(formdata, **options)

    @classmethod
    def from_record(cls, obj: object = None, **defaults: Any) -> Self:
        """A form that changes a record, filled from what it holds; what is sent stands alone.

        Refuses once when somebody else changed the record after this form was opened.
        """
        held = {name: getattr(obj, name) for name in cls(None)._fields if hasattr(obj, name)}
        filled = cls(None, **held | defaults)
        form = filled if request.method in {"GET", "HEAD"} else cls.from_request()
        said = filled.said()
        form.guard(said, OVERTAKEN, unless=lambda: form.said() == said)
        return form

    @classmethod
    def from_request(cls, obj: object = None, **defaults: Any) -> Self:
        """The form as sent, or filled from `obj` and the defaults when nothing was sent.

        Raises BadBody (400) for a body that is no JSON object at all.
        """
        if request.method in {"GET", "HEAD"}:
            return cls(None, obj=obj, **defaults)
        if bodies.is_json():
            return cls._from_json(obj, defaults)
        sent: CombinedMultiDict[str, Any] = CombinedMultiDict([request.form, request.files])
        form = cls(sent, obj=obj, **defaults)
        form.adds_lines = ADD_LINES in request.form
        for field in form:
            if form.adds_lines and isinstance(field, LineList):
                field.more = ROWS
        return form

    @classmethod
    def _from_json(cls, obj: object, defaults: dict[str, Any]) -> Self:
        body = bodies.json_object()
        reading: list[Problem] = []
        blank = cls(None)
        if "key" in blank:
            reading += bodies.take_key(body, request.headers.get(bodies.KEY_HEADER))
        pairs, problems = bodies.flatten(blank, body)
        form = cls(MultiDict(pairs), obj=obj, **defaults)
        form.reading_problems = reading + problems
        return form

    @classmethod
    def from_query(cls, **defaults: Any) -> Self:
        """The form read from the address: a list's search and filters. Nothing is required."""
        form = cls(request.args or None, **defaults)
        if request.args:  # Nobody who has just come did anything wrong.
            form.validate()
        return form

    def guard(self, held: str, sentence: object, *, unless: Callable[[], bool]) -> None:
        """Refuse once, with the sentence, when `held` is another than as the page was opened."""
        self.version_seen = sha256(held.encode()).hexdigest()[:16]
        seen = request.form.get(VERSION_SEEN, self.version_seen)
        if seen != self.version_seen and not unless():
            self.reading_problems.append(Problem(None, str(sentence)))

    def said(self) -> str:
        """Every value in one text, without the key, which is new on every page."""
        values = {name: value for name, value in self.data.items() if name != "key"}
        return json.dumps(values, default=str).replace(": null", ': ""')

    def submitted(self) -> bool:
        """Whether it was sent, to be done, and nothing is wrong with it."""
        sent = request.method in {"POST", "PUT", "PATCH", "DELETE"}
        return sent and not self.adds_lines and self.validate()

    def checked(self) -> Self:
        """Itself when nothing is wrong, for JSON. Raises Invalid naming every problem."""
        if not self.validate():
            raise Invalid(
                _("Some of what was sent cannot be accepted."),
                problems=[x.as_json() for x in self.problems()],
            )
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return valid and not self.reading_problems

    def choose(self, **choices_by_name: Any) -> None:
        """Give fields of these names, here or in lines, their choices."""
        for name, choices in choices_by_name.items():
            offered = as_choices(choices)
            for field in self:
                if field.short_name == name:
                    field.choices = offered
                elif isinstance(field, LineList) and name in field.line_form():
                    field.offer(name, offered)

    @contextmanager
    def showing_broken_rules(self) -> Iterator[None]:
        """Show what the service refused beside the fields that caused it."""
        try:
            yield
        except (NotFound, NotAllowed, NotSignedIn) as broken:
            if broken.field is None:
                raise
            self.refuse(broken)
        except RuleBroken as broken:
            self.refuse(broken)

    def refuse(self, broken: RuleBroken) -> None:
        self.broken = broken
        problems: Any = broken.facts.get("problems")
        if not isinstance(problems, list) or not problems:
            problems = [{"field": broken.field, "message": broken.message}]
        for problem in problems:
            field = self.field_at(problem.get("field"))
            message = problem["message"]
            if field is None:
                self.refusals.append(Problem(None, message))
            elif isinstance(field, LineList):
                field.own_errors = [*field.own_errors, message]
            else:
                field.errors = [*field.errors, message]

    def field_at(self, path: str | None) -> Any:
        """The field of a path such as ``lines-0-quantity``; None when there is none."""
        found: Any = self
        for step in (path or "").split("-") if path else ():
            if isinstance(found, LineList):
                known = step.isdigit() and int(step) < len(found.entries)
                found = found.entries[int(step)].form if known else None
            elif isinstance(found, Form):
                found = found._fields.get(step)
            else:
                return None
        return None if isinstance(found, Form) else found

    def problems(self) -> list[Problem]:
        """Everything wrong at once, in the order of the page, each with its field."""
        unread = {problem.field for problem in self.reading_problems}
        found = [x for x in _problems_in(self) if x.field not in unread]
        general = [Problem(None, str(message)) for message in self.form_errors]
        return [*self.reading_problems, *found, *general, *self.refusals]

    @property
    def status(self) -> int:
        """The HTTP status to show this page with."""
        if self.broken is not None and self.broken.status == TOO_MANY:
            return TOO_MANY
        return 422 if self.problems() else 200

    @property
    def has_files(self) -> bool:
        return any(getattr(field, "control", "") == "file" for field in self)


def _problems_in(form: Form, where: str = "") -> Iterator[Problem]:
    for field in form:
        label = f"{where}{field.label.text}"
        if isinstance(field, LineList):
            for message in field.own_errors:
                yield Problem(field.name, str(message), label)
            for row in field.entries:
                line = _("Line %(number)d", number=position(row.name) + 1)
                yield from _problems_in(row.form, f"{line} · ")
        else:
            for message in dict.fromkeys(str(error) for error in field.errors):
                # What stands beside a box to tick is a sentence of its own, no name.
                is_named = field.control != "checkbox"
                yield Problem(field.name, message, label if is_named else where.removesuffix(" · "))


class KeyedForm(UseCaseForm):
    """A form whose repetition must count once: a double click, or a phone sending again."""

    key = UuidField(
        lazy("Key"),
        default=uuid4,
        hidden=True,
        required=True,
    )
