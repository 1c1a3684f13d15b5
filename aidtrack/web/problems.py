"""What is wrong with something that was sent: where, and in which words."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `field` is a path such as ``lines-0-quantity``, None for the whole."""

    field: str | None
    message: str
    label: str = ""

    def as_json(self) -> dict[str, str | None]:
        return {"field": json_path(self.field), "message": self.message}


def json_path(field: str | None) -> str | None:
    """``lines-0-quantity`` as JSON knows it: ``lines[0].quantity``."""
    if field is None:
        return None
    return re.sub(r"-(\d+)(?=-|$)", r"[\1]", field).replace("-", ".")


def position(field: str) -> int:
    """The row number that ends ``lines-3``."""
    digits = field.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0
