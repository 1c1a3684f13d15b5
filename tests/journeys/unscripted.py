"""What of a page a browser without JavaScript could not use."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

# One box alone is sent by Enter; two need a button.
WRITTEN = {"text", "search", "email", "number", "date", "tel", "url", "password"}
UNSEEN = {"hidden", "submit", "image"}


@dataclass
class _Form:
    name: str
    is_closed_by_hand: bool
    has_button: bool = False
    boxes: int = 0


@dataclass
class _Page(HTMLParser):
    found: list[str] = field(default_factory=list)
    form: _Form | None = None
    templates: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "template":
            self.templates += 1
        elif self.templates:
            return  # Only a script brings it to life.
        elif tag == "form":
            name = has.get("action") or has.get("class") or "without a name"
            self.form = _Form(name, has.get("method") == "dialog")
        elif tag == "button":
            self._button(has)
        elif tag == "a" and "href" not in has:
            self.found.append(f"a link leads nowhere: {has.get('class', '')}")
        elif tag in {"input", "select", "textarea"}:
            self._box(tag, has)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.templates -= 1
        elif tag == "form" and self.form:
            form, self.form = self.form, None
            if not form.has_button and form.boxes != 1 and not form.is_closed_by_hand:
                self.found.append(f"the form {form.name} has no button that sends it")

    def _button(self, has: dict[str, str]) -> None:
        if has.get("type") == "button":
            if "hidden" not in has:
                self.found.append(f"a button needs a script: {has}")
        elif self.form:
            self.form.has_button = True
        elif "form" not in has:
            self.found.append(f"a button sends no form: {has}")

    def _box(self, tag: str, has: dict[str, str]) -> None:
        kind = has.get("type", "text") if tag == "input" else tag
        if self.form and kind in {"submit", "image"}:
            self.form.has_button = True
        if kind in UNSEEN or "hidden" in has:
            return
        if self.form:
            self.form.boxes += 1 if kind in WRITTEN else 2
        elif "form" not in has:
            self.found.append(f"a box belongs to no form: {has}")


def needs_script(page: str) -> list[str]:
    """What would not work, in sentences; nothing when all of it does."""
    reader = _Page()
    reader.feed(page)
    return reader.found
