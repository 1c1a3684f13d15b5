"""Fills in every form of a page as an attacker would: one text in every box that takes text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from uuid import uuid4

TYPED = {"text", "search", "email", "tel", "url", "password", "number", "date", "datetime-local"}


@dataclass
class Found:
    """A form of a page: where it goes, and each box with its kind and first value."""

    action: str
    method: str
    boxes: list[tuple[str, str, str]] = field(default_factory=list)

    def filled(self, texts: Iterator[str]) -> dict[str, str]:
        """What is sent: the next text in every box, the first choice of every list."""
        sent = {}
        for name, kind, value in self.boxes:
            sent[name] = next(texts) if kind in TYPED or kind == "textarea" else value
            if name == "key" or name.endswith("-key"):
                sent[name] = str(uuid4())
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Found] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Found(has.get("action", ""), has.get("method", "get").lower()))
        elif not self.forms:
            return
        elif tag in {"input", "textarea"} and has.get("name"):
            kind = "textarea" if tag == "textarea" else has.get("type", "text")
            self.forms[-1].boxes.append((has["name"], kind, has.get("value", "")))
        elif tag == "select":
            self.select = has.get("name", "")
        elif tag == "option" and self.select and has.get("value"):
            self.forms[-1].boxes.append((self.select, "select", has["value"]))
            self.select = ""


def forms_of(page: str) -> list[Found]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms
